"""The same plans in another guise: paired by task, and in no headline."""

import numpy as np
import pytest
from made_rollouts import one, run_of

from skillweave.reports import analysis
from skillweave.reports.analysis import analyse
from skillweave.reports.records import Rollout
from skillweave.reports.variants import variations
from skillweave.reports.verdict import findings


def _rows(drop: dict[str, float], combinations: int = 60, seed: int = 3) -> list[Rollout]:
    """Return base tasks and their variants; success falls by ``drop`` in variants of a kind."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(combinations):
        letters = f"{chr(97 + i % 26)}{chr(65 + i // 26)}"
        for epoch in (1, 2):
            rows.append(one(letters, float(rng.random() < 0.8), sample=f"t{i}", epoch=epoch, first_broken=letters[0]))
            for kind, less in drop.items():
                won = float(rng.random() < 0.8 - less)
                rows.append(one(letters, won, sample=f"t{i}-{kind}", epoch=epoch, variant=kind, variant_of=f"t{i}"))
    return rows


def test_a_kind_that_lowers_success_is_told_with_its_interval() -> None:
    found = {v.kind: v for v in variations(_rows({"names": 0.35, "order": 0.0}))}
    assert found["names"].verdict == "lower"
    assert found["names"].base.n == found["names"].variant.n == 120
    difference = found["names"].difference
    assert difference is not None
    assert difference.low < -0.35 < difference.high


def test_kinds_that_change_nothing_are_rarely_told() -> None:
    told = [
        any(v.verdict != "no difference told" for v in variations(_rows({"wording": 0.0, "order": 0.0}, seed=seed)))
        for seed in range(40)
    ]
    assert sum(told) <= 6  # 2 expected at 5% for both kinds together; 7 or more once in 300


def test_a_variant_without_a_scored_base_does_not_count() -> None:
    rows = _rows({"names": 0.3})
    kept = [r for r in rows if r.sample not in ("t0", "t1")]
    assert variations(kept)[0].base.combinations == 58
    assert variations([r for r in rows if r.variant]) == []


def test_four_combinations_are_shown_and_not_judged() -> None:
    assert [v.verdict for v in variations(_rows({"order": 0.5}, combinations=4))] == ["too few combinations"]


def test_variants_are_in_no_headline_and_in_the_findings_where_they_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "read_failures", lambda rollouts: [])  # these rollouts stand in no log
    rows = _rows({"names": 0.6})
    with_, without = (analyse([run_of(found)]).measured[0] for found in (rows, [r for r in rows if not r.variant]))
    assert with_.headline == without.headline
    assert with_.flags == without.flags
    assert with_.by_k == without.by_k
    assert any("other names (−" in f for f in findings(with_))
    assert without.variants == ()
