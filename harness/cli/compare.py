"""skillweave compare: two runs on the same tasks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillweave.harness.cli.output import Output, command, table

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.reports.compare import Comparison

SHOWN = 12


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "compare", example="skillweave compare logs/before logs/after")(compare)


def compare(
    out: Output,
    first: Annotated[Path, typer.Argument(help="Folder of .eval logs of one run.", metavar="LOGS-A")],
    other: Annotated[Path, typer.Argument(help="Folder of .eval logs of the other.", metavar="LOGS-B")],
) -> int | None:
    """Compare two runs on the tasks that both were scored on: B less A, clustered by combination."""
    from skillweave.reports.compare import compare_logs

    found = compare_logs(first, other)
    for warning in found.warnings:
        out.note(f"warning: {warning}")
    out.show(found.to_json(), lambda console: _print(console, found))
    return None


def _print(console: "Console", found: "Comparison") -> None:
    console.print(found.verdict)
    console.print(f"A {found.first}: {_rate(found.first_rate.rate)}   B {found.other}: {_rate(found.other_rate.rate)}")
    console.print(
        f"Tasks: both succeed {found.both}, A better {found.only_first}, B better {found.only_other}, "
        f"equal otherwise {found.neither}; scored in one run only and left out {found.unpaired}"
    )
    if found.slices:
        console.print()
        console.print("By slice, B less A in points; p corrected for all slices (Holm):")
        skills = [s for s in found.slices if s.cut == "skill"]
        skills.sort(key=lambda s: (1.0 if s.holm is None else s.holm, -abs(s.difference.mean)))
        shown = [s for s in found.slices if s.cut != "skill"] + skills[:SHOWN]
        rows = [
            (
                f"{s.cut} {s.value}",
                f"{100 * s.difference.mean:+.1f}",
                f"{100 * s.difference.low:+.1f} to {100 * s.difference.high:+.1f}",
                s.difference.tasks,
                s.difference.combinations,
                None if s.holm is None else s.holm,
                s.verdict,
            )
            for s in shown
        ]
        table(console, ("slice", "points", "95%", "tasks", "combinations", "p (Holm)", "verdict"), rows)
    if found.did:
        console.print()
        console.print("What exposure gains, less what it gains at the lowest novelty, all else equal, in points:")
        rows_ = [
            (e.name, f"{100 * e.difference:+.1f}", f"{100 * e.low:+.1f} to {100 * e.high:+.1f}", e.n, e.combinations)
            for e in found.did
        ]
        table(console, ("rung", "points", "95%", "tasks", "combinations"), rows_)


def _rate(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}%"
