"""The demo with a real model on this machine: serve it, let an agent attempt a few tasks of the demo, report.

    python examples/demo_llm.py [--gguf FILE] [--tasks 4] [--agent react]

Without a file it takes SmolLM2-135M, which shows that everything is plugged together and solves next to nothing.
"""

import argparse
import os
from pathlib import Path

from skillweave.harness.demo import run_demo
from skillweave.harness.local_model import find_gguf, serve
from skillweave.harness.run import RunOptions, run_tasks
from skillweave.reports.page import write_report


def main() -> None:
    """Go the road of the demo, then run a few of its tasks with the local model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gguf", type=Path)
    parser.add_argument("--tasks", type=int, default=4)
    parser.add_argument("--agent", default="react")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--folder", type=Path, default=Path("demo"))
    given = parser.parse_args()
    gguf = find_gguf(given.gguf)
    if not (given.folder / "tasks.jsonl").is_file():
        run_demo(given.folder, model="simulated/novice", tell=print)
    serving = serve(gguf, port=given.port)
    os.environ.setdefault("LOCAL_API_KEY", "unused")
    print(f"{given.agent} with {serving.name} at {serving.base_url} attempts {given.tasks} tasks")
    options = RunOptions(
        tasks=given.folder / "tasks.jsonl",
        splits=given.folder / "splits.json",
        log_dir=given.folder / "logs-llm",
        agent=given.agent,
        model=f"openai-api/local/{serving.name}",
        model_base_url=serving.base_url,
        tool_choice="any",
        limit=given.tasks,
        max_samples=1,
        max_steps=8,
        time_limit=300,
        max_tokens=200,
    )
    result = run_tasks(options)
    write_report([given.folder / "logs-llm"], given.folder / "report-llm")
    print(f"success {result.success}, {result.scored} scored, {result.unscored} unscored, {result.tokens} tokens")
    print(f"report: {given.folder / 'report-llm' / 'index.html'}")


if __name__ == "__main__":
    main()
