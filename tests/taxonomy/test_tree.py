"""The taxonomy as a value: navigation, file, exports, refusals."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from skillweave.taxonomy.artifacts import read_json, write_json
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy
from skillweave.taxonomy.weights import from_records

RECORDS = [["a", "b"], ["a", "b", "c"], ["a", "c"], ["d", "e"], ["d", "e", "f"], ["f", "d"], ["c", "f"], ["z"]]


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return build_taxonomy(from_records(RECORDS), height=2, seed=1)


def test_every_skill_is_a_leaf_and_an_isolated_one_hangs_under_the_root(taxonomy: Taxonomy) -> None:
    assert taxonomy.skills == ("a", "b", "c", "d", "e", "f", "z")
    assert [len(taxonomy.path(skill)) for skill in "abcdefz"] == [3, 3, 3, 3, 3, 3, 2]
    assert taxonomy.quality.mapped == 1.0
    assert taxonomy.graph.isolated == 1
    assert taxonomy.quality.level_sizes == (1, 3, 7)


def test_a_leaf_above_a_level_is_its_own_ancestor_there(taxonomy: Taxonomy) -> None:
    assert taxonomy.ancestor("z", 2) == taxonomy.ancestor("z", 1) == taxonomy.branch("z")
    assert taxonomy.ancestor("a", 1) == taxonomy.branch("b") != taxonomy.branch("d")
    assert taxonomy.ancestor("a", 0) == "T"


def test_the_span_is_0_in_a_leaf_group_and_the_group_levels_across_the_root(taxonomy: Taxonomy) -> None:
    assert taxonomy.span(["a", "b"]) == 0
    assert taxonomy.span(["a", "d"]) == 1
    assert taxonomy.span(["a", "z"]) == 1
    assert taxonomy.span(["a"]) is None
    assert taxonomy.span(["a", "a"]) is None


def test_information_counts_every_node_of_the_union_of_paths_once(taxonomy: Taxonomy) -> None:
    term = {node.skill or node.id: node.entropy for node in taxonomy.nodes}
    branch = taxonomy.branch("a")
    assert taxonomy.information(["a", "b"]) == pytest.approx(term["a"] + term["b"] + term[branch])
    assert taxonomy.information(["a"]) <= taxonomy.information(["a", "d"])


def test_a_saved_taxonomy_loads_as_the_same_value_and_bytes(taxonomy: Taxonomy, tmp_path: Path) -> None:
    taxonomy.save(tmp_path / "t.json")
    again = Taxonomy.load(tmp_path / "t.json")
    again.save(tmp_path / "u.json")
    assert again == taxonomy
    assert again.sha256 == taxonomy.sha256
    assert (tmp_path / "t.json").read_bytes() == (tmp_path / "u.json").read_bytes()


def test_loading_imports_nothing_heavy(taxonomy: Taxonomy, tmp_path: Path) -> None:
    taxonomy.save(tmp_path / "t.json")
    code = (
        "import sys; from skillweave.taxonomy.tree import Taxonomy; Taxonomy.load(sys.argv[1]);"
        "print([m for m in ('numba', 'scipy', 'pandas', 'matplotlib', 'networkx', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "t.json")], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_selection_needs_no_numba() -> None:
    code = "import sys, skillweave.taxonomy.baselines; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_exports_hold_every_node(taxonomy: Taxonomy) -> None:
    tree = taxonomy.to_networkx()
    assert nx.is_arborescence(tree)
    assert set(tree) == {node.id for node in taxonomy.nodes}
    assert set(nx.parse_graphml(taxonomy.to_graphml())) == set(tree)
    newick = taxonomy.to_newick()
    assert newick.endswith(";")
    assert newick.count("(") == newick.count(")") == len(taxonomy.children)
    assert all(f"'{skill}':" in newick for skill in taxonomy.skills)


def test_an_unknown_skill_is_refused_with_what_comes_close() -> None:
    found = build_taxonomy(from_records([["send mail", "read mail"], ["read mail", "plot"]]), height=2)
    with pytest.raises(UserError, match="no skill 'sent mail'") as error:
        found.path("sent mail")
    assert "'send mail'" in (error.value.hint or "")


def change(obj: Any, **fields: Any) -> Any:
    return obj | fields


@pytest.mark.parametrize(
    ("index", "field", "value", "message"),
    [
        (1, "parent", "T.9", "which does not stand before it"),
        (1, "level", 2, "which is not its depth"),
        (1, "entropy", -0.5, "greater than or equal to 0"),
        (1, "skill", "a", "leaves have one, and only leaves"),
        (0, "surplus", 1, "Extra inputs"),
    ],
)
def test_a_file_that_is_no_tree_is_refused_in_one_line(
    taxonomy: Taxonomy, tmp_path: Path, index: int, field: str, value: Any, message: str
) -> None:
    taxonomy.save(tmp_path / "t.json")
    obj = read_json(tmp_path / "t.json")
    obj["nodes"][index][field] = value
    write_json(tmp_path / "t.json", obj)
    with pytest.raises(UserError, match=message) as error:
        Taxonomy.load(tmp_path / "t.json")
    assert "\n" not in error.value.message


def test_another_schema_version_is_refused(taxonomy: Taxonomy) -> None:
    with pytest.raises(UserError, match=r"has schema 'skillweave.taxonomy/9'"):
        Taxonomy.from_json(taxonomy.to_json() | {"schema": "skillweave.taxonomy/9"})
