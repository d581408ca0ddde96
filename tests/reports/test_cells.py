"""Many rates at once are what they are one by one."""

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from made_logs import Planted, samples, write_log

from skillweave.reports import logs
from skillweave.reports.cells import parts_of, success_by, successes
from skillweave.reports.intervals import rate_of, rates_of, success
from skillweave.reports.logs import read_logs
from skillweave.reports.records import Rollout
from skillweave.reports.regression import fit_logit, fitted
from skillweave.taxonomy.errors import UserError


def _rollouts(count: int = 400) -> list[Rollout]:
    rng = np.random.default_rng(3)
    made = []
    for i in range(count):
        skills = tuple(sorted(rng.choice(list("abcdefg"), size=int(rng.integers(1, 4)), replace=False).tolist()))
        score = None if rng.random() < 0.05 else float(rng.random() < 0.6)
        made.append(
            Rollout(sample=str(i), epoch=1, k=len(skills), combination="|".join(skills), skills=skills, score=score)
        )
    return made


def test_success_in_each_part_is_that_of_its_rollouts_alone() -> None:
    rows = _rollouts()
    parts = parts_of(rows, lambda skills: skills)
    found = dict(zip(parts.names, successes(rows, parts), strict=True))
    assert sorted(found) == list("abcdefg")
    for skill, estimate in found.items():
        alone = success(r for r in rows if skill in r.skills)
        assert astuple(estimate)[:-1] == pytest.approx(astuple(alone)[:-1], rel=1e-12)
        assert estimate.method == alone.method


def test_a_rollout_without_a_value_is_in_no_part_and_an_unscored_part_has_no_rate() -> None:
    rows = [_rollout("a", 1.0), _rollout("b", None), _rollout("c", 0.0)]
    found = success_by(rows, ["x", "y", None])
    assert list(found) == ["x", "y"]
    assert (found["x"].rate, found["x"].n) == (1.0, 1)
    assert (found["y"].rate, found["y"].n, found["y"].unscored) == (None, 0, 1)
    assert success_by([], []) == {}


def _rollout(skill: str, score: float | None) -> Rollout:
    return Rollout(sample=skill, epoch=1, k=1, combination=skill, skills=(skill,), score=score)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("binary", [False, True])
def test_cells_do_not_leak_into_each_other(weighted: bool, binary: bool) -> None:
    rng = np.random.default_rng(5)
    y = (rng.random(300) < 0.7).astype(float) if binary else rng.random(300)
    codes, cells = rng.integers(0, 20, 300), rng.integers(0, 4, 300)
    weights = rng.random(300) if weighted else None
    together = rates_of(y, codes, cells, 4, weights=weights, binary=binary)
    for cell, estimate in enumerate(together):
        own = cells == cell
        compact = np.unique(codes[own], return_inverse=True)[1]
        alone = rate_of(y[own], compact, weights=None if weights is None else weights[own], binary=binary)
        assert astuple(estimate)[:-1] == pytest.approx(astuple(alone)[:-1], rel=1e-12)
        assert estimate.method == alone.method


def test_a_sparse_design_is_fitted_as_a_dense_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    x = np.zeros((400, 60))
    x[:, 0] = 1.0
    for row in x:
        row[1 + rng.choice(59, size=3, replace=False)] = 1.0
    y, weights, sd = rng.random(400), rng.integers(1, 5, 400).astype(float), np.array([np.inf] + [1.0] * 59)
    sparse = fit_logit(y, x, sd, weights=weights)
    monkeypatch.setattr("skillweave.reports.regression._SPARSE", 0.0)
    dense = fit_logit(y, x, sd, weights=weights)
    for one, other in zip(sparse, dense, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(fitted(y, x, sd, weights=weights), dense[0])


@pytest.mark.skipif(not logs.FORKS, reason="logs are read in one process where processes cannot be forked")
def test_logs_read_in_several_processes_give_the_same_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seed in (("a", 1), ("b", 2), ("c", 3)):
        made = samples(Planted(base=0.8), per_k=6, seed=seed)
        write_log(tmp_path, made, name=name, task_id=name)
    one = read_logs([tmp_path])
    monkeypatch.setattr(logs, "MANY", 1)
    monkeypatch.setattr(logs, "usable_processors", lambda: 2)
    assert read_logs([tmp_path]) == one


@pytest.mark.skipif(not logs.FORKS, reason="logs are read in one process where processes cannot be forked")
def test_what_is_wrong_in_a_log_is_said_by_whichever_process_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = samples(Planted(), per_k=2)
    del made[3].metadata["k"]
    write_log(tmp_path, samples(Planted(), per_k=2), name="a", task_id="a")
    write_log(tmp_path, made, name="b", task_id="b")
    monkeypatch.setattr(logs, "MANY", 1)
    monkeypatch.setattr(logs, "usable_processors", lambda: 2)
    with pytest.raises(UserError, match="is not one of ours") as error:
        read_logs([tmp_path])
    assert error.value.hint
