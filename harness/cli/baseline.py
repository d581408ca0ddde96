"""skillweave baseline: the run that candidates are held against, as a file to commit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillweave.harness.cli.output import Output, command
from skillweave.harness.cli.paths import output_file

if TYPE_CHECKING:
    from skillweave.reports.gate.results import Results

group = typer.Typer(no_args_is_help=True, help="Keep the run that candidates are held against.", rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    command(group, "save", example="skillweave baseline save logs/main -o baselines/main.json")(save)
    command(group, "promote", example="skillweave baseline promote -c gate.yaml -o baselines/main.json")(promote)
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
    _write(out, found, output)
    return None


def promote(
    out: Output,
    config: Annotated[Path, typer.Option("--config", "-c", help="The gate.yaml, with its run section.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Baseline file to write.", show_default=False)],
    log_dir: Annotated[
        Path | None, typer.Option(help="Folder of the fresh run (default: the candidate's, with -promoted).")
    ] = None,
) -> int | None:
    """Make the candidate the next baseline, if it passes: by a fresh run, not by the one that was judged.

    Exits as the gate does, and writes nothing unless the candidate passes.
    """
    from skillweave.harness.gating import configure, judge
    from skillweave.harness.rungate import promote as play
    from skillweave.reports.gate.decide import exit_code

    output_file(output)
    settings = configure(config, None, None)
    verdict = judge(settings).gate.verdict
    if code := exit_code(verdict, strict=False):
        out.note(f"not promoted: the gate says {verdict}")
        return code
    assert settings.candidate is not None
    target = log_dir or settings.candidate.with_name(f"{settings.candidate.name}-promoted")
    with out.progress("fresh attempts") as progress:
        found = play(settings, config.parent, target, progress=progress)
    _write(out, found, output)
    return None


def _write(out: Output, found: "Results", output: Path) -> None:
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
