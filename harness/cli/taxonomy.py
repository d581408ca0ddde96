"""skillweave taxonomy: build, show, compare, export, select."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from skillweave.harness.cli.output import Output, command, table
from skillweave.harness.cli.paths import output_file
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.harness.sources import Source
    from skillweave.taxonomy.node import Node
    from skillweave.taxonomy.tree import Taxonomy

group = typer.Typer(
    help="Induce a taxonomy of skills from how they occur together, and look at it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

TaxonomyFile = Annotated[Path, typer.Argument(help="A taxonomy.json.", metavar="TAXONOMY", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.add_typer(group, name="taxonomy", epilog="Example: skillweave taxonomy build suite:office -o taxonomy.json")


@command(group, "build", example="skillweave taxonomy build corpus.jsonl -o taxonomy.json --height 3")
def build(
    out: Output,
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Records of skills (.jsonl, .parquet), chats with tool calls (.jsonl), Inspect logs (.eval or a "
            "folder), suite:office, suite:bfcl; with --graph one CSV of source,target,weight (also .gz).",
            metavar="INPUT...",
            show_default=False,
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = Path("taxonomy.json"),
    graph: Annotated[bool, typer.Option("--graph", help="INPUT is a graph: a CSV of source,target,weight.")] = False,
    skills_field: Annotated[
        str | None, typer.Option(help="Field of a record that holds its skills; dots reach inside: label.ability_en.")
    ] = None,
    weight: Annotated[
        Literal["count", "steps", "ppmi", "cosine"], typer.Option(help="What an edge of the skill graph weighs.")
    ] = "count",
    height: Annotated[
        str, typer.Option(help="Leaves stand at this depth or above (2: one level of groups), or auto.")
    ] = "3",
    min_count: Annotated[int, typer.Option(min=1, help="Leave out skills in fewer records than this.")] = 1,
    min_edge: Annotated[int, typer.Option(min=1, help="Leave out edges of fewer records than this.")] = 1,
    exact_names: Annotated[
        bool, typer.Option("--exact-names", help="Keep spellings apart that differ in case, spaces, _ or - only.")
    ] = False,
    stability: Annotated[
        int, typer.Option(min=0, help="Measure how stable the groups are over so many resampled corpora.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the search.")] = 0,
) -> int | None:
    """Build a taxonomy from a corpus: the tree of least structural entropy over the graph of skills."""
    from skillweave.harness.sources import read_source
    from skillweave.taxonomy.build import build_taxonomy

    tall = parse_height(height)
    output_file(output)
    source = read_source(
        inputs,
        graph=graph,
        skills_field=skills_field,
        weight=weight,
        min_count=min_count,
        min_edge=min_edge,
        exact_names=exact_names,
    )
    out.detail(f"{len(source.graph.names)} skills, {source.graph.edges} edges; {dict(source.graph.notes)}")
    found = build_taxonomy(source.graph, height=tall, seed=seed, descriptions=source.descriptions, inputs=source.inputs)
    if stability:
        found = _with_stability(found, source, stability, weight, seed)
    found.save(output)
    value = {"taxonomy": str(output), **_summary(found)}
    out.show(value, lambda console: _print_summary(console, found, f"Wrote {output}"))
    return None


def _with_stability(found: "Taxonomy", source: "Source", copies: int, weight: str, seed: int) -> "Taxonomy":
    from skillweave.taxonomy.stability import stability, with_stability

    if source.corpus is None:
        raise UserError("--stability resamples a corpus, and a graph has none", hint="leave out --graph or --stability")
    return with_stability(found, stability(source.corpus, found, copies=copies, weight=weight, seed=seed))


def parse_height(text: str) -> int | Literal["auto"]:
    """Return a height; raises `UserError` unless it is 1, 2, ... or auto.

    >>> parse_height("3"), parse_height("auto")
    (3, 'auto')
    """
    if text == "auto":
        return "auto"
    if text.isdigit() and int(text) >= 1:
        return int(text)
    raise UserError(f"no taxonomy of height {text!r}", hint="the height is 1, 2, 3, ... or auto")


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
    value = {**_summary(found), "nodes": [n.model_dump(mode="json") for n in found.nodes if n.level <= deepest]}

    def text(console: "Console") -> None:
        _print_summary(console, found, str(taxonomy))
        console.print()
        console.print(_tree(found, deepest))

    out.show(value, text)
    return None


def _summary(found: "Taxonomy") -> dict[str, Any]:
    return {
        "levels": found.levels,
        "skills": len(found.skills),
        "entropy": found.entropy.model_dump(mode="json"),
        "graph": found.graph.model_dump(mode="json"),
        "quality": found.quality.model_dump(mode="json"),
        "sha256": found.sha256,
    }


def _print_summary(console: "Console", found: "Taxonomy", title: str) -> None:
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


@command(group, "select", example="skillweave taxonomy select taxonomy.json -k 4 -n 100 --span 1 --json")
def select(
    out: Output,
    taxonomy: TaxonomyFile,
    k: Annotated[int, typer.Option("-k", min=1, help="Skills in a combination.", show_default=False)],
    n: Annotated[int, typer.Option("-n", min=1, help="Number of combinations.")] = 10,
    beta: Annotated[float, typer.Option(help="Sample in proportion to exp(beta * bits); 0 is uniform.")] = 0.0,
    best: Annotated[bool, typer.Option("--best", help="The n most informative instead of a sample, exactly.")] = False,
    span: Annotated[int | None, typer.Option(min=0, help="How far apart: 0 in one group, more across.")] = None,
    given: Annotated[str, typer.Option(help="Skills that every combination has: a,b.")] = "",
    forbid: Annotated[str, typer.Option(help="Skills that none has: a,b.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sample.")] = 0,
) -> int | None:
    """Select combinations of skills: an exact sample by information, or the exact best."""
    import numpy as np

    from skillweave.taxonomy.select import Selector
    from skillweave.taxonomy.tree import Taxonomy

    selector = Selector(Taxonomy.load(taxonomy))
    fixed, banned = _listed(given), _listed(forbid)
    if best:
        found = selector.n_best(k, n, given=fixed, forbid=banned, span=span)
    else:
        rng = np.random.default_rng(seed)
        found = selector.sample(k, n, rng=rng, beta=beta, span=span, given=fixed, forbid=banned)
    rows = [{"skills": list(c.skills), "information": c.information, "span": c.span} for c in found]
    out.show(
        {"combinations": rows},
        lambda console: table(
            console, ("bits", "span", "skills"), [(c.information, c.span, ", ".join(c.skills)) for c in found]
        ),
    )
    return None


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
