"""How a run stands, on stderr: a bar on a terminal, a line now and then where nobody watches."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from skillweave.harness.cli.output import Output

if TYPE_CHECKING:
    from skillweave.harness.progress import Progress

EVERY = 30.0
"""seconds between lines where stderr is no terminal"""


def standing(progress: "Progress", seconds: float) -> str:
    """Return how a run stands after so many seconds: what is done, the success so far and the time that is left.

    >>> from skillweave.harness.progress import Progress
    >>> standing(Progress(total=120, ended=40, scored=40, succeeded=22), 65.0)
    '40 of 120 rollouts, success 55.0%, about 2:10 left'
    """
    parts = [f"{progress.ended} of {progress.total} rollouts"]
    if progress.scored:
        parts.append(f"success {progress.succeeded / progress.scored:.1%}")
    if progress.ended < progress.total:
        left = round(seconds / progress.ended * (progress.total - progress.ended)) if progress.ended else None
        parts.append("" if left is None else f"about {left // 60}:{left % 60:02d} left")
    if progress.ended > progress.scored:
        parts.append(f"{progress.ended - progress.scored} unscored")
    return ", ".join(part for part in parts if part)


@contextmanager
def rollouts_bar(out: Output, title: str) -> "Iterator[Callable[[Progress], None]]":
    """Give a function that shows how the run stands."""
    started = time.monotonic()
    if out.quiet:
        yield lambda progress: None
        return
    if not sys.stderr.isatty():
        told = [started]

        def line(progress: "Progress") -> None:
            now = time.monotonic()
            if now - told[0] >= EVERY:
                told[0] = now
                out.note(f"{title}: {standing(progress, now - started)}")

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    with Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[standing]}"),
        console=Console(stderr=True),
        transient=True,
    ) as bars:
        bar = bars.add_task(title, total=None, standing="starting")

        def move(progress: "Progress") -> None:
            text = standing(progress, time.monotonic() - started)
            bars.update(bar, completed=progress.ended, total=progress.total, standing=text)

        yield move
