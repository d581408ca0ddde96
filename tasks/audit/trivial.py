"""Agents that know nothing and must never pass. Each is written once, and played in process or by the harness.

An agent is a generator: it yields tool calls, is sent the text that came back, and returns the answer to submit.
"""

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from skillweave.tasks.audit.names import TRIVIAL
from skillweave.tasks.audit.play import Bench, Outcome
from skillweave.tasks.necessity import decisive
from skillweave.tasks.plan import Variation
from skillweave.tasks.suite import ToolCall, ToolSchema
from skillweave.tasks.tools import ToolError, render
from skillweave.tasks.world import changed
from skillweave.taxonomy.artifacts import digest

Player = Generator[tuple[str, dict[str, Any]], str, str]

READING = ("list_", "get_", "search_", "read_")
"""how the names of tools begin that say of themselves that they only read"""
PAGES = 3
"""pages of a listing that are read"""
LOOKS = 5
"""ids tried with each tool that asks for one"""
CALLS = 12
"""random calls, at most"""
LONGEST = 40_000
"""characters of the longest text submitted"""
_ID = re.compile(r"\b[A-Z]{2,5}-\d+\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What such an agent is given: what every agent sees, and to `gold_text` alone the right answer."""

    instruction: str
    tools: Mapping[str, ToolSchema]
    gold: str
    rng: np.random.Generator


def view_of(
    task_id: str, instruction: str, tools: Mapping[str, ToolSchema], gold: str, *, name: str, seed: int
) -> View:
    """Return the view of a trivial agent; equal arguments give the same draws anywhere."""
    rng = np.random.default_rng([seed, int(digest([task_id, name])[:8], 16)])
    return View(instruction=instruction, tools=tools, gold=gold, rng=rng)


def nop(view: View) -> Player:
    """Do nothing."""
    yield from ()
    return ""


def refuse_all(view: View) -> Player:
    """Refuse."""
    yield from ()
    return "I am sorry, but I cannot help with that. No action was taken."


def gold_text(view: View) -> Player:
    """Give the right answer without having looked anything up or done anything."""
    yield from ()
    return view.gold or "done"


def dump_everything(view: View) -> Player:
    """Read all that the reading tools show, and submit all of it, the longest text first."""
    texts: list[str] = []
    tools = {n: t for n, t in view.tools.items() if n.startswith(READING)}
    for name in sorted(tools):
        if tools[name].parameters.get("required"):
            continue
        for page in range(1, PAGES + 1):
            text = yield name, {"page": page} if "page" in tools[name].parameters["properties"] else {}
            texts.append(text)
            if '"next_page"' not in text:
                break
    for name in sorted(tools):
        required = tools[name].parameters.get("required", [])
        for key in _keys(required[0], "\n".join([view.instruction, *texts]))[:LOOKS] if len(required) == 1 else ():
            texts.append((yield name, {required[0]: key}))
    return "\n".join(sorted(texts, key=len, reverse=True))[:LONGEST]


def random_calls(view: View) -> Player:
    """Call any tools with what the instruction and earlier results hold, and submit any of it."""
    seen = view.instruction
    for _ in range(int(view.rng.integers(1, CALLS + 1))):
        name = _pick(view.rng, sorted(view.tools))
        text = yield name, _arguments(view, view.tools[name].parameters, seen)
        seen = f"{seen}\n{text[:2000]}"
    return str(_pick(view.rng, _words(seen)))


AGENTS: Mapping[str, Callable[[View], Player]] = MappingProxyType(
    dict(zip(TRIVIAL, (nop, refuse_all, dump_everything, random_calls, gold_text), strict=True))
)


def play_trivial(bench: Bench, name: str) -> Outcome:
    """Play a trivial agent in process, with the tools that the plan needs on offer."""
    schemas = {n: bench.suite.tool_schemas()[n] for n in bench.task.tools}
    gold = bench.reference.answer if bench.task.expectation.answer is not None else ""
    view = view_of(bench.task.id, bench.task.instruction, schemas, gold or "", name=name, seed=bench.seed)
    player = AGENTS[name](view)
    world = bench.template.open()
    made: list[ToolCall] = []
    try:
        tool, arguments = next(player)
        while True:
            error, text = None, ""
            try:
                text = render(bench.apps.tools[tool].call(world, arguments))
            except ToolError as refusal:
                error = text = str(refusal)
            made.append(ToolCall(tool=tool, arguments=arguments, error=error))
            tool, arguments = player.send(text)
    except StopIteration as end:
        return Outcome(changes=changed(world.changes()), calls=tuple(made), answer=end.value)
    finally:
        world.close()


def naive_passes(bench: Bench) -> Iterator[tuple[str, bool]]:
    """Yield for each declared naive rule whether the plan passes with it in place of a procedural skill's own.

    A skill that only decides on a condition is judged on the matched pair, as in synthesis: to pass, the rule has to
    pass on both sides. Where the file lacks the other side, nothing can be said.
    """
    plan = bench.task.plan
    for step in plan.steps:
        rule = bench.apps.skills[step.skill].rule
        decides = step.id in decisive(plan)
        if rule is None or (decides and bench.mate is None):
            continue
        sides = [bench, bench.mate] if decides and bench.mate is not None else [bench]
        for naive in sorted(rule.naive):
            outcomes = [(s, s.carry_out(s.task.plan, Variation(naive={step.id: naive}))) for s in sides]
            if any(outcome is not None for _, outcome in outcomes):
                passes = all(outcome is not None and not side.judge(outcome) for side, outcome in outcomes)
                yield f"{step.skill} by {naive}", passes


def _keys(parameter: str, text: str) -> list[str]:
    """Return the ids in a text that look as if a parameter such as ``order_id`` took them."""
    start = parameter[:3].upper()
    return list(dict.fromkeys(k for k in _ID.findall(text) if k.startswith(start)))


def _words(text: str) -> list[str]:
    found = [*_ID.findall(text), *re.findall(r'"([^"]{1,40})"', text), *re.findall(r"\d[\d.-]*\d|\d", text)]
    return list(dict.fromkeys([*found, *re.findall(r"\b[A-Z]\w+(?: [A-Z]\w+)*", text)])) or ["yes"]


def _arguments(view: View, schema: Mapping[str, Any], seen: str) -> dict[str, Any]:
    required = schema.get("required", [])
    chosen = [n for n in schema["properties"] if n in required or view.rng.random() < 0.3]
    return {name: _argument(view, name, schema["properties"][name], seen) for name in chosen}


def _argument(view: View, name: str, schema: Mapping[str, Any], seen: str) -> Any:
    if "enum" in schema:
        return _pick(view.rng, schema["enum"])
    kind = schema.get("type", "string")
    if kind in ("integer", "number"):
        found = [float(x) for x in re.findall(r"(?<![\w-])\d+(?:\.\d+)?(?![\w-])", view.instruction)] or [1.0]
        number = _pick(view.rng, found)
        return int(number) if kind == "integer" else number
    if kind == "boolean":
        return bool(view.rng.random() < 0.5)
    text = _pick(view.rng, (_keys(name, seen) if name.endswith("_id") else []) or _words(seen))
    return [text] if kind == "array" else text


def _pick(rng: np.random.Generator, options: Any) -> Any:
    return options[int(rng.integers(len(options)))]
