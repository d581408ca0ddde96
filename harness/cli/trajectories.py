"""skillweave trajectories: training data out of runs and plans."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, USAGE, Output, command, fail, table
from skillweave.harness.cli.paths import output_file, output_folder
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.harness.trajectories.export import HeldOutError

group = typer.Typer(
    help="Training data: export trajectories, check them against splits, see what they cover.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
CHECK = "skillweave trajectories check train/ --splits splits.json --tasks tasks.jsonl"
STATS = "skillweave trajectories stats train/ --taxonomy taxonomy.json --plot coverage.svg"
EXPORT = "skillweave trajectories export --reference tasks.jsonl --splits splits.json -o train/ --format trl"


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.add_typer(group, name="trajectories", epilog=f"Example: {EXPORT}")


@command(group, "export", example=EXPORT)
def export(
    out: Output,
    splits: Annotated[Path, typer.Option(help="What is held out and must not be trained on.", show_default=False)],
    logs: Annotated[
        list[Path] | None, typer.Argument(help="Folders of .eval logs.", metavar="[LOGS]...", show_default=False)
    ] = None,
    reference: Annotated[
        Path | None, typer.Option(help="In place of logs: tasks whose reference plans are carried out.")
    ] = None,
    tasks: Annotated[
        Path | None, typer.Option(help="For logs: the tasks file, where it is not where the log says.")
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(
            help="Only tasks of this split. Default: all in the logs; for --reference train and unknown ones."
        ),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write.")] = Path("trajectories"),
    format: Annotated[
        list[str] | None,
        typer.Option(help="openai, trl, llamafactory, atif or inspect; several give a folder each. Default: openai."),
    ] = None,
    only: Annotated[Literal["success", "all"], typer.Option(help="Failed rollouts too?")] = "success",
    style: Annotated[
        Literal["calls", "thought"], typer.Option(help="For --reference: calls only, or with a short thought each.")
    ] = "calls",
    tools: Annotated[str, typer.Option(help="For --reference: tools offered, needed, k+N or all.")] = "needed",
    tool_errors: Annotated[
        Literal["keep", "drop", "mask"],
        typer.Option(help="Rollouts with a refused call: keep, drop, or keep with that call masked from the loss."),
    ] = "keep",
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Drop what is longer.")] = None,
    tokenizer: Annotated[
        Path | None, typer.Option(help="Folder of a tokenizer to count tokens with. Default: bytes / 3.")
    ] = None,
    recognised: Annotated[
        Literal["refuse", "drop"],
        typer.Option(help="Rows that touch held-out work only by what their calls amount to."),
    ] = "refuse",
    allow_held_out: Annotated[
        bool, typer.Option("--allow-held-out", help="Export held-out work too; every such row is stamped.")
    ] = False,
    curriculum: Annotated[
        Literal["k", "level", "pass-rate"] | None,
        typer.Option(help="Epochs from easy to hard by skills, by span in the taxonomy, or by measured pass rate."),
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Of the curriculum. Default: 3.")] = None,
    epoch_size: Annotated[int | None, typer.Option(min=1, help="Rows of an epoch. Default: as many as there are.")] = (
        None
    ),
    shares: Annotated[
        str | None, typer.Option(help="Shares of each epoch, such as 1=70,2=30/1=20,2=80. Default: a moving bell.")
    ] = None,
    pass_rates: Annotated[
        list[Path] | None, typer.Option(help="For pass-rate: logs with several attempts a task. Default: LOGS.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the offered tools and of the curriculum.")] = 0,
    shard_rows: Annotated[int, typer.Option(min=1, help="Rows of a file.")] = 2000,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes for --reference. Default: all cores.")] = None,
) -> int | None:
    """Write trajectories with their provenance; rows that touch held-out combinations are refused."""
    from skillweave.harness.trajectories.export import ExportOptions, HeldOutError
    from skillweave.harness.trajectories.export import export as write
    from skillweave.harness.trajectories.filters import Rules
    from skillweave.harness.trajectories.references import References

    output_folder(output)
    options = ExportOptions(
        splits=splits,
        output=output,
        logs=tuple(logs or ()),
        reference=reference,
        tasks=tasks,
        formats=tuple(format or ("openai",)),
        rules=Rules(only=only, tool_errors=tool_errors, max_tokens=max_tokens, split=split),
        how=References(style=style, tools=tools, seed=seed, workers=workers or os.cpu_count() or 1),
        allow_held_out=allow_held_out,
        drop_recognised=recognised == "drop",
        tokenizer=tokenizer,
        curriculum=_curriculum(curriculum, epochs, epoch_size, shares, pass_rates, seed),
        shard_rows=shard_rows,
    )
    try:
        with out.progress("playing references") as progress:
            done = write(options, progress)
    except HeldOutError as error:
        return _refused(out, error)
    value = {**done.report, "folders": [str(folder) for folder in done.folders]}
    if done.report["held_out"]:
        out.warn(
            f"WARNING: {done.report['held_out']} trajectories touch held-out combinations and are stamped held_out"
        )
    out.show(value, lambda console: _print(console, value))
    return None


def _curriculum(
    by: Any, epochs: int | None, size: int | None, shares: str | None, pass_rates: list[Path] | None, seed: int
) -> Any:
    from skillweave.harness.trajectories.order import Curriculum

    if by is None:
        named = {"--epochs": epochs, "--epoch-size": size, "--shares": shares, "--pass-rates": pass_rates}
        given = next((name for name, value in named.items() if value), None)
        if given:
            raise UserError(f"{given} is for a curriculum", hint="give --curriculum k, level or pass-rate")
        return None
    rates = tuple(pass_rates or ())
    return Curriculum(by=by, epochs=epochs or 3, size=size, shares=shares, pass_rates=rates, seed=seed)


def _refused(out: Output, error: "HeldOutError") -> int:
    """Print the rows that touch held-out work, one a line on stderr; with --json as an object too."""
    fail(error)
    for leak in error.leaks:
        print(f"  {leak.row}: {leak.sentence}", file=sys.stderr)
    if out.as_json:
        out.show({"refused": [leak.to_json() for leak in error.leaks]}, lambda console: None)
    return USAGE


def _print(console: "Console", report: Mapping[str, Any]) -> None:
    console.print(f"Wrote {report['rows']} rows to {', '.join(report['folders'])}")
    console.print(
        f"{report['kept']} of {report['seen']} rollouts kept, {report['tokens']} tokens ({report['tokens_by']})"
    )
    if report["dropped"]:
        table(console, ("dropped", "reason"), [(count, reason) for reason, count in report["dropped"].items()])
    if report["epochs"]:
        console.print()
        sizes = sorted({k for e in report["epochs"] for k in e["by_k"]}, key=int)
        table(
            console,
            ("epoch", "rows", *(f"k={k}" for k in sizes)),
            [(e["epoch"], e["rows"], *(e["by_k"].get(k, 0) for k in sizes)) for e in report["epochs"]],
        )


@command(group, "check", example=CHECK)
def check(
    out: Output,
    data: Annotated[
        Path,
        typer.Argument(
            help="A training set in any format: .jsonl, .json, .parquet, .eval, or the folder of an export.",
            metavar="FILE",
            show_default=False,
        ),
    ],
    splits: Annotated[Path, typer.Option(help="What is held out.", show_default=False)],
    tasks: Annotated[
        Path | None, typer.Option(help="The tasks of the splits: their plans, worlds and instructions count too.")
    ] = None,
    suite: Annotated[str, typer.Option(help="Whose tools the rows call, where no tasks are given.")] = "office",
) -> int | None:
    """Tell whether a training set touches what the splits hold out: exit 0 if not, 1 if it does or may."""
    from skillweave.harness.trajectories.checking import check_rows

    found = check_rows(data, splits, tasks=tasks, suite=suite)
    value = {"data": str(data), "splits": str(splits), **found.to_json()}
    out.show(value, lambda console: _print_check(console, value))
    return OK if value["clean"] else NEGATIVE


def _print_check(console: "Console", value: Mapping[str, Any]) -> None:
    console.print(f"{value['rows']} rows, {value['told']} of them say of which task or skills they are")
    console.print(
        f"{value['touching']} touch held-out work; {value['suspected']} more may, by what their calls amount to"
    )
    if value["unknown"]:
        console.print(f"{len(value['unknown'])} tell neither skills nor calls: of them nothing can be said")
    if value["leaks"]:
        table(console, ("row", "by", "reason"), [(v["row"], v["evidence"], v["reason"]) for v in value["leaks"]])


@command(group, "stats", example=STATS)
def stats(
    out: Output,
    data: Annotated[
        list[Path], typer.Argument(help="Training sets; several are compared.", metavar="FILE...", show_default=False)
    ],
    taxonomy: Annotated[Path, typer.Option(help="The taxonomy.json of the tasks.", show_default=False)],
    plot: Annotated[Path | None, typer.Option(help="Where to draw the curves: .svg, .png or .pdf.")] = None,
    baselines: Annotated[
        bool, typer.Option("--baselines/--no-baselines", help="Beside other ways to select, at the same budget.")
    ] = True,
    seed: Annotated[int, typer.Option(min=0, help="Of the baselines' draws.")] = 0,
) -> int | None:
    """Show what training sets cover: skills, pairs, branches, and structural information per budget."""
    from skillweave.harness.trajectories.stats import measure
    from skillweave.taxonomy.coverage_plot import plot_coverage
    from skillweave.taxonomy.tree import Taxonomy

    if plot is not None:
        output_file(plot)
    value = measure(data, Taxonomy.load(taxonomy), seed=seed, compare=baselines)
    curves = value.pop("curves")
    if plot is not None:
        plot_coverage(plot, curves, bold=frozenset(one["name"] for one in value["sets"]))
        value["plot"] = str(plot)
    out.show(value, lambda console: _print_stats(console, value, curves))
    return None


def _print_stats(console: "Console", value: Mapping[str, Any], curves: Mapping[str, Any]) -> None:
    from skillweave.harness.trajectories.stats import last

    for one in value["sets"]:
        console.print(f"{one['name']}: {one['rows']} rows, {one['combinations']} combinations, {one['tokens']} tokens")
    console.print("\nShares covered at the full budget:")
    rows = [(name, curve.budgets[-1], *last(curve).values(), curve.mean_information) for name, curve in curves.items()]
    heads = ("set", "rows", "information", "skills", "pairs", "branch pairs", "mean I(S) bits")
    table(console, heads, rows)
    console.print("\nStructural information by budget:")
    marks = max((curve.budgets for curve in curves.values()), key=len)
    known = {name: dict(zip(curve.budgets, curve.information, strict=True)) for name, curve in curves.items()}
    table(console, ("set", *map(str, marks)), [(name, *(at.get(m) for m in marks)) for name, at in known.items()])
    if "plot" in value:
        console.print(f"\nplot: {value['plot']}")
