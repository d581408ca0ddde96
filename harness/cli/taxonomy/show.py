"""skillweave taxonomy show, compare, export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skillweave.harness.cli.output import Output, command, table
from skillweave.harness.cli.paths import output_file
from skillweave.harness.cli.taxonomy.common import TaxonomyFile, group, print_summary, summary
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.taxonomy.node import Node
    from skillweave.taxonomy.tree import Taxonomy


@command(group, "show", example="skillweave taxonomy show taxonomy.json --depth 2")
def show(
    out: Output,
    taxonomy: TaxonomyFile,
    depth: Annotated[int | None, typer.Option(min=0, help="Show the nodes down to this level only.")] = None,
) -> int | None:
    """Show a taxonomy: its figures, and its groups and skills as a tree."""
    from skillweave.taxonomy.tree import Taxonomy

    found = Taxonomy.load(taxonomy)
    deepest = found.levels if depth is None else depth
    value = {**summary(found), "nodes": [n.model_dump(mode="json") for n in found.nodes if n.level <= deepest]}

    def text(console: "Console") -> None:
        print_summary(console, found, str(taxonomy))
        console.print()
        console.print(_tree(found, deepest))

    out.show(value, text)
    return None


def _tree(found: "Taxonomy", depth: int) -> Any:
    from rich.tree import Tree

    below = _skills_below(found)

    def label(node: "Node") -> str:
        count = below[node.id]
        size = "" if node.skill is not None else f" ({count} skill{'s' if count != 1 else ''})"
        return f"{node.name}{size}  {node.entropy:.4f} bits"

    root = found.nodes[0]
    branches = {root.id: Tree(label(root))}
    for node in found.nodes[1:]:
        if node.level <= depth and node.parent is not None:
            branches[node.id] = branches[node.parent].add(label(node))
    return branches[root.id]


def _skills_below(found: "Taxonomy") -> dict[str, int]:
    below = {node.id: int(node.skill is not None) for node in found.nodes}
    for node in reversed(found.nodes):
        if node.parent is not None:
            below[node.parent] += below[node.id]
    return below


@command(group, "compare", example="skillweave taxonomy compare taxonomy.json truth.csv")
def compare(
    out: Output,
    taxonomy: TaxonomyFile,
    truth: Annotated[
        Path, typer.Argument(help="A CSV of skill,level1,level2,...", metavar="TRUTH", show_default=False)
    ],
) -> int | None:
    """Compare a taxonomy with a known grouping: agreement (AMI) of each pair of levels, and dendrogram purity."""
    from skillweave.taxonomy.agreement import compare, read_truth
    from skillweave.taxonomy.tree import Taxonomy

    found = Taxonomy.load(taxonomy)
    result = compare(found, read_truth(truth, found.skills))
    value = {
        "truth_levels": list(result.truth_levels),
        "ami": [list(row) for row in result.ami],
        "best": list(result.best),
        "purity": list(result.purity),
    }
    rows: list[tuple[Any, ...]] = [(f"AMI of level {i}", *row) for i, row in enumerate(result.ami, 1)]
    rows += [("best AMI", *result.best), ("dendrogram purity", *result.purity)]
    out.show(value, lambda console: table(console, ("", *result.truth_levels), rows))
    return None


FORMATS = {".graphml": "GraphML", ".nwk": "Newick", ".newick": "Newick"}


@command(group, "export", example="skillweave taxonomy export taxonomy.json -o taxonomy.graphml")
def export(
    out: Output,
    taxonomy: TaxonomyFile,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A .graphml (Gephi, yEd) or .nwk (Newick) file.", show_default=False)
    ],
) -> int | None:
    """Write the tree in a form that other programs read."""
    from skillweave.taxonomy.artifacts import atomic_write
    from skillweave.taxonomy.tree import Taxonomy

    kind = FORMATS.get(output.suffix.lower())
    if kind is None:
        raise UserError(f"no format for {output.name!r}", hint=f"end the name in {', '.join(FORMATS)}")
    output_file(output)
    found = Taxonomy.load(taxonomy)
    text = found.to_graphml() if kind == "GraphML" else found.to_newick()
    with atomic_write(output) as stream:
        stream.write(text if text.endswith("\n") else f"{text}\n")
    out.show({"output": str(output), "format": kind}, lambda console: console.print(f"Wrote {output} ({kind})"))
    return None
