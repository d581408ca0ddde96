"""A task written by a model: tools come first, then it fills in their arguments call by call, then words a request.

Each call is carried out on a fresh server before the next is asked for, so that arguments can build on results. Prompts
are short: models that run anywhere can play the author.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from skillweave.tasks.suites.mcp.answers import facts_of, stated
from skillweave.tasks.suites.mcp.config import CallSpec
from skillweave.tasks.suites.mcp.proving import Played, traced_call
from skillweave.tasks.suites.mcp.rows import argument_problem
from skillweave.tasks.suites.mcp.suite import McpSession, McpSuite, first_use
from skillweave.tasks.suites.mcp.verdict import Expected
from skillweave.tasks.tools import ToolError
from skillweave.taxonomy.artifacts import canonical_json

T = TypeVar("T")
Ask = Callable[[str, Mapping[str, Any]], Awaitable[str]]
"""(prompt, JSON schema of the reply) -> the reply; a model of the author's"""
CHANCES = 3
"""times the author may propose the arguments of one call, or word the request"""
SHOWN, LOOKED = 300, 800
"""characters of a result that the author is shown: of a call, and of a look at the server"""
LONGEST_ANSWER = 80

NO_JSON = "the author's reply is no JSON of the kind asked for"
MISFIT = "arguments do not fit the tool's schema"
REFUSED = "the server refuses the call"
OTHER_SKILL = "the call carries out another skill"
NO_TRACE = "a call that should change something changes nothing"
NO_QUESTION = "nothing is changed and nothing is asked for"
UNFOUND = "the answer stands in no result"
GIVEN_AWAY = "the answer stands in the request"
TOOL_NAMED = "the request names a tool"
REPEATED = "an equal call stands in an earlier task"


