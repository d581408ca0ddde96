"""What a run costs beside the model: Inspect's own react() and ours, over the same tools and an instant model.

    python benchmarks/overhead.py [--samples 200 1000 5000] [--write docs/agents.md]

Every row is a process of its own: CPU seconds and peak memory are of the whole process, less those of one that plays a
single sample (imports and start). Rates are samples per CPU second, so that other work on the machine does not count.
"""

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

WAYS = ("native", "seldom", "direct", "bridge")
NAMES = {
    "native": "Inspect `react()`",
    "seldom": "Inspect `react()`, garbage looked for as in ours",
    "direct": "ours, direct",
    "bridge": "ours, bridge",
}
CALLS = 3
SMALL = 200


def play(way: str, count: int) -> dict[str, Any]:
    """Play so many samples in this process and return what it took."""
    from inspect_ai import Task, eval
    from inspect_ai.agent import react
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput, ModelUsage, get_model
    from inspect_ai.scorer import Score, scorer
    from inspect_ai.solver import Generate, TaskState, solver
    from inspect_ai.tool import ToolCall, ToolDef, ToolParams

    from skillweave.harness.graphs import GraphOptions, play_graph
    from skillweave.harness.rollouts import Rollout, close_rollout, open_rollout, playing
    from skillweave.tasks.garbage import ROLLOUTS, seldom_collected
    from skillweave.tasks.suites.probe import TOOLS, ProbeSession, ProbeSuite, probe_task

    suite, spec = ProbeSuite(), probe_task()
    usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)

    def say(messages: Any, tools: Any, choice: Any, config: Any) -> ModelOutput:
        done = sum(message.role == "assistant" for message in messages)
        name, arguments = ("look_up", {"of": "pears"})
        if done == CALLS:
            name = next(t.name for t in tools if t.name.startswith("submit"))
            arguments = {"answer": "done"}
        call = ToolCall(id=f"c{done}", function=name, arguments=arguments)
        message = ChatMessageAssistant(content="", tool_calls=[call])
        choices = [ChatCompletionChoice(message=message, stop_reason="tool_calls")]
        return ModelOutput(model="mockllm/model", choices=choices, usage=usage)

    @solver
    def native() -> Any:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            session = ProbeSession(spec.instruction)

            def tool_of(name: str) -> ToolDef:
                async def run(of: str = "", name_: str = "", number: str = "") -> str:
                    return json.dumps(await session.call(name, {"of": of}))

                parameters = ToolParams.model_validate(dict(TOOLS[name].parameters))
                return ToolDef(run, name=name, description=TOOLS[name].description, parameters=parameters)

            from inspect_ai.agent import AgentState

            found = await react(tools=[tool_of("look_up").as_tool(), tool_of("save").as_tool()])(
                AgentState(messages=state.messages)
            )
            state.messages, state.output = found.messages, found.output
            return state

        return solve

    @solver
    def ours(path: str) -> Any:
        how = GraphOptions(agent="react", model_path=path)

        async def solve(state: TaskState, generate: Generate) -> TaskState:
            offered = tuple(TOOLS)
            rollout = Rollout(task=spec, source=Path(), suite=suite, offered=offered, epoch=state.epoch, labels={})
            open_rollout(state.uuid, rollout)
            try:
                with playing(state.uuid):
                    await play_graph(state, rollout, how)
            finally:
                close_rollout(state.uuid)
            return state

        return solve

    @scorer(metrics=[])
    def counted() -> Any:
        async def score(state: TaskState, target: Any) -> Score:
            return Score(value=float(sum(m.role == "tool" for m in state.messages)))

        return score

    model = get_model("mockllm/model", custom_outputs=say, memoize=False)
    samples = [Sample(id=i, input=spec.instruction) for i in range(count)]
    task = Task(
        dataset=MemoryDataset(samples),
        solver=ours(way) if way in ("direct", "bridge") else native(),
        scorer=counted(),
        name=way,
    )
    as_ours = nullcontext() if way == "native" else seldom_collected(ROLLOUTS)
    with tempfile.TemporaryDirectory() as folder, as_ours:
        (log,) = eval(
            task, model=model, log_dir=folder, display="none", log_level="error", log_realtime=False, max_samples=50
        )
        values = [s.scores["counted"].value for s in log.samples or () if s.scores]
    # Inspect's react() adds a message for the submission or not, by version; each way must have made its calls.
    if log.status != "success" or len(values) != count or not all(v in (CALLS, CALLS + 1) for v in values):
        raise SystemExit(f"{way}: {log.status}, {len(values)} of {count} samples, {set(values)} tool messages")
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}


def measure(way: str, count: int) -> dict[str, float]:
    """Return what a process took that plays so many samples; small ones are played thrice, and the median counts."""
    runs = [_once(way, count) for _ in range(3 if count <= SMALL else 1)]
    return {name: median(run[name] for run in runs) for name in runs[0]}


def _once(way: str, count: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--way", way, "--samples", str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(counts: list[int]) -> str:
    """Return the table of all ways at all sizes, in Markdown."""
    idle = {way: measure(way, 1) for way in WAYS}
    lines = [
        "| samples | way | samples / CPU s | of native | CPU ms / sample | peak MB | MB / 1,000 samples |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for count in counts:
        native = None
        # Large runs take minutes: two are made at a time, on a core each.
        with ThreadPoolExecutor(1 if count <= SMALL else 2) as pool:
            measured = dict(zip(WAYS, pool.map(partial(measure, count=count), WAYS), strict=True))
        for way, took in measured.items():
            seconds = took["cpu"] - idle[way]["cpu"]
            rate = (count - 1) / seconds
            native = rate if native is None else native
            memory = (took["peak_mb"] - idle[way]["peak_mb"]) / count * 1000
            lines.append(
                f"| {count:,} | {NAMES[way]} | {rate:.1f} | {rate / native:.2f} | {1000 / rate:.1f} | "
                f"{took['peak_mb']:.0f} | {memory:.0f} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Measure and print the table, or write it into a document between its marks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, nargs="+", default=[200, 1000, 5000])
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--write", type=Path, help="page whose rows of these sizes are made anew")
    given = parser.parse_args()
    if given.way:
        print(json.dumps(play(given.way, given.samples[0])))
        return
    found = table(given.samples)
    print(found)
    if given.write:
        marked = r"(<!-- overhead -->\n).*?(\n<!-- end -->)"
        text = given.write.read_text(encoding="utf-8")
        there = re.search(marked, text, re.DOTALL)
        old = there[0].splitlines()[3:-1] if there else []
        measured = {f"| {count:,} |" for count in given.samples}
        head, new = found.splitlines()[:2], found.splitlines()[2:]
        kept = [line for line in old if not any(line.startswith(start) for start in measured)]
        rows = sorted([*kept, *new], key=lambda line: int(line.split("|")[1].replace(",", "")))
        whole = "\n".join([*head, *rows])
        given.write.write_text(re.sub(marked, rf"\g<1>{whole}\g<2>", text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
