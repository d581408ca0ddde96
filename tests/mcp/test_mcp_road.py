"""The whole road on a server: taxonomy, tasks, split, run, report; by its own commands only."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from notes_rows import ASK, BELL, WRITE, call
from scripted import steps, submit

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.tasks.spec import read_tasks
from skillweave.taxonomy.tree import Taxonomy

KEEP = call("write_note", name="kept", text="yes")
MORE = (
    {"id": "tidy", "instruction": "Delete todo; keep yes.", "calls": [call("delete_note", name="todo"), KEEP]},
    {"id": "loud", "instruction": "Ring, then write yes into kept.", "calls": [call("ring"), KEEP]},
)


@pytest.fixture
def tasks(notes: Any, rows: Any, cli: Any, tmp_path: Path) -> Callable[..., Path]:
    """Import three rows, and others."""

    def make(*more: Any, **config: Any) -> Path:
        notes(**config)
        done = cli("tasks", "import", "mcp:notes.yaml", "--from", rows(WRITE, ASK, BELL, *more), "-q")
        assert done.exit_code == 0, done.stderr
        return tmp_path / "tasks.jsonl"

    return make


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Let a run's model say what a list of outputs gives it to say."""

    def make(outputs: Any) -> None:
        from inspect_ai.model import get_model

        from skillweave.harness import run as module

        model = get_model("mockllm/model", custom_outputs=outputs, memoize=False)
        monkeypatch.setattr(module, "_model", lambda options: model)

    return make


def test_a_server_is_shown_with_its_tools_and_skills(notes: Any, cli: Any) -> None:
    shown = json.loads(cli("suite", "show", notes(), "--json").stdout)
    assert len(shown["tools"]) == 8
    assert {"id": "notes.ring", "tools": ["ring"]}.items() <= shown["skills"][6].items()
    assert "notes.ring" in cli("suite", "show", "mcp:notes.yaml").stdout


def test_the_road_from_a_server_to_a_report(tasks: Any, cli: Any, tmp_path: Path) -> None:
    made = tasks(*MORE)
    tree = cli("taxonomy", "build", "suite:mcp:notes.yaml", "-o", "taxonomy.json", "--height", 2)
    assert tree.exit_code == 0, tree.stderr
    again = ("tasks", "import", "mcp:notes.yaml", "--from", "mine.jsonl", "--taxonomy", "taxonomy.json", "-q")
    assert cli(*again, "-o", made).exit_code == 0
    assert [task.span is None for task in read_tasks(made)] == [False, True, True, False, False]
    split = cli("split", made, "--taxonomy", "taxonomy.json", "-o", "splits.json")
    assert split.exit_code == 0, split.stderr
    for agent, success in (("oracle", 1.0), ("nop", 0.0)):
        run = cli("run", made, "--agent", agent, "--log-dir", f"logs/{agent}", "--json", "-q")
        assert run.exit_code == 0, run.stderr
        assert (json.loads(run.stdout)["success"], json.loads(run.stdout)["scored"]) == (success, 5)
    assert cli("report", "logs/oracle", "-o", "report").exit_code == 0
    assert "mcp:notes.yaml" in Path("report/index.html").read_text()
    assert list((tmp_path / ".tmp").glob("skillweave-mcp-*")) == []


def test_an_agent_works_through_the_servers_own_tools(tasks: Any, script: Any, tmp_path: Path) -> None:
    path = tasks()
    script(
        steps(
            [("read_note", {"name": "gone"}), ("read_note", {"name": "todo"})],
            [("write_note", {"name": "day", "text": "2026-05-03"})],
            [submit("done")],
        )
    )
    result = run_tasks(RunOptions(tasks=path, log_dir=tmp_path / "logs", agent="react", pattern="keep"))
    assert (result.success, result.unscored) == (1.0, 0), result.errors
    from inspect_ai.log import read_eval_log

    log = read_eval_log(str(result.log))
    sample = (log.samples or [])[0]
    said = [(e.function, e.result, e.error and e.error.message) for e in sample.events if e.event == "tool"]
    assert said[:3] == [
        ("read_note", "", "there is no note 'gone'"),
        ("read_note", "Call Ann on 2026-05-03", None),
        ("write_note", "written", None),
    ]
    assert "The working folder is /workspace." in sample.messages[0].text


