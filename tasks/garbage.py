"""How often Python looks for objects that refer to each other in circles: by default, for such work, far too often."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RECORDS = (100_000, 50, 100)
"""thresholds while worlds, tasks and records are made or read: many objects, hardly any of them in circles"""
ROLLOUTS = (50_000, 10, 10)
"""thresholds while rollouts are played: graphs and their tasks leave circles behind, so memory grows by a tenth and the
time that a rollout takes beside its model shrinks by a fifth"""


@contextmanager
def seldom_collected(thresholds: tuple[int, int, int]) -> Iterator[None]:
    """Set the collector's thresholds while the block runs."""
    before = gc.get_threshold()
    gc.set_threshold(*thresholds)
    try:
        yield
    finally:
        gc.set_threshold(*before)
