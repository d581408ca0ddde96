"""Variants from the command line to the log: written, run under their names, labelled; wordings by a scripted model."""

import glob
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scripted import says
from small_tasks import small_tasks

from skillweave.harness import models
from skillweave.tasks.spec import read_tasks, write_tasks

Cli = Callable[..., Any]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Four tasks of the people app."""
    path = tmp_path / "small.jsonl"
    write_tasks(path, small_tasks())
    return path


def test_the_oracle_passes_under_other_names_and_the_idle_agent_does_not(cli: Cli, file: Path, tmp_path: Path) -> None:
    from inspect_ai.log import read_eval_log

    out, logs = tmp_path / "varied.jsonl", tmp_path / "oracle"
    made = cli("tasks", "vary", str(file), "--by", "names", "-o", str(out), "--json")
    assert (made.code, made.value["made"]) == (0, len(small_tasks()))
    varied = {t.id: t for t in read_tasks(out)}
    assert len(varied) == 2 * len(small_tasks())
    run = cli("run", str(out), "--agent", "oracle", "--tools", "k+4", "--log-dir", str(logs), "--json")
    assert run.value["success"] == 1.0
    for sample in read_eval_log(glob.glob(f"{logs}/*.eval")[0]).samples or []:
        task = varied[str(sample.id)]
        called = {m.function for m in sample.messages if m.role == "tool"} - {"submit_answer"}
        new = {r.name for r in task.renames.values()}
        assert called <= new if task.variant else not called & new
        assert sample.scores["outcome"].metadata["tool_errors"] == 0
        assert (sample.metadata["variant"] or {}).get("of") == (task.variant.of if task.variant else None)
    idle = cli("run", str(out), "--agent", "nop", "--log-dir", str(tmp_path / "nop"), "--json")
    assert idle.value["success"] == 0.0


def test_a_model_rewrites_wordings_and_what_it_breaks_is_left_out(
    cli: Cli, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspect_ai.model import get_model

    def reply(messages: list[Any], *_: Any) -> Any:
        text = messages[-1].text.split("\n\n", 1)[1]
        return says(f"Hello! {text}" if "manager" in text else "Please see to it.")

    writer = get_model("mockllm/model", custom_outputs=reply)
    monkeypatch.setattr(models, "find_model", lambda *_, **__: writer)
    out = tmp_path / "varied.jsonl"
    arguments = ("--by", "wording", "--reword-model", "mockllm/model", "--siblings-only", "-o", str(out), "--json")
    found = cli("tasks", "vary", str(file), *arguments)
    assert found.code == 0, found.err
    made = found.value
    assert made["reworded"]["asked"] == len(small_tasks())
    assert made["reworded"]["kept"] == made["made"] == len(read_tasks(out))
    assert sum(made["reworded"]["dropped"].values()) == made["reworded"]["asked"] - made["made"]
    assert 0 < made["made"] < len(small_tasks())
    for task in read_tasks(out):
        assert task.instruction.startswith("Hello! ")
        assert task.provenance.options["reword_model"] == "mockllm/model"


def test_synth_writes_the_tasks_in_a_models_words_and_keeps_its_own_where_those_do_not_hold(
    cli: Cli, tree_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspect_ai.model import get_model

    asked: list[str] = []

    def reply(messages: list[Any], *_: Any) -> Any:
        asked.append(messages[-1].text.split("\n\n", 1)[1])
        return says(f"Hello! {asked[-1]}" if len(asked) % 2 else "Please see to it.")

    arguments = ("synth", "--taxonomy", tree_file, "-k", "2", "-n", 6, "--json", "-o")
    assert cli(*arguments, "plain.jsonl").code == 0
    writer = get_model("mockllm/model", custom_outputs=reply)
    monkeypatch.setattr(models, "find_model", lambda *_, **__: writer)
    made = cli(*arguments, "new.jsonl", "--reword-model", "mockllm/model")
    assert made.code == 0, made.err
    plain, new = read_tasks(Path("plain.jsonl")), read_tasks(Path("new.jsonl"))
    assert asked == [t.instruction for t in plain]
    counts = made.value["reworded"]
    assert (counts["asked"], counts["kept"], counts["problem"]) == (6, 3, "")
    assert counts["dropped"] == {"complete: the instruction leaves out a value": 3}
    for number, (old, task) in enumerate(zip(plain, new, strict=True)):
        rewritten = number % 2 == 0
        assert task.instruction == (f"Hello! {old.instruction}" if rewritten else old.instruction)
        assert task.provenance.options.get("reword_model") == ("mockllm/model" if rewritten else None)
        assert (task.id, task.plan, task.expectation) == (old.id, old.plan, old.expectation)
    oracle = cli("run", "new.jsonl", "--agent", "oracle", "--log-dir", "oracle", "--json")
    assert oracle.value["success"] == 1.0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--by", "order", "--reword-model", "mockllm/model"), "a model rewrites wordings, not order"),
        (("--by", "colour"), "colour"),
    ],
)
def test_what_cannot_be_varied_is_refused(
    cli: Cli, file: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    out = tmp_path / "varied.jsonl"
    found = cli("tasks", "vary", str(file), *arguments, "-o", str(out))
    assert found.code == 2
    assert said in found.err
    assert not out.exists()


def test_variants_of_variants_are_refused(cli: Cli, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "varied.jsonl"
    assert cli("tasks", "vary", str(file), "--by", "wording", "-o", str(out)).code == 0
    twice = cli("tasks", "vary", str(out), "--by", "names", "-o", str(tmp_path / "twice.jsonl"))
    assert twice.code == 2
    assert "holds variants already" in twice.err
