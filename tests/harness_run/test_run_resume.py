"""Runs as eval-sets: resumed, never mixed, never begun on a mistake; and logs that can be scored later."""

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ledger_suite import SKILLS, LedgerSuite, ledger_task, ledger_tasks, write_ledger

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.tasks.garbage import ROLLOUTS
from skillweave.tasks.spec import write_tasks
from skillweave.tasks.splits import ExposureFacts, SplitRow, Splits
from skillweave.taxonomy.errors import UserError


def test_the_same_command_again_plays_nothing_and_returns_the_same(run: Any, ledger: LedgerSuite) -> None:
    first = run(7)
    opened = len(ledger.opened)
    assert run(7) == first
    assert len(ledger.opened) == opened


def test_a_run_goes_on_where_it_stopped(run: Any, ledger: LedgerSuite) -> None:
    first = run(14, limit=6)
    assert (first.scored, first.by_k[1].scored, first.by_k[2].scored, first.by_k[3].scored) == (6, 2, 2, 2)
    whole = run(14)
    assert (whole.scored, whole.success) == (14, 1.0)
    assert len(ledger.opened) == 14


def test_rollouts_that_raised_are_tried_again_by_the_next_run(
    run: Any, ledger: LedgerSuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = LedgerSuite.reference

    def failing(self: Any, task: Any, **options: Any) -> Any:
        if task.k == 3:
            raise RuntimeError("the plan is lost")
        return reference(self, task, **options)

    with monkeypatch.context() as patch:
        patch.setattr(LedgerSuite, "reference", failing)
        first = run(7, retry_on_error=0)
    assert (first.scored, first.unscored, first.success) == (6, 1, 1.0)
    assert first.errors[0].id == "ledger-0006"
    assert "the plan is lost" in first.errors[0].message
    again = run(7, retry_on_error=0)
    assert (again.scored, again.unscored) == (7, 0)
    assert len(ledger.opened) == 8


def test_two_sets_of_tasks_never_share_a_log_folder(run: Any, tmp_path: Path) -> None:
    run(7)
    write_ledger(tmp_path, 8)
    with pytest.raises(UserError, match="which is of other tasks") as caught:
        run(tasks=tmp_path / "tasks.jsonl")
    assert "--log-dir" in str(caught.value.hint)


def test_agents_on_the_same_tasks_share_a_log_folder(run: Any, tmp_path: Path) -> None:
    assert [run(7, agent=agent).success for agent in ("oracle", "nop", "oracle")] == [1.0, 0.0, 1.0]
    assert len(list((tmp_path / "logs").glob("*.eval"))) == 2


def test_an_edited_profile_is_another_run(run: Any, tmp_path: Path) -> None:
    profile = tmp_path / "profile.json"
    profile.write_text('{"base": 1.0}')
    first = run(7, agent="react", model="simulated/own", model_args={"profile": str(profile)})
    profile.write_text('{"base": 0.0}')
    second = run(7, agent="react", model="simulated/own", model_args={"profile": str(profile)})
    assert (first.success, second.success) == (1.0, 0.0)


def test_epochs_repeat_each_task(run: Any) -> None:
    result = run(3, epochs=4, agent="react", model="simulated/perfect")
    assert (result.scored, result.success) == (12, 1.0)


@pytest.mark.parametrize(
    ("options", "words", "hint"),
    [
        ({"agent": "react"}, "needs a model", "--model"),
        ({"agent": "react", "model": "openai/gpt-4o"}, "OPENAI_API_KEY", "doctor"),
        ({"agent": "react", "model": "nowhere/gpt"}, "nowhere", "PROVIDER/NAME"),
        ({"agent": "react", "model": "simulated/genius"}, "no simulated profile 'genius'", ""),
        ({"agent": "react", "model": "mockllm/model", "tool_choice": "often"}, "no tool choice 'often'", "any"),
        ({"agent": "react", "model": "mockllm/model", "model_path": "pigeon"}, "no model path 'pigeon'", "bridge"),
        ({"agent": "reacct", "model": "mockllm/model"}, "no agent 'reacct'", "file.py:make_graph"),
        ({"split": "test"}, "needs a splits file", "--splits"),
        ({"tools": "k+many"}, "no tool offer 'k+many'", "k+N"),
        ({"epochs": 0}, "epochs must be at least 1", ""),
        ({"max_steps": 0}, "max steps must be at least 1", ""),
    ],
)
def test_a_mistake_stops_the_run_before_anything_is_written(
    run: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, options: dict[str, Any], words: str, hint: str
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UserError) as caught:
        run(7, **options)
    assert words in caught.value.message
    assert "\n" not in caught.value.message
    assert hint in (caught.value.hint or "")
    assert not (tmp_path / "logs").exists()


def splits_of(tmp_path: Path, test: list[str], train: list[str], control: tuple[str, ...] = ()) -> Path:
    rows = {
        task.id: SplitRow(
            split="test" if task.id in test else "train",
            k=task.k,
            span=task.span,
            novelty=2 if task.id in test else 0,
            length="seen",
            family=task.combination,
            practised=task.k,
            inside=True,
            new_edges=None,
        )
        for task in ledger_tasks(7)
    }
    splits = Splits(
        splits={"train": tuple(train), "test": tuple(test), "control": control},
        rows=rows,
        exposure=ExposureFacts(name="train", sha256="0" * 64, size=4),
        figures={},
    )
    path = tmp_path / "splits.json"
    splits.save(path)
    return path


def test_only_the_tasks_of_the_split_are_run_and_labelled(run: Any, samples: Any, tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log

    splits = splits_of(tmp_path, ["ledger-0003", "ledger-0006"], ["ledger-0000"])
    result = run(7, splits=splits, split="test")
    assert sorted(s.id for s in samples(result)) == ["ledger-0003", "ledger-0006"]
    assert {s.metadata["novelty"] for s in samples(result)} == {2}
    assert {s.metadata["split"] for s in samples(result)} == {"test"}
    log = read_eval_log(str(result.log))
    run_facts = log.eval.metadata["skillweave"]
    assert run_facts["exposure"] == {"name": "train", "sha256": "0" * 64, "size": 4}
    assert run_facts["splits"]["rows"]["ledger-0003"]["novelty"] == 2
    assert "novelty=2" in log.results.scores[0].metrics


def test_a_held_out_split_brings_its_control_along_unless_told_not_to(run: Any, samples: Any, tmp_path: Path) -> None:
    splits = splits_of(tmp_path, ["ledger-0006"], [], control=("ledger-0000",))
    both = run(7, splits=splits, split="test")
    assert sorted(s.id for s in samples(both)) == ["ledger-0000", "ledger-0006"]
    alone = run(7, splits=splits, split="test", control=False, log_dir=tmp_path / "alone")
    assert [s.id for s in samples(alone)] == ["ledger-0006"]


def test_splits_of_another_tasks_file_are_refused(run: Any, tmp_path: Path) -> None:
    splits = splits_of(tmp_path, ["elsewhere-1"], [])
    with pytest.raises(UserError, match="names task 'elsewhere-1'"):
        run(7, splits=splits, split="test")


def test_a_log_is_scored_again_from_itself_and_the_tasks(run: Any, tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log

    result = run(7, agent="react", model="simulated/novice")
    before = read_eval_log(str(result.log))
    again = _score(before, tmp_path / "tasks.jsonl")
    assert {s.id: s.scores["outcome"] for s in again.samples} == {s.id: s.scores["outcome"] for s in before.samples}
    assert [m.value for m in again.results.scores[0].metrics.values()] == [
        m.value for m in before.results.scores[0].metrics.values()
    ]


def test_a_limit_is_still_known_when_a_log_is_scored_again(run: Any, tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log

    result = run(7, agent="react", model="simulated/perfect", message_limit=3)
    before = read_eval_log(str(result.log))
    again = _score(before, tmp_path / "tasks.jsonl")
    assert result.limited > 0
    assert {s.id: s.scores["outcome"].metadata["limit"] for s in again.samples} == {
        s.id: s.scores["outcome"].metadata["limit"] for s in before.samples
    }


def test_scoring_by_tasks_that_changed_is_refused(run: Any, tmp_path: Path) -> None:
    from inspect_ai._util.error import PrerequisiteError
    from inspect_ai.log import read_eval_log

    result = run(7)
    path = tmp_path / "changed.jsonl"
    write_tasks(path, [ledger_task(i, SKILLS) for i in range(7)])
    with pytest.raises((PrerequisiteError, ExceptionGroup)):
        _score(read_eval_log(str(result.log)), path)


def _score(log: Any, tasks: Path) -> Any:
    from inspect_ai import score

    from skillweave.harness.scoring import outcome

    return score(log, outcome(tasks=str(tasks)), action="overwrite", display="none")


def test_plain_inspect_runs_and_scores_the_registered_task(tmp_path: Path) -> None:
    """Through the real command line, in a process that knows of the ledger by a sitecustomize."""
    support = Path(__file__).parents[1] / "support"
    write_ledger(tmp_path, 3)
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys; sys.path.insert(0, {str(support)!r})\n"
        "from skillweave.tasks.suites import registry\n"
        "def ledger():\n    from ledger_suite import LedgerSuite\n    return LedgerSuite()\n"
        "registry.SUITES = {**registry.SUITES, 'ledger': ledger}\n"
    )
    inspect = shutil.which("inspect", path=str(Path(sys.executable).parent))
    assert inspect is not None
    environment = {
        **os.environ,
        "PYTHONPATH": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "INSPECT_DISPLAY": "none",
    }

    def call(*words: str) -> None:
        done = subprocess.run(
            [inspect, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    call(
        *("eval", "skillweave/compose", "-T", "tasks=tasks.jsonl", "-T", "agent=oracle"),
        *("--model", "mockllm/model", "--log-dir", "logs"),
    )
    (log,) = (tmp_path / "logs").glob("*.eval")
    call("score", str(log), "--scorer", "skillweave/outcome", "--action", "overwrite", "--overwrite")
    from inspect_ai.log import read_eval_log

    found = read_eval_log(str(log))
    assert found.results.scores[0].metrics["mean"].value == 1.0
    assert [s.scores["outcome"].value for s in found.samples] == [1.0, 1.0, 1.0]


def test_progress_is_told_after_every_rollout(ledger: LedgerSuite, tmp_path: Path, capsys: Any) -> None:
    seen: list[tuple[int, int, int]] = []
    options = RunOptions(tasks=write_ledger(tmp_path, 5), log_dir=tmp_path / "logs", agent="oracle")
    run_tasks(options, listener=lambda p: seen.append((p.ended, p.succeeded, p.total)))
    assert seen == [(i, i, 5) for i in range(1, 6)]
    assert capsys.readouterr().out == ""


def test_garbage_is_looked_for_seldom_while_rollouts_are_played(ledger: LedgerSuite, tmp_path: Path) -> None:
    before, during = gc.get_threshold(), []
    options = RunOptions(tasks=write_ledger(tmp_path, 2), log_dir=tmp_path / "logs", agent="oracle")
    run_tasks(options, listener=lambda p: during.append(gc.get_threshold()))
    assert during == [ROLLOUTS, ROLLOUTS] != [before, before]
    assert gc.get_threshold() == before
