"""Which answers a set of tasks has already: one that is right too often is guessed by whoever knows the other tasks.

Each answer is rare by itself, but a company's rules give the same few figures in many worlds: a leave of *13 days*, a
term of *45 days*. Within one world an answer may come twice (for both tasks of a pair, say): its tasks stay on one side
of a split, so nobody knows some of them and is asked the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

GUESSED = 0.01
"""largest share of the answers of a set that may be guessed"""

Answer = tuple[str, str]
"""(value type, text)"""


@dataclass(slots=True)
class Answers:
    """The answers of the tasks so far."""

    types: int
    """value types that answers have, at most"""
    counts: dict[Answer, int] = field(default_factory=dict)
    last: dict[Answer, int] = field(default_factory=dict)
    """world in which each was right last"""
    total: int = 0

    def spent(self, answer: Answer, world: int) -> bool:
        """Return whether an answer is right in another world already, and so often that it shall not be once more.

        Whoever guesses the most frequent answer of each type hits at most that many of each: `GUESSED` of all answers
        is shared out among the types.
        """
        if self.last.get(answer, world) == world:
            return False
        return self.counts[answer] + 1 > GUESSED * (self.total + 1) / self.types

    def note(self, answers: Iterable[Answer], world: int) -> None:
        """Count the answers of tasks in one world."""
        for answer in answers:
            self.counts[answer] = self.counts.get(answer, 0) + 1
            self.last[answer] = world
            self.total += 1
