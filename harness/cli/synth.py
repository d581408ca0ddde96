"""skillweave synth: tasks from combinations of skills."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, Output, command, table
from skillweave.harness.cli.paths import output_file
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.tasks.synthesize import SynthesisReport

EXAMPLE = "skillweave synth --suite office --taxonomy taxonomy.json -k 1-5 -n 400 --seed 7 -o tasks.jsonl"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "synth", example=EXAMPLE)(synth)


def synth(
    out: Output,
    taxonomy: Annotated[Path, typer.Option(help="The taxonomy.json to draw from.", show_default=False)],
    suite: Annotated[str, typer.Option(help="Tools, skills and world of the tasks.")] = "office",
    k: Annotated[str, typer.Option("-k", help="Skills in a task: 3, 1-5 or 1,2,4.")] = "1-5",
    n: Annotated[int, typer.Option("-n", help="Tasks in all, spread evenly over k.")] = 400,
    seed: Annotated[int, typer.Option(min=0, help="Seed of combinations, worlds and bindings.")] = 7,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = Path("tasks.jsonl"),
) -> int | None:
    """Make verified tasks; what was rejected and why goes to STEM.synthesis.json beside them."""
    from skillweave.harness.stages import synthesis_path, synthesize_tasks

    sizes = parse_sizes(k)
    output_file(output)
    with out.progress("making tasks") as progress:
        made = synthesize_tasks(suite, taxonomy, sizes=sizes, n=n, seed=seed, output=output, progress=progress)
    report = made.report
    value = {"tasks": str(output), "synthesis": str(synthesis_path(output)), **_counts(report)}
    out.show(value, lambda console: _print(console, report, output))
    if report.made < n:
        out.note(f"only {report.made} of {n} tasks could be made; the table says what was rejected, by k and reason")
        return NEGATIVE
    return OK


def parse_sizes(text: str) -> list[int]:
    """Return the k of ``3``, ``1-5`` or ``1,2,4``; raises `UserError` for anything else.

    >>> parse_sizes("1-3,5")
    [1, 2, 3, 5]
    """
    found: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.strip().partition("-")
        if not low.isdigit() or (dash and not high.isdigit()):
            raise UserError(f"-k {text!r} names no sizes", hint="write 3, 1-5 or 1,2,4")
        first, last = int(low), int(high) if dash else int(low)
        if first < 1 or last < first:
            raise UserError(
                f"-k {text!r}: {part.strip()!r} is no range of sizes from 1 up", hint="write 3, 1-5 or 1,2,4"
            )
        found.update(range(first, last + 1))
    return sorted(found)


def _counts(report: "SynthesisReport") -> dict[str, Any]:
    whole = report.to_json()
    return {key: whole[key] for key in ("asked", "made", "by_k", "rejected", "table")}


def _print(console: "Console", report: "SynthesisReport", output: Path) -> None:
    console.print(f"Wrote {report.made} of {report.asked} tasks to {output}")
    table(
        console,
        ("k", "asked", "made", "combinations", "drawn", "tried"),
        [(c.k, c.asked, c.made, c.combinations, c.drawn, c.tried) for c in report.by_k],
    )
    if report.table:
        console.print("\nRejected:")
        table(console, ("k", "count", "reason"), [(r.k, r.count, r.reason) for r in report.table])
