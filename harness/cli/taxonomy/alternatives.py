"""skillweave taxonomy alternatives: other trees over the same skills, to repeat a ladder on."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from skillweave.harness.cli.output import Output, command
from skillweave.harness.cli.paths import output_folder
from skillweave.harness.cli.taxonomy.common import group

EXAMPLE = "skillweave taxonomy alternatives suite:office --of taxonomy.json -o alternatives/"


@command(group, "alternatives", example=EXAMPLE)
def alternatives(
    out: Output,
    inputs: Annotated[
        list[str],
        typer.Argument(help="What the taxonomy was built from.", metavar="INPUT...", show_default=False),
    ],
    of: Annotated[Path, typer.Option("--of", help="The taxonomy.json to make others of.", show_default=False)],
    copies: Annotated[int, typer.Option(min=1, help="Trees over a corpus drawn anew.")] = 5,
    weight: Annotated[
        Literal["count", "steps", "ppmi", "cosine"], typer.Option(help="What an edge of the skill graph weighs.")
    ] = "count",
    skills_field: Annotated[str | None, typer.Option(help="Field of a record that holds its skills.")] = None,
    embed: Annotated[
        str | None,
        typer.Option(
            help="Your embedding of descriptions, FILE.py:FUNCTION or package.module:FUNCTION (list of texts -> array "
            "of vectors); by default the words that a description uses.",
            metavar="PLACE:FUNCTION",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the drawn corpora.")] = 0,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write into.")] = Path("alternatives"),
) -> int | None:
    """Make other taxonomies of the same skills: from resampled corpora, and from what is said of each skill.

    A report repeats its novelty ladder on them: skillweave report LOGS --taxonomy alternatives/
    """
    from skillweave.harness.alternatives import make_alternatives

    output_folder(output)
    made = make_alternatives(
        inputs, of, copies=copies, weight=weight, skills_field=skills_field, embed=embed, seed=seed
    )
    for name, tree in made.items():
        tree.save(output / f"{name}.json")
    value = {"folder": str(output), "taxonomies": sorted(made)}
    out.show(value, lambda console: console.print(f"Wrote {', '.join(sorted(made))} to {output}"))
    return None
