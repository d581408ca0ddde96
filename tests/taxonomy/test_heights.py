"""Which height is chosen on graphs of known shape, and what left-out edges tell."""

from collections.abc import Callable

import numpy as np
import pytest

from skillweave.taxonomy.agreement import ami
from skillweave.taxonomy.graph import Ints, SkillGraph, from_edges
from skillweave.taxonomy.heights import choose_height
from skillweave.taxonomy.heldout import edges_of, folds, foretold
from skillweave.taxonomy.induce import climb
from skillweave.taxonomy.planted import MIX, graph_on, planted_graph, uneven_graph

Made = tuple[SkillGraph, list[Ints]]
STRONG = (0.05, 0.1, 0.25, 0.6)


def recovered(levels: list[Ints], truth: list[Ints]) -> list[float]:
    return [max(ami(level, planted) for level in levels) for planted in truth]


def is_recovered_as_well_as_at_any_height(made: Made, highest: int, slack: float) -> None:
    graph, truth = made
    choice = choose_height(graph, highest=highest)
    trees = climb(graph, highest, every=True, most=4)
    best = np.max([recovered(trees[height], truth) for height in range(2, highest + 1)], axis=0)
    assert np.all(np.asarray(recovered(choice.levels, truth)) >= best - slack), choice.reason


def test_a_flat_graph_gets_one_level_of_groups() -> None:
    graph, truth = planted_graph(400, (10,), degree=24, mix=(0.2, 0.8), seed=1)
    choice = choose_height(graph, highest=4)
    assert choice.height == 2
    assert choice.reason.startswith("height 2: its tree foretells left-out edges best, +")
    assert recovered(choice.levels, truth)[0] > 0.95


def test_a_nested_graph_gets_a_tree_that_shows_all_its_levels() -> None:
    graph, truth = planted_graph(400, (6, 5), degree=30, mix=(0.05, 0.25, 0.7), seed=8)
    choice = choose_height(graph, highest=4)
    assert choice.height >= 3, choice.reason
    assert all(value > 0.9 for value in recovered(choice.levels, truth))


def test_a_graph_without_groups_is_said_to_show_none() -> None:
    graph = graph_on([], 250, np.random.default_rng(3), degree=12, mix=MIX)
    choice = choose_height(graph, highest=4)
    assert "no tree foretells left-out edges better" in choice.reason
    assert all(figure.foretold < 0 for figure in choice.figures)


def test_too_few_edges_are_said_to_tell_nothing() -> None:
    graph = from_edges(list("abcd"), np.array([0, 1, 2]), np.array([1, 2, 3]), np.ones(3))
    choice = choose_height(graph)
    assert (choice.height, choice.figures) == (2, ())
    assert "3 edges are too few" in choice.reason


def test_bits_on_a_left_out_edge_have_the_value_worked_out_by_hand() -> None:
    # Two groups of two skills; one edge inside each, one across. The held-out edge lies inside the first group.
    graph = from_edges(list("abcd"), np.array([0, 2, 1]), np.array([1, 3, 2]), np.ones(3))
    held = edges_of(from_edges(list("abcd"), np.array([0]), np.array([1]), np.ones(1)))
    # M of the group: 2 d_a d_b / V^2 = 2 * 1 * 2 / 36 = 1/9; P: (1 + 1/9) / (3 + 1).
    assert foretold(graph, [np.array([0, 0, 1, 1])], held) == pytest.approx([np.log2((1 + 1 / 9) / 4 * 9)])


def test_folds_share_no_left_out_edge_and_lose_none() -> None:
    graph, _ = planted_graph(120, (3, 3), degree=10, seed=2)
    seen: list[tuple[int, int]] = []
    for thin, held in folds(graph, np.random.default_rng(0), copies=10):
        assert thin.edges + len(held.weight) == graph.edges
        seen += zip(held.source.tolist(), held.target.tolist(), strict=True)
    assert len(seen) == len(set(seen)) == graph.edges


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        lambda: planted_graph(800, (6, 8), seed=26, mix=(0.1, 0.3, 0.6)),
        lambda: planted_graph(1_000, (5, 4, 4), degree=30, seed=28, mix=STRONG),
        lambda: planted_graph(900, (20,), seed=24, mix=(0.3, 0.7)),
        pytest.param(
            lambda: planted_graph(1_200, (3, 3, 3, 3), degree=36, seed=25, mix=(0.05, 0.1, 0.15, 0.2, 0.5)),
            marks=pytest.mark.xfail(
                reason="four levels that hardly differ: the rule stops at 3, docs/taxonomy.md says so"
            ),
        ),
        lambda: uneven_graph(800, 2, degree=24, seed=21),
        lambda: uneven_graph(1_000, 3, degree=30, seed=22, mix=STRONG),
    ],
)
def test_planted_levels_of_many_shapes_are_recovered_as_well_as_at_any_height(make: Callable[[], Made]) -> None:
    is_recovered_as_well_as_at_any_height(make(), 6, slack=0.08)
