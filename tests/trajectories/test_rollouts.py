"""Trajectories out of Inspect logs: what any agent did, with what it was told and offered."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, ContentReasoning, ContentText
from inspect_ai.tool import ToolCall, ToolCallError
from ledger_suite import LIMIT, NOTE, READ, LedgerSuite, accounts_of, ledger_task, write_ledger
from scripted import steps, submit

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.harness.trajectories.export import ExportOptions, export
from skillweave.harness.trajectories.filters import Rules
from skillweave.harness.trajectories.order import Curriculum, pass_rates
from skillweave.harness.trajectories.rollouts import openai_messages
from skillweave.harness.trajectories.sharegpt import LLAMAFACTORY
from skillweave.tasks.spec import TaskSpec, write_tasks
from skillweave.tasks.splits import Splits
from skillweave.tasks.suites import registry
from skillweave.tasks.trajectory import calls_in
from skillweave.taxonomy.errors import UserError

Run = Callable[..., Path]


@pytest.fixture(autouse=True)
def ledger(monkeypatch: pytest.MonkeyPatch) -> LedgerSuite:
    suite = LedgerSuite()
    monkeypatch.setattr(registry, "SUITES", {**registry.SUITES, "ledger": lambda: suite})
    return suite


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run tasks of the ledger with a scripted model, or without one; return the folder of logs."""

    def go(tasks: Path, outputs: Any = None, **options: Any) -> Path:
        if outputs is not None:
            from inspect_ai.model import get_model

            from skillweave.harness import run as module

            model = get_model("mockllm/model", custom_outputs=outputs, memoize=False)
            monkeypatch.setattr(module, "_model", lambda options: model)
        given = {"log_dir": tmp_path / "logs", "agent": "react" if outputs is not None else "oracle", **options}
        run_tasks(RunOptions(tasks=tasks, **given))
        return Path(given["log_dir"])

    return go


@pytest.fixture
def nothing_held_out(tmp_path: Path) -> Path:
    """Splits that hold nothing out."""
    path = tmp_path / "splits.json"
    Splits(splits={}, rows={}, exposure={"name": "none", "sha256": "", "size": 0}, figures={}).save(path)  # type: ignore[arg-type]
    return path


def one_task(tmp_path: Path, *skills: str) -> TaskSpec:
    task = ledger_task(1, skills)
    write_tasks(tmp_path / "tasks.jsonl", [task])
    return task


BALANCE = f"{accounts_of(1)['acc-1']['balance']:g}"


def test_a_rollout_is_exported_as_it_went(run: Run, nothing_held_out: Path, rows: Any, tmp_path: Path) -> None:
    task = one_task(tmp_path, READ, NOTE)
    logs = run(
        tmp_path / "tasks.jsonl",
        steps(
            [("get_balance", {"account": "acc-9"})],
            [("get_balance", {"account": "acc-1"})],
            [("add_note", {"account": "acc-2", "note": f"balance {BALANCE}"})],
            [submit(BALANCE)],
        ),
    )
    done = export(ExportOptions(splits=nothing_held_out, output=tmp_path / "out", logs=(logs,)))
    (row,) = rows(tmp_path / "out")
    assert [m["role"] for m in row["messages"]] == ["system", "user", *["assistant", "tool"] * 3, "assistant"]
    assert [c[0] for c in calls_in(row["messages"])] == ["get_balance"] * 2 + ["add_note", "submit_answer"]
    assert [t["function"]["name"] for t in row["tools"]][-1] == "submit_answer"
    assert (row["agent"], row["model"], row["style"], row["simulated"]) == ("react", "mockllm/model", "rollout", False)
    assert (row["calls"], row["tool_errors"], row["success"], row["task"]) == (3, 1, True, task.id)
    assert done.report["agents"] == {"react": 1}
    masked = tmp_path / "masked"
    export(
        ExportOptions(
            splits=nothing_held_out, output=masked, logs=(logs,), rules=Rules(tool_errors="mask"), formats=("trl",)
        )
    )
    assert [m.get("weight") for m in rows(masked)[0]["messages"]] == [None, None, 0, *[None] * 6]


def test_oracle_logs_get_the_system_prompt_that_agents_get(
    run: Run, nothing_held_out: Path, rows: Any, tmp_path: Path
) -> None:
    logs = run(write_ledger(tmp_path, 7))
    export(ExportOptions(splits=nothing_held_out, output=tmp_path / "out", logs=(logs,)))
    found = rows(tmp_path / "out")
    assert len(found) == 7
    assert all("You keep the ledger." in row["messages"][0]["content"] for row in found)


