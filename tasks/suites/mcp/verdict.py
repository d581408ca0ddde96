"""Whether a rollout did what a task expects: the working folder, hidden writes, the answer, or a checker's word."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from skillweave.tasks.suite import ToolCall, ToolSchema, Verdict
from skillweave.tasks.suites.mcp.answers import answer_problems
from skillweave.tasks.suites.mcp.config import CallSpec
from skillweave.tasks.suites.mcp.folder import differences
from skillweave.tasks.values import Fact
from skillweave.taxonomy.artifacts import canonical_json, file_digest
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.userfile import user_module


class Checker(BaseModel):
    """A function of the user's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    place: str = Field(description="FILE.py:FUNCTION")
    sha256: str = Field(description="of the file, when the task was imported")


class Expected(BaseModel):
    """What stands in ``origin.data`` of a task."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calls: tuple[CallSpec, ...] = Field(default=(), description="the reference")
    skills: tuple[str, ...] = Field(default=(), description="the skill of each call")
    match: Literal["outcome", "calls"] = "outcome"
    changes: dict[str, dict[str, Any] | None] = Field(
        default_factory=dict, description="what the reference leaves in the working folder: path -> sha256 and text"
    )
    answer: tuple[Fact, ...] = ()
    checker: Checker | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A tool call of a rollout, as a checker sees it."""

    tool: str
    arguments: Mapping[str, Any]
    result: str
    error: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a checker is called with. It returns True, or what is wrong: False, a sentence, a list of sentences."""

    task: str
    instruction: str
    calls: Sequence[Made]
    answer: str | None
    files: Mapping[str, str | None]
    """text of each file of the working folder by its path; None for one that is no text or too long"""
    changed: Mapping[str, str | None]
    """the same for files that were made or changed; None also for one that was deleted"""


def judged(
    task: str,
    instruction: str,
    expected: Expected,
    *,
    schemas: Mapping[str, ToolSchema],
    hidden: Iterable[str],
    snapshot: Mapping[str, Any],
    calls: Sequence[ToolCall],
    answer: str | None,
) -> Verdict:
    """Return the verdict.

    The working folder must have changed as by the reference, however that was done; calls that write elsewhere (hidden)
    must be the reference's, no more and no fewer, in any order; the answer must state what is expected. With ``match:
    calls`` each call of the reference must be among those that went well, too. A checker takes the place of all but the
    answer.
    """
    done = [_form(call.tool, call.arguments, schemas) for call in calls if call.error is None]
    wanted = [_form(call.tool, call.arguments, schemas) for call in expected.calls]
    problems: list[str] = []
    if expected.checker is None:
        problems += differences(expected.changes, snapshot["changes"])
        problems += _hidden_problems(wanted, done, frozenset(hidden))
        if expected.match == "calls":
            missing = Counter(wanted) - Counter(done)
            problems += [f"The call {_named(form)} was not made." for form in missing.elements()]
    else:
        said = _asked(expected.checker, _record(task, instruction, snapshot, answer))
        if isinstance(said, str):
            return Verdict(success=False, mismatches=(), skills={}, first_broken=None, unscored=said)
        problems += said
    if answer is None:
        problems.append("No answer was submitted.")
    elif expected.answer:
        problems += answer_problems(expected.answer, answer, instruction)
    kept = dict.fromkeys(expected.skills, not problems)
    if problems and expected.calls:
        left = Counter(wanted) - Counter(done)
        broken = {skill for skill, form in zip(expected.skills, wanted, strict=True) if left[form]}
        kept = {skill: skill not in broken for skill in expected.skills}
    return Verdict(
        success=not problems,
        mismatches=tuple(problems),
        skills=kept,
        first_broken=next((skill for skill in expected.skills if not kept[skill]), None),
    )


def _form(tool: str, arguments: Mapping[str, Any], schemas: Mapping[str, ToolSchema]) -> str:
    """Return a call as a text that is the same for calls that mean the same: defaults filled in, 1.0 as 1."""
    fields = schemas[tool].parameters.get("properties", {}) if tool in schemas else {}
    given = {name: field["default"] for name, field in fields.items() if "default" in field}
    given |= {name: value for name, value in arguments.items() if value is not None}
    return canonical_json([tool, _plain(given)])


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _hidden_problems(wanted: Sequence[str], done: Sequence[str], hidden: frozenset[str]) -> Iterable[str]:
    ours, theirs = (Counter(f for f in forms if json.loads(f)[0] in hidden) for forms in (wanted, done))
    for form in (ours - theirs).elements():
        yield f"The call {_named(form)} was not made."
    for form in (theirs - ours).elements():
        yield f"The call {_named(form)} was made, and should not be."


def _named(form: str) -> str:
    tool, arguments = json.loads(form)
    text = f"{tool}({', '.join(f'{k}={v!r}' for k, v in arguments.items())})"
    return text if len(text) <= 200 else f"{text[:200]}...)"


def _record(task: str, instruction: str, snapshot: Mapping[str, Any], answer: str | None) -> Record:
    return Record(
        task=task,
        instruction=instruction,
        calls=tuple(Made(**call) for call in snapshot["results"]),
        answer=answer,
        files={name: entry["text"] for name, entry in snapshot["files"].items()},
        changed={n: None if e is None else e["text"] for n, e in snapshot["changes"].items()},
    )


def checker_of(place: str) -> Checker:
    """Return a checker by FILE.py:FUNCTION; raises `UserError` where there is none."""
    _function(place)
    return Checker(place=place, sha256=file_digest(Path(place.rpartition(":")[0])))


def _function(place: str) -> Any:
    file, _, name = place.rpartition(":")
    if not file.endswith(".py"):
        raise UserError(f"checker {place!r} names no function", hint="write it as FILE.py:FUNCTION")
    found = getattr(user_module(Path(file)), name, None)
    if not callable(found):
        raise UserError(f"{file!r} has no function {name!r}", hint="write a checker as FILE.py:FUNCTION")
    return found


def _asked(checker: Checker, record: Record) -> str | list[str]:
    """Return the sentences of a checker, none where it passes; a text says why there is no verdict."""
    try:
        function = _function(checker.place)
    except UserError as error:
        return f"the checker is gone: {error.message}"
    if file_digest(Path(checker.place.rpartition(":")[0])) != checker.sha256:
        return f"{checker.place!r} is no longer what it was when the task was imported: import it again"
    try:
        said = function(record)
    except Exception as error:
        return f"the checker {checker.place!r} raised {type(error).__name__}: {error}"
    if isinstance(said, bool):
        return [] if said else [f"{checker.place} says no."]
    if isinstance(said, str):
        return [said] if said else []
    if isinstance(said, list | tuple) and all(isinstance(part, str) for part in said):
        return list(said)
    return f"the checker {checker.place!r} returned {said!r}, not True, False, a sentence or a list of sentences"
