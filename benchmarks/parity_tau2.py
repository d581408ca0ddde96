"""Do our verdicts on tau2's tasks agree with tau2's own? Its solutions, doing nothing, and mutants of its solutions.

Each conversation is held twice: in a session of our suite, with its scripted user, judged by the suite; and by tau2
alone (`tau2_direct.py`, in its own environment). Prints the table of docs/suites.md.

    python benchmarks/parity_tau2.py [--mutants 100] [--domains airline,retail,telecom]
"""

import argparse
import asyncio
import json
import random
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillweave.tasks.foreign import spec_of
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import ToolCall
from skillweave.tasks.suites.registry import load_suite
from skillweave.tasks.suites.tau2.place import environment, python_of
from skillweave.tasks.suites.tau2.suite import Tau2Suite, asked_for
from skillweave.tasks.tools import ToolError

DOMAINS = ("airline", "retail", "telecom")
MUTATIONS = ("a call dropped", "an argument changed", "a call made twice", "two calls swapped", "another tool")
Part = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """What an agent, and the user whom it has act, do with a task."""

    domain: str
    task: TaskSpec
    kind: str
    parts: Sequence[Part]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Both verdicts; None where there is none."""

    of: Conversation
    ours: bool | None
    theirs: bool | None


def conversations(domain: str, mutants: int, seed: int = 0) -> list[Conversation]:
    """Return the solution of each task of a domain, doing nothing in each, and so many mutants of solutions."""
    suite = load_suite(f"tau2-{domain}")
    assert isinstance(suite, Tau2Suite)
    specs = [spec_of(suite, task, number, None) for number, task in enumerate(suite.tasks())]
    rows = {spec.id: suite._rows[spec.id] for spec in specs}
    found = [Conversation(domain=domain, task=s, kind="their solution", parts=solution(rows[s.id])) for s in specs]
    found += [Conversation(domain=domain, task=s, kind="doing nothing", parts=idle(rows[s.id])) for s in specs]
    rng = random.Random(f"{domain}|{seed}")
    able = [spec for spec in specs if spec.calls]
    for number in range(mutants):
        spec = able[number % len(able)] if mutants >= len(able) else rng.choice(able)
        parts = mutated(rows[spec.id], sorted(suite.tool_schemas()), MUTATIONS[number % len(MUTATIONS)], rng)
        found.append(Conversation(domain=domain, task=spec, kind="mutant", parts=parts))
    return found


def idle(row: Mapping[str, Any]) -> list[Part]:
    """Return turns in which nothing is done."""
    return [{"calls": [], "asks": [], "says": "done"} for _ in row["parts"]]


def solution(row: Mapping[str, Any]) -> list[Part]:
    """Return tau2's own actions."""
    return worded([{"calls": part["calls"], "asks": part["asks"]} for part in row["parts"]], row["communicate"])


def worded(parts: Sequence[Part], told: Sequence[str]) -> list[Part]:
    """Return turns with what the agent says: what it has the user do, and in the last what is to be told."""
    found = []
    for number, part in enumerate(parts):
        calls = [ToolCall(tool=c["name"], arguments=c["arguments"]) for c in part["asks"]]
        said = [asked_for(calls)] if calls else []
        said += ["; ".join(told)] if number == len(parts) - 1 and told else []
        found.append({**part, "says": ". ".join(said) or "done"})
    return found


