"""What all commands share: --json, -q and -v, progress on stderr, and user errors as one line and a hint."""

import functools
import inspect
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

OK, NEGATIVE, USAGE, INTERRUPTED = 0, 1, 2, 130

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no notes on stderr.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="More notes on stderr.")]
_SHARED = {"as_json": Json, "quiet": Quiet, "verbose": Verbose}

Progress = Callable[[int, int], None]
"""(done, total)"""


class Output:
    """Where a command's results (stdout) and notes (stderr) go."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False, verbose: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.verbose = verbose
        self._stdout: IO[str] = sys.stdout

    def show(self, value: Mapping[str, Any], text: Callable[["Console"], None]) -> None:
        """Print a result: the value with --json, else what ``text`` prints on the console."""
        if self.as_json:
            self._stdout.write(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
            return
        from rich.console import Console

        # Names and instructions may hold brackets or be long: no markup, no wrapping where nobody watches.
        width = None if self._stdout.isatty() else 1000
        text(Console(file=self._stdout, markup=False, highlight=False, soft_wrap=True, width=width))

    def flush(self) -> None:
        """Let what was printed be read now, for commands that go on running."""
        self._stdout.flush()

    def note(self, message: str) -> None:
        """Print a note on stderr unless quiet."""
        if not self.quiet:
            print(message, file=sys.stderr)

    def warn(self, message: str) -> None:
        """Print a warning on stderr, quiet or not."""
        print(message, file=sys.stderr)

    def detail(self, message: str) -> None:
        """Print a note on stderr when verbose."""
        if self.verbose:
            self.note(message)

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress]:
        """Give a function (done, total) that moves a bar on stderr; only a terminal sees it."""
        if self.quiet or not sys.stderr.isatty():
            yield lambda done, total: None
            return
        from rich.console import Console
        from rich.progress import Progress as Bars

        with Bars(console=Console(stderr=True), transient=True) as bars:
            bar = bars.add_task(title, total=None)
            yield lambda done, total: bars.update(bar, completed=done, total=total)


def fail(error: UserError) -> None:
    """Print a user's mistake on stderr: what is wrong, and the way out."""
    print(f"error: {' '.join(error.message.split())}", file=sys.stderr)
    if error.hint:
        print(f"hint: {' '.join(error.hint.split())}", file=sys.stderr)


def command(app: typer.Typer, name: str, *, example: str) -> Callable[[Callable[..., int | None]], Callable[..., Any]]:
    """Return a decorator that adds a function as a command.

    The function's first parameter ``out`` is the `Output`; the command gets --json, -q and -v for it. What the function
    returns is the exit code (None: 0); a `UserError` is printed and exits with 2, an interrupt with 130.
    """

    def register(function: Callable[..., int | None]) -> Callable[..., Any]:
        own = [p for p in inspect.signature(function).parameters.values() if p.name != "out"]
        shared = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=kind)
            for key, kind in _SHARED.items()
        ]
        parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + shared

        @functools.wraps(function)
        def run(**given: Any) -> None:
            out = Output(**{key: given.pop(key) for key in _SHARED})
            raise typer.Exit(_run(function, out, given))

        del run.__wrapped__  # the signature below is the one to read
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        app.command(name, epilog=f"Example: {example}")(run)
        return function

    return register


def _run(function: Callable[..., int | None], out: Output, given: Mapping[str, Any]) -> int:
    stop_as_ctrl_c()
    try:
        if not out.as_json:
            return function(out, **given) or OK
        with redirect_stdout(sys.stderr):  # what a library prints must not stand beside the object
            return function(out, **given) or OK
    except UserError as error:
        fail(error)
        return USAGE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED


def stop_as_ctrl_c() -> None:
    """Let SIGTERM, by which CI ends a job, do what Ctrl-C does: what is done is kept, and no process is left."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def table(console: "Console", headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a plain table: numbers to the right, None as a dash."""
    from rich.table import Table

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(headings):
        numeric = all(isinstance(row[place], int | float | type(None)) for row in rows)
        grid.add_column(heading, justify="right" if numeric and rows else "left")
    for row in rows:
        grid.add_row(*(_cell(value) for value in row))
    console.print(grid, soft_wrap=False)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
