"""skillweave taxonomy build."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from skillweave.harness.cli.output import Output, command
from skillweave.harness.cli.paths import output_file
from skillweave.harness.cli.taxonomy.common import group, print_summary, summary
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.harness.sources import Source
    from skillweave.taxonomy.tree import Taxonomy


@command(group, "build", example="skillweave taxonomy build corpus.jsonl -o taxonomy.json --height 3")
def build(
    out: Output,
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Records of skills (.jsonl, .parquet), chats with tool calls (.jsonl), Inspect logs (.eval or a "
            "folder), suite:office, suite:bfcl, suite:mcp:FILE.yaml (a server, by how alike its tools are); with "
            "--graph one CSV of source,target,weight (also .gz).",
            metavar="INPUT...",
            show_default=False,
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = Path("taxonomy.json"),
    graph: Annotated[bool, typer.Option("--graph", help="INPUT is a graph: a CSV of source,target,weight.")] = False,
    skills_field: Annotated[
        str | None, typer.Option(help="Field of a record that holds its skills; dots reach inside: label.ability_en.")
    ] = None,
    skills_of: Annotated[
        str | None,
        typer.Option(help="Records name tools of this suite: take the skills that are carried out with them."),
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
    merge_similar: Annotated[
        str | None,
        typer.Option(
            help="Merge skills that mean the same, by your embedding: FILE.py:FUNCTION or package.module:FUNCTION "
            "(list of names -> array of vectors). For a server it measures how alike descriptions are.",
            metavar="PLACE:FUNCTION",
        ),
    ] = None,
    merge_threshold: Annotated[
        float, typer.Option(help="Cosine from which --merge-similar holds two skills for the same.")
    ] = 0.95,
    name_model: Annotated[
        str | None,
        typer.Option(help="Let a model name the groups (as Inspect names it); words stay where it gives no name."),
    ] = None,
    model_base_url: Annotated[str | None, typer.Option(help="Where that model is served.")] = None,
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
    if graph and merge_similar:
        raise UserError("--merge-similar merges skills of a corpus", hint="leave out --graph or --merge-similar")
    if graph and stability:
        raise UserError("--stability resamples a corpus, and a graph has none", hint="leave out --graph or --stability")
    source = read_source(
        inputs,
        graph=graph,
        skills_field=skills_field,
        weight=weight,
        min_count=min_count,
        min_edge=min_edge,
        exact_names=exact_names,
        merge_similar=merge_similar,
        merge_threshold=merge_threshold,
        skills_of=skills_of,
    )
    if stability and source.corpus is None:
        raise UserError("--stability resamples a corpus, and a server has none", hint="leave it out")
    merged = {name: list(others) for name, others in (source.corpus.merged if source.corpus else {}).items()}
    for remark in remarks(source.graph.notes, merged):
        out.note(remark)
    found = build_taxonomy(
        source.graph,
        height=tall,
        seed=seed,
        descriptions=source.descriptions,
        inputs=source.inputs,
        options={"merged": merged} if merged else None,
    )
    if stability:
        found = _with_stability(found, source, stability, weight, seed)
    if name_model:
        found = _named_by(out, found, name_model, model_base_url)
    found.save(output)
    value = {"taxonomy": str(output), **summary(found), "notes": dict(source.graph.notes), "merged": merged}
    out.show(value, lambda console: print_summary(console, found, f"Wrote {output}"))
    return None


REMARKS = {
    "self_loops": "self-loops dropped: {}",
    "duplicate_edges": "duplicate edges summed: {}",
    "empty_records": "records without skills: {}",
    "rare_skills": "rare skills left out: {}",
    "rare_edges": "rare edges left out: {}",
    "edges_without_weight": "edges without weight left out: {}",
}


def remarks(notes: Mapping[str, Any], merged: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what a reader should know of what was dropped, summed or merged, in lines.

    >>> remarks({"self_loops": 2, "duplicate_edges": 0}, {"read file": ["read_file"]})
    ['self-loops dropped: 2', "1 other spelling or near-duplicate merged, such as 'read_file' into 'read file'"]
    """
    lines = [text.format(notes[key]) for key, text in REMARKS.items() if notes.get(key)]
    if merged:
        name, others = next(iter(merged.items()))
        count = sum(map(len, merged.values()))
        some = (
            f"{count} other spelling or near-duplicate" if count == 1 else f"{count} other spellings or near-duplicates"
        )
        lines.append(f"{some} merged, such as {others[0]!r} into {name!r}")
    return lines


def _with_stability(found: "Taxonomy", source: "Source", copies: int, weight: str, seed: int) -> "Taxonomy":
    from skillweave.taxonomy.stability import stability, with_stability

    assert source.corpus is not None
    return with_stability(found, stability(source.corpus, found, copies=copies, weight=weight, seed=seed))


def _named_by(out: Output, found: "Taxonomy", model: str, base_url: str | None) -> "Taxonomy":
    from skillweave.harness.naming import named_by

    with out.progress(f"{model} names groups") as progress:
        result = named_by(found, model, base_url=base_url, progress=progress)
    out.note(f"{model} named {result.named} of {result.groups} groups; the others keep their words")
    if result.problem:
        out.note(f"first problem: {result.problem}")
    return result.taxonomy


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
