"""Their solution as tool calls, whole or with one function left out."""

from collections.abc import Sequence

from skillweave.tasks.suite import ToolCall
from skillweave.tasks.suites.bfcl.backend import arguments_of, check
from skillweave.tasks.suites.bfcl.entries import Entry, documents, function_of


def solution(entry: Entry, broken: str | None = None) -> tuple[tuple[ToolCall, ...], ...]:
    """Return the calls of the solution by turn, without those of a broken skill.

    Their checker looks for equal results, whichever function gave them, so that one function may be left out unnoticed.
    Then the turns in which it is called end before its first call.
    """
    turns = entry.gold
    if broken is not None:
        name = broken.partition(".")[2]
        turns = tuple(tuple(c for c in turn if function_of(c) != name) for turn in entry.gold)
        if check(entry, [[[call] for call in turn] for turn in turns])["valid"]:
            turns = tuple(_before(turn, name) for turn in entry.gold)
    owners = documents()
    return tuple(tuple(_call(str(owners[function_of(c)]["class"]), c) for c in turn) for turn in turns)


def _before(turn: Sequence[str], name: str) -> tuple[str, ...]:
    places = [i for i, call in enumerate(turn) if function_of(call) == name]
    return tuple(turn[: places[0]] if places else turn)


def _call(owner: str, call: str) -> ToolCall:
    name = function_of(call)
    return ToolCall(tool=name, arguments=arguments_of(owner, name, call))
