"""Inputs that are neither files of records nor graphs."""

import importlib.util
import os
from pathlib import Path

import pytest

from skillweave.harness.sources import log_records, read_source
from skillweave.tasks.suites import registry


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


def test_the_skills_of_a_suite_keep_their_case_and_its_tools_describe_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "FOREIGN", {"errand": "errand_suite:errand_suite"})
    source = read_source(["suite:errand"])
    assert source.graph.names == ("errand.carry", "errand.fetch")
    assert source.descriptions == {"errand.carry": "Carry a thing to the user.", "errand.fetch": "Fetch a thing."}


def test_the_installed_bfcl_has_800_tasks_over_8_classes() -> None:
    if importlib.util.find_spec("bfcl_eval") is None and os.environ.get("CI") != "true":
        pytest.skip("bfcl is not here: make extras")
    source = read_source(["suite:bfcl"])
    assert source.corpus is not None
    assert source.corpus.records == 800
    assert "MessageAPI.view_messages_received" not in source.graph.names, "in 76 of their paths, and no function"
    assert len({name.split(".")[0] for name in source.graph.names}) == 8
