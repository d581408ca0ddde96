"""skillweave split: disjoint splits of a task set."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillweave.harness.cli.output import Output, command, table
from skillweave.harness.cli.paths import output_file

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.tasks.splits import Splits

EXAMPLE = "skillweave split tasks.jsonl --taxonomy taxonomy.json --seed 7 -o splits.json"


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "split", example=EXAMPLE)(split)


def split(
    out: Output,
    tasks: Annotated[Path, typer.Argument(help="A tasks.jsonl.", metavar="TASKS", show_default=False)],
    taxonomy: Annotated[Path, typer.Option(help="The taxonomy.json of the tasks.", show_default=False)],
    seed: Annotated[int, typer.Option(min=0, help="Seed of the choice.")] = 7,
    test_share: Annotated[float, typer.Option(help="Share of the tasks of k >= 2 to hold out for test.")] = 0.3,
    dev_share: Annotated[float, typer.Option(help="Share of the tasks of k >= 2 to hold out for dev.")] = 0.1,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = Path("splits.json"),
) -> int | None:
    """Split tasks so that no held-out combination is practised in train, alone or within a larger one."""
    from skillweave.harness.stages import make_splits

    output_file(output)
    found = make_splits(tasks, taxonomy, seed=seed, test_share=test_share, dev_share=dev_share, output=output)
    value = {
        "splits": str(output),
        "sizes": found.figures["sizes"],
        "containment": found.figures["containment"],
        "divergence": found.figures["divergence"],
        "strata": found.figures["strata"],
        "exposure": found.exposure.model_dump(mode="json"),
    }
    out.show(value, lambda console: _print(console, found, output))
    return None


def _print(console: "Console", found: "Splits", output: Path) -> None:
    figures = found.figures
    console.print(f"Wrote {output}")
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
    console.print(f"{cost['tasks']} tasks ({cost['share']:.1%}) are in no split: they contain a held-out combination\n")
    columns = ("k", "span", "novelty", *figures["sizes"])
    table(console, columns, [tuple(line[c] for c in columns) for line in figures["strata"]])
