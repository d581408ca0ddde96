"""The compositionality gap: numbers worked out by hand, what is refused, and what is found."""

import numpy as np
import pytest
from made_rollouts import one

from skillweave.reports.families import atom_rates, base_outcomes, families, gap, gap_of
from skillweave.reports.records import Rollout


def _family(name: str, skills: str, whole: list[int], atoms: dict[str, list[int]], **facts: object) -> list[Rollout]:
    rows = [one(skills, float(y), sample=f"{name}-all", epoch=i, family=name) for i, y in enumerate(whole)]
    for skill, outcomes in atoms.items():
        rows += [
            one(skill, float(y), sample=f"{name}-{skill}", epoch=i, family=name, role="atom", **facts)
            for i, y in enumerate(outcomes)
        ]
    return rows


def test_a_family_is_compared_with_its_own_atoms_and_not_with_those_of_another() -> None:
    rows = _family("f", "ab", [1, 0], {"a": [1, 1, 1, 0], "b": [1, 1, 0, 0]})
    rows += _family("g", "ab", [1, 1], {"a": [0, 0, 0, 1], "b": [1, 1, 1, 1]})
    found, short = families(rows)
    assert short == 0
    assert [(f.name, f.observed, f.product) for f in found] == [("f", 0.5, 0.375), ("g", 1.0, 0.25)]


def test_the_prediction_divides_the_overhead_out_of_each_atom_and_keeps_it_once() -> None:
    rows = [r for i in range(6) for r in _family(f"f{i}", "ab", [1, 0], {"a": [1, 1, 1, 0], "b": [1, 1, 0, 0]})]
    rows += [one("", float(y), sample=f"z{i}", role="base") for i, y in enumerate([1, 1, 1, 1, 0])]
    found = gap(families(rows)[0], base_outcomes(rows))
    # r0 = 0.8: 0.8 * (0.75/0.8) * (0.5/0.8) = 0.46875.
    assert found.predicted == pytest.approx(0.46875)
    assert found.gap == pytest.approx(0.5 - 0.46875)


def test_an_atom_with_three_attempts_leaves_its_family_out_and_is_counted() -> None:
    rows = _family("f", "ab", [1], {"a": [1, 1, 1, 0], "b": [1, 1, 0]})
    assert families(rows) == ([], 1)


def test_an_unscored_attempt_does_not_count_as_one() -> None:
    rows = _family("f", "ab", [1], {"a": [1, 1, 1, 0], "b": [1, 1, 0]})
    rows.append(one("b", None, sample="f-b", epoch=9, family="f", role="atom"))
    assert families(rows) == ([], 1)


def test_without_families_there_is_nothing_to_compare() -> None:
    assert families([one("ab", 1.0, family="a|b"), one("a", 1.0, family="a")]) == ([], 0)


@pytest.mark.parametrize(("atom", "where"), [([1, 1, 1, 1], "ceiling"), ([0, 0, 0, 0], "floor")])
def test_outside_5_to_95_percent_a_gap_is_not_measurable(atom: list[int], where: str) -> None:
    rows = [r for i in range(6) for r in _family(f"f{i}", "ab", [1, 0], {"a": atom, "b": atom})]
    found = gap(families(rows)[0], [])
    assert found.gap is None
    assert found.note == f"not measurable: the prediction is at the {where}"


def test_with_fewer_than_five_families_a_gap_is_not_measurable() -> None:
    rows = [r for i in range(4) for r in _family(f"f{i}", "ab", [1, 0], {"a": [1, 1, 1, 0], "b": [1, 1, 0, 0]})]
    assert gap(families(rows)[0], []).note == "not measurable: fewer than 5 families"


def test_read_and_write_atoms_and_those_with_given_inputs_stand_apart() -> None:
    rows = _family("f", "ab", [1], {"a": [1, 1, 1, 0]}, writes=1, literal_inputs=True)
    rows += _family("g", "cd", [1], {"c": [0, 0, 0, 1]}, writes=0, literal_inputs=False)
    found = {kind: e.rate for kind, e in atom_rates(rows).items()}
    assert found == {"write": 0.75, "literal inputs": 0.75, "read": 0.25, "inputs to look up": 0.25}


def test_the_gap_interval_is_the_same_under_the_same_seed_and_holds_the_gap() -> None:
    rng = np.random.default_rng(1)
    observed, product = rng.random(30), rng.random(30)
    ks, base = np.full(30, 2), np.ones(20)
    one_, same = (gap_of(observed, product, ks, base, np.random.default_rng(3)) for _ in range(2))
    assert one_ == same
    assert one_["low"] < one_["gap"] < one_["high"]