def mutated(row: Mapping[str, Any], tools: Sequence[str], mutation: str, rng: random.Random) -> list[Part]:
    """Return a solution with one thing changed; it has as many turns as before."""
    flat = [(kind, c) for p in row["parts"] for kind in ("calls", "asks") for c in p[kind]]
    place = rng.randrange(len(flat))
    kind, call = flat[place]
    if mutation == "a call dropped":
        del flat[place]
    elif mutation == "an argument changed" and call["arguments"]:
        name = rng.choice(sorted(call["arguments"]))
        flat[place] = (kind, {**call, "arguments": {**call["arguments"], name: other(call["arguments"][name])}})
    elif mutation == "two calls swapped" and len(flat) > 1:
        place = min(place, len(flat) - 2)
        flat[place], flat[place + 1] = flat[place + 1], flat[place]
    elif mutation == "another tool":
        flat[place] = ("calls", {**call, "name": rng.choice([tool for tool in tools if tool != call["name"]])})
    else:
        flat.insert(place, flat[place])
    parts: list[Part] = [{"calls": [], "asks": []}]
    for kind, call in flat:
        if kind == "calls" and parts[-1]["asks"]:
            parts.append({"calls": [], "asks": []})
        parts[-1][kind].append(call)
    many = len(row["parts"])
    parts = [*parts, *({"calls": [], "asks": []} for _ in range(many - len(parts)))][:many]
    return worded(parts, row["communicate"])


def other(value: Any) -> Any:
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}0"
    return value[1:] if isinstance(value, list) else {}


async def ours(one: Conversation) -> bool | None:
    """Return the verdict of our suite on a conversation in its own session."""
    suite = load_suite(f"tau2-{one.domain}")
    session = suite.open(one.task)
    said: str | None = None
    try:
        for part in one.parts:
            await session.turn(said)
            for call in part["calls"]:
                try:
                    await session.call(call["name"], call["arguments"])
                except ToolError:
                    continue
            said = part["says"]
        await session.turn(said)
        snapshot = session.snapshot()
    finally:
        session.close()
    verdict = await suite.judge(one.task, snapshot, [], said)
    return None if verdict.unscored is not None else verdict.success


def theirs(many: Sequence[Conversation]) -> list[bool | None]:
    """Return tau2's own verdicts, in a process of its own."""
    rows = [json.dumps({"domain": one.domain, "task": one.task.id, "parts": list(one.parts)}) for one in many]
    done = subprocess.run(
        [python_of(environment()), "-I", "-X", "utf8", Path(__file__).with_name("tau2_direct.py")],
        input="\n".join(rows) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    rewards = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rewards) == len(many)
    return [None if reward is None else abs(reward - 1.0) <= 1e-6 for reward in rewards]


def compared(many: Sequence[Conversation]) -> list[Outcome]:
    """Return both verdicts on each conversation."""

    async def all_of_ours() -> list[bool | None]:
        return [await ours(one) for one in many]

    pairs = zip(many, asyncio.run(all_of_ours()), theirs(many), strict=True)
    return [Outcome(of=one, ours=mine, theirs=own) for one, mine, own in pairs]


def table(found: Sequence[Outcome]) -> str:
    """Return the agreement as a Markdown table, a row a domain and kind."""
    lines = ["| suite | trajectories | n | tau2 passes | ours passes | agree |", "|---|---|---|---|---|---|"]
    cells: dict[tuple[str, str], list[Outcome]] = {}
    for one in found:
        cells.setdefault((one.of.domain, one.of.kind), []).append(one)
    for (domain, kind), rows in cells.items():
        agree = sum(row.ours == row.theirs for row in rows)
        passed = [
            sum(verdict is True for verdict in side) for side in ([r.theirs for r in rows], [r.ours for r in rows])
        ]
        lines.append(f"| tau2-{domain} | {kind} | {len(rows)} | {passed[0]} | {passed[1]} | {agree}/{len(rows)} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table, and every conversation on which the verdicts differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=100, help="of each domain")
    parser.add_argument("--domains", default=",".join(DOMAINS))
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    found: list[Outcome] = []
    for domain in given.domains.split(","):
        found += compared(conversations(domain, given.mutants, given.seed))
    print(table(found))
    for one in found:
        if one.ours != one.theirs:
            print(f"differ: {one.of.domain} {one.of.task.id} {one.of.kind}: ours {one.ours}, theirs {one.theirs}")


if __name__ == "__main__":
    main()
