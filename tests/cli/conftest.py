"""What tests of the command line share: a way to call it, and the people app in place of the whole office."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from people_suite import RECORDS, SUITE, taxonomy
from typer.testing import CliRunner

from skillweave.harness.cli.app import app
from skillweave.tasks.spec import write_tasks
from skillweave.tasks.suites import registry
from skillweave.tasks.synthesize import synthesize


@dataclass(frozen=True, kw_only=True)
class Call:
    """What came of one call of the command line."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON object on stdout."""
        return json.loads(self.out)


Cli = Callable[..., Call]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Call the command line in a folder of its own, with the people app as the suite ``office``."""
    monkeypatch.setattr(registry, "SUITES", {"office": lambda: SUITE})
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / ".data"))
    for name in ("INSPECT_EVAL_MODEL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*arguments: Any) -> Call:
        done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
        return Call(code=done.exit_code, out=done.stdout, err=done.stderr)

    return call


@pytest.fixture
def refused(cli: Cli, tmp_path: Path) -> Cli:
    """Call the command line and expect a refusal: exit 2, one line and a hint, nothing written."""

    def call(*arguments: Any) -> Call:
        before = _files(tmp_path)
        done = cli(*arguments)
        assert done.code == 2, (done.out, done.err)
        assert done.out == ""
        lines = done.err.strip().splitlines()
        assert lines[0].startswith("error: "), done.err
        assert [line for line in lines[1:] if not line.startswith("hint: ")] == []
        assert _files(tmp_path) == before
        return done

    return call


def _files(folder: Path) -> set[Path]:
    return {p for p in folder.rglob("*") if p.is_file() and ".data" not in p.parts}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus of six records of the people app's skills."""
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps({"id": i, "skills": r}) + "\n" for i, r in enumerate(RECORDS)))
    return path


@pytest.fixture
def tree_file(tmp_path: Path) -> Path:
    """A taxonomy of the people app's skills."""
    path = tmp_path / "taxonomy.json"
    taxonomy().save(path)
    return path


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with twelve tasks of the people app; tests copy it."""
    folder = tmp_path_factory.mktemp("made")
    synthesis = synthesize(SUITE.apps, taxonomy(), ks=(1, 2, 3), n=12, seed=7)
    write_tasks(folder / "tasks.jsonl", synthesis.tasks)
    return folder


@pytest.fixture
def tasks_file(made: Path, tree_file: Path, tmp_path: Path) -> Path:
    """Twelve tasks of the people app, beside their taxonomy."""
    return Path(shutil.copy(made / "tasks.jsonl", tmp_path / "tasks.jsonl"))
