"""A user's own tasks for a server: rows of JSON Lines, checked, proven on fresh servers."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillweave.tasks.foreign import UNPROVEN, Foreign
from skillweave.tasks.spec import Origin
from skillweave.tasks.suites.mcp.answers import Answer, facts_of
from skillweave.tasks.suites.mcp.client import ServerFault
from skillweave.tasks.suites.mcp.config import CallSpec
from skillweave.tasks.suites.mcp.proving import Refused, proven
from skillweave.tasks.suites.mcp.suite import McpSuite
from skillweave.tasks.suites.mcp.verdict import Expected, checker_of
from skillweave.taxonomy.artifacts import read_jsonl
from skillweave.taxonomy.errors import UserError

AT_ONCE = 2
"""rows that are proven at the same time"""
Progress = Callable[[int, int], None]


class Row(BaseModel):
    """One task as a user writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    instruction: str = Field(min_length=1)
    calls: tuple[CallSpec, ...] = Field(default=(), description="the reference: calls that do what is asked")
    answer: Answer | None = Field(default=None, description="what the answer must state, all of it")
    checker: str | None = Field(default=None, description="FILE.py:FUNCTION, beside the file of the rows")
    match: Literal["outcome", "calls"] = Field(
        default="outcome", description="calls: each expected call must be made, beside the outcome"
    )
    tools: tuple[str, ...] = Field(default=(), description="tools offered whatever a run says")
    skills: tuple[str, ...] = Field(default=(), description="what it takes, where there are no calls to tell")
    group: str = ""


async def rows_of(suite: McpSuite, path: Path, progress: Progress) -> list[Foreign]:
    """Return the tasks of a file in its order; raises `UserError` with file and line for what does not fit or hold."""
    rows: list[tuple[str, Row]] = []
    for number, given in read_jsonl(path):
        where = f"{path}:{number}"
        row = _row(given, where)
        if any(row.id == other.id for _, other in rows):
            raise UserError(f"{where}: task {row.id!r} stands here twice", hint="ids must be unique in a tasks file")
        _check(suite, row, where)
        rows.append((where, row))
    if not rows:
        raise UserError(f"{str(path)!r} holds no tasks", hint="one JSON object a line: id, instruction, calls, answer")
    gate = asyncio.Semaphore(AT_ONCE)
    done = 0

    async def prove(where: str, row: Row) -> Foreign:
        nonlocal done
        async with gate:
            found = await _proven(suite, row, path, where)
        done += 1
        progress(done, len(rows))
        return found

    found = await asyncio.gather(*(prove(where, row) for where, row in rows), return_exceptions=True)
    problem = next((one for one in found if isinstance(one, BaseException)), None)
    if problem is not None:
        raise problem
    return [one for one in found if isinstance(one, Foreign)]


def _row(given: Any, where: str) -> Row:
    try:
        row = Row.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        got = str(first["input"])[:60]
        raise UserError(f"{where}: {place + ': ' if place else ''}{first['msg']} (got {got!r})") from None
    if not (row.calls or row.checker or row.answer is not None):
        raise UserError(f"{where}: nothing tells whether it was done", hint="give calls, an answer or a checker")
    return row


def _check(suite: McpSuite, row: Row, where: str) -> None:
    schemas = suite.tool_schemas()
    for number, call in enumerate(row.calls, 1):
        if call.tool not in schemas:
            raise UserError(
                f"{where}: call {number}: there is no tool {call.tool!r}", hint=f"there is {', '.join(sorted(schemas))}"
            )
        problem = argument_problem(schemas[call.tool].parameters, call.arguments)
        if problem is not None:
            raise UserError(f"{where}: call {number}, {call.tool}: {problem}")
    unknown = next((name for name in row.tools if name not in schemas), None)
    if unknown is not None:
        raise UserError(f"{where}: there is no tool {unknown!r}", hint=f"there is {', '.join(sorted(schemas))}")
    strange = next((skill for skill in row.skills if skill not in suite.skill_tools()), None)
    if strange is not None:
        raise UserError(
            f"{where}: there is no skill {strange!r}", hint=f"there is {', '.join(sorted(suite.skill_tools()))}"
        )
    if row.calls and row.skills:
        raise UserError(f"{where}: its calls tell its skills", hint="leave out skills")
    if not (row.calls or row.skills):
        raise UserError(f"{where}: it names no skills", hint="give calls, or skills where there are none to give")


def argument_problem(schema: Mapping[str, Any], arguments: Mapping[str, Any]) -> str | None:
    """Return what is wrong with arguments by a JSON schema, or None."""
    for error in Draft202012Validator(dict(schema)).iter_errors(dict(arguments)):
        place = ".".join(map(str, error.absolute_path))
        return f"{place}: {error.message}" if place else str(error.message)
    return None


async def _proven(suite: McpSuite, row: Row, path: Path, where: str) -> Foreign:
    try:
        checker = None if row.checker is None else checker_of(str(path.parent / row.checker))
    except UserError as error:
        raise UserError(f"{where}: {error.message}", hint=error.hint) from None
    skills = tuple(suite.skill_of(call.tool, call.arguments) for call in row.calls) or row.skills
    try:
        answer = () if row.answer is None else facts_of(row.answer)
    except ValueError as error:
        raise UserError(f"{where}: answer: {error}") from None
    expected = Expected(calls=row.calls, skills=skills, match=row.match, answer=answer, checker=checker)
    try:
        # A checker alone says nothing of how to pass it.
        untried = checker is not None and not row.calls and not answer
        if not untried:
            expected = await proven(suite, row.id, row.instruction, expected)
    except Refused as error:
        raise UserError(f"{where}: task {row.id!r}: {error}") from None
    except ServerFault as fault:
        raise UserError(f"{where}: task {row.id!r} could not be tried: {fault}") from None
    return foreign_of(suite, row.id, row.instruction, expected, row.group, row.tools, (UNPROVEN,) if untried else ())


def foreign_of(
    suite: McpSuite,
    name: str,
    instruction: str,
    expected: Expected,
    group: str = "",
    offered: tuple[str, ...] = (),
    labels: tuple[str, ...] = (),
) -> Foreign:
    """Return a task with all that is needed to play and judge it."""
    tools = tuple(call.tool for call in expected.calls)
    if not tools:
        tools = tuple(tool for skill in expected.skills for tool in suite.skill_tools()[skill])
    return Foreign(
        id=name,
        instruction=instruction,
        sequence=expected.skills,
        tools=tools,
        offered=offered,
        origin=Origin(
            group=group or suite.place.config.name,
            labels=labels,
            data=expected.model_dump(mode="json", exclude_defaults=True),
        ),
        writes=sum(call.tool not in suite.read_only for call in expected.calls),
    )
