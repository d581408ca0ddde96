"""skillweave audit: what must fail and what must pass, tried on every task."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, Output, command, table
from skillweave.harness.cli.paths import output_file

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.tasks.audit.report import AuditReport

SHOWN = 20
"""findings that are printed; all of them are in the file"""
WIDTH = 200
"""characters of a finding that are printed"""


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "audit", example="skillweave audit tasks.jsonl --workers 2")(audit)


def audit(
    out: Output,
    tasks: Annotated[Path, typer.Argument(help="A tasks.jsonl.", metavar="TASKS", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write.", show_default="STEM.audit.json beside the tasks"),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that work on it.", show_default="one a processor")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Audit so many tasks, spread over the file.", show_default="all")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of what is drawn: wrong values, orders, random calls.")] = 0,
) -> int | None:
    """Test a task set and its checker: trivial agents, wrong plans and guesses must fail, harmless detours must pass.

    Exits with 1 where a bound is broken. The run's metadata and the report carry the figures of STEM.audit.json.
    """
    from skillweave.harness.auditing import audit_path, audit_taskset

    target = output_file(output or audit_path(tasks))
    with out.progress("auditing tasks") as progress:
        report = audit_taskset(tasks, output=target, workers=workers, limit=limit, seed=seed, progress=progress)
    out.show({**figures(report), "audit": str(target)}, lambda console: _print(console, report, target))
    return NEGATIVE if report.broken else OK


def figures(report: "AuditReport") -> dict[str, Any]:
    """Return the counts, the broken bounds and the findings."""
    whole = report.to_json()
    return {
        key: whole[key]
        for key in ("oracle", "trivial", "mutants", "variants", "guess", "members", "broken", "findings")
    }


def _print(console: "Console", report: "AuditReport", target: Path) -> None:
    from skillweave.tasks.audit.report import rows

    console.print(f"Audited {report.tasks} tasks of {report.suite} {report.suite_version}")
    table(console, ("group", "kind", "as it should be", "of", "bound", "not counted: equal effect"), rows(report))
    for finding in report.findings[:SHOWN]:
        text = f"{finding.group} {finding.kind} {finding.task}: {finding.what} {finding.why}"
        console.print(" ".join(text.split())[:WIDTH])
    if len(report.findings) > SHOWN:
        console.print(f"... and {len(report.findings) - SHOWN} more in {target}")
    for sentence in report.broken:
        console.print(f"BROKEN: {sentence}")
    console.print("All bounds hold" if not report.broken else f"{len(report.broken)} bounds are broken")
    console.print(f"Wrote {target}")