class TurnedDown(Exception):
    """A try came to nothing; ``reason`` is one of few, the text says more."""

    def __init__(self, reason: str, more: str = "") -> None:
        super().__init__(f"{reason}: {more}" if more else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an author made of some skills."""

    instruction: str
    expected: Expected
    run: Played
    """what the calls led to while it was written"""


def ordered(suite: McpSuite, skills: Sequence[str], rng: Random) -> list[tuple[str, str]]:
    """Return the skills with a tool for each, by chance; those that only read come first, as work is mostly done."""
    chosen = [(skill, rng.choice(list(suite.skill_tools()[skill]))) for skill in sorted(skills)]
    rng.shuffle(chosen)
    return sorted(chosen, key=lambda pair: pair[1] not in suite.read_only)


async def looked(suite: McpSuite) -> str:
    """Return what a look at a fresh server shows: the calls of the config, else all that read and need no arguments."""
    schemas = suite.tool_schemas()
    bare = [name for name in sorted(suite.read_only) if not schemas[name].parameters.get("required")]
    calls = suite.place.config.look or tuple(CallSpec(tool=name) for name in bare)
    session = suite.session()
    lines = []
    try:
        await session.turn(None)
        for call in calls:
            try:
                said = await session.call(call.tool, call.arguments)
            except ToolError as error:
                said = str(error)
            lines.append(f"{first_use(call)} -> {_cut(str(said), LOOKED)}")
    finally:
        session.close()
    return "\n".join(lines)


async def draft(
    suite: McpSuite, skills: Sequence[str], ask: Ask, rng: Random, *, look: str, used: Sequence[str] = ()
) -> Draft:
    """Return a task that an author wrote for skills; raises `TurnedDown`.

    ``used`` are calls of earlier tasks, which the author is asked to avoid.
    """
    steps = ordered(suite, skills, rng)
    session = suite.session()
    calls: list[CallSpec] = []
    results: list[str] = []
    traces: list[bool] = []
    try:
        await session.turn(None)
        for skill, tool in steps:
            told = _told(look, calls, results, used)
            taken = used if len(steps) == 1 else ()  # beside another call it makes another task
            call, result, trace = await _step(suite, session, skill, tool, ask, told, taken)
            calls.append(call)
            results.append(result)
            traces.append(trace)
        snapshot = session.snapshot()
    finally:
        session.close()
    writes = any(call.tool not in suite.read_only for call in calls)
    instruction, answer = await _worded(suite, ask, calls, results, writes=writes)
    expected = Expected(
        calls=tuple(calls),
        skills=tuple(skill for skill, _ in steps),
        changes=dict(snapshot["changes"]),
        answer=facts_of(answer) if answer else (),
    )
    run = Played(snapshot=snapshot, results=tuple(results), left_traces=tuple(traces))
    return Draft(instruction=instruction, expected=expected, run=run)


def _told(look: str, calls: Sequence[CallSpec], results: Sequence[str], used: Sequence[str]) -> str:
    parts = [f"What there is:\n{look}"] if look else []
    if calls:
        parts.append(f"Calls so far:\n{_listed(calls, results)}")
    if used:
        parts.append("Do something else than:\n" + "\n".join(used))
    return "\n\n".join(parts)


async def _step(
    suite: McpSuite, session: McpSession, skill: str, tool: str, ask: Ask, told: str, taken: Sequence[str]
) -> tuple[CallSpec, str, bool]:
    """Return one call that went well, its result, and whether it changed the folder."""
    schema = suite.tool_schemas()[tool]
    if not schema.parameters.get("properties"):
        return await _carried_out(suite, session, skill, CallSpec(tool=tool))
    form = canonical_json({name: part for name, part in schema.parameters.items() if name != "$schema"})
    prompt = (
        f"{told}\n\nThe next call is {tool}: {_cut(schema.description, SHOWN)}\n"
        f"JSON schema of its arguments: {form}\n"
        "Choose arguments for a useful call. Use names and values that really stand above, "
        "and results of the calls so far where they fit; what is to be written may be new. "
        "Reply with the JSON object of the arguments only."
    )

    async def proposed(said: str) -> tuple[CallSpec, str, bool]:
        given = _json_in(said)
        misfit = argument_problem(schema.parameters, given)
        if misfit is not None:
            raise TurnedDown(MISFIT, misfit)
        call = CallSpec(tool=tool, arguments=given)
        if first_use(call) in taken:
            raise TurnedDown(REPEATED, first_use(call))
        return await _carried_out(suite, session, skill, call)

    return await _with_chances(ask, prompt, schema.parameters, proposed)


async def _with_chances(ask: Ask, prompt: str, schema: Mapping[str, Any], take: Callable[[str], Awaitable[T]]) -> T:
    """Return what is made of the author's reply; what was wrong with one is told it, and it may reply again."""
    problem: TurnedDown | None = None
    for _ in range(CHANCES):
        asked = prompt if problem is None else f"{prompt}\nYour last reply was wrong: {_cut(str(problem), SHOWN)}"
        try:
            return await take(await ask(asked, schema))
        except TurnedDown as error:
            problem = error
    assert problem is not None
    raise problem


async def _carried_out(suite: McpSuite, session: McpSession, skill: str, call: CallSpec) -> tuple[CallSpec, str, bool]:
    found = suite.skill_of(call.tool, call.arguments)
    if found != skill:
        raise TurnedDown(OTHER_SKILL, f"{found}, not {skill}")
    try:
        trace = await traced_call(session, call)
    except ToolError as error:
        raise TurnedDown(REFUSED, str(error)) from None
    if not trace and call.tool not in suite.read_only | suite.hidden:
        raise TurnedDown(NO_TRACE, first_use(call))
    return call, str(session.results[-1]["result"]), trace


async def _worded(
    suite: McpSuite, ask: Ask, calls: Sequence[CallSpec], results: Sequence[str], *, writes: bool
) -> tuple[str, str]:
    """Return a request that leads to the calls, and the answer that it asks for, '' for none."""
    reads = any(call.tool in suite.read_only for call in calls)
    wanted = (
        'If the user wants to know something, "answer" is the one short value of the results that tells it; else "".'
        if writes
        else '"answer" is the one short value of the results that the user asks for: a number, a name or a date.'
    )
    prompt = (
        f"An assistant made these calls:\n{_listed(calls, results)}\n\n"
        "Write what a user asked the assistant for, in one to three sentences. Whoever reads only your request must be "
        "able to do the same: give every path, name and text that was used. Do not name tools"
        f"{' or give the answer' if reads else ''}.\n"
        + (f'{wanted}\nReply with JSON only: {{"request": "...", "answer": "..."}}' if reads else BARE)
    )
    form = WORDED if reads else UNASKED

    async def worded(reply: str) -> tuple[str, str]:
        said = _json_in(reply)
        problem = argument_problem(form, said)
        if problem is not None:
            raise TurnedDown(NO_JSON, problem)
        request, answer = " ".join(said["request"].split()), said["answer"].strip() if reads else ""
        named = next((name for name in suite.tool_schemas() if _names(request, name)), None)
        if named is not None:
            raise TurnedDown(TOOL_NAMED, named)
        if not (answer or writes):
            raise TurnedDown(NO_QUESTION)
        if answer and not any(stated(result, answer) for result in results):
            raise TurnedDown(UNFOUND, repr(answer))
        if answer and stated(request, answer):
            raise TurnedDown(GIVEN_AWAY, repr(answer))
        return request, answer

    return await _with_chances(ask, prompt, form, worded)


def _names(request: str, tool: str) -> bool:
    """Return whether a request speaks of a tool by its name; a name that is a plain word may stand in it."""
    end = r"[(]" if re.fullmatch("[a-z]+", tool) else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(tool)}{end}", request) is not None


BARE = 'Reply with JSON only: {"request": "..."}'
REQUEST: Mapping[str, Any] = {"type": "string", "minLength": 10, "maxLength": 800}
WORDED: Mapping[str, Any] = {
    "type": "object",
    "properties": {"request": REQUEST, "answer": {"type": "string", "maxLength": LONGEST_ANSWER}},
    "required": ["request", "answer"],
    "additionalProperties": False,
}
UNASKED: Mapping[str, Any] = {"type": "object", "properties": {"request": REQUEST}, "required": ["request"]}


def _json_in(text: str) -> dict[str, Any]:
    """Return the JSON object in a reply, which may stand in a fence or between words; raises `TurnedDown`."""
    fenced = re.search(r"```(?:json)?\s*(\{.*\})\s*```", text, re.DOTALL)
    start, end = text.find("{"), text.rfind("}")
    for part in (fenced[1] if fenced else "", text[start : end + 1] if 0 <= start < end else ""):
        try:
            found = json.loads(part)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    raise TurnedDown(NO_JSON, repr(text[:80]))


def _listed(calls: Sequence[CallSpec], results: Sequence[str]) -> str:
    return "\n".join(f"{first_use(c)} -> {_cut(r, SHOWN)}" for c, r in zip(calls, results, strict=True))


def _cut(text: str, longest: int) -> str:
    plain = text.strip()
    return plain if len(plain) <= longest else f"{plain[:longest]}..."
