"""Runs that the tests of reports share: made once, read by many."""

from pathlib import Path
from typing import Any

import pytest
from made_logs import Planted, samples, write_log

from skillweave.reports import page
from skillweave.reports.page import write_report

WEAK = "expenses.convert_currency"


@pytest.fixture(scope="session")
def weak_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One agent with one bad skill, some limits and some errors."""
    folder = tmp_path_factory.mktemp("weak") / "logs"
    planted = Planted(skills={WEAK: 0.35}, errors=0.02, limits=0.02)
    write_log(folder, samples(planted, per_k=50), model="openai/gpt-4o-mini")
    return folder


@pytest.fixture(scope="session")
def control_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated agent beside oracle and nop."""
    folder = tmp_path_factory.mktemp("controls") / "logs"
    played = {"name": "novice", "profile": {"base": 0.9}}
    write_log(folder, samples(Planted(base=0.9)), name="s", model="simulated/novice", simulated=played)
    write_log(folder, samples(Planted(base=1.0)), name="o", model="none/none", agent="oracle", task_id="o")
    write_log(folder, samples(Planted(base=0.0)), name="n", model="none/none", agent="nop", task_id="n")
    return folder


@pytest.fixture(scope="session")
def weak_report(weak_logs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The report of the weak agent: its folder and its summary."""
    out = tmp_path_factory.mktemp("weak-report")
    return out, write_report([weak_logs], out)


@pytest.fixture(scope="session")
def side_by_side(weak_logs: Path, control_logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of two agents and the controls."""
    out = tmp_path_factory.mktemp("two-report")
    write_report([weak_logs, control_logs], out)
    return out


@pytest.fixture(scope="session")
def control_report(control_logs: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The report of a simulated agent and the controls: its folder and its summary."""
    out = tmp_path_factory.mktemp("control-report")
    return out, write_report([control_logs], out)


@pytest.fixture
def without_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the Matplotlib figures, which take most of the time, where a test is about other things."""
    monkeypatch.setattr(page, "figures", lambda report: {})
