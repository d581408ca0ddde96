"""Structural entropy: hand-worked numbers, agreement of the two formulas, bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillweave.taxonomy.entropy import degree_entropy, lca_entropy, lower_bound, tree_entropy
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.graph import SkillGraph, from_edges
from skillweave.taxonomy.planted import planted_graph
from skillweave.taxonomy.structure import nodes_of


def path_graph() -> SkillGraph:
    return from_edges(list("abcd"), np.array([0, 1, 2]), np.array([1, 2, 3]), np.ones(3))


def test_the_path_of_four_has_the_entropies_worked_out_by_hand() -> None:
    graph = path_graph()
    assert degree_entropy(graph.degrees) == pytest.approx(1.918296, abs=1e-6)
    assert tree_entropy(graph, [np.array([0, 0, 1, 1])]) == pytest.approx(1.251629, abs=1e-6)


def test_node_terms_add_up_to_the_entropy_of_the_tree() -> None:
    graph, labels = planted_graph(80, (3, 3), degree=8, seed=2)
    nodes = nodes_of(graph, labels)
    assert sum(node.entropy for node in nodes) == pytest.approx(tree_entropy(graph, labels), abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 30), levels=st.integers(0, 3))
def test_both_formulas_agree_on_any_tree_and_stay_between_the_bounds(seed: int, n: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    source, target = rng.integers(n, size=(2, 3 * n))
    graph = from_edges([str(i) for i in range(n)], source, target, rng.exponential(size=3 * n) + 1e-3)
    tree: list[np.ndarray] = []
    for _ in range(levels):
        above = tree[-1] if tree else np.zeros(n, dtype=np.int64)
        tree.append(np.unique(above * n + rng.integers(3, size=n), return_inverse=True)[1])
    one, two = tree_entropy(graph, tree), lca_entropy(graph, tree)
    assert one == pytest.approx(two, abs=1e-9)
    assert lower_bound(graph) <= one + 1e-9
    if not tree:
        assert one == pytest.approx(degree_entropy(graph.degrees), abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_further_level_never_raises_the_entropy(seed: int) -> None:
    graph, labels = planted_graph(60, (2, 3, 2), degree=6, seed=seed)
    assert tree_entropy(graph, labels) <= tree_entropy(graph, [labels[0], labels[2]]) + 1e-12


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_an_edge_whose_weight_is_no_positive_number_is_named(weight: float) -> None:
    with pytest.raises(UserError, match=rf"edge 2 \('a', 'b'\) has weight {weight!r}"):
        from_edges(["a", "b"], np.array([0, 0]), np.array([1, 1]), np.array([1.0, weight]))


def test_self_loops_are_dropped_and_duplicate_edges_summed_and_both_are_counted() -> None:
    graph = from_edges(["a", "b"], np.array([0, 1, 0]), np.array([1, 0, 0]), np.array([1.0, 2.0, 5.0]))
    assert graph.degrees.tolist() == [3.0, 3.0]
    assert graph.notes == {"self_loops": 1, "duplicate_edges": 1}