def test_failed_and_limited_rollouts_are_left_out_and_counted(
    run: Run, nothing_held_out: Path, rows: Any, tmp_path: Path
) -> None:
    one_task(tmp_path, READ)
    wrong = run(tmp_path / "tasks.jsonl", steps([submit("12")]), log_dir=tmp_path / "wrong")
    endless = [[("get_balance", {"account": "acc-1"})]] * 40
    limited = run(tmp_path / "tasks.jsonl", steps(*endless), log_dir=tmp_path / "limited", max_steps=2)
    right = run(tmp_path / "tasks.jsonl", log_dir=tmp_path / "right")
    done = export(ExportOptions(splits=nothing_held_out, output=tmp_path / "out", logs=(wrong, limited, right)))
    assert done.report["dropped"] == {"ended by a limit": 1, "failed": 1}
    assert [row["agent"] for row in rows(tmp_path / "out")] == ["oracle"]
    with pytest.raises(UserError, match="no trajectory is left of 1: 1 failed"):
        export(ExportOptions(splits=nothing_held_out, output=tmp_path / "none", logs=(wrong,)))
    assert not (tmp_path / "none").exists()
    export(ExportOptions(splits=nothing_held_out, output=tmp_path / "all", logs=(wrong,), rules=Rules(only="all")))
    assert [row["success"] for row in rows(tmp_path / "all")] == [False]


def test_tasks_that_changed_since_the_run_are_refused(run: Run, nothing_held_out: Path, tmp_path: Path) -> None:
    one_task(tmp_path, READ)
    logs = run(tmp_path / "tasks.jsonl")
    options = {"splits": nothing_held_out, "output": tmp_path / "out", "logs": (logs,)}
    write_tasks(tmp_path / "tasks.jsonl", [ledger_task(2, (READ,))])
    with pytest.raises(UserError, match="no longer holds task"):
        export(ExportOptions(**options))
    (tmp_path / "tasks.jsonl").unlink()
    with pytest.raises(UserError, match="which is no file"):
        export(ExportOptions(**options))
    moved = tmp_path / "moved.jsonl"
    write_tasks(moved, [ledger_task(1, (READ,))])
    export(ExportOptions(**options, tasks=moved))


def test_pass_rates_order_a_curriculum_and_leave_the_sure_ones_out(
    run: Run, nothing_held_out: Path, rows: Any, tmp_path: Path
) -> None:
    path = tmp_path / "tasks.jsonl"
    tasks = [ledger_task(i, (LIMIT,)) for i in (1, 2, 3)]
    write_tasks(path, tasks)
    profile = tmp_path / "profile.json"
    profile.write_text(json.dumps({"base": 0.5, "seed": 2}))
    logs = run(path, agent="react", model="simulated/mine", model_args={"profile": str(profile)}, epochs=2)
    assert pass_rates((logs,)) == {"ledger-0001": 0.0, "ledger-0002": 1.0, "ledger-0003": 0.5}
    export(
        ExportOptions(
            splits=nothing_held_out,
            output=tmp_path / "out",
            reference=path,
            curriculum=Curriculum(by="pass-rate", epochs=1, pass_rates=(logs,)),
        )
    )
    assert {row["task"] for row in rows(tmp_path / "out")} == {"ledger-0003"}


def test_parallel_calls_reasoning_and_repeated_ids_are_written_as_openai_has_them() -> None:
    def both(call_id: str) -> ChatMessageAssistant:
        thinking = [ContentReasoning(reasoning="hm"), ContentText(text="I look.")]
        return ChatMessageAssistant(
            content=thinking, tool_calls=[ToolCall(id=call_id, function="f", arguments={"a": 1})]
        )

    refusal = ToolCallError(type="unknown", message="no")
    found = openai_messages(
        [
            both("c0"),
            ChatMessageTool(content="", tool_call_id="c0", function="f", error=refusal),
            both("c0"),
            ChatMessageTool(content="5", tool_call_id="c0", function="f"),
        ]
    )
    assert [m["tool_calls"][0]["id"] for m in found if m["role"] == "assistant"] == ["c0", "c0_2"]
    assert [m["tool_call_id"] for m in found if m["role"] == "tool"] == ["c0", "c0_2"]
    assert (found[1]["content"], found[1]["error"], "error" in found[3]) == ("no", True, False)
    assert (found[0]["content"], found[0]["reasoning_content"]) == ("I look.", "hm")
    assert found[0]["tool_calls"][0]["function"] == {"name": "f", "arguments": '{"a": 1}'}


def test_rows_that_a_format_cannot_hold_are_counted_and_ids_stay_unique(
    run: Run, nothing_held_out: Path, rows: Any, tmp_path: Path
) -> None:
    one_task(tmp_path, READ)
    path = tmp_path / "tasks.jsonl"
    look = [("get_balance", {"account": "acc-1"})]
    once = run(path, steps(look, [submit(BALANCE)]), log_dir=tmp_path / "once")
    twice = run(path, steps(look, [("get_balance", {"account": "acc-2"})], [submit(BALANCE)]), log_dir=tmp_path / "two")
    options = {"splits": nothing_held_out, "output": tmp_path / "out", "logs": (once, twice)}
    done = export(ExportOptions(**options))
    first, second = (row["id"] for row in rows(tmp_path / "out"))
    assert second == f"{first}-2"
    assert done.report["models"] == {"mockllm/model": 2}
    assert "what its provider says" in (tmp_path / "out/README.md").read_text()
    broken = replace(LLAMAFACTORY, problem=lambda row: "no" if row["calls"] == 2 else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skillweave.harness.trajectories.export.formats", lambda: {"llamafactory": broken})
        done = export(ExportOptions(**options, formats=("llamafactory",)))
    assert (done.report["kept"], done.report["dropped"]) == (1, {"llamafactory cannot hold it: no": 1})
