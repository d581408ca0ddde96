"""Simulated agents: one pure function decides, and real rollouts do exactly what it says."""

import json
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_suite import LIMIT, NOTE, READ, SKILLS, ledger_tasks

from skillweave.harness.simulated import (
    PROFILES,
    Labels,
    Profile,
    load_profile,
    simulated_success,
    success_probability,
)
from skillweave.taxonomy.errors import UserError

PROFILE = {
    "base": 0.97,
    "skills": {READ: 0.8, LIMIT: 0.9},
    "pairs": {f"{READ}|{NOTE}": 0.6},
    "k": {"2": 0.9, "3": 0.7},
    "span": {"1": 0.9},
    "novelty": {"2": 0.6},
}


def labels(*skills: str, **more: Any) -> Labels:
    return Labels(skills=skills, k=len(skills), **more)


def test_400_real_rollouts_are_what_the_function_predicts(run: Any, samples: Any, tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    path.write_text(json.dumps(PROFILE))
    result = run(200, epochs=2, agent="react", model="simulated/own", model_args={"profile": str(path)}, max_samples=40)
    profile = Profile.model_validate(PROFILE)
    tasks = {task.id: task for task in ledger_tasks(200)}
    played = samples(result)
    assert len(played) == 400
    for sample in played:
        task = tasks[sample.id]
        success, broken = simulated_success(task.id, sample.epoch, profile, labels(*task.skills, span=task.span))
        score = sample.scores["outcome"]
        assert (score.value, score.metadata["first_broken"]) == (float(success), broken)
    assert 0 < result.success < 1
    assert result.simulated
    assert {s.scores["outcome"].metadata["tool_errors"] for s in played} == {0}


def test_the_log_says_that_the_run_was_simulated_and_how(run: Any) -> None:
    from inspect_ai.log import read_eval_log

    result = run(3, agent="react", model="simulated/novice")
    said = read_eval_log(str(result.log), header_only=True).eval.metadata["skillweave"]["simulated"]
    assert said["name"] == "novice"
    assert Profile.model_validate(said["profile"]) == PROFILES["novice"]
    assert not run(3).simulated


def test_a_profile_can_be_given_to_a_model_as_a_value(run: Any) -> None:
    options = {"agent": "react", "model": "simulated/own", "model_args": {"profile": {"base": 0.0}}}
    assert run(7, **options).success == 0.0


def test_a_simulated_model_plays_over_the_bridge_too(run: Any, samples: Any, tmp_path: Path) -> None:
    outcomes = []
    for path in ("direct", "bridge"):
        result = run(14, agent="react", model="simulated/novice", model_path=path)
        outcomes.append({s.id: (s.scores["outcome"].value, s.store["skillweave"]["calls"]) for s in samples(result)})
    assert outcomes[0] == outcomes[1]


def test_factors_multiply() -> None:
    profile = Profile.model_validate(PROFILE)
    assert success_probability(profile, labels(NOTE)) == pytest.approx(0.97)
    assert success_probability(profile, labels(READ, NOTE, span=1)) == pytest.approx(0.97 * 0.8 * 0.6 * 0.9 * 0.9)
    assert success_probability(profile, labels(*SKILLS, novelty=2)) == pytest.approx(0.97 * 0.8 * 0.9 * 0.6 * 0.7 * 0.6)


def test_a_rollout_fails_at_its_weakest_skill() -> None:
    hopeless = Profile(base=0.0, skills={READ: 0.9, NOTE: 0.4})
    assert simulated_success("t", 1, hopeless, labels(*SKILLS)) == (False, NOTE)
    by_pair = Profile(base=0.0, skills={READ: 0.9}, pairs={f"{LIMIT}|{NOTE}": 0.1})
    broken = {simulated_success(f"t{i}", 1, by_pair, labels(*SKILLS))[1] for i in range(50)}
    assert broken == {LIMIT, NOTE}


def test_the_rate_is_the_probability() -> None:
    profile = Profile(base=0.37)
    n = 20_000
    rate = sum(simulated_success(f"t{i}", 1, profile, labels(READ))[0] for i in range(n)) / n
    assert abs(rate - 0.37) < 4 * sqrt(0.37 * 0.63 / n)


@given(st.text(max_size=10), st.integers(1, 9), st.floats(0, 1), st.floats(0, 1))
def test_the_function_is_pure_and_breaks_a_skill_of_the_task(name: str, epoch: int, base: float, share: float) -> None:
    profile = Profile(base=base, skills={READ: share})
    first = simulated_success(name, epoch, profile, labels(READ, NOTE))
    assert first == simulated_success(name, epoch, profile, labels(READ, NOTE))
    assert first[0] == (first[1] is None)
    assert first[1] in (None, READ, NOTE)


def test_the_outcomes_do_not_depend_on_the_process() -> None:
    drawn = [simulated_success(f"t{i}", 1, Profile(base=0.5), labels(READ))[0] for i in range(16)]
    assert "".join("01"[d] for d in drawn) == "1001100001101001"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"base": 1.5}', "base"),
        ('{"base": NaN}', "base"),
        ('{"skill": {}}', "skill"),
        ('{"pairs": {"a": 0.5}}', "no pair of skills"),
        ("[]", "is no profile"),
        ("{", "is no JSON"),
    ],
)
def test_a_profile_that_is_none_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "profile.json"
    path.write_text(text)
    with pytest.raises(UserError, match=words):
        load_profile("own", path)


def test_shipped_profiles_are_found_by_name() -> None:
    assert load_profile("perfect") == Profile()
    with pytest.raises(UserError, match="no simulated profile 'nobody'"):
        load_profile("nobody")
