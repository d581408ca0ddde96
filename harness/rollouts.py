"""Live rollouts: the one place where an agent's tool calls meet the world.

An agent's tools hold a `Line`, which is a key and nothing else; the world and the task stand in a table of this module.
Python cannot hide an object from code that runs in the same process and goes looking for it; what is promised, and
tested, is that nothing that is handed to an agent refers to a task, its plan or its world.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import anyio
from inspect_ai.event import SampleLimitEvent, ToolEvent
from inspect_ai.log import transcript
from inspect_ai.tool import ToolCall as ModelCall
from inspect_ai.tool import ToolCallError
from inspect_ai.util import LimitExceededError
from shortuuid import uuid

from skillweave.agents.prompts import answer_of
from skillweave.agents.toolkit import Reply
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.submit import RECORDED, SUBMIT
from skillweave.tasks.suite import NO_VOICES, Session, ToolCall, ToolSuite, Turn, Voices
from skillweave.tasks.tools import ToolError, render
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.tree import Taxonomy

MAX_ARGUMENTS = 50_000
"""characters of the JSON of one call's arguments; a larger call is refused"""
RECORD = "skillweave"
"""key in the sample's store under which the record of a finished rollout stands"""
RECORD_SCHEMA = "skillweave.rollout/2"

_LIVE: dict[str, "Rollout"] = {}
_CURRENT: ContextVar[str | None] = ContextVar("skillweave_rollout", default=None)


class Rollout:
    """One agent attempt on one task: its world, the calls made so far and the answer."""

    def __init__(
        self,
        *,
        task: TaskSpec,
        source: Path,
        suite: ToolSuite,
        offered: Sequence[str],
        epoch: int,
        labels: Mapping[str, Any],
        taxonomy: Taxonomy | None = None,
        voices: Voices = NO_VOICES,
    ) -> None:
        """``source`` is the tasks file, which the scorer reads again; ``labels`` is the sample's metadata."""
        self.task = task
        self.source = source
        self.suite = suite
        self.offered = tuple(offered)
        self.epoch = epoch
        self.labels = labels
        self.taxonomy = taxonomy
        self.submission = "tool"
        """how the answer is handed over: tool or text"""
        self.tool_limit: int | None = None
        """calls of tools that the rollout may make"""
        self.limit: LimitExceededError | None = None
        """the limit that was reached; nothing that the agent does afterwards counts"""
        self.fault: BaseException | None = None
        """what broke that is not the agent's: the model's endpoint, or the suite"""
        self.handed_over = False
        """whether code of the agent's own has run: what is raised before it does is no failure of the agent"""
        self.failure: str | None = None
        """how the agent's own code failed"""
        self.replies = 0
        """times the model replied"""
        self.session: Session = suite.open(task, voices)
        self.calls: list[list[ToolCall]] = []
        """by turn of the user; empty until the user was heard"""
        self.answer: str | None = None
        self.submitted = False
        self.unparsed: dict[str, str] = {}
        """by id of the call: why the model's arguments could not be read"""
        self._lock = anyio.Lock()

    async def hear(self) -> Turn | None:
        """Return the user's next turn, None where the dialogue is over; what keeps the user from speaking is a fault.

        Later calls belong to the turn, and the answer counts anew.
        """
        try:
            turn = await self.session.turn((self.answer or "") if self.calls else None)
        except LimitExceededError:
            raise
        except Exception as error:
            self.fault = self.fault or error
            raise
        if turn is not None:
            self.calls.append([])
            self.answer = None
            self.submitted = False
            self.offered += tuple(name for name in turn.tools if name not in self.offered)
        return turn

    async def call(self, tool: str, arguments: Mapping[str, Any], call_id: str | None = None) -> Reply:
        """Carry out one call of the agent, one at a time and in order, and write it to the log as a ToolEvent."""
        async with self._lock:
            if tool != SUBMIT and self.limit is None and sum(map(len, self.calls)) == self.tool_limit:
                self.end(limit_error(f"the agent made more than {self.tool_limit} tool calls", self.tool_limit))
            if self.limit is not None:
                raise self.limit
            started, clock = datetime.now(UTC), perf_counter()
            reply = await self._answer(tool, arguments, call_id)
            if tool != SUBMIT:
                error = reply.text if reply.error else None
                self.calls[-1].append(ToolCall(tool=tool, arguments=dict(arguments), error=error))
        _write_event(tool, arguments, call_id, reply, started, perf_counter() - clock)
        return reply

    async def _answer(self, tool: str, arguments: Mapping[str, Any], call_id: str | None) -> Reply:
        unparsed = self.unparsed.pop(call_id or "", None)
        if unparsed is not None:
            return Reply(text=f"{tool} was not run, its arguments could not be read: {unparsed}", error=True)
        if self.submitted:
            return Reply(text="Ignored: the answer was submitted already, the work is over.", error=True)
        if tool not in (*self.offered, SUBMIT):
            tools = ", ".join(sorted((*self.offered, SUBMIT)))
            return Reply(text=f"There is no tool {tool!r}. The tools are: {tools}.", error=True)
        size = len(json.dumps(arguments, default=str))
        if size > MAX_ARGUMENTS:
            text = f"{tool} was not run: its arguments are {size} characters long, at most {MAX_ARGUMENTS} are taken."
            return Reply(text=text, error=True)
        if tool == SUBMIT:
            return self._submit(arguments)
        try:
            return Reply(text=render(await self.session.call(tool, arguments)))
        except ToolError as error:
            return Reply(text=str(error), error=True)
        except Exception as error:
            self.fault = self.fault or error
            raise

    def end(self, limit: LimitExceededError) -> None:
        """Note that a limit was reached."""
        self.limit = self.limit or limit

    def say(self, text: str) -> None:
        """Take a last message as the answer, where answers are handed over as text."""
        if self.submission == "text" and not self.submitted and self.limit is None and text.strip():
            self.answer, self.submitted = answer_of(text)[:MAX_ARGUMENTS], True

    def note_unknown(self, call: ModelCall) -> None:
        """Record a call of a tool that does not exist."""
        problem = f"there is no tool {call.function!r}"
        self.calls[-1].append(ToolCall(tool=call.function, arguments=call.arguments, error=problem))
        _write_event(call.function, call.arguments, call.id, Reply(text=problem, error=True), datetime.now(UTC), 0.0)

    def _submit(self, arguments: Mapping[str, Any]) -> Reply:
        answer = arguments.get("answer")
        if isinstance(answer, dict | list) or set(arguments) - {"answer"}:
            return Reply(text=f"{SUBMIT} takes one argument, answer, a string.", error=True)
        self.answer = "" if answer is None else str(answer)
        self.submitted = True
        return Reply(text=RECORDED)

    def record(self) -> dict[str, Any]:
        """Return all that the scorer needs of the rollout, as JSON."""
        return {
            "schema": RECORD_SCHEMA,
            "task": digest(self.task.to_json()),
            "source": str(self.source),
            "snapshot": self.session.snapshot(),
            "calls": [
                [{"tool": c.tool, "arguments": dict(c.arguments), "error": c.error} for c in turn]
                for turn in self.calls
            ],
            "answer": self.answer,
            "submitted": self.submitted,
            "failure": self.failure,
        }


