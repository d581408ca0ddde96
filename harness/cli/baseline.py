"""skillweave baseline: the run that candidates are held against, as a file to commit."""

from pathlib import Path
from typing import Annotated

import typer

from skillweave.harness.cli.output import Output, command
from skillweave.harness.cli.paths import output_file

group = typer.Typer(no_args_is_help=True, help="Keep the run that candidates are held against.", rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    command(group, "save", example="skillweave baseline save logs/main -o baselines/main.json")(save)
    app.add_typer(group, name="baseline")


def save(
    out: Output,
    logs: Annotated[Path, typer.Argument(help="Folder of .eval logs of one run.", metavar="LOGS", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.", show_default=False)],
) -> int | None:
    """Write a run's passes and failures, a line a task, with the hashes that make other runs comparable.

    Do not save the run that a gate has just passed: picking the runs that came out well makes each next gate stricter
    than the agent is good. Save a run of its own; skillweave baseline promote makes one.
    """
    from skillweave.reports.gate.results import read_run, results_of
    from skillweave.taxonomy.errors import UserError

    output_file(output)
    found = results_of(read_run(logs))
    if found.errored or found.missing:
        raise UserError(
            f"{str(logs)!r} did not end well: {found.errored or f'{found.missing} rollouts never ran'}",
            hint="run again with the same --log-dir: what is finished is kept",
        )
    found.save(output)
    passed, of = sum(t.passed for t in found.tasks), sum(t.of for t in found.tasks)
    unscored = sum(t.unscored for t in found.tasks)
    value = {
        "baseline": str(output),
        "agent": found.agent,
        "model": found.model,
        "tasks": len(found.tasks),
        "epochs": found.epochs,
        "passed": passed,
        "scored": of,
        "unscored": unscored,
        "bytes": output.stat().st_size,
    }
    out.show(
        value,
        lambda console: console.print(
            f"Wrote {output}: {found.label}, {len(found.tasks)} tasks, {passed} of {of} scored rollouts passed"
            + (f", {unscored} unscored" if unscored else "")
        ),
    )
    return None
