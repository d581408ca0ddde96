"""Reading folders of logs: what counts, what counts once, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
from made_logs import Planted, run_metadata, samples, write_log

from skillweave.reports.logs import read_failures, read_logs
from skillweave.taxonomy.errors import UserError

PLAIN = Planted(base=0.8)


def test_a_sample_becomes_a_rollout_with_all_that_its_log_says(tmp_path: Path) -> None:
    made = samples(PLAIN, per_k=4)
    write_log(tmp_path, made, model="openai/gpt-4o-mini")
    (run,) = read_logs([tmp_path])
    assert run.record.label == "react · openai/gpt-4o-mini"
    assert len(run.rollouts) == 20
    rollout = next(r for r in run.rollouts if r.k == 3)
    sample = next(s for s in made if s.id == rollout.sample)
    score = (sample.scores or {})["outcome"]
    assert (rollout.score, rollout.span, rollout.plan_length) == (score.value, sample.metadata["span"], 6)
    assert rollout.achieved == (score.metadata or {})["skills"]
    assert (rollout.input_tokens, rollout.wall_clock_seconds) == (2700, 4.5)
    assert rollout.edges[0] == tuple(sample.metadata["edges"][0])


def test_a_rollout_that_errored_is_unscored_with_its_error(tmp_path: Path) -> None:
    write_log(tmp_path, samples(Planted(errors=0.3), per_k=10))
    (run,) = read_logs([tmp_path])
    lost = [r for r in run.rollouts if not r.scored]
    assert lost
    assert {r.error for r in lost} == {"APIError: the server went away"}


def test_a_limit_is_a_scored_failure_with_its_reason(tmp_path: Path) -> None:
    write_log(tmp_path, samples(Planted(limits=1.0), per_k=2))
    (run,) = read_logs([tmp_path])
    assert {(r.score, r.limit) for r in run.rollouts} == {(0.0, "message")}


def test_a_retry_replaces_what_it_repeats_and_keeps_what_it_does_not(tmp_path: Path) -> None:
    made = samples(PLAIN, per_k=4, ks=(1, 2))
    again = samples(PLAIN, per_k=4, ks=(1, 2), seed=1)
    write_log(tmp_path, made[:6], name="a", status="error", planned=8)
    write_log(tmp_path, again[3:], name="b", created="2026-01-02T10:00:00+00:00")
    (run,) = read_logs([tmp_path])
    assert len(run.rollouts) == 8
    assert run.record.superseded == 3
    assert [log.rollouts for log in run.record.logs] == [3, 5]
    newest = {str(s.id): (s.scores or {})["outcome"].value for s in [*made[:3], *again[3:]]}
    assert {r.sample: r.score for r in run.rollouts} == newest


def test_a_later_error_does_not_replace_an_earlier_score(tmp_path: Path) -> None:
    write_log(tmp_path, samples(PLAIN, per_k=3), name="a")
    write_log(tmp_path, samples(Planted(errors=1.0), per_k=3), name="b", created="2026-01-02T10:00:00+00:00")
    (run,) = read_logs([tmp_path])
    assert all(r.scored for r in run.rollouts)


def test_a_run_that_was_interrupted_says_how_many_rollouts_are_missing(tmp_path: Path) -> None:
    write_log(tmp_path, samples(PLAIN, per_k=2), status="error", planned=25)
    (run,) = read_logs([tmp_path])
    assert run.record.missing == 15
    assert run.record.logs[0].error == "RuntimeError: out of quota"


def test_the_same_agent_in_two_folders_stands_side_by_side(tmp_path: Path) -> None:
    for name in ("before", "after"):
        write_log(tmp_path / name, samples(PLAIN, per_k=2), model="openai/gpt-4o-mini")
    labels = [run.record.label for run in read_logs([tmp_path / "before", tmp_path / "after"])]
    assert labels == ["react · openai/gpt-4o-mini (before)", "react · openai/gpt-4o-mini (after)"]


def test_long_metadata_that_summaries_cut_is_read_in_full(tmp_path: Path) -> None:
    made = samples(PLAIN, per_k=1, ks=(2,))
    long = [f"app.{'x' * 200}{i}" for i in range(8)]
    score = (made[0].scores or {})["outcome"]
    made[0].metadata |= {"skills": long, "k": 8}
    score.metadata = {**(score.metadata or {}), "skills": dict.fromkeys(long, True)}
    write_log(tmp_path, made)
    (run,) = read_logs([tmp_path])
    assert run.rollouts[0].skills == tuple(long)
    assert run.rollouts[0].achieved == dict.fromkeys(long, True)


def test_failures_are_read_with_their_whole_explanation(tmp_path: Path) -> None:
    made = samples(Planted(base=0.0), per_k=1, ks=(5,))
    sentences = [f"mismatch {i}: {'long ' * 80}" for i in range(5)]
    score = (made[0].scores or {})["outcome"]
    score.metadata = {**(score.metadata or {}), "mismatches": sentences}
    write_log(tmp_path, made)
    (run,) = read_logs([tmp_path])
    (failure,) = read_failures(run.rollouts)
    assert list(failure.mismatches) == sentences
    assert failure.instruction == made[0].input


def _other(tmp_path: Path, **changes: Any) -> None:
    write_log(tmp_path, samples(PLAIN, per_k=1), name="one")
    write_log(tmp_path, samples(PLAIN, per_k=1), name="two", task_id="2", agent="other", **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scorer": "2"}, "scores are not comparable: scorer '1'"),
        ({"suite": {"name": "office", "version": "2"}}, "scores are not comparable: suite 'office 1'"),
    ],
)
def test_scores_of_other_versions_are_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    _other(tmp_path, **changes)
    with pytest.raises(UserError, match=said) as caught:
        read_logs([tmp_path])
    assert caught.value.hint


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no folder '.*nowhere'"):
        read_logs([tmp_path / "nowhere"])


def test_a_folder_without_logs_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no \.eval logs") as caught:
        read_logs([tmp_path])
    assert caught.value.hint == "make some with skillweave run"


def test_a_folder_given_twice_is_refused(tmp_path: Path) -> None:
    write_log(tmp_path, samples(PLAIN, per_k=1))
    with pytest.raises(UserError, match="is given 2 times"):
        read_logs([tmp_path, tmp_path])


def test_logs_of_others_are_refused(tmp_path: Path) -> None:
    write_log(tmp_path, samples(PLAIN, per_k=1), skillweave=None)
    with pytest.raises(UserError, match="was not written by skillweave"):
        read_logs([tmp_path])


def test_logs_of_another_schema_are_refused(tmp_path: Path) -> None:
    write_log(tmp_path, samples(PLAIN, per_k=1), skillweave=run_metadata() | {"schema": "skillweave.run/9"})
    with pytest.raises(UserError, match=r"has schema 'skillweave\.run/9'"):
        read_logs([tmp_path])


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "half.eval").write_bytes(b"PK\x03\x04 half a log")
    with pytest.raises(UserError, match=r"half\.eval' cannot be read") as caught:
        read_logs([tmp_path])
    assert "inspect log recover" in str(caught.value.hint)


def test_a_run_without_a_finished_rollout_says_why(tmp_path: Path) -> None:
    write_log(tmp_path, [], status="error")
    with pytest.raises(UserError, match="no finished rollout: RuntimeError: out of quota"):
        read_logs([tmp_path])
