"""Shapes: connected, acyclic, and found whenever there is one."""

from itertools import combinations, product

import networkx as nx
import numpy as np
import pytest

from skillweave.tasks.shape import Realisable, can_be_free, shapes
from skillweave.tasks.suites.office.apps import people
from skillweave.tasks.suites.office.common import PLAIN_TYPES
from skillweave.tasks.worldsuite import WorldSuite

SUITE = WorldSuite(name="office", version="1", apps=(people.APP,), plain_types=PLAIN_TYPES)
IDS = sorted(SUITE.skills)


def by_brute_force(skills: tuple[str, ...]) -> bool:
    """Try every way to feed every input."""
    chosen = [SUITE.skills[s] for s in skills]
    slots = [(s.id, n, g) for s in chosen for n, g in s.inputs.items()]
    options = []
    for owner, _, given in slots:
        found: list[str | None] = [
            s.id for s in chosen if s.id != owner and s.output in given.types and not given.literal
        ]
        options.append(found + ([None] if can_be_free(SUITE, given) else []))
    must = {s.id for s in chosen if s.output and not s.writes}
    for choice in product(*options):
        edges = [(source, owner) for (owner, _, _), source in zip(slots, choice, strict=True) if source]
        graph = nx.DiGraph(edges)
        graph.add_nodes_from(skills)
        connected = nx.is_directed_acyclic_graph(graph) and nx.is_weakly_connected(graph)
        unread = must - {source for source, _ in edges}
        if len(set(edges)) == len(edges) and connected and len(unread) <= 1:
            return True
    return False


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_a_combination_is_realisable_exactly_when_brute_force_finds_a_plan(k: int) -> None:
    check = Realisable(SUITE)
    sets = list(combinations(IDS, k))
    rng = np.random.default_rng(k)
    chosen = [sets[int(i)] for i in rng.permutation(len(sets))[:60]]
    assert [check(s) for s in chosen] == [by_brute_force(s) for s in chosen]


def test_every_shape_is_connected_acyclic_and_leaves_at_most_one_answer() -> None:
    rng = np.random.default_rng(0)
    for _ in range(40):
        skills = tuple(IDS[int(i)] for i in rng.permutation(len(IDS))[:4])
        for shape, _ in zip(shapes(SUITE, skills, rng), range(5), strict=False):
            graph = nx.DiGraph([(source, owner) for (owner, _), source in shape.feeds.items()])
            graph.add_nodes_from(skills)
            assert nx.is_directed_acyclic_graph(graph)
            assert nx.is_weakly_connected(graph)
            assert sorted(shape.order) == sorted(skills)
            place = {s: i for i, s in enumerate(shape.order)}
            assert all(place[source] < place[owner] for (owner, _), source in shape.feeds.items())
            consumed = set(shape.feeds.values())
            unread = [s for s in skills if SUITE.skills[s].output and not SUITE.skills[s].writes and s not in consumed]
            assert unread == ([shape.answer] if shape.answer else [])


def test_two_skills_that_cannot_feed_each_other_are_not_realisable() -> None:
    assert not Realisable(SUITE)(("people.assign_manager", "people.change_title"))


@pytest.mark.parametrize("k", [2, 3, 4])
def test_no_skill_of_a_realisable_set_is_left_out_beside_others_of_it(k: int) -> None:
    check = Realisable(SUITE)
    found = [s for s in combinations(IDS, k) if check(s)][:300]
    assert found
    for skills in found:
        for given in ((skills[0],), (skills[-1],), (skills[0], skills[-1])):
            assert check.beside(given, k) >= set(skills)
    lone = next(pair for pair in combinations(IDS, 2) if not check.beside(pair, 2))
    assert not check(lone)
