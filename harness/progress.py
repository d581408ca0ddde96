"""How far a run has come, for whoever shows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isnan


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Rollouts that ended so far; one that is tried again counts once, as it ended last."""

    total: int
    """rollouts of the run; those that a resumed run finds done do not end again"""
    ended: int
    scored: int
    succeeded: int


Listener = Callable[[Progress], None]


class _Watch:
    def __init__(self, total: int, listener: Listener) -> None:
        self.total = total
        self.listener = listener
        self.ended: dict[tuple[str, int], tuple[bool, bool]] = {}
        self.scored = 0
        self.succeeded = 0

    def end(self, rollout: tuple[str, int], *, scored: bool, succeeded: bool) -> None:
        before = self.ended.get(rollout, (False, False))
        self.ended[rollout] = (scored, succeeded)
        self.scored += scored - before[0]
        self.succeeded += succeeded - before[1]
        self.listener(Progress(total=self.total, ended=len(self.ended), scored=self.scored, succeeded=self.succeeded))


_WATCHES: list[_Watch] = []


@contextmanager
def watching(total: int, listener: Listener | None) -> Iterator[None]:
    """Call the listener with the progress after every rollout of this process, while the block runs."""
    if listener is None:
        yield
        return
    watch = _Watch(total, listener)
    _WATCHES.append(watch)
    try:
        yield
    finally:
        _WATCHES.remove(watch)


def report_end(rollout: tuple[str, int], score: float | None) -> None:
    """Count one rollout (task id, epoch): its score, None (or NaN) where it is unscored."""
    scored = score is not None and not isnan(score)
    for watch in _WATCHES:
        watch.end(rollout, scored=scored, succeeded=score is not None and score >= 1.0)
