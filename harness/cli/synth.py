"""skillweave synth: tasks from combinations of skills."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, Output, command, table
from skillweave.harness.cli.paths import output_file
from skillweave.harness.cli.tasks import print_reworded
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.tasks.synthesis_report import SynthesisReport

EXAMPLE = "skillweave synth --suite office --taxonomy taxonomy.json -k 1-5 -n 400 --seed 7 -o tasks.jsonl"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "synth", example=EXAMPLE)(synth)


def synth(
    out: Output,
    taxonomy: Annotated[
        Path | None,
        typer.Option(
            help="The taxonomy.json to draw from; without it the one beside the output, made from the suite if need "
            "be.",
            show_default=False,
        ),
    ] = None,
    suite: Annotated[str, typer.Option(help="Tools, skills and world of the tasks.")] = "office",
    k: Annotated[str, typer.Option("-k", help="Skills in a task: 3, 1-5 or 1,2,4.")] = "1-5",
    n: Annotated[int, typer.Option("-n", help="Tasks in all, spread evenly over k.")] = 400,
    select: Annotated[
        Literal["steps", "uniform", "frequency", "random-k", "pairwise", "beam"],
        typer.Option(
            help="How combinations are chosen. steps: informative, under a budget that gives every skill, pair of "
            "branches and span its share. The others are baselines; beam is the search of STEPS."
        ),
    ] = "steps",
    families: Annotated[
        bool,
        typer.Option(
            "--families",
            help="For each combination also each skill alone and each connected pair, bound alike, and k = 0 tasks; "
            "-n does not count them.",
        ),
    ] = False,
    apps: Annotated[
        str | None,
        typer.Option(
            help="Use skills of these apps only, e.g. people,calendar: few tasks over many skills share too "
            "few of them for a split to hold out any.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        str,
        typer.Option(
            help="Seed of combinations, worlds and bindings: a number, for development; private, drawn from the "
            "operating system and kept in STEM.seed.json until you disclose it; or such a file."
        ),
    ] = "7",
    processes: Annotated[
        int | None, typer.Option(help="Processes at work (default: as many as help).", show_default=False)
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted synthesis stopped.")] = False,
    reword_model: Annotated[
        str | None,
        typer.Option(help="A model that rewrites the instructions, as Inspect names it; checked word for word."),
    ] = None,
    model_role: Annotated[
        list[str] | None,
        typer.Option(
            help="For a server (mcp:FILE.yaml): the author, who writes tasks, and the solver, who must agree.",
            metavar="ROLE=MODEL",
        ),
    ] = None,
    tries: Annotated[
        int | None, typer.Option(help="For a server: tries in all (default: 5 for each task).", show_default=False)
    ] = None,
    tool_choice: Annotated[
        Literal["auto", "any"], typer.Option(help="For a server: any forces the solver to call a tool at each step.")
    ] = "auto",
    model_base_url: Annotated[str | None, typer.Option(help="Where such a model is served.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = Path("tasks.jsonl"),
) -> int | None:
    """Make verified tasks; what was rejected and why goes to STEM.synthesis.json beside them.

    On a server (--suite mcp:FILE.yaml) models write them: an author fills in the arguments of sampled tools and words
    the request; a solver's attempt must come to the same.
    """
    from skillweave.harness.synthesis import SynthesisOptions, synthesis_path, synthesize_tasks

    output_file(output)
    served = suite.startswith("mcp:")
    for given, name in ((model_role, "--model-role"), (tries, "--tries")):
        if given and not served:
            raise UserError(f"{name} is for tasks on a server", hint="name one: --suite mcp:FILE.yaml")
    for other, name in ((reword_model, "--reword-model"), (families, "--families"), (select != "steps", "--select")):
        if other and served:
            raise UserError(f"{name} does not go with a server", hint=f"leave out {name}")
    if reword_model is not None:
        from skillweave.harness.models import find_model

        find_model(reword_model, base_url=model_base_url)  # before the work, not after it
    options = SynthesisOptions(
        suite=suite,
        taxonomy=taxonomy,
        sizes=parse_sizes(k),
        n=n,
        seed=seed,
        select=select,
        families=families,
        apps=[app.strip() for app in apps.split(",")] if apps is not None else (),
        processes=processes,
        resume=resume,
        output=output,
    )
    try:
        with out.progress("making tasks") as progress:
            if served:
                from skillweave.harness.authored import AuthorOptions, author_tasks
                from skillweave.harness.cli.run import parse_roles

                report = author_tasks(
                    AuthorOptions(
                        synthesis=options,
                        roles=parse_roles(model_role or []),
                        base_url=model_base_url,
                        tries=tries,
                        tool_choice=tool_choice,
                    ),
                    progress,
                )
            else:
                report = synthesize_tasks(options, progress)
    except KeyboardInterrupt:
        if output.is_file():
            out.note(f"what was made so far stands in {output}; the same command with --resume goes on")
        raise
    value = {"tasks": str(output), "synthesis": str(synthesis_path(output)), **_counts(report)}
    value["reworded"] = None if reword_model is None else _reword(out, output, reword_model, model_base_url)
    out.show(value, lambda console: _print(console, report, output, value["reworded"]))
    if report.made < n:
        out.note(f"only {report.made} of {n} tasks could be made; the table says what was rejected, by k and reason")
        return NEGATIVE
    return OK


def _reword(out: Output, tasks: Path, model: str, base_url: str | None) -> dict[str, Any]:
    from skillweave.harness.variants import reword_file

    with out.progress("rewording") as progress:
        return reword_file(tasks, model, base_url=base_url, progress=progress).to_json()


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
    wanted = (
        "strategy",
        "asked",
        "made",
        "by_k",
        "acceptance",
        "rejected",
        "table",
        "shares",
        "families",
        "figures",
        "provenance",
    )
    return {key: whole[key] for key in wanted}


def _print(console: "Console", report: "SynthesisReport", output: Path, reworded: dict[str, Any] | None = None) -> None:
    console.print(f"Wrote {report.made} of {report.asked} tasks to {output}")
    if reworded is not None:
        print_reworded(console, reworded)
    table(
        console,
        ("k", "asked", "made", "combinations", "drawn", "tried"),
        [(c.k, c.asked, c.made, c.combinations, c.drawn, c.tried) for c in report.by_k],
    )
    console.print("\nAcceptance by k and span (of uniform sets: the share that has a connected plan):")
    table(
        console,
        ("k", "span", "uniform", "realisable", "drawn", "made", "made/drawn", "made/tried"),
        [
            (a.k, a.span, a.uniform, a.realisable, a.drawn, a.made, _ratio(a.made, a.drawn), _ratio(a.made, a.tried))
            for a in report.acceptance
        ],
    )
    console.print(f"\nCombinations chosen by {report.strategy}, beside uniform realisable ones:")
    table(
        console,
        ("sets", "number", "I (bits)", "span", "branches", "hub share"),
        [(name, f.count, f.information, f.span, f.branches, f.hub_share) for name, f in report.figures.items()],
    )
    shares = report.shares
    console.print(f"\n{shares.skills} of {shares.of_skills} skills are used. Share of the tasks:")
    table(
        console,
        ("write", "ask for an answer", "are no chain", "cross apps (k >= 3)", "least app"),
        [(shares.write, shares.answer, shares.no_chain, shares.cross_apps, min(shares.apps.values()))],
    )
    if report.families is not None:
        found = report.families
        console.print(f"\n{found.whole} of {found.combinations} combinations have a family; beside them stand:")
        table(console, ("role", "tasks"), list(found.members.items()))
        table(console, ("count", "members that could not be made"), [(n, why) for why, n in found.missing.items()])
    if report.table:
        console.print("\nRejected:")
        table(console, ("k", "count", "reason"), [(r.k, r.count, r.reason) for r in report.table])


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
