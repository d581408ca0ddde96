"""The verdict: what fails a gate, what does not, and what it says where it cannot tell."""

from datetime import date

import numpy as np
import pytest
from made_results import drawn_run, drawn_tasks, letters_run, results, task

from skillweave.reports.gate.config import GateConfig, Quarantined
from skillweave.reports.gate.decide import Verdict, decide, exit_code, first_look
from skillweave.reports.gate.look import Status
from skillweave.reports.gate.looks import first_half

BY_K = GateConfig(block=("k",), search=())


def status(gate, name):
    return {str(s.key): s.status for s in gate.slices}[name]


def test_the_same_outcomes_pass():
    run = letters_run("1" * 60 + "0" * 20)
    gate = decide(run, run, BY_K)
    assert gate.verdict is Verdict.PASS
    assert status(gate, "all") is Status.PASS
    assert gate.broken is not None
    assert gate.broken.worse == ()


def test_a_large_drop_fails_and_the_sentence_says_from_where_to_where():
    gate = decide(letters_run("1" * 80), letters_run("1" * 60 + "0" * 20), BY_K)
    assert gate.verdict is Verdict.REGRESSION
    assert "all tasks: 100.0% to 75.0% (-25.0 points" in gate.reasons[0]


def test_a_drop_that_is_certain_but_smaller_than_min_drop_passes():
    before, after = letters_run("1" * 400), letters_run("1" * 390 + "0" * 10)
    assert decide(before, after, GateConfig(min_drop=0.02, block=("k",), search=())).verdict is Verdict.REGRESSION
    assert decide(before, after, GateConfig(min_drop=0.03, block=("k",), search=())).verdict is Verdict.PASS


def test_a_drop_that_may_be_chance_is_no_regression_but_is_said():
    gate = decide(letters_run("1" * 40), letters_run("1" * 36 + "0000"), BY_K.model_copy(update={"target_drop": 0.4}))
    assert gate.verdict is Verdict.INCONCLUSIVE
    assert "p = 0.0625" in gate.reasons[0]


def test_a_gate_that_could_not_have_seen_the_target_drop_does_not_pass():
    run = letters_run("1" * 10)
    gate = decide(run, run, BY_K)
    assert gate.verdict is Verdict.INCONCLUSIVE
    assert "too few samples: a true drop of 10 points" in gate.reasons[0]


def test_a_dead_slice_of_four_combinations_is_undecidable_and_never_a_pass():
    def rows(k3):
        many = [task(f"t{i}", f"{chr(97 + i // 26)}{chr(65 + i % 26)}", 1) for i in range(100)]
        return results([*many, *(task(f"u{i}", f"xy{i}", k3) for i in range(4))])

    gate = decide(rows(1), rows(1), BY_K)
    assert status(gate, "k = 3") is Status.UNDECIDABLE
    assert gate.verdict is Verdict.INCONCLUSIVE
    assert "k = 3" in gate.reasons[-1]
    assert [exit_code(gate.verdict, strict=s) for s in (False, True)] == [0, 3]


def test_a_slice_that_the_candidate_does_not_have_counts_against_it():
    many = [task(f"t{i}", f"{chr(97 + i // 26)}{chr(65 + i % 26)}", 1) for i in range(100)]
    some = [task(f"u{i}", f"xy{i}", 1) for i in range(5)]
    gate = decide(results([*many, *some]), results(many), BY_K)
    assert status(gate, "k = 3") is Status.MISSING
    assert gate.verdict is Verdict.REGRESSION


def test_a_drop_of_pass_k_fails_where_the_mean_hardly_moves():
    steady = [task(f"t{i}", f"a{i:02d}", 4 if i % 2 else 2, 4) for i in range(80)]
    shaky = [task(f"t{i}", f"a{i:02d}", 3, 4) for i in range(80)]
    gate = decide(results(steady), results(shaky), BY_K)
    assert status(gate, "all") is Status.PASS
    assert status(gate, "pass^k = 4") is Status.REGRESSION


def test_a_candidate_with_fewer_epochs_misses_reliability():
    gate = decide(
        results([task(f"t{i}", f"a{i:02d}", 4, 4) for i in range(60)]),
        results([task(f"t{i}", f"a{i:02d}", 1, 1) for i in range(60)]),
        BY_K,
    )
    assert status(gate, "pass^k") is Status.MISSING
    assert gate.verdict is Verdict.REGRESSION


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"suite": "bfcl"}, "another suite: office in the baseline, bfcl in the candidate"),
        ({"suite_version": "2"}, "another suite version"),
        ({"scorer": "2"}, "another scorer"),
        ({"hashes": {"tasks": "u", "splits": None, "taxonomy": "x"}}, "another tasks hash"),
        ({"hashes": {"tasks": "t", "splits": None, "taxonomy": "y"}}, "another taxonomy hash"),
        ({"errored": "out of disk"}, "the candidate's run errored: out of disk"),
        ({"missing": 60}, "60 of 120 rollouts of the candidate are unscored (50.0%; at most 5.0% may be)"),
    ],
)
def test_runs_that_cannot_be_compared_are_not_decidable(facts, says):
    gate = decide(letters_run("1" * 60), letters_run("1" * 60, **facts), BY_K)
    assert gate.verdict is Verdict.UNDECIDABLE
    assert any(says in reason for reason in gate.reasons)
    assert exit_code(gate.verdict, strict=False) == 3


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("1" * 60, "1" * 50 + "-" * 10, "10 of 60 rollouts of the candidate are unscored"),
        ("1" * 60, "1" * 40, "20 of 60 tasks of the baseline are not scored in the candidate"),
        ("1" * 40, "1" * 60, "20 of 60 tasks of the candidate are not scored in the baseline"),
        ("1111", "0000", "too few samples: 4 combinations"),
        ("1", "-", "no task was scored in both runs"),
    ],
)
def test_too_little_that_pairs_up_is_not_decidable(before, after, says):
    gate = decide(letters_run(before), letters_run(after), BY_K)
    assert gate.verdict is Verdict.UNDECIDABLE
    assert any(says in reason for reason in gate.reasons)


