"""One thread with an event loop of its own, in which all clients of this process live.

A client's connections must be closed by the task that opened them, while a rollout's world is opened in one task, used
in another and closed in a third. So none of the three owns it.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")
LAST_SECONDS = 6.0
"""how long servers may take to end when this process does: two steps of two seconds each are the client's own"""


class Owner:
    """The thread, started when it is first needed."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._lives: dict[Future[Any], asyncio.Event] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, name="skillweave-mcp", daemon=True)
        self._thread.start()
        atexit.register(self._end)

    def submit(self, work: Coroutine[Any, Any, Result]) -> "Future[Result]":
        """Run a coroutine in the thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def live(self, work: Coroutine[Any, Any, None], stop: asyncio.Event) -> "Future[None]":
        """Run a coroutine that ends soon after ``stop`` is set; at the end of the process it is waited for."""
        life = self.submit(work)
        self._lives[life] = stop
        life.add_done_callback(lambda done: self._lives.pop(done, None))
        return life

    def set(self, event: asyncio.Event) -> None:
        """Set an event of the thread's."""
        self._loop.call_soon_threadsafe(event.set)

    def _end(self) -> None:
        if os.getpid() != self.process:
            return  # a fork: the thread is its parent's
        lives = list(self._lives.items())
        for _, stop in lives:
            self.set(stop)
        for life, _ in lives:
            try:
                life.result(timeout=LAST_SECONDS)
            except BaseException:
                continue  # how a server ends when nobody needs it any more is of no interest
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=1)


_OWNERS: list[Owner] = []
_LOCK = threading.Lock()


def owner() -> Owner:
    """Return the thread of this process."""
    with _LOCK:
        if not _OWNERS or _OWNERS[-1].process != os.getpid():
            _OWNERS.append(Owner())
        return _OWNERS[-1]
