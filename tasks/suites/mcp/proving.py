"""A reference carried out on fresh servers: what it leads to, and whether it does so twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skillweave.tasks.suite import ToolCall
from skillweave.tasks.suites.mcp.answers import text_of
from skillweave.tasks.suites.mcp.config import CallSpec
from skillweave.tasks.suites.mcp.folder import differences
from skillweave.tasks.suites.mcp.suite import McpSession, McpSuite, first_use
from skillweave.tasks.suites.mcp.verdict import Expected
from skillweave.tasks.tools import ToolError


class Refused(Exception):
    """A reference does not hold; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What one server made of calls."""

    snapshot: Mapping[str, Any]
    results: tuple[str, ...]
    left_traces: tuple[bool, ...]
    """for each call, whether it changed the working folder"""

    def calls(self, calls: Sequence[CallSpec]) -> list[ToolCall]:
        """Return the calls as a rollout has them."""
        return [ToolCall(tool=call.tool, arguments=call.arguments) for call in calls]


async def played(suite: McpSuite, calls: Sequence[CallSpec], *, whole: bool = False) -> Played:
    """Carry calls out on a fresh server; raises `Refused` for one that is refused."""
    session = suite.session(whole=whole)
    try:
        await session.turn(None)
        traces = [await traced(session, number, call) for number, call in enumerate(calls, 1)]
        return Played(
            snapshot=session.snapshot(),
            results=tuple(str(row["result"]) for row in session.results),
            left_traces=tuple(traces),
        )
    finally:
        session.close()


async def traced(session: McpSession, number: int, call: CallSpec) -> bool:
    """Carry one call out as `traced_call` does; raises `Refused` where it is refused."""
    try:
        return await traced_call(session, call)
    except ToolError as error:
        raise Refused(f"call {number}, {first_use(call)[:120]}, is refused: {error}") from None


async def traced_call(session: McpSession, call: CallSpec) -> bool:
    """Carry one call out and return whether it changed the working folder."""
    before = _hashes(session.state())
    await session.call(call.tool, call.arguments)
    return _hashes(session.state()) != before


def _hashes(state: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {name: str(entry["sha256"]) for name, entry in state.items()}


async def proven(suite: McpSuite, name: str, instruction: str, expected: Expected) -> Expected:
    """Return what is expected with the changes that its calls lead to.

    Raises `Refused` where a call is refused or leaves no trace, where two fresh servers differ, and where the reference
    does not pass its own check.
    """
    whole = expected.checker is not None
    first = await played(suite, expected.calls, whole=whole)
    _check_traces(suite, expected.calls, first)
    second = await played(suite, expected.calls, whole=whole)
    check_alike(suite, expected.calls, first, second)
    found = expected.model_copy(update={"changes": dict(first.snapshot["changes"])})
    check_accepted(suite, name, instruction, found, (first, second))
    return found


def check_accepted(suite: McpSuite, name: str, instruction: str, found: Expected, runs: Sequence[Played]) -> None:
    """Raise `Refused` where a run of the reference does not pass its own check."""
    answer = text_of(found.answer)
    for run in runs:
        verdict = suite.judged(name, instruction, found, run.snapshot, run.calls(found.calls), answer)
        if not verdict.success:
            said = verdict.unscored or " ".join(verdict.mismatches)
            raise Refused(f"the expected calls and answer do not pass its own check: {said}")


def _check_traces(suite: McpSuite, calls: Sequence[CallSpec], run: Played) -> None:
    for number, (call, traces) in enumerate(zip(calls, run.left_traces, strict=True), 1):
        if traces and call.tool in suite.read_only:
            raise Refused(f"call {number}, {first_use(call)[:120]}, changes the working folder, and reads only")
        if not traces and call.tool not in suite.read_only | suite.hidden:
            raise Refused(
                f"call {number}, {first_use(call)[:120]}, changes nothing in the working folder; name the tool under "
                "hidden if it writes elsewhere, or under read_only"
            )


def check_alike(suite: McpSuite, calls: Sequence[CallSpec], first: Played, second: Played) -> None:
    """Raise `Refused` where two servers did not give and do the same."""
    for number, (call, one, other) in enumerate(zip(calls, first.results, second.results, strict=True), 1):
        if one != other and call.tool not in suite.volatile:
            raise Refused(
                f"call {number}, {first_use(call)[:120]}, gives another result on a second fresh server; name the tool "
                "under volatile if that does not matter"
            )
    apart = next(iter(differences(first.snapshot["changes"], second.snapshot["changes"])), None)
    if apart is not None:
        raise Refused(f"two fresh servers end in other states: {apart} Name files under ignore that do not matter")
