"""What tests of trajectories share: thirty tasks of the people app with their splits, and ways to export them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from people_suite import SUITE, taxonomy
from typer.testing import CliRunner

from skillweave.harness.cli.app import app
from skillweave.harness.trajectories.export import ExportOptions, ExportResult, export
from skillweave.tasks.spec import TaskSpec, read_tasks, write_tasks
from skillweave.tasks.splits import Splits
from skillweave.tasks.splitting import split_tasks
from skillweave.tasks.suites import registry
from skillweave.tasks.synthesize import synthesize


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Tasks, their splits, and where both stand."""

    folder: Path
    tasks: tuple[TaskSpec, ...]
    splits: Splits

    @property
    def tasks_file(self) -> Path:
        return self.folder / "tasks.jsonl"

    @property
    def splits_file(self) -> Path:
        return self.folder / "splits.json"

    def of(self, split: str, least_k: int = 1) -> list[TaskSpec]:
        """Return the tasks of a split."""
        return [t for t in self.tasks if self.splits.rows[t.id].split == split and t.k >= least_k]


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Thirty tasks of one to three skills, split."""
    folder = tmp_path_factory.mktemp("trajectories")
    write_tasks(folder / "tasks.jsonl", synthesize(SUITE.apps, taxonomy(), ks=(1, 2, 3), n=30, seed=3).tasks)
    taxonomy().save(folder / "taxonomy.json")
    tasks = tuple(read_tasks(folder / "tasks.jsonl"))
    splits = split_tasks(tasks, taxonomy(), seed=5)
    splits.save(folder / "splits.json")
    assert splits.splits["test"]
    return Bench(folder=folder, tasks=tasks, splits=splits)


@pytest.fixture(autouse=True)
def _people(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(registry, "SUITES", {**registry.SUITES, "office": lambda: SUITE})
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / ".data"))


@pytest.fixture
def write(bench: Bench, tmp_path: Path) -> Callable[..., ExportResult]:
    """Export the references of the bench; the rest is as in `ExportOptions`."""

    def go(**given: Any) -> ExportResult:
        options = {"splits": bench.splits_file, "output": tmp_path / "out", **given}
        if "logs" not in options:
            options.setdefault("reference", bench.tasks_file)
        return export(ExportOptions(**options))

    return go


def rows_of(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of an export's JSON Lines."""
    files = sorted((folder / "jsonl").glob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def rows() -> Callable[[Path], list[dict[str, Any]]]:
    """Read the rows of an export."""
    return rows_of


@pytest.fixture
def call() -> Callable[..., Any]:
    """Call the command line."""
    return lambda *words: CliRunner().invoke(app, ["trajectories", *map(str, words)], catch_exceptions=False)
