"""INPUT on the command line -> a corpus of skills: files of records, Inspect logs, suites, or a graph."""

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from skillweave.taxonomy.artifacts import digest, file_digest
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.taxonomy.corpus import Corpus
    from skillweave.taxonomy.graph import SkillGraph
    from skillweave.taxonomy.merge import Embed

Records = Iterable[Sequence[str]]

SUBMIT_TOOLS = frozenset({"submit", "submit_answer"})
"""tools that hand in an answer; calling one is no skill"""
EMBEDDING_HINT = "write it as FILE.py:FUNCTION or MODULE:FUNCTION"
SERVER = "suite:mcp:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A graph of skills and where it came from."""

    graph: "SkillGraph"
    inputs: Mapping[str, str]
    """sha256 of each input, by name"""
    descriptions: Mapping[str, str] = field(default_factory=dict)
    """what is known of a skill in words; names of groups draw on it"""
    corpus: "Corpus | None" = None
    """None where the input was a graph"""


def read_source(
    inputs: Sequence[str],
    *,
    graph: bool = False,
    skills_field: str | None = None,
    weight: str = "count",
    min_count: int = 1,
    min_edge: int = 1,
    exact_names: bool = False,
    merge_similar: str | None = None,
    merge_threshold: float = 0.95,
    skills_of: str | None = None,
) -> Source:
    """Return the graph of all inputs together.

    An input is a .jsonl or .parquet file of records, an Inspect .eval log or a folder of them, ``suite:NAME``, or with
    ``graph`` one CSV of ``source,target,weight``. A server, ``suite:mcp:FILE``, has no corpus: its graph is made of how
    alike its tools are, and an embedding then measures that. With ``skills_of`` records name tools of that suite, and
    stand for the skills that are carried out with them. Raises `UserError` for what cannot be read.
    """
    from skillweave.taxonomy.weights import WEIGHTS, from_corpus

    if weight not in WEIGHTS:
        raise UserError(f"no edge weight {weight!r}", hint=f"there are {', '.join(WEIGHTS)}")
    if graph:
        return _read_graph(inputs)
    if any(name.startswith(SERVER) for name in inputs):
        return _read_likeness(inputs, merge_similar)
    corpus = _corpus(inputs, skills_field, exact_names, skills_of)
    if merge_similar:
        from skillweave.taxonomy.merge import merge_similar as merged

        corpus = merged(corpus, embedding(merge_similar), threshold=merge_threshold)
    return Source(
        graph=from_corpus(corpus, weight=weight, min_count=min_count, min_edge=min_edge),
        inputs={_name(i): _digest(i) for i in inputs},
        corpus=corpus,
        descriptions={
            k: v
            for name in (*(i[6:] for i in inputs if i.startswith("suite:")), *([skills_of] if skills_of else []))
            for k, v in _descriptions(name).items()
        },
    )


def _read_likeness(inputs: Sequence[str], embed: str | None) -> Source:
    from skillweave.tasks.suites.mcp.described import descriptions_of
    from skillweave.tasks.suites.mcp.suite import mcp_suite
    from skillweave.taxonomy.likeness import likeness_graph

    if len(inputs) != 1:
        raise UserError(
            f"a server is no corpus: {len(inputs)} inputs were given",
            hint="give records of calls with --skills-of mcp:FILE.yaml, or the server alone",
        )
    suite = mcp_suite(inputs[0].removeprefix("suite:"))
    graph = likeness_graph(descriptions_of(suite), embed=None if embed is None else embedding(embed))
    return Source(graph=graph, inputs={inputs[0]: digest(suite.version)}, descriptions=suite.described())


def _read_graph(inputs: Sequence[str]) -> Source:
    from skillweave.taxonomy.graph import read_edges

    if len(inputs) != 1:
        raise UserError(f"--graph reads one CSV, got {len(inputs)} inputs: {', '.join(inputs)}")
    path = Path(inputs[0])
    return Source(graph=read_edges(path), inputs={path.name: file_digest(path)})


def _corpus(inputs: Sequence[str], skills_field: str | None, exact_names: bool, skills_of: str | None) -> "Corpus":
    from skillweave.taxonomy.corpus import corpus_from_records
    from skillweave.taxonomy.readers import read_corpus

    if skills_of is None and not any(map(_is_special, inputs)):
        return read_corpus([Path(i) for i in inputs], field=skills_field, normalise=not exact_names)
    records = [record for i in inputs for record in records_of_input(i, skills_field)]
    if skills_of is not None:
        records = list(_as_skills(records, skills_of))
    own = skills_of is not None or all(i.startswith("suite:") for i in inputs)  # ids, which tasks refer to as they are
    return corpus_from_records(records, normalise=not (exact_names or own))


