"""Agents that know nothing and must never pass. Each is written once, and played in process or by the harness.

An agent is a generator: it yields tool calls, is sent the text that came back, and returns the answer to submit.
"""

import re
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from skillweave.tasks.suite import ToolCall, ToolSchema
from skillweave.tasks.tools import Tool, ToolError, render
from skillweave.tasks.world import World
from skillweave.taxonomy.artifacts import digest

T = TypeVar("T")
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
    tools: Mapping[str, ToolSchema | Tool]
    gold: str
    rng: np.random.Generator


def view_of(
    task_id: str, instruction: str, tools: Mapping[str, ToolSchema | Tool], gold: str, *, name: str, seed: int
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
    return str(pick(view.rng, (yield from wander(view))))


def wander(view: View) -> Generator[tuple[str, dict[str, Any]], str, tuple[str, ...]]:
    """Call any tools with what the instruction and earlier results hold; return all of it that may be submitted."""
    seen = view.instruction
    for _ in range(int(view.rng.integers(1, CALLS + 1))):
        name = pick(view.rng, sorted(view.tools))
        text = yield name, _arguments(view, view.tools[name].parameters, seen)
        seen = f"{seen}\n{text[:2000]}"
    return _words(seen)


AGENTS: Mapping[str, Callable[[View], Player]] = MappingProxyType(
    {f.__name__: f for f in (nop, refuse_all, dump_everything, random_calls, gold_text)}
)


def play(
    player: Generator[tuple[str, dict[str, Any]], str, T], tools: Mapping[str, Tool], world: World
) -> tuple[tuple[ToolCall, ...], T]:
    """Let an agent play in a world; return its calls, each with the refusal that came back, and what it returns."""
    made: list[ToolCall] = []
    try:
        tool, arguments = next(player)
        while True:
            error, text = None, ""
            try:
                text = render(world.call(tools[tool], arguments))
            except ToolError as refusal:
                error = text = str(refusal)
            made.append(ToolCall(tool=tool, arguments=arguments, error=error))
            tool, arguments = player.send(text)
    except StopIteration as end:
        answer: T = end.value
        return tuple(made), answer


def _keys(parameter: str, text: str) -> list[str]:
    """Return the ids in a text that look as if a parameter such as ``order_id`` took them."""
    start = parameter[:3].upper()
    return [k for k in _ids(text) if k.startswith(start)]


@lru_cache(maxsize=2)
def _ids(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_ID.findall(text)))


@lru_cache(maxsize=2)
def _words(text: str) -> tuple[str, ...]:
    found = [*_ID.findall(text), *re.findall(r'"([^"]{1,40})"', text), *re.findall(r"\d[\d.-]*\d|\d", text)]
    return tuple(dict.fromkeys([*found, *re.findall(r"\b[A-Z]\w+(?: [A-Z]\w+)*", text)])) or ("yes",)


def _arguments(view: View, schema: Mapping[str, Any], seen: str) -> dict[str, Any]:
    required = schema.get("required", [])
    chosen = [n for n in schema["properties"] if n in required or view.rng.random() < 0.3]
    return {name: _argument(view, name, schema["properties"][name], seen) for name in chosen}


def _argument(view: View, name: str, schema: Mapping[str, Any], seen: str) -> Any:
    if "enum" in schema:
        return pick(view.rng, schema["enum"])
    kind = schema.get("type", "string")
    if kind in ("integer", "number"):
        found = [float(x) for x in re.findall(r"(?<![\w-])\d+(?:\.\d+)?(?![\w-])", view.instruction)] or [1.0]
        number = pick(view.rng, found)
        return int(number) if kind == "integer" else number
    if kind == "boolean":
        return bool(view.rng.random() < 0.5)
    text = pick(view.rng, (_keys(name, seen) if name.endswith("_id") else []) or _words(seen))
    return [text] if kind == "array" else text


def pick(rng: np.random.Generator, options: Any) -> Any:
    """Return one of the options."""
    return options[int(rng.integers(len(options)))]
