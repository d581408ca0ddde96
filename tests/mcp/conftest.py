"""What tests of MCP servers share: a server of notes in 100 lines, and two real ones where they are installed."""

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import notes_server
import pytest
import yaml
from typer.testing import CliRunner

from skillweave.harness.cli.app import app
from skillweave.tasks.suites.mcp.suite import McpSuite, mcp_suite

SERVERS = Path(sys.prefix) / "mcp-servers"
PROGRAMS = {
    "mcp-server-sqlite": SERVERS / "sqlite/bin",
    "mcp-server-filesystem": SERVERS / "filesystem/node_modules/.bin",
}
Notes = Callable[..., str]


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Notes:
    """Write notes.yaml in a folder of its own, with two notes to be copied, and return the name of its suite."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / ".data"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / ".tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    for name in ("INSPECT_EVAL_MODEL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".tmp").mkdir()
    (tmp_path / "seed").mkdir()
    (tmp_path / "seed/shopping.txt").write_text("3 eggs and milk")
    (tmp_path / "seed/todo.txt").write_text("Call Ann on 2026-05-03")

    def write(file: str = "notes.yaml", **more: Any) -> str:
        given = {
            "command": sys.executable,
            "args": [notes_server.__file__],
            "copy": "seed",
            "hidden": ["ring", "misbehave"],
            "volatile": ["clock"],
            **more,
        }
        (tmp_path / file).write_text(yaml.safe_dump({k: v for k, v in given.items() if v is not None}))
        return f"mcp:{file}"

    return write


@pytest.fixture
def suite(notes: Notes) -> McpSuite:
    """The suite of the notes."""
    return mcp_suite(notes())


@pytest.fixture
def rows(tmp_path: Path) -> Callable[..., Path]:
    """Write rows of JSON Lines."""

    def write(*given: Any) -> Path:
        path = tmp_path / "mine.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in given))
        return path

    return write


@pytest.fixture
def cli() -> Callable[..., Any]:
    """Call the command line."""

    def call(*arguments: Any) -> Any:
        return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)

    return call


@pytest.fixture
def server(notes: Notes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Write a config of a real server and return the name of its suite; skipped where the server is not installed."""

    def write(program: str) -> str:
        if not (PROGRAMS[program] / program).exists():
            if os.environ.get("CI") == "true":
                pytest.fail(f"{program} is not installed: make extras")
            pytest.skip(f"{program} is not installed: make extras")
        monkeypatch.setenv("PATH", f"{PROGRAMS[program]}{os.pathsep}{os.environ['PATH']}")
        given: dict[str, Any] = {"command": program, "start_timeout": 60}
        if program == "mcp-server-filesystem":
            given |= {"name": "files", "args": ["{folder}"], "copy": "seed", "volatile": ["get_file_info"]}
            given |= {"look": [{"tool": "list_directory", "arguments": {"path": "/workspace"}}]}
        else:
            _shop(tmp_path / "shop.db")
            given |= {"name": "shop", "args": ["--db-path", "{folder}/shop.db"], "copy": "shop.db"}
            given |= {"read_only": ["read_query", "list_tables", "describe_table"], "hidden": ["append_insight"]}
            given |= {"errors": "^(Error|Database error): "}
        file = f"{given['name']}.yaml"
        (tmp_path / file).write_text(yaml.safe_dump(given))
        return f"mcp:{file}"

    return write


def _shop(path: Path) -> None:
    database = sqlite3.connect(path)
    database.executescript(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT, total REAL, paid INTEGER);"
        "INSERT INTO orders VALUES (1, 'Ann Lee', 30.5, 0), (2, 'Bo Kim', 12, 1), (3, 'Ann Lee', 99, 0);"
    )
    database.close()
