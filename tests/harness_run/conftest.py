"""What tests of runs share: the ledger suite under its name, and an Inspect that keeps to the test's own folder."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ledger_suite import LedgerSuite, write_ledger

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.harness.summary import RunResult
from skillweave.tasks.suites import registry

Run = Callable[..., RunResult]


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> LedgerSuite:
    """The suite that tasks named ``ledger`` find."""
    suite = LedgerSuite()
    monkeypatch.setattr(registry, "SUITES", {**registry.SUITES, "ledger": lambda: suite})
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("INSPECT_EVAL_MODEL", raising=False)
    return suite


@pytest.fixture
def run(ledger: LedgerSuite, tmp_path: Path) -> Run:
    """Run tasks of the ledger; the rest is as in `RunOptions`."""

    def go(count: int = 7, **options: Any) -> RunResult:
        path = options.pop("tasks", None) or write_ledger(tmp_path, count)
        chosen = {"tasks": path, "log_dir": tmp_path / "logs", "agent": "oracle", **options}
        return run_tasks(RunOptions(**chosen))

    return go


@pytest.fixture
def samples() -> Callable[[RunResult], list[Any]]:
    """Read the samples of a run's log."""

    def read(result: RunResult) -> list[Any]:
        from inspect_ai.log import read_eval_log

        return read_eval_log(str(result.log), resolve_attachments=True).samples or []

    return read


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Any]:
    """Make a model that says what a list of outputs, or a function of the conversation, gives it to say."""

    def make(outputs: Any) -> Any:
        from inspect_ai.model import get_model

        from skillweave.harness import run as module

        model = get_model("mockllm/model", custom_outputs=outputs, memoize=False)
        monkeypatch.setattr(module, "_model", lambda options: model)
        return model

    return make


@pytest.fixture
def agent_file(tmp_path: Path) -> Callable[[str], str]:
    """Write a file of one's own agent and return how it is named."""

    def write(text: str) -> str:
        path = tmp_path / "own_agent.py"
        path.write_text(text, encoding="utf-8")
        return f"{path}:make_graph"

    yield write
    for name in [n for n in sys.modules if n.startswith("skillweave_user_")]:
        del sys.modules[name]
