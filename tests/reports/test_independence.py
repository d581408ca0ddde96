"""Success by k against the skills alone."""

import numpy as np
import pytest
from made_rollouts import run_of

from skillweave.reports import analysis
from skillweave.reports.independence import by_k
from skillweave.reports.records import Rollout
from skillweave.reports.verdict import findings


def _rollouts(skills: tuple[str, ...], good: int, total: int, name: str = "") -> list[Rollout]:
    return [
        Rollout(
            sample=f"{'+'.join(skills)}{name}{i}",
            epoch=1,
            k=len(skills),
            combination="|".join(skills),
            skills=skills,
            score=float(i < good),
        )
        for i in range(total)
    ]


PAIRS = [("a", "b"), ("a", "c"), ("b", "c"), ("a", "d"), ("b", "d"), ("c", "d")]
ALONE = {"a": 8, "b": 6, "c": 9, "d": 5}


def _set(good_of_ten: int, *, k0: int | None = None) -> list[Rollout]:
    rows = [r for skill, good in ALONE.items() for r in _rollouts((skill,), good, 10)]
    rows += [r for pair in PAIRS for r in _rollouts(pair, good_of_ten, 10)]
    return rows + (_rollouts((), k0, 10) if k0 is not None else [])


def test_the_prediction_is_the_mean_over_tasks_of_the_product_of_their_own_skills() -> None:
    at = by_k(_set(5))[1]
    # .8*.6 .8*.9 .6*.9 .8*.5 .6*.5 .9*.5 = .48 .72 .54 .40 .30 .45; their mean is 0.481667. The product of the mean
    # rate with itself would be 0.49.
    assert at.predicted == pytest.approx(2.89 / 6)
    assert at.gap == pytest.approx(0.5 - 2.89 / 6)


def test_the_overhead_of_a_rollout_is_not_counted_once_for_every_skill() -> None:
    at = next(row for row in by_k(_set(5, k0=9)) if row.k == 2)
    assert at.predicted == pytest.approx(2.89 / 6 / 0.9)


def test_a_prediction_at_the_ceiling_leaves_no_measurable_gap() -> None:
    rows = [r for s in "abcd" for r in _rollouts((s,), 10, 10)] + [r for p in PAIRS for r in _rollouts(p, 5, 10)]
    at = by_k(rows)[1]
    assert at.predicted == 1.0
    assert at.gap is None
    assert at.note == "not measurable: the prediction is at the ceiling"


def test_without_single_skill_tasks_nothing_is_predicted() -> None:
    at = by_k([r for p in PAIRS for r in _rollouts(p, 5, 10)])[0]
    assert at.predicted is None
    assert "k = 1" in at.note


def test_only_tasks_whose_every_skill_was_run_alone_are_compared() -> None:
    rows = [r for r in _set(5) if r.skills != ("d",)]
    at = by_k(rows)[1]
    assert at.covered == 30
    assert at.predicted == pytest.approx((0.48 + 0.72 + 0.54) / 3)
    assert at.note == "not measurable: fewer than 5 combinations"


def test_the_bootstrap_is_the_same_under_the_same_seed() -> None:
    assert by_k(_set(4), seed=3) == by_k(_set(4), seed=3)
    assert by_k(_set(4), seed=3) != by_k(_set(4), seed=4)


def _world(rng: np.random.Generator, factor: float) -> list[Rollout]:
    skills = [f"s{i}" for i in range(12)]
    rates = dict(zip(skills, rng.uniform(0.6, 0.95, 12), strict=True))
    rows = []
    for s in skills:
        rows += _rollouts((s,), int(rng.binomial(20, rates[s])), 20)
    for i in range(40):
        pair = tuple(sorted(rng.choice(skills, 2, replace=False)))
        rows += _rollouts(pair, int(rng.binomial(4, rates[pair[0]] * rates[pair[1]] * factor)), 4, name=f"/{i}/")
    return rows


def test_the_gap_interval_holds_no_gap_where_skills_fail_independently() -> None:
    found = [by_k(_world(np.random.default_rng(seed), 1.0), draws=400)[1] for seed in range(60)]
    covered = sum(at.gap_low <= 0 <= at.gap_high for at in found if at.gap_low is not None and at.gap_high is not None)
    assert covered >= 53  # 60 worlds at 95%: fewer than 53 happens once in 300 tests


def test_a_planted_cost_of_combining_is_found() -> None:
    found = [by_k(_world(np.random.default_rng(seed), 0.6), draws=400)[1] for seed in range(10)]
    assert all(at.gap_high is not None and at.gap_high < 0 for at in found)


def test_the_finding_says_which_part_of_the_rollouts_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "read_failures", lambda rollouts: [])  # these rollouts stand in no log
    for more, part in (
        ([], ""),
        (_rollouts(("a", "e"), 5, 10), ", over the 60 rollouts whose every skill was run alone,"),
    ):
        found = findings(analysis.analyse([run_of(_set(5) + more)]).measured[0])
        assert any(f.startswith(f"At k = 2{part} the skills alone predict") for f in found)
