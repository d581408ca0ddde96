"""Novelty: worked numbers on a tree of eight skills, and laws."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweave.tasks.novelty import Exposure, Ladder, new_edge_share, novelty, possible_rungs
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

SKILLS = "abcdefgh"
combos = st.sets(st.sampled_from(SKILLS), min_size=1, max_size=5)
exposures = st.lists(combos, max_size=8)


@pytest.mark.parametrize(
    ("skills", "expected"),
    [
        ("ac", 0),  # practised itself
        ("ad", 1),  # level 2: {ab, cd} as in a+c
        ("bd", 1),
        ("ab", 2),  # level 2: {ab, ab} is new; level 1: {abcd, abcd} as in a+c
        ("ae", 3),  # level 1: {abcd, efgh} is new, only the root agrees
        ("ef", 3),
    ],
)
def test_novelty_counts_the_levels_up_to_a_practised_abstraction(skills: str, expected: int, tree: Taxonomy) -> None:
    assert novelty(skills, Exposure(["ac"]), tree) == expected


def test_novelty_takes_the_nearest_of_several_practised_combinations(tree: Taxonomy) -> None:
    assert novelty("ef", Exposure(["ac", "eg"]), tree) == 2
    assert novelty("ef", Exposure(["ac", "eg", "fe"]), tree) == 0


def test_abstractions_are_multisets_not_sets(tree: Taxonomy) -> None:
    # {ab, ab, cd} and {ab, cd, cd} hold the same groups, not equally often
    assert novelty("acd", Exposure(["abc"]), tree) == 2


def test_sizes_never_practised_have_a_length_and_no_novelty(tree: Taxonomy) -> None:
    exposure = Exposure(["ab", "abcd"])
    assert [novelty(s, exposure, tree) for s in ("a", "abc", "abcde")] == [None, None, None]
    assert [exposure.length(k) for k in (1, 2, 3, 4, 5)] == ["shorter", "seen", "interpolated", "seen", "longer"]


def test_nothing_practised_gives_neither_novelty_nor_length(tree: Taxonomy) -> None:
    assert novelty("ab", Exposure([]), tree) is None
    assert Exposure([]).length(2) is None
    assert Exposure([]).largest_practised("ab") == ()


def test_a_skill_that_stands_higher_up_is_its_own_ancestor(make_tree) -> None:
    tree = make_tree({"1": {"1": {"a": None, "b": None}, "2": {"c": None, "d": None}}, "z": None, "y": None}, 3)
    exposure = Exposure(["az"])
    assert novelty("bz", exposure, tree) == 1
    assert novelty("cz", exposure, tree) == 2
    assert novelty("ay", exposure, tree) == 3


def test_a_level_that_splits_nothing_gives_no_rung(make_tree, tree: Taxonomy) -> None:
    assert possible_rungs(tree) == (0, 1, 2, 3)
    assert possible_rungs(make_tree({"a": None, "b": None}, 3)) == (0, 3)


def test_unknown_skill_is_refused_by_name(tree: Taxonomy) -> None:
    with pytest.raises(UserError, match="no skill 'zzz'"):
        novelty(("a", "zzz"), Exposure(["ac"]), tree)


def test_largest_practised_subset_and_containment() -> None:
    exposure = Exposure(["abx", "cdey", "f"])
    assert exposure.largest_practised("abcde") == ("c", "d", "e")
    assert exposure.largest_practised("abg") == ("a", "b")
    assert exposure.holds("de")
    assert exposure.holds("f")
    assert not exposure.holds("af")


def test_exposure_identity_ignores_order_and_repetition() -> None:
    assert Exposure(["ab", "cd"]).sha256 == Exposure(["dc", "ba", "ab"]).sha256
    assert len(Exposure(["ab", "ba"])) == 1


def test_new_edges_are_counted_once_each() -> None:
    assert new_edge_share([("a", "b"), ("a", "b"), ("b", "c"), ("c", "d")], {("a", "b")}) == pytest.approx(2 / 3)
    assert new_edge_share([("b", "a")], {("a", "b")}) == 1.0
    assert new_edge_share([], {("a", "b")}) is None


@given(combos, exposures)
def test_novelty_is_zero_exactly_for_what_was_practised(skills: set[str], practised: list[set[str]]) -> None:
    value = Ladder(Exposure(practised), TREE).novelty(skills)
    assert (value == 0) == (skills in practised)
    assert (value is None) == (len(skills) not in {len(p) for p in practised})
    assert value is None or 0 <= value <= 3


@given(combos, exposures, combos)
def test_more_exposure_never_raises_novelty(skills: set[str], practised: list[set[str]], extra: set[str]) -> None:
    before = Ladder(Exposure(practised), TREE).novelty(skills)
    after = Ladder(Exposure([*practised, extra]), TREE).novelty(skills)
    assert before is None or (after is not None and after <= before)


@given(combos, exposures)
def test_largest_practised_agrees_with_trying_every_subset(skills: set[str], practised: list[set[str]]) -> None:
    found = Exposure(practised).largest_practised(skills)
    best = max(
        (
            n
            for n in range(len(skills) + 1)
            for s in combinations(sorted(skills), n)
            if any(set(s) <= p for p in practised)
        ),
        default=0,
    )
    assert len(found) == best
    assert not found or any(set(found) <= p for p in practised)


@pytest.fixture(autouse=True, scope="module")
def _shared_tree(tree: Taxonomy) -> None:
    global TREE
    TREE = tree
