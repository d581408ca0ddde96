"""The search: brute force on small graphs, the shared figures, invariances, bad input."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from skillweave.taxonomy.agreement import ami, compare, dendrogram_purity, read_truth
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.entropy import tree_entropy
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.graph import SkillGraph, from_edges, read_edges
from skillweave.taxonomy.induce import cost, induce, recut
from skillweave.taxonomy.net import net_of
from skillweave.taxonomy.planted import planted_graph
from skillweave.taxonomy.polish import compact, polish

GRAPHS = Path(__file__).parents[1] / "data" / "graphs"
PROTOTYPE = {("n1000", 2): 6.191, ("n1000", 3): 5.318, ("n1000", 4): 4.877} | {
    ("skill_count", 2): 7.1715,
    ("skill_count", 3): 6.3153,
    ("skill_count", 4): 6.118,
}


def random_graph(n: int, seed: int, edges: int) -> SkillGraph:
    rng = np.random.default_rng(seed)
    pairs = np.asarray(list(itertools.combinations(range(n), 2)))
    picked = pairs[rng.choice(len(pairs), size=min(edges, len(pairs)), replace=False)]
    names = [f"s{i}" for i in range(n)]
    return from_edges(names, picked[:, 0], picked[:, 1], rng.integers(1, 9, size=len(picked)).astype(float))


def partitions(n: int) -> list[np.ndarray]:
    found = [[0]]
    for _ in range(n - 1):
        found = [[*labels, new] for labels in found for new in range(max(labels) + 2)]
    return [np.asarray(labels) for labels in found]


@pytest.mark.parametrize("seed", range(6))
def test_one_level_of_groups_is_the_best_of_all_partitions_of_up_to_8_skills(seed: int) -> None:
    graph = random_graph(6 + seed % 3, seed, 8 + seed)
    best = min(tree_entropy(graph, [labels]) for labels in partitions(len(graph.names)))
    assert tree_entropy(graph, induce(graph, 2)) == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_two_levels_of_groups_are_the_best_of_all_nested_partitions_of_6_skills(seed: int) -> None:
    graph = random_graph(6, seed, 9)
    every = partitions(6)
    best = min(
        tree_entropy(graph, [coarse, fine])
        for fine in every
        for coarse in every
        if len(set(zip(fine.tolist(), coarse.tolist(), strict=True))) == len(set(fine.tolist()))
    )
    assert tree_entropy(graph, induce(graph, 3)) == pytest.approx(best, abs=1e-9)


def test_the_path_of_four_is_halved() -> None:
    graph = from_edges(list("abcd"), np.array([0, 1, 2]), np.array([1, 2, 3]), np.ones(3))
    assert build_taxonomy(graph, height=2).entropy.ht == pytest.approx(1.251629, abs=1e-6)


@pytest.mark.parametrize(("name", "height"), sorted(PROTOTYPE))
def test_the_entropy_of_the_stored_graphs_is_no_worse_than_the_floor(name: str, height: int) -> None:
    graph = read_edges(GRAPHS / f"{name}.edges.csv.gz")
    assert tree_entropy(graph, induce(graph, height)) <= PROTOTYPE[name, height] + 5e-5


def test_the_cut_is_the_best_of_all_cuts_of_a_small_dendrogram_and_never_loses() -> None:
    for seed in range(5):
        net, _ = net_of(random_graph(40, seed, 120))
        node = np.arange(len(net.degree))
        levels = [compact(node % 4), compact(node % 4 * 10 + node % 3)]
        again = recut(net, levels, 2)
        assert cost(net, again) <= cost(net, levels) + 1e-12
        assert cost(net, recut(net, again, 3)) <= cost(net, again) + 1e-12


def test_the_gain_that_polishing_reports_is_the_fall_of_the_entropy() -> None:
    graph, _ = planted_graph(300, (3, 4, 3), degree=12, seed=3)
    net, _ = net_of(graph)
    start = recut(net, [], 3)
    gain, levels = polish(net, start, np.random.default_rng(0), rounds=3, tolerance=1e-9)
    assert gain > 0
    assert cost(net, start) - cost(net, levels) == pytest.approx(gain, abs=1e-9)


def test_relabelling_skills_does_not_change_the_entropy_nor_the_groups() -> None:
    graph, _ = planted_graph(200, (4, 4), degree=10, seed=5)
    order = np.random.default_rng(1).permutation(200)
    moved = SkillGraph(
        names=tuple(f"x{i:03d}" for i in range(200)), adjacency=graph.adjacency[order][:, order], weight="given"
    )
    one, two = induce(graph, 3), induce(moved, 3)
    assert tree_entropy(graph, one) == pytest.approx(tree_entropy(moved, two), abs=1e-12)
    assert ami(one[-1][order], two[-1]) == pytest.approx(1.0)


@pytest.mark.parametrize("factor", [1e-6, 3.0, 1e9])
def test_scaling_the_weights_does_not_change_the_tree(factor: float) -> None:
    graph, _ = planted_graph(200, (4, 4), degree=10, seed=6)
    scaled = SkillGraph(names=graph.names, adjacency=graph.adjacency * factor, weight="given")
    for one, two in zip(induce(graph, 3), induce(scaled, 3), strict=True):
        assert ami(one, two) == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_bytes() -> None:
    graph, _ = planted_graph(120, (3, 3), seed=7)
    assert build_taxonomy(graph, height=3, seed=4).sha256 == build_taxonomy(graph, height=3, seed=4).sha256


def test_components_are_kept_apart_and_isolated_skills_stay_under_the_root() -> None:
    source, target = np.array([0, 1, 0, 3, 4, 3, 6]), np.array([1, 2, 2, 4, 5, 5, 6])
    graph = from_edges(list("abcdefg"), source, target, np.ones(7))
    found = build_taxonomy(graph, height=3)
    assert found.branch("a") == found.branch("c") != found.branch("d")
    assert len(found.path("g")) == 2
    assert (found.graph.components, found.graph.isolated) == (3, 1)


def test_a_graph_without_edges_is_a_flat_tree() -> None:
    graph = from_edges(["a", "b"], np.array([0, 1]), np.array([0, 1]), np.ones(2))
    found = build_taxonomy(graph, height=3)
    assert found.skills == ("a", "b")
    assert (found.entropy.h1, found.entropy.ht, found.entropy.ratio) == (0.0, 0.0, 0.0)


def test_a_star_is_no_trap_for_the_dendrogram() -> None:
    leaves = 3_000
    names = [f"s{i}" for i in range(leaves + 1)]
    graph = from_edges(names, np.zeros(leaves, dtype=np.int64), np.arange(1, leaves + 1), np.ones(leaves))
    assert len(induce(graph, 3)) == 2


def test_equal_merges_along_a_path_leave_no_skill_alone() -> None:
    nodes = np.arange(1, 500)
    graph = from_edges([f"s{i:03d}" for i in range(500)], nodes - 1, nodes, np.ones(499))
    # the exact cut of the dendrogram of scikit-network 0.33 has 2.2959 bits
    assert tree_entropy(graph, induce(graph, 4)) <= 2.29595


def test_a_tree_is_not_cut_worse_than_its_own_dendrogram() -> None:
    nodes = np.arange(1, 1_500)
    graph = from_edges([f"s{i}" for i in range(1_500)], (nodes - 1) // 3, nodes, np.ones(1_499))
    net, skills = net_of(graph)
    found = [compact(label[skills]) for label in induce(graph, 4)]
    assert cost(net, found) <= cost(net, recut(net, [], 3))


def test_dendrogram_purity_and_agreement_have_the_values_worked_out_by_hand(tmp_path: Path) -> None:
    graph = from_edges(list("abcd"), np.array([0, 1, 2]), np.array([1, 2, 3]), np.ones(3))
    found = build_taxonomy(graph, height=2)
    assert dendrogram_purity(found, dict(zip("abcd", "xxyy", strict=True))) == 1.0
    assert dendrogram_purity(found, dict(zip("abcd", "xyxy", strict=True))) == pytest.approx(0.5)
    (tmp_path / "truth.csv").write_text("skill,level1\na,x\nb,x\nc,y\nd,y\n")
    assert compare(found, read_truth(tmp_path / "truth.csv", found.skills)).best == pytest.approx((1.0,))
    (tmp_path / "truth.csv").write_text("skill,level1\na,x\nb,x\n")
    with pytest.raises(UserError, match="misses 2 of 4 skills, such as 'c', 'd'"):
        read_truth(tmp_path / "truth.csv", found.skills)


@pytest.mark.parametrize("height", [0, -1, 2.5, True, "high"])
def test_a_height_below_1_is_refused(height: object) -> None:
    graph = from_edges(["a", "b"], np.array([0]), np.array([1]), np.ones(1))
    with pytest.raises(UserError, match="no taxonomy of height"):
        build_taxonomy(graph, height=height)  # type: ignore[arg-type]
