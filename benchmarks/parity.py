"""Do our runner and a suite's own checker come to the same verdict on the same trajectories?

    python benchmarks/parity.py bfcl --write docs/suites.md

A trajectory is what an agent does: by turn of the user its calls, and what it says at the end. It is played (a) by our
runner on the imported task (the rollout that agents get, its record, the suite's verdict) and (b) by the suite's own
programs on its own data, in ``parity_<suite>.py``. Played are the authors' solution, nothing at all, and the solution
changed in one place: a call left out, repeated, swapped with the next, given another value, or made of another tool.
"""

import argparse
import asyncio
import importlib
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).parent))
from marked import write_between

from skillweave.harness.rollouts import Rollout
from skillweave.tasks.foreign import ForeignSuite, spec_of
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.suite import ToolCall, ToolSuite, Verdict
from skillweave.tasks.suites.registry import load_suite

ADAPTERS = ("agentdojo", "bfcl")
"""suites with a module ``parity_<suite>``"""
SEED = 0
MUTATED = 80
"""tasks whose solutions are changed, each in every way that is possible"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """What an agent does."""

    turns: tuple[tuple[ToolCall, ...], ...]
    said: tuple[str, ...]
    """what it ends each turn with"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One trajectory and its two verdicts."""

    task: str
    kind: str
    theirs: bool
    ours: bool


class Adapter(Protocol):
    """The suite's own programs."""

    def solution(self, task: TaskSpec) -> bool | Awaitable[bool]:
        """Return the verdict on the authors' solution, as it stands in their data."""

    def verdict(self, task: TaskSpec, trajectory: Trajectory) -> bool | Awaitable[bool]:
        """Return the verdict on a trajectory."""


def adapter(name: str) -> Adapter:
    """Return the adapter of a suite: ``adapter()`` of its module."""
    return importlib.import_module(f"parity_{name}").adapter()  # type: ignore[no-any-return]


def gold(suite: ToolSuite, task: TaskSpec) -> Trajectory:
    """Return the authors' solution."""
    reference = suite.reference(task)
    said = tuple(reference.reply(number) or "done" for number in range(len(reference.turns)))
    return Trajectory(turns=reference.turns, said=said)


def nothing(suite: ToolSuite, task: TaskSpec) -> Trajectory:
    """Return as many turns in which nothing is done."""
    turns = suite.turns(task)
    return Trajectory(turns=((),) * turns, said=("done",) * turns)


async def ours(suite: ToolSuite, task: TaskSpec, trajectory: Trajectory) -> bool:
    """Return whether our verdict is a success."""
    return (await judged(suite, task, trajectory)).success


async def judged(suite: ToolSuite, task: TaskSpec, trajectory: Trajectory) -> Verdict:
    """Return our verdict: played as a rollout, whose record is judged as it stands in a log."""
    offered = offer_tools(suite, task, "needed", 0)
    rollout = Rollout(task=task, source=Path(), suite=suite, offered=offered, epoch=1, labels={})
    try:
        for calls, said in zip(trajectory.turns, trajectory.said, strict=True):
            if await rollout.hear() is None:
                break
            for call in calls:
                await rollout.call(call.tool, dict(call.arguments))
            await rollout.call(SUBMIT, {"answer": said})
        await rollout.hear()
        record = json.loads(json.dumps(rollout.record()))
    finally:
        rollout.session.close()
    made = [[ToolCall(**call) for call in turn] for turn in record["calls"]]
    return await suite.judge(task, record["snapshot"], made, record["answer"])


Mutation = Callable[[Sequence[ToolCall], int, Random, Sequence[str]], Sequence[ToolCall] | None]
"""(calls of a turn, which one, chance, tools offered) -> the calls changed; None where that cannot be"""


def _left_out(calls: Sequence[ToolCall], at: int, rng: Random, tools: Sequence[str]) -> Sequence[ToolCall]:
    return [*calls[:at], *calls[at + 1 :]]


def _repeated(calls: Sequence[ToolCall], at: int, rng: Random, tools: Sequence[str]) -> Sequence[ToolCall]:
    return [*calls[: at + 1], *calls[at:]]


def _swapped(calls: Sequence[ToolCall], at: int, rng: Random, tools: Sequence[str]) -> Sequence[ToolCall] | None:
    if at + 1 >= len(calls) or calls[at] == calls[at + 1]:
        return None
    return [*calls[:at], calls[at + 1], calls[at], *calls[at + 2 :]]


def _other_value(calls: Sequence[ToolCall], at: int, rng: Random, tools: Sequence[str]) -> Sequence[ToolCall] | None:
    call = calls[at]
    names = sorted(name for name, value in call.arguments.items() if value not in (None, [], {}))
    if not names:
        return None
    name = rng.choice(names)
    changed = replace(call, arguments={**call.arguments, name: other(call.arguments[name], rng)})
    return [*calls[:at], changed, *calls[at + 1 :]]


