"""Carry out jobs in this process or in several, with outcomes in the order of the jobs either way."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from skillweave.tasks.jobs import Job, Outcome, Shop
from skillweave.tasks.pool import workers

Pending = Callable[[], Outcome]
"""waits for the outcome of a job"""
Submit = Callable[[Job], Pending]
MakeShop = Callable[[], Shop]
COLLECTED = (100_000, 50, 100)
"""thresholds of the garbage collector at work"""


def usable_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def lanes(make_shop: MakeShop, processes: int) -> Iterator[Submit]:
    """Give a function that hands in a job; with one process a job is carried out when its outcome is asked for.

    ``make_shop`` must be picklable where processes cannot be forked.
    """
    if processes == 1:
        shop = make_shop()
        with seldom_collected():
            yield lambda job: lambda: shop.carry_out(job)
        return
    with workers(processes, _begin, (make_shop,)) as pool:
        yield lambda job: pool.submit(_work, job).result


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage in circles less often: worlds and rollouts are many objects, hardly any of them in circles."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTED)
    try:
        yield
    finally:
        gc.set_threshold(*before)


_SHOPS: list[Shop] = []


def _begin(make_shop: MakeShop) -> None:
    _SHOPS[:] = [make_shop()]
    gc.freeze()
    gc.set_threshold(*COLLECTED)


def _work(job: Job) -> Outcome:
    return _SHOPS[0].carry_out(job)