def test_what_the_server_does_wrong_leaves_a_rollout_unscored_and_shown(tasks: Any, script: Any, cli: Any) -> None:
    path = tasks()
    script(steps([("misbehave", {"way": "die"})]) * 2)
    done = cli("run", path, "--task", "keep", "--tools", "all", "--log-dir", "logs", "--model", "mockllm/model")
    assert done.exit_code == 1
    assert "1 rollouts could not be scored" in done.stdout
    assert "MCP server 'notes' failed in misbehave: Connection closed" in done.stdout


def test_a_corpus_of_calls_names_the_skills_of_a_server(notes: Any, cli: Any) -> None:
    notes(skills={"notes.look": ["list_notes", "read_note"]})
    records = [["list_notes", "write_note"], ["read_note", "write_note", "stranger"], ["ring", "delete_note"]]
    Path("calls.jsonl").write_text("".join(f"{json.dumps({'skills': r})}\n" for r in records))
    done = cli("taxonomy", "build", "calls.jsonl", "--skills-of", "mcp:notes.yaml", "-o", "t.json", "--height", 2)
    assert done.exit_code == 0, done.stderr
    assert Taxonomy.load(Path("t.json")).skills == (
        "notes.delete_note",
        "notes.look",
        "notes.ring",
        "notes.write_note",
    )


def test_a_server_is_no_corpus_beside_others(notes: Any, cli: Any) -> None:
    notes()
    Path("calls.jsonl").write_text('{"skills": ["a", "b"]}\n')
    done = cli("taxonomy", "build", "calls.jsonl", "suite:mcp:notes.yaml")
    assert (done.exit_code, "--skills-of" in done.stderr) == (2, True)
    assert cli("taxonomy", "build", "suite:mcp:notes.yaml", "--stability", 3).exit_code == 2


@pytest.mark.parametrize("program", ["mcp-server-sqlite", "mcp-server-filesystem"])
def test_a_real_server_is_played(server: Any, rows: Any, cli: Any, program: str, tmp_path: Path) -> None:
    name = server(program)
    shop = [
        {
            "id": "pay",
            "instruction": "Order 1 was paid: mark it so. How many are unpaid now?",
            "calls": [
                call("write_query", query="UPDATE orders SET paid = 1 WHERE id = 1"),
                call("read_query", query="SELECT count(*) AS n FROM orders WHERE paid = 0"),
            ],
            "answer": 1,
        }
    ]
    files = [
        {
            "id": "move",
            "instruction": "Rename todo.txt in /workspace to done.txt.",
            "calls": [call("move_file", source="/workspace/todo.txt", destination="/workspace/done.txt")],
        }
    ]
    written = rows(*(shop if program == "mcp-server-sqlite" else files))
    done = cli("tasks", "import", name, "--from", written, "-o", "tasks.jsonl", "-q")
    assert done.exit_code == 0, done.stderr
    run = run_tasks(RunOptions(tasks=tmp_path / "tasks.jsonl", log_dir=tmp_path / "logs", agent="oracle"))
    assert (run.success, run.unscored) == (1.0, 0), run.errors


@pytest.mark.parametrize(
    ("program", "together", "apart"),
    [
        ("mcp-server-sqlite", ("shop.list_tables", "shop.describe_table"), "shop.read_query"),
        ("mcp-server-filesystem", ("files.read_file", "files.read_text_file"), "files.move_file"),
    ],
)
def test_tools_that_are_alike_stand_together_in_the_taxonomy_of_a_real_server(
    server: Any, cli: Any, program: str, together: tuple[str, str], apart: str
) -> None:
    done = cli("taxonomy", "build", f"suite:{server(program)}", "-o", "taxonomy.json", "--height", 2)
    assert done.exit_code == 0, done.stderr
    found = Taxonomy.load(Path("taxonomy.json"))
    assert len(found.skills) == (6 if program == "mcp-server-sqlite" else 14)
    assert found.branch(together[0]) == found.branch(together[1]) != found.branch(apart)
    assert found.graph.weight == "likeness"
