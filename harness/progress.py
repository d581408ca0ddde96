"""How far a run has come, for whoever shows it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import isnan


@dataclass(kw_only=True)
class Progress:
    """Rollouts that ended so far."""

    total: int
    """rollouts of the run; those that a resumed run finds done do not end again"""
    ended: int = 0
    scored: int = 0
    succeeded: int = 0


Listener = Callable[[Progress], None]


@dataclass(kw_only=True)
class _Watch:
    progress: Progress
    listener: Listener = field(repr=False)


_WATCHES: list[_Watch] = []


@contextmanager
def watching(total: int, listener: Listener | None) -> Iterator[None]:
    """Call the listener with the progress after every rollout of this process, while the block runs."""
    if listener is None:
        yield
        return
    watch = _Watch(progress=Progress(total=total), listener=listener)
    _WATCHES.append(watch)
    try:
        yield
    finally:
        _WATCHES.remove(watch)


def report_end(score: float | None) -> None:
    """Count one rollout: its score, None (or NaN) where it is unscored."""
    for watch in _WATCHES:
        watch.progress.ended += 1
        if score is not None and not isnan(score):
            watch.progress.scored += 1
            watch.progress.succeeded += score >= 1.0
        watch.listener(watch.progress)
