"""Readers, normalisation and edge weights."""

import gzip
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.graph import read_edges
from skillweave.taxonomy.merge import merge_similar
from skillweave.taxonomy.readers import read_corpus
from skillweave.taxonomy.weights import from_corpus, from_records


def write_lines(path: Path, rows: list[object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_skill_counts_once_a_record() -> None:
    corpus = corpus_from_records([["a", "a", "b"], []])
    assert corpus.incidence.toarray().tolist() == [[1, 1], [0, 0]]
    assert corpus.notes["empty_records"] == 1


def test_spellings_of_one_skill_are_merged_under_the_most_frequent_and_reported() -> None:
    corpus = corpus_from_records([["Data analysis"], ["data_analysis"], ["Data analysis"], ["ﬁle"], ["file"]])
    assert corpus.names == ("Data analysis", "file")
    assert corpus.merged == {"Data analysis": ("data_analysis",), "file": ("ﬁle",)}
    assert corpus_from_records([["A"], ["a"]], normalise=False).names == ("A", "a")


@pytest.mark.parametrize(
    ("weight", "expected"),
    [("count", 2.0), ("steps", (2 + 2) / (3 * 4)), ("ppmi", np.log2(2 * 4 / (2 * 3))), ("cosine", 2 / np.sqrt(6))],
)
def test_edge_weights_have_the_values_worked_out_by_hand(weight: str, expected: float) -> None:
    graph = from_records([["a", "b"], ["a", "b"], ["b"], ["c"]], weight=weight)
    assert graph.names == ("a", "b", "c")
    assert graph.adjacency.toarray()[0, 1] == pytest.approx(expected)
    assert graph.degrees[2] == 0


def test_rare_skills_and_rare_edges_can_be_left_out_and_are_counted() -> None:
    corpus = corpus_from_records([["a", "b"], ["a", "b"], ["a", "c"], ["b", "c"], ["d"]])
    graph = from_corpus(corpus, min_count=2, min_edge=2)
    assert graph.names == ("a", "b", "c")
    assert graph.edges == 1
    assert (graph.notes["rare_skills"], graph.notes["rare_edges"]) == (1, 2)


def test_jsonl_is_read_through_dotted_paths_with_lists_at_any_level(tmp_path: Path) -> None:
    rows = [{"label": {"ability_en": ["sum", "sort"]}}, {"label": [{"ability_en": "plot"}, {"ability_en": ["sum"]}]}]
    corpus = read_corpus([write_lines(tmp_path / "c.jsonl", rows)], field="label.ability_en")
    assert corpus.names == ("plot", "sort", "sum")
    assert corpus.records == 2


def test_chats_give_the_tools_that_were_called_in_both_forms(tmp_path: Path) -> None:
    new = {"role": "assistant", "tool_calls": [{"function": {"name": "book", "arguments": "{}"}}]}
    old = {"role": "assistant", "function_call": {"name": "pay", "arguments": "{}"}}
    rows = [{"messages": [{"role": "user", "content": "x"}, new, old]}, {"messages": []}]
    corpus = read_corpus([write_lines(tmp_path / "chat.jsonl", rows)])
    assert corpus.names == ("book", "pay")
    assert corpus.notes["empty_records"] == 1


def test_parquet_gives_the_same_corpus_as_jsonl_with_nulls_and_nested_fields(tmp_path: Path) -> None:
    rows = [
        {"label": {"ability_en": ["a", "b"]}},
        {"label": {"ability_en": None}},
        {"label": {"ability_en": ["b", None]}},
    ]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet")
    found = read_corpus([tmp_path / "c.parquet"])
    other = read_corpus([write_lines(tmp_path / "c.jsonl", rows)], field="label.ability_en")
    assert found.names == other.names == ("a", "b")
    assert found.incidence.toarray().tolist() == other.incidence.toarray().tolist() == [[1, 1], [0, 0], [0, 1]]


def test_edges_are_read_plain_and_compressed_and_weights_may_be_left_out(tmp_path: Path) -> None:
    text = "source,target,weight\nb,a,1.5\nc,a,2\na,b,1\n"
    (tmp_path / "e.csv").write_text(text)
    with gzip.open(tmp_path / "e.csv.gz", "wt") as stream:
        stream.write(text)
    plain, packed = read_edges(tmp_path / "e.csv"), read_edges(tmp_path / "e.csv.gz")
    assert plain.names == ("a", "b", "c")
    assert plain.degrees.tolist() == [4.5, 2.5, 2.0]
    assert plain.sha256 == packed.sha256
    (tmp_path / "u.csv").write_text("source,target\na,b\n")
    assert read_edges(tmp_path / "u.csv").degrees.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("source,target,weight\na,b,-1\n", r"edge 1 \('a', 'b'\) has weight -1.0"),
        ("source,target,weight\na,b,nan\n", "has weight nan"),
        ("source,target,weight\na,b,1\na,c,x\n", r"e.csv:3: weight 'x' is no number"),
        ("source,target,weight\na,,1\n", "e.csv:2: a skill has no name"),
        ("source,target,weight\n", "has no edges"),
        ("a,b\n1,2\n", "has the columns a, b"),
    ],
)
def test_a_bad_edge_file_is_refused_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "e.csv").write_text(text)
    with pytest.raises(UserError, match=message):
        read_edges(tmp_path / "e.csv")


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("c.jsonl", '{"skills": ["a"]}\n{oops\n', "c.jsonl:2: no JSON"),
        ("c.jsonl", "", "the corpus has no skills"),
        ("c.jsonl", '{"other": ["a"]}\n', "no field of skills among other"),
        ("c.jsonl", "3\n", "a record must be an object or a list, got 3"),
        ("c.txt", "", "cannot tell what"),
        ("c.csv", "", "is a CSV: read it as a graph"),
        ("c.parquet", "no", "cannot be read as Parquet"),
    ],
)
def test_a_bad_corpus_is_refused_in_one_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=message):
        read_corpus([tmp_path / name])


def test_skills_that_an_embedding_holds_for_the_same_are_merged_and_reported() -> None:
    vectors = {"add": [1.0, 0.0], "sum": [0.999, 0.01], "mail": [0.0, 1.0]}
    corpus = corpus_from_records([["sum", "mail"], ["sum", "add"], ["add", "mail"], ["sum"]])
    found = merge_similar(corpus, lambda names: np.array([vectors[name] for name in names]))
    assert found.names == ("mail", "sum")
    assert found.merged == {"sum": ("add",)}
    assert found.incidence.toarray().tolist() == [[1, 1], [0, 1], [1, 1], [0, 1]]


def test_an_unknown_edge_weight_is_refused_with_those_there_are() -> None:
    with pytest.raises(UserError, match="no edge weight 'pmi'; there are count, steps, ppmi, cosine"):
        from_records([["a", "b"]], weight="pmi")