def _as_skills(records: Records, name: str) -> Iterator[Sequence[str]]:
    """Yield records of tools as records of a suite's skills; other suites' tools and unknown ones are left out."""
    from skillweave.tasks.suites.registry import load_suite

    skill: dict[str, str] = {}
    for own, tools in load_suite(name).skill_tools().items():
        skill |= {own: own, **{tool: own for tool in tools if tool not in skill}}
    for record in records:
        yield [skill[tool] for tool in record if tool in skill]


def _is_special(name: str) -> bool:
    return name.startswith("suite:") or name.endswith(".eval") or Path(name).is_dir()


def records_of_input(name: str, skills_field: str | None = None) -> Iterator[Sequence[str]]:
    """Yield the records of one input, each the skills that occurred together."""
    from skillweave.taxonomy.readers import read_corpus

    if name.startswith("suite:"):
        yield from suite_records(name[6:])
    elif name.endswith(".eval") or Path(name).is_dir():
        for log in logs_of(Path(name)):
            yield from log_records(log)
    else:
        corpus = read_corpus([Path(name)], field=skills_field, normalise=False)
        starts = corpus.incidence.indptr
        for row in range(corpus.records):
            yield [corpus.names[i] for i in corpus.incidence.indices[starts[row] : starts[row + 1]]]


def suite_records(name: str) -> Records:
    """Return the workflows of a suite; raises `UserError` for one that is not there."""
    from skillweave.tasks.suites.registry import load_suite

    return list(load_suite(name).workflows())


def logs_of(path: Path) -> list[Path]:
    """Return the .eval logs that a path is or holds; raises `UserError` where there are none."""
    if path.is_file():
        return [path]
    found = sorted(path.rglob("*.eval")) if path.is_dir() else []
    if not found:
        raise UserError(f"no .eval logs in {str(path)!r}", hint="name a log of Inspect, or a folder that holds some")
    return found


def log_records(log: Path) -> Iterator[list[str]]:
    """Yield for each sample of an Inspect log the tools that its assistant messages call, hand-ins left out."""
    from zipfile import BadZipFile

    from inspect_ai.log import read_eval_log, read_eval_log_samples

    if not log.is_file():
        raise UserError(f"no file {str(log)!r}", hint="check the path")
    try:
        listed = read_eval_log(str(log), header_only=True).eval.dataset.sample_ids is not None
        # A log without a list of its samples cannot be read one by one.
        for sample in (
            read_eval_log_samples(str(log), all_samples_required=False)
            if listed
            else read_eval_log(str(log)).samples or ()
        ):
            calls = [c.function for m in sample.messages if m.role == "assistant" for c in m.tool_calls or ()]
            yield [name for name in calls if name not in SUBMIT_TOOLS]
    except (ValueError, KeyError, OSError, BadZipFile) as error:
        raise UserError(f"{str(log)!r} is no Inspect log: {str(error) or type(error).__name__}") from None


def embedding(place: str) -> "Embed":
    """Return the user's embedding function, of a file (``embed.py:embed``) or a package (``my.module:embed``)."""
    import runpy

    where, _, name = place.rpartition(":")
    try:
        if where.endswith(".py"):
            found = runpy.run_path(where).get(name)
        else:
            found = getattr(importlib.import_module(where), name, None) if where else None
    except (ImportError, OSError) as error:
        raise UserError(
            f"no embedding {place!r}: {error}", hint="write it as FILE.py:FUNCTION or MODULE:FUNCTION"
        ) from None
    if not callable(found):
        raise UserError(f"no function in {place!r}", hint="write it as FILE.py:FUNCTION or MODULE:FUNCTION")
    return found  # type: ignore[no-any-return]


def _name(name: str) -> str:
    return name if name.startswith("suite:") else Path(name).name


def _digest(name: str) -> str:
    if name.startswith("suite:"):
        return digest([list(r) for r in suite_records(name[6:])])
    path = Path(name)
    return file_digest(path) if path.is_file() else digest([file_digest(log) for log in logs_of(path)])


def _descriptions(suite: str) -> Mapping[str, str]:
    from skillweave.tasks.appsuite import AppSuite
    from skillweave.tasks.suites.registry import load_suite

    found = load_suite(suite)
    if isinstance(found, AppSuite):
        return {s.id: s.description for s in found.apps.skills.values()}
    schemas = found.tool_schemas()
    return {skill: " ".join(schemas[t].description for t in tools) for skill, tools in found.skill_tools().items()}