def entry(name, added="2026-04-01", expires="2026-06-01"):
    return Quarantined(
        task=name, reason="flaky search", added=date.fromisoformat(added), expires=date.fromisoformat(expires)
    )


def test_a_quarantined_task_is_in_no_figure_and_is_listed():
    before, after = letters_run("1" * 60), letters_run("1" * 52 + "0" * 8)
    assert decide(before, after, BY_K).verdict is Verdict.REGRESSION
    gate = decide(before, after, BY_K, tuple(entry(f"t{i:03d}") for i in range(52, 60)))
    assert gate.verdict is Verdict.PASS
    assert gate.quarantined["t052"] == "flaky search"
    assert gate.slices[0].test.tasks == 52


@pytest.mark.parametrize(
    ("dates", "why"),
    [
        ({"expires": "2026-04-30"}, "its quarantine ran out on 2026-04-30"),
        ({"added": "2026-05-02"}, "it was put in quarantine on 2026-05-02, after the candidate ran"),
    ],
)
def test_a_quarantine_that_ran_out_or_came_after_the_run_is_not_heeded(dates, why):
    before, after = letters_run("1" * 60), letters_run("1" * 52 + "0" * 8)
    gate = decide(before, after, BY_K, tuple(entry(f"t{i:03d}", **dates) for i in range(52, 60)))
    assert gate.verdict is Verdict.REGRESSION
    assert any(why in warning for warning in gate.warnings)


def test_one_dead_skill_is_found_and_named_though_the_average_hardly_moves():
    tasks = drawn_tasks(600, 4)
    rng = np.random.default_rng(4)
    before = drawn_run(tasks, rng)
    after = drawn_run(tasks, rng, factor=lambda skills: 0.0 if "s03" in skills else 1.0)
    gate = decide(before, after, GateConfig(min_drop=0.05))
    assert gate.verdict is Verdict.REGRESSION
    whole = gate.slices[0]
    assert whole.status is not Status.REGRESSION
    assert status(gate, "skill = s03") is Status.REGRESSION
    # Other slices hold the dead skill too and may drop with it; no other skill is called broken.
    assert [s.key.value for s in gate.slices if s.status is Status.REGRESSION and s.key.dimension == "skill"] == ["s03"]
    assert gate.broken.skills[0].name in ("s00", "s01", "s02", "s03")


def test_an_improvement_is_told():
    gate = decide(letters_run("1" * 60 + "0" * 20), letters_run("1" * 80), BY_K.model_copy(update={"target_drop": 0.3}))
    assert gate.verdict is Verdict.PASS
    assert status(gate, "all") is Status.IMPROVED


TWO = GateConfig(looks=2, block=("k",), search=())


def test_a_clear_regression_stops_at_the_first_look():
    gate = decide(letters_run("1" * 80), letters_run("0" * 80), TWO)
    assert [(look.number, look.tasks) for look in gate.looks] == [(1, 40)]
    assert gate.verdict is Verdict.REGRESSION


def test_both_looks_together_spend_alpha_once():
    run = letters_run("1" * 80)
    gate = decide(run, run, TWO)
    assert [look.number for look in gate.looks] == [1, 2]
    assert sum(look.alpha for look in gate.looks) == pytest.approx(TWO.alpha)


def test_the_first_half_is_fixed_by_the_tasks_and_takes_half_of_each_stratum():
    tasks = [t for t, _ in drawn_tasks(400, 1)]
    half = first_half(tasks)
    assert half == first_half(list(reversed(tasks)))
    for k in range(1, 6):
        members = {t.combination for t in tasks if t.k == k}
        inside = {t.combination for t in tasks if t.k == k and t.id in half}
        assert abs(len(inside) - len(members) / 2) <= 2
    # whole combinations only: tasks of one are not split over the looks
    assert not {t.combination for t in tasks if t.id in half} & {t.combination for t in tasks if t.id not in half}


def test_the_first_look_waits_until_its_half_is_complete():
    before = letters_run("1" * 80)
    half = first_half(before.tasks)
    done = tuple(t for t in before.tasks if t.id in half)
    assert first_look(before, letters_run("1" * 80).model_copy(update={"tasks": done[1:]}), TWO) is None
    look = first_look(before, before.model_copy(update={"tasks": done}), TWO)
    assert look is not None
    assert not look.regressed
    dead = tuple(t.model_copy(update={"passed": 0}) for t in done)
    assert first_look(before, before.model_copy(update={"tasks": dead}), TWO).regressed


@pytest.mark.parametrize("looks", [1, 2])
def test_no_change_is_seldom_called_a_regression(looks):
    config = GateConfig(looks=looks, min_drop=0.0)
    alarms = 0
    for seed in range(30):
        tasks = drawn_tasks(80, seed)
        rng = np.random.default_rng(seed)
        alarms += decide(drawn_run(tasks, rng), drawn_run(tasks, rng), config).verdict is Verdict.REGRESSION
    assert alarms <= 5  # more would come by chance once in 300, were each of the 30 wrong with 5%
