"""skillweave try: solve a task by hand."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, Output, command

PROMPT = "> "


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "try", example="skillweave try tasks.jsonl office-k2-0123456789")(attempt)


def attempt(
    out: Output,
    tasks: Annotated[Path, typer.Argument(help="A tasks.jsonl.", metavar="TASKS", show_default=False)],
    task: Annotated[
        str | None, typer.Argument(help="Id of a task, or a part that is unique; the first where left out.")
    ] = None,
) -> int | None:
    """Solve a task by hand, with the tools that an agent has, and get the verdict.

    Lines are read from the terminal or from a pipe. Exit code 0 on success, 1 otherwise. With --json the talk goes to
    stderr.
    """
    from skillweave.harness.describe import find_task, first_task
    from skillweave.harness.trial import Trial
    from skillweave.tasks.suites.registry import suite_of

    chosen = first_task(tasks) if task is None else find_task(tasks, task)
    trial = Trial(suite_of(chosen), chosen)
    stream = sys.stderr if out.as_json else sys.stdout
    terminal = sys.stdin.isatty()
    if terminal:
        import readline  # noqa: F401  (arrow keys and the last lines, in input())
    print(trial.greeting(), file=stream)
    while not trial.over:
        line = _line(terminal)
        said = trial.reply("quit" if line is None else line)
        if said:
            print(f"\n{said}\n", file=stream)
    if out.as_json:
        out.show(trial.to_json(), lambda console: None)
    return OK if trial.verdict is not None and trial.verdict.success else NEGATIVE


def _line(terminal: bool) -> str | None:
    """Return the next line, None where there is none."""
    try:
        return input(PROMPT if terminal else "")
    except EOFError:
        return None
