"""What the commands on taxonomies share: their group, the argument TAXONOMY, and the figures they print."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.taxonomy.tree import Taxonomy

group = typer.Typer(
    help="Induce a taxonomy of skills from how they occur together, and look at it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

TaxonomyFile = Annotated[Path, typer.Argument(help="A taxonomy.json.", metavar="TAXONOMY", show_default=False)]


def summary(found: "Taxonomy") -> dict[str, Any]:
    """Return the figures of a taxonomy as plain JSON."""
    return {
        "levels": found.levels,
        "skills": len(found.skills),
        "entropy": found.entropy.model_dump(mode="json"),
        "graph": found.graph.model_dump(mode="json"),
        "quality": found.quality.model_dump(mode="json"),
        "sha256": found.sha256,
    }


def print_summary(console: "Console", found: "Taxonomy", title: str) -> None:
    """Print the figures of a taxonomy."""
    entropy, graph, quality = found.entropy, found.graph, found.quality
    console.print(title)
    console.print(
        f"{len(found.skills)} skills, {graph.edges} edges ({graph.weight}), {graph.isolated} isolated, "
        f"{graph.components} components; {quality.mapped:.0%} mapped"
    )
    console.print(
        f"height {found.levels}, nodes by level {' '.join(map(str, quality.level_sizes)) or '-'}"
        + (f"; {quality.height_reason}" if quality.height_reason else "")
    )
    console.print(
        f"entropy {entropy.ht:.4f} of {entropy.h1:.4f} bits ({entropy.ratio:.1%} removed); "
        f"no tree is below {entropy.lower_bound:.4f}"
    )
    if quality.stability is not None:
        console.print(f"stability (AMI by level) {' '.join(f'{s:.3f}' for s in quality.stability)}")
