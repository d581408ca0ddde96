"""skillweave split: disjoint splits of a task set."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from skillweave.harness.cli.output import Output, command, table
from skillweave.harness.cli.paths import output_file

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.tasks.splits import Splits

EXAMPLE = "skillweave split tasks.jsonl --taxonomy taxonomy.json --seed 7 -o splits.json"
Method = Literal["stratified", "mcd", "by-branch", "by-pair", "by-length", "user"]
METHOD_HELP = (
    "stratified: each k x span gives its share, novelty rungs filled evenly. mcd: compound divergence as large as "
    "possible under --atom-bound. by-branch: all combinations that touch a pair of branches. by-pair: all that hold a "
    "pair of skills. by-length: all longer than train (--longest). user: those in --file."
)
EXPOSURE_HELP = (
    "What novelty refers to: none, splits.json:train, trajectories (.jsonl), or combinations (.json, .csv, .txt). "
    "Default: the train split that is made here."
)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "split", example=EXAMPLE)(split)


def split(
    out: Output,
    tasks: Annotated[Path, typer.Argument(help="A tasks.jsonl.", metavar="TASKS", show_default=False)],
    taxonomy: Annotated[Path, typer.Option(help="The taxonomy.json of the tasks.", show_default=False)],
    method: Annotated[Method, typer.Option(help=METHOD_HELP)] = "stratified",
    file: Annotated[Path | None, typer.Option(help="For user: combinations or task ids to hold out.")] = None,
    longest: Annotated[int | None, typer.Option(min=1, help="For by-length: the largest k in train.")] = None,
    atom_bound: Annotated[float, typer.Option(help="For mcd: the largest atom divergence.")] = 0.02,
    exposure: Annotated[str | None, typer.Option(help=EXPOSURE_HELP)] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the choice.")] = 7,
    test_share: Annotated[float, typer.Option(help="Share of the tasks of k >= 2 to hold out for test.")] = 0.3,
    dev_share: Annotated[float, typer.Option(help="Share of the tasks of k >= 2 to hold out for dev.")] = 0.1,
    control_share: Annotated[
        float, typer.Option(help="Share of the train tasks of combinations with several, for the control.")
    ] = 0.1,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = Path("splits.json"),
) -> int | None:
    """Split tasks so that no held-out combination is practised in train, alone or within a larger one."""
    from skillweave.harness.stages import make_splits
    from skillweave.tasks.shortfall import shortfalls
    from skillweave.tasks.splitting import Plan

    output_file(output)
    plan = Plan(
        method=method,
        test_share=test_share,
        dev_share=dev_share,
        control_share=control_share,
        file=file,
        longest=longest,
        atom_bound=atom_bound,
    )
    found = make_splits(tasks, taxonomy, seed=seed, plan=plan, exposure=exposure, output=output)
    shown = ("method", "choice", "sizes", "asked", "containment", "divergence", "controls", "rungs", "strata")
    value = {
        "splits": str(output),
        **{name: found.figures[name] for name in shown},
        "exposure": found.exposure.model_dump(mode="json"),
        "shortfalls": shortfalls(found),
    }
    out.show(value, lambda console: _print(console, found, output))
    for sentence in value["shortfalls"]:
        out.note(f"note: {sentence}")
    return None


def _print(console: "Console", found: "Splits", output: Path) -> None:
    figures = found.figures
    console.print(f"Wrote {output} ({figures['method']})")
    divergence = figures["divergence"]
    table(
        console,
        ("split", "tasks", "combinations", "atom divergence", "compound divergence"),
        [
            (n, s["tasks"], s["combinations"], *(divergence.get(n, {}).get(d) for d in ("atom", "compound")))
            for n, s in figures["sizes"].items()
        ],
    )
    cost = figures["containment"]
    console.print(f"\n{cost['tasks']} tasks ({cost['share']:.1%}) are in no split: train may not hold them")
    _print_choice(console, figures)
    control = figures["controls"]
    console.print(
        f"control: {control['single']} single skills, {control['family']} of held-out families, "
        f"{control['variant']} variants of held-out tasks, "
        f"{control['in-distribution']} new bindings of train combinations; "
        f"{control['skills_alone_on_both_sides']} of {control['skills_alone']} skills stand alone on both sides"
    )
    ladder = f"{found.exposure.name}: {found.exposure.size} combinations, sha256 {found.exposure.sha256[:12]}"
    console.print(f"novelty refers to {ladder}")
    if figures["rungs"]["impossible"]:
        console.print(f"novelty can never be {', '.join(map(str, figures['rungs']['impossible']))} on this taxonomy")
    console.print()
    columns = ("k", "span", "novelty", *figures["sizes"])
    table(console, columns, [tuple(line[c] for c in columns) for line in figures["strata"]])


def _print_choice(console: "Console", figures: dict[str, Any]) -> None:
    choice = figures["choice"] or {}
    if "train_up_to" in choice:
        console.print(f"train has k up to {choice['train_up_to']}; all that is longer is held out")
    if "bound" in choice:
        console.print(
            f"mcd: compound divergence {choice['compound']:.3f} at atom divergence {choice['atom']:.3f} "
            f"(bound {choice['bound']}) for test and dev together, {choice['units']} units"
        )
    for held in choice.get("themes", ()):
        beside = f", {held['beside']} more that share their worlds" if held["beside"] else ""
        console.print(f"{held['split']}: {' x '.join(held['theme'])}: {held['combinations']} combinations{beside}")
