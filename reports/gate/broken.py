"""What broke: the tasks that went wrong since the baseline, by the skill that broke first and by branch."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from skillweave.reports.gate.slices import Paired

Names = Callable[[Paired], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A task that went worse (or better) than in the baseline."""

    task: str
    skills: tuple[str, ...]
    before: str
    """passed/scored in the baseline"""
    after: str
    broke: str | None
    """the skill that broke first in most of the candidate's failures"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A skill (or branch) and the tasks that flipped with it."""

    name: str
    worse: int
    """tasks that need it and went worse"""
    better: int
    of: int
    """tasks that need it"""
    broke_first: int
    """failures in which it broke first, beyond those of the baseline; 0 for a branch"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What changed, task by task and skill by skill."""

    worse: tuple[Flip, ...]
    better: tuple[Flip, ...]
    skills: tuple[Suspect, ...]
    """most suspicious first; only skills with a task that went worse"""
    branches: tuple[Suspect, ...]


def what_broke(pairs: Sequence[Paired]) -> Broken:
    """Return the flips and whom they point at, the most suspicious first."""
    return Broken(
        worse=tuple(_flip(p) for p in sorted(pairs, key=lambda p: (p.gap, p.before.id)) if p.gap < 0),
        better=tuple(_flip(p) for p in sorted(pairs, key=lambda p: (-p.gap, p.before.id)) if p.gap > 0),
        skills=_suspects(pairs, lambda p: p.before.skills, first=True),
        branches=_suspects(pairs, lambda p: p.before.branches, first=False),
    )


def blame(broken: Broken) -> str:
    """Return in a sentence which skill most of the new failures break at first; '' where no skill stands out."""
    counts = [s.broke_first for s in broken.skills]
    if not counts or counts[0] < 2 or 2 * counts[0] < sum(counts):
        return ""
    return f"what broke: {counts[0]} of {sum(counts)} new failures break first at {broken.skills[0].name}"


def _flip(p: Paired) -> Flip:
    broke = max(sorted(p.after.broke), key=lambda s: p.after.broke[s], default=None)
    return Flip(
        task=p.before.id,
        skills=p.before.skills,
        before=f"{p.before.passed}/{p.before.of}",
        after=f"{p.after.passed}/{p.after.of}",
        broke=broke,
    )


def _suspects(pairs: Iterable[Paired], names: Names, *, first: bool) -> tuple[Suspect, ...]:
    worse, better, of = Counter[str](), Counter[str](), Counter[str]()
    blame: dict[str, float] = defaultdict(float)
    for p in pairs:
        for name in names(p):
            of[name] += 1
            worse[name] += p.gap < 0
            better[name] += p.gap > 0
        if first:
            for skill, count in p.after.broke.items():
                blame[skill] += count
            for skill, count in p.before.broke.items():
                blame[skill] -= count * p.after.of / p.before.of
    found = [
        Suspect(name=n, worse=worse[n], better=better[n], of=of[n], broke_first=max(0, round(blame[n])))
        for n in of
        if worse[n]
    ]
    return tuple(sorted(found, key=lambda s: (-s.broke_first, -(s.worse - s.better), -s.worse / s.of, s.name)))
