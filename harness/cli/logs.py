"""skillweave logs and skillweave rescore: what runs there are, and their scores made anew."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillweave.harness.cli.output import Output, command, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from skillweave.harness.history import Rescored, RunRow


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    command(app, "logs", example="skillweave logs logs/")(logs)
    command(app, "rescore", example="skillweave rescore logs/")(rescore)


def logs(
    out: Output, folder: Annotated[Path, typer.Argument(help="Folder of logs, or one log.")] = Path("logs")
) -> int | None:
    """List the runs in a folder: agent, model, how far it came, success; one that was cut off says so."""
    from skillweave.harness.history import list_runs

    found = list_runs(folder)
    out.show({"runs": [row.to_json() for row in found]}, lambda console: _print_runs(console, found))
    return None


def rescore(
    out: Output,
    folder: Annotated[Path, typer.Argument(help="Folder of logs, or one log.", show_default=False)],
    tasks: Annotated[
        Path | None, typer.Option(help="The tasks of the run, where they are not where they were.")
    ] = None,
) -> int | None:
    """Score finished runs again with this version's scorer, in place; nothing is played again."""
    from dataclasses import asdict

    from skillweave.harness.history import rescore_logs

    found = list(rescore_logs(folder, tasks))
    out.show({"logs": [asdict(row) for row in found]}, lambda console: _print_rescored(console, found))
    return None


def _print_runs(console: "Console", rows: "Sequence[RunRow]") -> None:
    cells = [
        (
            row.created[:16].replace("T", " "),
            row.agent,
            row.model + (" (simulated)" if row.simulated else ""),
            row.split or "-",
            row.status,
            f"{row.done}/{row.planned}",
            "-" if row.success is None else f"{row.success:.1%}",
            row.log,
        )
        for row in rows
    ]
    table(console, ("created", "agent", "model", "split", "status", "scored", "success", "log"), cells)


def _print_rescored(console: "Console", rows: "Sequence[Rescored]") -> None:
    cells = [(row.scored, row.changed, row.success, row.scorer, row.log) for row in rows]
    table(console, ("scored", "changed", "success", "scorer", "log"), cells)
