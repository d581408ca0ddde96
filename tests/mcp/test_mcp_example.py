"""examples/mcp as docs/suites.md tells it: a config, three tasks of one's own and a checker."""

import shutil
from pathlib import Path
from typing import Any

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.tasks.spec import read_tasks

EXAMPLE = Path(__file__).parents[2] / "examples/mcp"


def test_the_example_is_imported_and_its_references_pass(
    server: Any, cli: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    server("mcp-server-filesystem")
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "example"))
    monkeypatch.chdir(folder)
    made = cli("taxonomy", "build", "suite:mcp:notes.yaml", "-o", "taxonomy.json", "--height", 2)
    assert made.exit_code == 0, made.stderr
    call = ("tasks", "import", "mcp:notes.yaml", "--from", "mine.jsonl", "--taxonomy", "taxonomy.json")
    done = cli(*call, "-o", "tasks.jsonl", "-q")
    assert done.exit_code == 0, done.stderr
    assert [(t.id, t.k, t.origin and t.origin.labels) for t in read_tasks(Path("tasks.jsonl"))] == [
        ("archive-kickoff", 2, ()),
        ("who-chairs", 2, ()),
        ("tick-off", 2, ()),
    ]
    result = run_tasks(RunOptions(tasks=folder / "tasks.jsonl", log_dir=folder / "logs", agent="oracle"))
    assert (result.success, result.unscored) == (1.0, 0), result.errors


def test_the_page_shows_the_config_and_commands_of_the_example() -> None:
    page = (EXAMPLE.parents[1] / "docs/suites.md").read_text()
    shown = (EXAMPLE / "notes.yaml").read_text().splitlines()
    assert all(line in page for line in shown if not line.startswith("#"))
