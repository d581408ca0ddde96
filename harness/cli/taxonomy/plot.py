"""skillweave taxonomy plot."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from skillweave.harness.cli.output import Output, command
from skillweave.harness.cli.paths import output_file
from skillweave.harness.cli.taxonomy.common import TaxonomyFile, group
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.taxonomy.tree import Taxonomy

SUFFIXES = (".svg", ".png", ".pdf")


@command(group, "plot", example="skillweave taxonomy plot taxonomy.json --kind radial -o taxonomy.svg")
def plot(
    out: Output,
    taxonomy: TaxonomyFile,
    output: Annotated[Path, typer.Option("--output", "-o", help="A .svg, .png or .pdf file.", show_default=False)],
    kind: Annotated[
        Literal["icicle", "radial", "entropy", "degrees"],
        typer.Option(
            help="icicle or radial: the tree with its names. entropy: against the height, of a taxonomy built with "
            "--height auto. degrees: how often skills occur, with the power law of the tail."
        ),
    ] = "icicle",
) -> int | None:
    """Draw a taxonomy, or the figures behind it."""
    from skillweave.taxonomy.plots import save
    from skillweave.taxonomy.tree import Taxonomy

    if output.suffix.lower() not in SUFFIXES:
        raise UserError(f"no picture format for {output.name!r}", hint=f"end the name in {', '.join(SUFFIXES)}")
    output_file(output)
    save(_figure(Taxonomy.load(taxonomy), kind), output)
    out.show({"output": str(output), "kind": kind}, lambda console: console.print(f"Wrote {output} ({kind})"))
    return None


def _figure(found: "Taxonomy", kind: str) -> Any:
    from skillweave.taxonomy import plots

    if kind == "icicle":
        return plots.icicle(found)
    if kind == "radial":
        return plots.radial(found)
    if kind == "entropy":
        return plots.entropy_by_height(found.quality.heights, found.entropy.h1, chosen=found.levels)
    return plots.degree_distribution(found.nodes)
