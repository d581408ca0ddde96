"""skillweave report: a page from logs."""

from pathlib import Path
from typing import Annotated

import typer

from skillweave.harness.cli.output import Output, command
from skillweave.harness.cli.paths import output_folder


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "report", example="skillweave report logs/ -o report/")(report)


def report(
    out: Output,
    logs: Annotated[list[Path], typer.Argument(help="Folders of .eval logs.", metavar="LOGS...", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write into.")] = Path("report"),
    taxonomies: Annotated[
        list[Path] | None,
        typer.Option("--taxonomy", help="Another taxonomy.json, or a folder of them, to repeat the novelty ladder on."),
    ] = None,
) -> int | None:
    """Write the report on one or more runs: one self-contained page, tables and figures."""
    from skillweave.reports.page import write_report

    output_folder(output)
    value = write_report(logs, output, taxonomies=taxonomies or [])
    page = output / "index.html"
    out.show({"report": str(page), **value}, lambda console: console.print(f"Wrote {page}"))
    return None
