"""Inputs that are neither files of records nor graphs."""

import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from skillweave.harness import sources
from skillweave.harness.sources import BFCL_FILES, bfcl_records, log_records, read_source
from skillweave.taxonomy.errors import UserError


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """An Inspect log of two samples, the first with tool calls."""
    from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalSample, EvalSpec, write_eval_log
    from inspect_ai.model import ChatMessageAssistant, ChatMessageUser
    from inspect_ai.tool import ToolCall

    calls = [ToolCall(id=str(i), function=n, arguments={}) for i, n in enumerate(("find", "mail", "submit_answer"))]
    messages = [ChatMessageUser(content="go"), ChatMessageAssistant(content="", tool_calls=calls)]
    spec = EvalSpec(
        created="2026-01-01T00:00:00+00:00", task="t", dataset=EvalDataset(), model="none/none", config=EvalConfig()
    )
    samples = [
        EvalSample(id=1, epoch=1, input="go", target="", messages=messages),
        EvalSample(id=2, epoch=1, input="go", target="", messages=messages[:1]),
    ]
    path = tmp_path / "logs" / "one.eval"
    path.parent.mkdir()
    write_eval_log(EvalLog(eval=spec, samples=samples, status="success"), str(path))
    return path


def test_the_skills_of_a_log_are_the_tools_called_without_the_hand_in(log: Path) -> None:
    assert list(log_records(log)) == [["find", "mail"], []]


def test_a_folder_of_logs_is_one_corpus(log: Path) -> None:
    source = read_source([str(log.parent)])
    assert source.graph.names == ("find", "mail")
    assert source.graph.edges == 1


def test_bfcl_records_are_the_paths_of_all_multi_turn_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    for number, name in enumerate(BFCL_FILES):
        row = {"id": number, "path": ["GorillaFileSystem.ls", f"MathAPI.f{number}"]}
        (tmp_path / "data" / name).write_text(json.dumps(row) + "\n")
    found = SimpleNamespace(origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(sources.importlib.util, "find_spec", lambda name: found)
    records = bfcl_records()
    assert len(records) == 4
    assert records[2] == ["GorillaFileSystem.ls", "MathAPI.f2"]
    (tmp_path / "data" / BFCL_FILES[0]).unlink()
    with pytest.raises(UserError, match=r"has no .BFCL_v4_multi_turn_base\.json."):
        bfcl_records()


def test_the_installed_bfcl_has_800_tasks_over_8_classes() -> None:
    if sources.importlib.util.find_spec("bfcl_eval") is None and os.environ.get("CI") != "true":
        pytest.skip("bfcl is not here: make extras")
    records = bfcl_records()
    assert len(records) == 800
    assert len({path.split(".")[0] for record in records for path in record}) == 8
