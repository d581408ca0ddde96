"""Their checker's verdict on a rollout, and what follows from it for each skill.

Their checker goes through the turns and stops at the first that is wrong: the agent left it empty, or an instance is
in another state than after their solution, or a result is missing that their solution sees. It knows no skills. Which
of the solution's calls are to blame for that turn follows from what it says; turns before it are as they should be; of
those after it only this is known, whether the agent made the same calls.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skillweave.tasks.suite import Verdict
from skillweave.tasks.suites.bfcl import backend
from skillweave.tasks.suites.bfcl.entries import Entry, documents, function_of

EMPTY = "multi_turn:empty_turn_model_response"
STATE = "multi_turn:instance_state_mismatch"
RESPONSE = "multi_turn:execution_response_mismatch"
REFUSED = "no_such_function()"
"""stands for calls that were made and not run: their executor answers what it does not know with an error"""
SHOWN = 300
"""characters that are shown of what differs"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that was run, or one of the solution."""

    turn: int
    owner: str
    function: str
    arguments: Any
    """by name; what cannot be read stays as it is written"""

    @property
    def skill(self) -> str:
        """The skill that the call carries out."""
        return f"{self.owner}.{self.function}"

    def made_in(self, calls: Sequence["Call"]) -> bool:
        """Return whether an equal call is among some, in the same turn or an earlier one."""
        return any(c.function == self.function and c.arguments == self.arguments and c.turn <= self.turn for c in calls)


def calls_of(turns: Sequence[Sequence[str]]) -> list[Call]:
    """Return calls that are written as Python, by turn, in order."""
    owners = {name: str(document["class"]) for name, document in documents().items()}
    found = []
    for number, turn in enumerate(turns):
        for call in turn:
            name = function_of(call)
            try:
                arguments: Any = backend.arguments_of(owners[name], name, call)
            except ValueError:
                arguments = call
            found.append(Call(turn=number, owner=owners[name], function=name, arguments=arguments))
    return found


def verdict_of(entry: Entry, ran: Sequence[Sequence[str]], made: Sequence[int]) -> Verdict:
    """Return the verdict on the calls that were run, by turn; ``made`` counts the calls of the agent, refused ones too.

    As in their runner, a dialogue that was broken off before its last turn has failed.
    """
    gold, own = calls_of(entry.gold), calls_of(ran)
    if len(ran) < len(entry.turns):
        error: Mapping[str, Any] = {
            "error_message": f"The rollout ended in turn {len(ran) - 1}, the last is {len(entry.turns) - 1}."
        }
        stopped, blamed = -1, list[Call]()
    else:
        error = backend.check(entry, steps_of(ran, made))
        if error["valid"]:
            done = {call.skill: True for call in gold}
            return Verdict(success=True, mismatches=(), skills=dict(sorted(done.items())), first_broken=None)
        stopped = _turn_of(error)
        blamed = _blamed(error, [call for call in gold if call.turn == stopped], own)
    unmet = [call for call in gold if call in blamed or (call.turn > stopped and not call.made_in(own))]
    broken = {call.skill for call in unmet}
    return Verdict(
        success=False,
        mismatches=tuple(_sentences(error)),
        skills={skill: skill not in broken for skill in sorted({call.skill for call in gold})},
        first_broken=unmet[0].skill if unmet else None,
    )


def steps_of(ran: Sequence[Sequence[str]], made: Sequence[int]) -> list[list[list[str]]]:
    """Return by turn each call as a step of its own, as their checker takes them.

    A turn in which calls were made and none was run is not an empty one.
    """
    return [[[call] for call in turn or [REFUSED] * bool(count)] for turn, count in zip(ran, made, strict=True)]


def _turn_of(error: Mapping[str, Any]) -> int:
    """Return the turn at which the checker stopped: in its words, or else as many as it ran."""
    said = re.search(r"for turn (\d+)", str(error["error_message"]))
    return int(said[1]) if said else len(error["execution_result"]) - 1


def _blamed(error: Mapping[str, Any], gold: Sequence[Call], own: Sequence[Call]) -> list[Call]:
    """Return the calls of the turn's solution that are to blame; none where the agent did too much, or out of order."""
    kind, details = error["error_type"], error["details"]
    if kind == EMPTY:
        return list(gold)
    if kind == RESPONSE:
        missing = list(details["missing_items"])
        found = []
        for call, result in reversed(list(zip(gold, details[_SOLUTION], strict=True))):
            if result in missing:
                missing.remove(result)
                found.append(call)
        return found
    owner = str(error["error_message"]).split(" for ")[1].split(" ")[0]
    return [call for call in gold if call.owner == owner and not call.made_in(own)]


_SOLUTION = "ground_truth_response (only the current turn)"


def _sentences(error: Mapping[str, Any]) -> Iterator[str]:
    yield str(error["error_message"])
    details = error.get("details", {})
    if "differences" in details:
        yield _short(f"What differs: {details['differences']}")
    if "missing_items" in details:
        yield _short(f"What is missing: {details['missing_items']}")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
