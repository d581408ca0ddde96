"""Processes that work for this one: stopped with it, and never left behind."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from time import sleep
from typing import Any

FORKS = sys.platform == "linux"
"""Forked workers share what is loaded with this process; elsewhere forking is not safe, and they load their own."""
LOOK = 0.5
"""seconds between two looks at whether the process that started a worker is still there"""


@contextmanager
def workers(
    count: int, begin: Callable[..., None] | None = None, arguments: tuple[Any, ...] = (), *, fork: bool = FORKS
) -> Iterator[ProcessPoolExecutor]:
    """Give a pool whose processes call ``begin`` first; where the block raises, they are ended without waiting."""
    pool = ProcessPoolExecutor(
        count,
        mp_context=get_context("fork" if fork else "spawn"),
        initializer=_begin,
        initargs=(os.getpid(), begin, arguments),
    )
    try:
        yield pool
    except BaseException:
        for process in list((pool._processes or {}).values()):  # a job may take seconds: do not wait for it
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(parent: int, begin: Callable[..., None] | None, arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; the first one ends the others
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # by which the first one does it
    # Nothing tells a worker that the first one was killed: its siblings hold the other ends of its pipes.
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if begin is not None:
        begin(*arguments)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        sleep(LOOK)
    os._exit(1)
