"""Tasks that models write for a server: what is kept, what is turned down and why, and going on after a stop."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from notes_models import models

from skillweave.tasks.spec import read_tasks

TOOLS = ["list_notes", "read_note", "write_note", "delete_note", "ring"]
Synth = Callable[..., Any]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve scripted models."""
    monkeypatch.setenv("LOCAL_API_KEY", "x")
    with models() as found:
        yield found


@pytest.fixture
def synth(notes: Any, cli: Any, served: Any) -> Synth:
    """Let models write tasks."""
    notes(tools=TOOLS, hidden=["ring"], volatile=None, look=[{"tool": "list_notes"}])

    def call(*more: Any, author: str = "author", solver: str = "solver", k: str = "1-2", n: int = 4) -> Any:
        roles = [f"author=openai-api/local/{author}", f"solver=openai-api/local/{solver}"]
        given = [part for role in roles for part in ("--model-role", role)]
        wanted = ("--suite", "mcp:notes.yaml", "-k", k, "-n", n, "--model-base-url", served[0], "-o", "tasks.jsonl")
        return cli("synth", *wanted, *given, "-q", *more)

    return call


def report() -> Any:
    return json.loads(Path("tasks.synthesis.json").read_text())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_models_write_tasks_that_hold_and_are_solved(synth: Synth, served: Any, cli: Any) -> None:
    done = synth("--tries", 30)
    assert done.exit_code == 0, done.stderr
    tasks = read_tasks(Path("tasks.jsonl"))
    assert sorted(task.k for task in tasks) == [1, 1, 2, 2]
    two = next(task for task in tasks if task.k == 2)
    assert two.origin is not None
    assert (two.suite, two.selection.strategy, two.calls) == ("mcp:notes.yaml", "sampled", 2)
    assert two.selection.log_probability is not None
    found = report()
    assert (found["schema"], found["made"], found["strategy"]) == ("skillweave.synthesis/1", 4, "sampled")
    assert sum(row["tried"] for row in found["by_k"]) == 4 + sum(found["rejected"].values())
    assert all("list_notes() -> shopping, todo" in asked["messages"][0]["content"] for asked in served[1][:1])
    assert cli("run", "tasks.jsonl", "--agent", "oracle", "--log-dir", "logs/oracle", "-q").exit_code == 0
    nop = cli("run", "tasks.jsonl", "--agent", "nop", "--log-dir", "logs/nop", "--json", "-q")
    assert json.loads(nop.stdout)["success"] == 0.0


@pytest.mark.parametrize(
    ("author", "solver", "reason"),
    [
        ("dreaming", "solver", "the answer stands in no result"),
        ("giving-away", "solver", "the answer stands in the request"),
        ("technical", "solver", "the request names a tool"),
        ("author", "lazy", "the solver's attempt comes to something else"),
    ],
)
def test_what_does_not_hold_is_turned_down_and_counted(
    synth: Synth, notes: Any, author: str, solver: str, reason: str
) -> None:
    only = ["read_note", "list_notes"] if author in ("dreaming", "giving-away") else ["write_note", "delete_note"]
    notes(tools=only, hidden=None, volatile=None, look=[])
    done = synth("--tries", 1, author=author, solver=solver, k="1", n=1)
    assert done.exit_code == 1
    assert report()["rejected"] == {reason: 1}
    assert report()["table"] == [{"k": 1, "reason": reason, "count": 1}]
    assert Path("tasks.jsonl").read_text() == ""
    tries = [json.loads(line) for line in Path("tasks.tries.jsonl").read_text().splitlines()[1:]]
    assert [one["reason"] for one in tries] == [reason]


def test_an_author_hears_what_was_wrong_and_words_the_request_again(synth: Synth, notes: Any, served: Any) -> None:
    notes(tools=["write_note", "delete_note"], hidden=None, volatile=None, look=[])
    assert synth("--tries", 1, author="careless", k="1", n=1).exit_code == 0
    (task,) = read_tasks(Path("tasks.jsonl"))
    assert "_note" not in task.instruction
    prompts = [asked["messages"][-1]["content"] for asked in served[1] if not asked.get("tools")]
    assert "Your last reply was wrong: the request names a tool: " in prompts[-1]


def test_a_server_that_fails_costs_a_try(synth: Synth, notes: Any) -> None:
    notes(tools=["misbehave", "clock"], hidden=["misbehave"], volatile=None, look=[])
    synth("--tries", 2, k="1", n=1)
    assert report()["rejected"]["the server failed"] >= 1
    assert report()["made"] == 0


def test_an_equal_task_is_made_once(synth: Synth, notes: Any) -> None:
    notes(tools=["write_note", "read_note"], hidden=None, volatile=None)
    done = synth("--tries", 4, k="1", n=4)
    assert done.exit_code == 1
    assert (report()["made"], report()["rejected"]) == (2, {"an equal call stands in an earlier task": 2})


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_synthesis_that_was_stopped_goes_on_and_ends_like_one_that_was_not(
    synth: Synth, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    synth("--tries", 30, n=2)
    whole, asked = Path("tasks.jsonl").read_bytes(), len(served[1])
    from skillweave.harness import authored

    real, left = authored._Work.attempt, [1]

    def stopped(self: Any, k: int, look: str) -> Any:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return real(self, k, look)

    monkeypatch.setattr(authored._Work, "attempt", stopped)
    assert synth("--tries", 30, n=2).exit_code == 130
    assert len(report()["by_k"]) == 2
    before = len(read_tasks(Path("tasks.jsonl")))
    assert before < 2
    with Path("tasks.tries.jsonl").open("a") as stream:
        stream.write('{"number": 1, "k"')  # cut off in the midst of a line
    monkeypatch.setattr(authored._Work, "attempt", real)
    assert synth("--tries", 30, "--resume", n=2).exit_code == 0
    assert Path("tasks.jsonl").read_bytes() == whole
    assert len(served[1]) < 2 * asked + 4
    assert synth("--resume", n=5).exit_code == 2


def test_an_author_that_is_not_there_ends_the_work_with_what_to_do(
    synth: Synth, monkeypatch: pytest.MonkeyPatch
) -> None:
    from skillweave.harness import authored

    monkeypatch.setattr(authored, "RETRIES", 0)
    done = synth("--model-base-url", "http://127.0.0.1:9/v1", "--tries", 2)
    assert (done.exit_code, "gave no reply" in done.stderr, "--resume" in done.stderr) == (2, True, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--suite", "office", "--tries", 3), "--tries is for tasks on a server"),
        (("--suite", "mcp:notes.yaml", "--families"), "--families does not go with a server"),
        (("--suite", "mcp:notes.yaml", "--model-role", "author=none/none"), "need a model in the role 'solver'"),
        (("--suite", "mcp:notes.yaml", "--model-role", "judge=none/none"), "no model role 'judge'"),
        (("--suite", "mcp:notes.yaml", "--seed", "private"), "need a model"),
    ],
)
def test_what_does_not_go_together_is_refused(notes: Any, cli: Any, given: Any, said: str) -> None:
    notes()
    done = cli("synth", *given, "-n", 1)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
