"""Carry out jobs in this process or in several, with outcomes in the order of the jobs either way."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from skillweave.tasks.garbage import RECORDS, seldom_collected
from skillweave.tasks.jobs import Job, Outcome, Shop
from skillweave.tasks.pool import workers

Pending = Callable[[], Outcome]
"""waits for the outcome of a job"""
Submit = Callable[[Job], Pending]
MakeShop = Callable[[], Shop]


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
        with seldom_collected(RECORDS):
            yield lambda job: lambda: shop.carry_out(job)
        return
    with workers(processes, _begin, (make_shop,)) as pool:
        yield lambda job: pool.submit(_work, job).result


_SHOPS: list[Shop] = []


def _begin(make_shop: MakeShop) -> None:
    _SHOPS[:] = [make_shop()]
    gc.freeze()
    gc.set_threshold(*RECORDS)


def _work(job: Job) -> Outcome:
    return _SHOPS[0].carry_out(job)
