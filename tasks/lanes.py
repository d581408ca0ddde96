"""Carry out jobs in this process or in several, with outcomes in the order of the jobs either way."""

import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from skillweave.tasks.jobs import Job, Outcome, Shop

Pending = Callable[[], Outcome]
"""waits for the outcome of a job"""
Submit = Callable[[Job], Pending]
MakeShop = Callable[[], Shop]
COLLECTED = (100_000, 50, 100)
"""thresholds of the garbage collector at work"""


FORKS = sys.platform == "linux"
"""Forked workers share the loaded suite with this process; elsewhere forking is not safe, and they load their own."""


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
        with _seldom_collected():
            yield lambda job: lambda: shop.carry_out(job)
        return
    context = multiprocessing.get_context("fork" if FORKS else "spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_begin, initargs=(make_shop,))
    try:
        yield lambda job: pool.submit(_work, job).result
    except BaseException:
        for process in list((pool._processes or {}).values()):  # a job may take seconds: do not wait for it
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for garbage in circles less often: filling worlds makes many objects, hardly any of them in circles."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTED)
    try:
        yield
    finally:
        gc.set_threshold(*before)


_SHOPS: list[Shop] = []


def _begin(make_shop: MakeShop) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the first one ends the others
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by which the first one does it
    _SHOPS[:] = [make_shop()]
    gc.freeze()
    gc.set_threshold(*COLLECTED)


def _work(job: Job) -> Outcome:
    return _SHOPS[0].carry_out(job)
