"""DBCA divergences: worked numbers and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillweave.tasks.divergence import atom_divergence, chernoff, compound_divergence

counts = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 20), min_size=1)


def test_atom_divergence_by_hand() -> None:
    # train a:1/2 b:1/2, test a:1: sqrt(1/2 * 1) = 0.70710678
    assert atom_divergence(["ab"], ["a"]) == pytest.approx(1 - 0.5**0.5)


def test_compound_divergence_by_hand_asks_whether_train_has_the_edge_at_all() -> None:
    train = [[("a", "b")], [("a", "b")], [("a", "b")], [("b", "c")]]
    # test is all b->c, train has a quarter of it: (1/4)^0.1 * 1^0.9 = 0.870551
    assert compound_divergence(train, [[("b", "c")]]) == pytest.approx(1 - 0.25**0.1)
    # the other way round a quarter of test is known: 1^0.1 * (1/4)^0.9 = 0.287175
    assert compound_divergence([[("b", "c")]], train) == pytest.approx(1 - 0.25**0.9)


def test_sides_without_edges_have_no_divergence() -> None:
    assert compound_divergence([[]], [[("a", "b")]]) is None
    assert atom_divergence([], ["a"]) is None


@given(counts, st.floats(0.05, 0.95))
def test_equal_distributions_do_not_diverge(p: dict[str, int], alpha: float) -> None:
    assert chernoff(p, {k: 3 * v for k, v in p.items()}, alpha) == pytest.approx(1)


@given(counts, counts, st.floats(0.05, 0.95))
def test_coefficient_lies_between_disjoint_and_equal_and_swaps_with_alpha(
    p: dict[str, int], q: dict[str, int], alpha: float
) -> None:
    value = chernoff(p, q, alpha)
    assert value is not None
    assert 0 <= value <= 1
    assert (value == 0) == (not p.keys() & q.keys())
    assert value == pytest.approx(chernoff(q, p, 1 - alpha))
