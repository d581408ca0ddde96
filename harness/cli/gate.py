"""skillweave gate: may this release go out?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillweave.harness.cli.output import Output, command, table
from skillweave.harness.cli.paths import output_file

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.harness.gating import Judged

EXAMPLE = "skillweave gate --baseline baselines/main.json --candidate logs/candidate --junit gate.xml"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "gate", example=EXAMPLE)(gate)


def gate(
    out: Output,
    baseline: Annotated[
        Path | None, typer.Option(help="A baseline file of skillweave baseline save, or a folder of logs.")
    ] = None,
    candidate: Annotated[Path | None, typer.Option(help="Folder of logs of the release in question.")] = None,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="A gate.yaml: what to block on, how large a drop matters.")
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Run the candidate first, as the config says; resumes, and may stop early.")
    ] = False,
    junit: Annotated[Path | None, typer.Option(help="Also write JUnit XML, a test case a slice.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Also write the summary as Markdown.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 where the gate cannot tell.")] = False,
) -> int | None:
    """Compare a candidate with the baseline, task by task: is it worse, where, and can that be told from chance?

    Exit codes: 0 pass (or inconclusive, with a warning), 1 regression, 2 usage or bad input, 3 not decidable (other
    tasks, suite, scorer or taxonomy; an errored run; too few samples; too many unscored), with --strict also
    inconclusive.
    """
    from skillweave.harness.gating import configure, judge
    from skillweave.reports.gate.decide import Verdict, exit_code
    from skillweave.reports.gate.export import to_json, to_markdown
    from skillweave.reports.gate.junit import write_junit
    from skillweave.taxonomy.artifacts import atomic_write

    for path in (junit, markdown):
        if path is not None:
            output_file(path)
    settings = configure(config, baseline, candidate)
    if run:
        from skillweave.harness.rungate import run_candidate

        with out.progress("candidate attempts") as progress:
            run_candidate(settings, (config or Path()).parent, progress=progress)
    found = judge(settings)
    text = to_markdown(found.gate, strict=strict, partings=found.partings)
    if junit is not None:
        write_junit(found.gate, junit, strict=strict)
    if markdown is not None:
        with atomic_write(markdown) as stream:
            stream.write(text)
    for warning in found.gate.warnings:
        out.note(f"warning: {warning}")
    if found.gate.verdict is Verdict.INCONCLUSIVE and not strict:
        out.note("warning: the gate could not tell; --strict makes that exit with 3")
    value = {"logs": str(settings.candidate), **to_json(found.gate, strict=strict, partings=found.partings)}
    out.show(value, lambda console: _print(console, found))
    return exit_code(found.gate.verdict, strict=strict)


def _print(console: "Console", found: "Judged") -> None:
    from skillweave.reports.gate.export import SHOWN, cells_of, headings, shown

    gate = found.gate
    console.print(f"{str(gate.verdict).upper()}")
    for reason in gate.reasons:
        console.print(f"  {reason}")
    for name, run in (("baseline", gate.baseline), ("candidate", gate.candidate)):
        console.print(f"{name}: {run.label}, {len(run.tasks)} tasks, {run.epochs} epochs, {run.created[:10]}")
    if gate.looks:
        console.print()
        rows = [[cell.replace("*", "") for cell in cells_of(s)] for s in shown(gate)]
        table(console, headings(gate.config), rows)
    if gate.broken and gate.broken.worse:
        console.print()
        heads = ("skill", "tasks worse", "better", "of", "broke first, more")
        skills = gate.broken.skills[:SHOWN]
        table(console, heads, [(s.name, s.worse, s.better, s.of, s.broke_first) for s in skills])
        console.print()
        flips = gate.broken.worse[:SHOWN]
        table(
            console, ("task", "before", "after", "broke first"), [(f.task, f.before, f.after, f.broke) for f in flips]
        )
    for p in found.partings:
        console.print()
        console.print(f"{p.task}: after {p.common} equal steps")
        for side, steps in (("baseline", p.baseline), ("candidate", p.candidate)):
            for step in steps:
                console.print(f"  {side}: {step}")
        console.print(f"  scorer: {p.finding}")
