"""skillweave demo: the whole road on the office suite."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, Output, command
from skillweave.harness.cli.paths import output_folder

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.harness.demo import Demo


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "demo", example="skillweave demo --model openai/gpt-5-mini")(demo)


def demo(
    out: Output,
    model: Annotated[
        str | None,
        typer.Option(help="Model of the react agent (default: INSPECT_EVAL_MODEL, else simulated/novice)."),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write into.")] = Path("demo"),
) -> int | None:
    """Go the whole road on the office suite: taxonomy, tasks, splits, oracle, nop, an agent, report."""
    from skillweave.harness.demo import run_demo

    output_folder(output)
    found = run_demo(output, model=model, tell=out.note)
    out.show(found.to_json(), lambda console: _print(console, found))
    return OK if found.sound else NEGATIVE


def _print(console: "Console", found: "Demo") -> None:
    for line in found.lines():
        console.print(line)
