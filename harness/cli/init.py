"""skillweave init: files to start from."""

from pathlib import Path
from typing import Annotated

import typer

from skillweave.harness.cli.output import Output, command

group = typer.Typer(help="Start a suite or a skill of your own.", no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[Path, typer.Option("--folder", help="Where to put the file.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.add_typer(group, name="init", epilog="Example: skillweave init suite depot")


@command(group, "suite", example="skillweave init suite depot")
def suite(
    out: Output,
    name: Annotated[str, typer.Argument(help="Name of the suite, in lower case.", metavar="NAME")],
    folder: Folder = Path(),
) -> int | None:
    """Write NAME.py: a small suite (tables, tools, skills, corpus) that works, to be replaced piece by piece."""
    from skillweave.harness.scaffold import new_suite

    _said(out, new_suite(name, folder))
    return None


@command(group, "skill", example="skillweave init skill people.find_phone")
def skill(
    out: Output,
    name: Annotated[str, typer.Argument(help="Id of the skill: APP.VERB_OBJECT.", metavar="NAME")],
    base: Annotated[str, typer.Option("--suite", help="The suite beside whose skills it stands.")] = "office",
    folder: Folder = Path(),
) -> int | None:
    """Write APP_VERB_OBJECT.py: a suite with one more skill, which works, to be replaced piece by piece."""
    from skillweave.harness.scaffold import new_skill

    _said(out, new_skill(name, base, folder))
    return None


def _said(out: Output, path: Path) -> None:
    spec = f"{path}:SUITE"
    lines = f"Wrote {path}\nNow: skillweave suite check {spec}"
    out.show({"output": str(path), "suite": spec}, lambda console: console.print(lines))
