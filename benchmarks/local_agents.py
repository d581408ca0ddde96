"""The four agents on the same tasks of k <= 2 with one model, compared in pairs.

    python benchmarks/local_agents.py TASKS --model openai-api/local/qwen --base-url http://127.0.0.1:8080/v1

Each agent is run with the command that it prints; what is finished is kept, so that it can be stopped and started.
"""

import argparse
import itertools
import json
from pathlib import Path

from skillweave.agents.load import AGENTS
from skillweave.harness.history import list_runs
from skillweave.harness.run import RunOptions, run_tasks
from skillweave.reports.logs import read_logs
from skillweave.reports.paired import difference, pair_up
from skillweave.tasks.spec import read_tasks, write_tasks


def chosen(tasks: Path, count: int, folder: Path) -> Path:
    """Write the first tasks of k <= 2, as many of each k that there is, and return their file."""
    found = [task for task in read_tasks(tasks) if task.k <= 2]
    sizes = sorted({task.k for task in found})
    by_k = [[task for task in found if task.k == k] for k in sizes]
    path = folder / "tasks.jsonl"
    write_tasks(path, [task for group in by_k for task in group[: count // len(sizes)]])
    return path


def main() -> None:
    """Run, then print a table of the agents and one of the pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tasks", type=Path, help="a tasks.jsonl with its taxonomy.json beside it; families have k = 0")
    parser.add_argument("--model", required=True)
    parser.add_argument("--base-url")
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--folder", type=Path, default=Path("local-agents"))
    parser.add_argument("--tool-choice", default="any")
    parser.add_argument("--tools", default="needed", help="offered: needed, k+N, branch or all")
    parser.add_argument("--time-limit", type=int, default=900)
    parser.add_argument("--max-steps", type=int)
    parser.add_argument("--max-tokens", type=int, default=160, help="of one reply: small models find no end")
    parser.add_argument("--agents", nargs="+", default=list(AGENTS))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    tasks = chosen(given.tasks, given.count, given.folder)
    for agent in given.agents:
        options = RunOptions(
            tasks=tasks,
            taxonomy=given.tasks.parent / "taxonomy.json",
            log_dir=given.folder / "logs" / agent,
            agent=agent,
            model=given.model,
            model_base_url=given.base_url,
            tool_choice=given.tool_choice,
            tools=given.tools,
            time_limit=given.time_limit,
            max_steps=given.max_steps,
            max_samples=1,
            max_tokens=given.max_tokens,
            temperature=0.0,
            seed=0,
        )
        result = run_tasks(options, listener=lambda p, agent=agent: print(f"{agent}: {p.ended}/{p.total}", flush=True))
        print(f"{agent}: success {result.success}, {result.scored} scored, {result.unscored} unscored")
    report(given.folder, given.agents)


def report(folder: Path, agents: list[str]) -> None:
    """Print success of each agent, and for each pair the difference on the same tasks with its interval."""
    for row in list_runs(folder / "logs"):
        print(json.dumps(row.to_json()))
    runs = {agent: read_logs([folder / "logs" / agent])[0] for agent in agents}
    for one, other in itertools.combinations(agents, 2):
        pairs = pair_up(runs[one].rollouts, runs[other].rollouts)
        better = sum(pair.other > pair.first for pair in pairs)
        worse = sum(pair.other < pair.first for pair in pairs)
        said = difference(runs[one].rollouts, runs[other].rollouts)
        print(f"{other} against {one} on {len(pairs)} tasks: {better} better, {worse} worse; {said}")


if __name__ == "__main__":
    main()