def _other_tool(calls: Sequence[ToolCall], at: int, rng: Random, tools: Sequence[str]) -> Sequence[ToolCall] | None:
    others = sorted(set(tools) - {calls[at].tool})
    return [*calls[:at], replace(calls[at], tool=rng.choice(others)), *calls[at + 1 :]] if others else None


MUTATIONS: Mapping[str, Mutation] = {
    "a call left out": _left_out,
    "a call repeated": _repeated,
    "two calls swapped": _swapped,
    "another value": _other_value,
    "another tool": _other_tool,
}


def other(value: Any, rng: Random) -> Any:
    """Return a value of the same type that is not the same.

    >>> other(3, Random(0)), other([True], Random(0)), other("a", Random(0))
    (4, [False], 'a?')
    """
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        at = rng.randrange(len(value))
        return [*value[:at], other(value[at], rng), *value[at + 1 :]]
    if isinstance(value, dict):
        name = rng.choice(sorted(value))
        return {**value, name: other(value[name], rng)}
    return f"{value}?"


def mutants(suite: ToolSuite, task: TaskSpec, seed: int) -> Iterator[tuple[str, Trajectory]]:
    """Yield the solution changed in one place, once in each way."""
    whole = gold(suite, task)
    offered = offer_tools(suite, task, "needed", 0)
    places = [(turn, at) for turn, calls in enumerate(whole.turns) for at in range(len(calls))]
    for name, mutation in MUTATIONS.items():
        rng = Random(f"{seed} {task.id} {name}")
        for turn, at in rng.sample(places, len(places)):
            calls = mutation(whole.turns[turn], at, rng, offered)
            if calls is not None:
                yield name, replace(whole, turns=(*whole.turns[:turn], tuple(calls), *whole.turns[turn + 1 :]))
                break


async def compare(name: str, *, limit: int | None = None, mutated: int = MUTATED, seed: int = SEED) -> list[Row]:
    """Return the rows of a suite: all tasks, or some spread over its list; mutants of some tasks spread over it."""
    suite, theirs = load_suite(name), adapter(name)
    assert isinstance(suite, ForeignSuite)
    tasks = spread([spec_of(suite, task, number, None) for number, task in enumerate(suite.tasks())], limit)
    rows = []
    for task in tasks:
        verdict = await settled(theirs.solution(task))
        rows.append(Row(task=task.id, kind="solution", theirs=verdict, ours=await ours(suite, task, gold(suite, task))))
        idle = nothing(suite, task)
        verdict = await settled(theirs.verdict(task, idle))
        rows.append(Row(task=task.id, kind="nothing", theirs=verdict, ours=await ours(suite, task, idle)))
    for task in spread(tasks, mutated):
        for kind, changed in mutants(suite, task, seed):
            verdict = await settled(theirs.verdict(task, changed))
            rows.append(Row(task=task.id, kind=kind, theirs=verdict, ours=await ours(suite, task, changed)))
    return rows


async def settled(verdict: bool | Awaitable[bool]) -> bool:
    """Return a verdict, awaited where it has to be."""
    return verdict if isinstance(verdict, bool) else await verdict


def spread(tasks: Sequence[TaskSpec], count: int | None) -> list[TaskSpec]:
    """Return so many tasks at equal distances, all without a number."""
    if count is None or count >= len(tasks):
        return list(tasks)
    return [tasks[i * len(tasks) // count] for i in range(count)]


def table(rows: Sequence[Row]) -> str:
    """Return the comparison as Markdown."""
    counts = Counter(row.kind for row in rows)
    lines = [
        "| trajectory | rollouts | passed by theirs | passed by ours | equal |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind in ("solution", "nothing", *MUTATIONS):
        if counts[kind]:
            lines.append(_line(kind, [row for row in rows if row.kind == kind]))
    changed = [row for row in rows if row.kind in MUTATIONS]
    if changed:
        lines.append(_line("all changed solutions", changed))
    return "\n".join(lines) + "\n"


def _line(kind: str, rows: Sequence[Row]) -> str:
    equal = sum(row.theirs == row.ours for row in rows)
    theirs, own = sum(row.theirs for row in rows), sum(row.ours for row in rows)
    return f"| {kind} | {len(rows)} | {theirs} | {own} | {equal / len(rows):.1%} |"


def main() -> None:
    """Print the table, and what the two do not agree on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suite", choices=ADAPTERS)
    parser.add_argument("--limit", type=int, help="tasks, at most")
    parser.add_argument("--mutated", type=int, default=MUTATED, help="tasks whose solutions are changed")
    parser.add_argument("--write", type=Path, help="page to put the table into")
    given = parser.parse_args()
    rows = asyncio.run(compare(given.suite, limit=given.limit, mutated=given.mutated))
    text = table(rows)
    print(text, end="")
    for row in rows:
        if row.theirs != row.ours:
            print(f"not equal: {row.task}, {row.kind}: {row.theirs} by theirs, {row.ours} by ours")
    if given.write:
        write_between(given.write, f"parity-{given.suite}", text)


if __name__ == "__main__":
    main()