def limit_error(message: str, limit: int) -> LimitExceededError:
    """Return a limit of our own that was reached, and write it to the log."""
    transcript()._event(SampleLimitEvent(type="custom", message=message, limit=limit))
    return LimitExceededError("custom", value=limit, limit=limit, message=message)


def _write_event(
    tool: str, arguments: Mapping[str, Any], call_id: str | None, reply: Reply, started: datetime, seconds: float
) -> None:
    # Private, but Inspect has no public way to write a ToolEvent.
    transcript()._event(
        ToolEvent(
            id=call_id or uuid(),
            function=tool,
            arguments=dict(arguments),
            result="" if reply.error else reply.text,
            error=ToolCallError(type="unknown", message=reply.text) if reply.error else None,
            timestamp=started,
            completed=datetime.now(UTC),
            working_time=seconds,
        )
    )


@dataclass(frozen=True, slots=True)
class Line:
    """An agent's channel to its rollout: a key, and no way from it to what stands behind."""

    key: str

    async def __call__(self, tool: str, arguments: Mapping[str, Any], call_id: str | None) -> Reply:
        """Pass a call on; raises RuntimeError once the rollout is over."""
        return await live_rollout(self.key).call(tool, arguments, call_id)


def open_rollout(key: str, rollout: Rollout) -> None:
    """Make a rollout reachable under a key (the uuid of its sample)."""
    close_rollout(key)
    _LIVE[key] = rollout


def live_rollout(key: str) -> Rollout:
    """Return the rollout of a key; raises RuntimeError where it is over or was never opened."""
    if key not in _LIVE:
        raise RuntimeError(f"no rollout is open under {key!r}")
    return _LIVE[key]


def handed_over() -> bool:
    """Return whether an agent's own code has run in any rollout that is open."""
    return any(rollout.handed_over for rollout in list(_LIVE.values()))


def close_rollout(key: str) -> None:
    """Free the world of a rollout; nothing happens where none is open."""
    rollout = _LIVE.pop(key, None)
    if rollout is not None:
        rollout.session.close()


@contextmanager
def playing(key: str) -> Iterator[None]:
    """Mark a rollout as the one that this context, and what it starts, plays."""
    token = _CURRENT.set(key)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current_rollout() -> Rollout | None:
    """Return the rollout that is played in this context, if any. For models that are simulated, never for agents."""
    key = _CURRENT.get()
    return None if key is None else _LIVE.get(key)


def over() -> bool:
    """Return whether the answer of the rollout played here was submitted: the model need not be asked any more."""
    rollout = current_rollout()
    return rollout is not None and rollout.submitted


def note_calls(calls: Sequence[ModelCall] | None, known: Collection[str]) -> None:
    """Look through what the model called: remember calls that could not be read, record those of unknown tools.

    A graph answers a call of a tool that does not exist by itself, so it would not appear among the rollout's calls.
    """
    rollout = current_rollout()
    for call in calls or []:
        if rollout is None:
            return
        if call.function not in known:
            rollout.note_unknown(call)
        elif call.parse_error:
            rollout.unparsed[call.id] = call.parse_error
