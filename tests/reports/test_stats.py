"""The cuts of a run: numbers worked out by hand, and planted weaknesses that must be found."""

from typing import Any

import pytest
from made_logs import SKILLS, Planted, samples, taxonomy

from skillweave.reports import stats
from skillweave.reports.branches import branches, leaf_order, units
from skillweave.reports.paired import difference
from skillweave.reports.records import Rollout
from skillweave.reports.rows import rollout_of


def _run(planted: Planted, **options: int) -> list[Rollout]:
    return [rollout_of(s.model_dump(), "made.eval") for s in samples(planted, **options)]


def _one(skills: str | tuple[str, ...], score: float | None, **facts: object) -> Rollout:
    return Rollout(
        sample=str(facts.pop("sample", skills)),
        epoch=1,
        k=len(skills),
        combination="|".join(skills),
        skills=tuple(skills),
        score=score,
        **facts,
    )


def test_leaving_out_one_skill_gives_the_range_worked_out_by_hand() -> None:
    rows = [_one("a", 1.0), _one("b", 0.0), _one("ab", 0.0), _one("c", 1.0)]
    out = stats.leave_one_skill_out(rows)
    # Without a: b, c -> 1/2. Without b: a, c -> 1. Without c: a, b, ab -> 1/3.
    assert out is not None
    assert (out.low, out.low_without) == (pytest.approx(1 / 3), "c")
    assert (out.high, out.high_without) == (1.0, "b")


def test_a_planted_bad_skill_is_flagged_and_no_other() -> None:
    rows = stats.skills(_run(Planted(skills={"mail.reply": 0.4}), per_k=60))
    assert [row.skill for row in rows if row.flagged] == ["mail.reply"]
    assert rows[0].skill == "mail.reply"


def test_skills_that_are_all_alike_are_seldom_flagged() -> None:
    flagged = [sum(row.flagged for row in stats.skills(_run(Planted(base=0.9), per_k=40, seed=s))) for s in range(10)]
    assert sum(count > 0 for count in flagged) <= 2


def test_first_breaks_count_every_failure_once() -> None:
    rows = _run(Planted(base=0.8, limits=0.05))
    assert sum(stats.first_breaks(rows).values()) == sum(r.score == 0.0 for r in rows)


def test_endings_count_every_rollout_once_and_name_limits_and_errors() -> None:
    rows = _run(Planted(base=0.8, limits=0.1, errors=0.1))
    found = stats.endings(rows)
    assert sum(found.values()) == len(rows)
    assert "stopped at the message limit" in found
    assert any(name.startswith("unscored: APIError") for name in found)


def test_a_rollout_without_an_answer_is_told_from_one_with_a_wrong_one() -> None:
    def row(**given: Any) -> Rollout:
        return Rollout(sample="s", epoch=1, k=1, combination="a", skills=("a",), score=0.0, **given)

    rows = [row(submitted=False), row(submitted=True), row(), row(submitted=False, limit="message")]
    talking = row(submitted=False, group="airline")
    assert stats.endings([*rows, talking]) == {
        "finished with a wrong outcome": 3,
        "finished without submitting": 1,
        "stopped at the message limit": 1,
    }


def test_several_attempts_give_pass_at_and_pass_all_worked_out_by_hand() -> None:
    rows = [
        Rollout(sample=s, epoch=e, k=1, combination="a", skills=("a",), score=score)
        for s, scores in {"x": (1.0, 0.0, 0.0), "y": (1.0, 1.0, 1.0)}.items()
        for e, score in enumerate(scores, 1)
    ]
    # x: one of three. pass@2 = 1 - C(2,2)/C(3,2) = 2/3, pass^2 = C(1,2)/3 = 0; y: 1 and 1.
    second = stats.pass_curves(rows)[1]
    assert (second.attempts, second.some.rate, second.every.rate) == (2, pytest.approx(5 / 6), pytest.approx(0.5))


def test_one_attempt_has_no_curve() -> None:
    assert stats.pass_curves([_one("a", 1.0)]) == []


def test_a_paired_difference_uses_the_tasks_that_both_have() -> None:
    first = [_one("a", 0.0, sample="1"), _one("b", 0.0, sample="2"), _one("c", 1.0, sample="3")]
    other = [_one("a", 1.0, sample="1"), _one("b", 0.0, sample="2"), _one("d", 1.0, sample="9")]
    found = difference(first, other)
    assert found is not None
    assert (found.mean, found.tasks, found.combinations) == (0.5, 2, 2)


def test_runs_that_never_differ_have_no_difference_to_show() -> None:
    rows = [_one("a", 1.0), _one("b", 0.0)]
    assert difference(rows, rows) is None


def test_steps_are_means_over_rollouts_and_the_ratio_is_over_successes() -> None:
    rows = [
        _one("a", 1.0, plan_length=2, tool_calls=3, tool_errors=1, wall_clock_seconds=1.0),
        _one("b", 0.0, plan_length=2, tool_calls=9, tool_errors=0, wall_clock_seconds=5.0),
    ]
    found = stats.steps(rows)
    assert (found.calls, found.ratio, found.errors, found.seconds) == (6.0, 1.5, 0.5, 3.0)


def test_a_branch_counts_each_task_that_touches_a_skill_below_it_once() -> None:
    rows = [rollout_of(s.model_dump(), "x") for s in samples(Planted(base=1.0), per_k=20) if s.metadata["k"] in (1, 2)]
    found = {b.id: b for b in branches(taxonomy(), rows)}
    below = {s for s in SKILLS if s.startswith(("calendar", "mail"))}
    assert found["T"].success.n == len(rows)
    assert found["T.0"].success.n == sum(bool(below & set(r.skills)) for r in rows)
    assert (found["T.0"].skills, found["T.0.0"].skills, found["T"].skills) == (6, 3, 18)


def test_leaves_come_in_the_order_of_the_tree() -> None:
    assert leaf_order(branches(taxonomy(), [])) == SKILLS


def test_a_skill_that_the_taxonomy_lacks_is_in_no_branch() -> None:
    assert all(b.success.n == 0 for b in branches(taxonomy(), [_one("a", 1.0)]))


def test_with_many_skills_pairs_are_of_groups_and_a_task_counts_once_a_pair() -> None:
    tree = branches(taxonomy(), [_one(tuple(SKILLS), 1.0)])
    unit = units(tree, 6)
    assert set(unit.values()) == {n.id + " " + n.name for n in tree if n.level == 2}
    assert units(tree, 18) == {}
    rows = [_one(("calendar.find_slot", "calendar.book_room", "mail.reply"), 1.0)]
    meet, mail = unit["calendar.find_slot"], unit["mail.reply"]
    assert {pair: e.n for pair, e in stats.pairs(rows, unit).items()} == {(meet, meet): 1, (meet, mail): 1}
