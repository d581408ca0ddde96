"""An agent that never gives the processor back: no time limit of an event loop can end it, so a thread does."""

import _thread
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from skillweave.harness.rollouts import handed_over

LOOK = 0.2
"""seconds between two looks"""
GRACE = 10.0
"""seconds after its time limit that an agent has to end by itself"""


class Watch:
    """What the watching thread saw."""

    def __init__(self) -> None:
        self.place: str | None = None
        """where the main thread stood when it had to be interrupted; None where it ended by itself"""


@contextmanager
def watched(seconds: float) -> Iterator[Watch]:
    """Interrupt the main thread where code of an agent has it for so long; the block then raises KeyboardInterrupt.

    The time counts from when the agent's own code first ran, however long it took to load.
    """
    watch, done = Watch(), threading.Event()
    main = threading.main_thread().ident
    thread = threading.Thread(target=_look, args=(watch, done, seconds + GRACE, main), daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        done.set()
        thread.join()


def _look(watch: Watch, done: threading.Event, seconds: float, main: int | None) -> None:
    began: float | None = None
    while not done.wait(LOOK):
        if began is None and handed_over():
            began = monotonic()
        if began is not None and monotonic() - began > seconds:
            watch.place = watch.place or _place(main)
            _thread.interrupt_main()  # asyncio takes the first one for a wish, and only the next one for an order


def _place(thread: int | None) -> str:
    """Return where a thread stands: the last place outside installed packages."""
    frame = None if thread is None else sys._current_frames().get(thread)
    places = traceback.extract_stack(frame) if frame is not None else []
    own = [p for p in places if "site-packages" not in p.filename and "/asyncio/" not in p.filename]
    return "somewhere" if not own else f"{Path(own[-1].filename).name}:{own[-1].lineno} in {own[-1].name}"
