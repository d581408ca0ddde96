"""A user's own tasks: what is refused with file and line, what is proven, and how rollouts are judged."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from notes_rows import ASK, BELL, WRITE, call

from skillweave.tasks.foreign import NOP, UNPROVEN
from skillweave.tasks.spec import TaskSpec, read_tasks
from skillweave.tasks.suite import Verdict
from skillweave.tasks.suites.mcp.answers import answer_problems, facts_of
from skillweave.tasks.suites.mcp.suite import mcp_suite
from skillweave.tasks.tools import ToolError


@pytest.fixture
def imported(notes: Any, rows: Any, cli: Any, tmp_path: Path) -> Any:
    """Import rows as tasks of the notes."""

    def do(*given: Any, **config: Any) -> list[TaskSpec]:
        done = cli("tasks", "import", notes(**config), "--from", rows(*given), "-o", "tasks.jsonl", "-q")
        assert done.exit_code == 0, done.stderr
        return read_tasks(tmp_path / "tasks.jsonl")

    return do


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "a"}, r"mine.jsonl:2: instruction: Field required"),
        ({**ASK, "colour": "red"}, r"mine.jsonl:2: colour: Extra inputs"),
        ({**ASK, "id": "bell"}, r"mine.jsonl:2: task 'bell' stands here twice"),
        ({"id": "a", "instruction": "Do it."}, "mine.jsonl:2: nothing tells whether it was done"),
        ({**ASK, "calls": [call("paint")]}, "mine.jsonl:2: call 1: there is no tool 'paint'"),
        ({**ASK, "calls": [call("read_note")]}, "mine.jsonl:2: call 1, read_note: 'name' is a required property"),
        ({**BELL, "id": "b", "calls": [call("ring", times="x")]}, "call 1, ring: times: 'x' is not of type 'integer'"),
        ({**ASK, "skills": ["notes.ring"]}, "its calls tell its skills"),
        ({**ASK, "calls": [], "skills": []}, "it names no skills"),
        ({**ASK, "calls": [], "skills": ["x.y"]}, "there is no skill 'x.y'"),
        ({**ASK, "tools": ["paint"]}, "there is no tool 'paint'"),
        ({**ASK, "checker": "gone.py:f"}, "mine.jsonl:2: no file '.*gone.py'"),
        ({**ASK, "answer": {"kind": "number", "value": "many"}}, "mine.jsonl:2: answer: could not convert"),
        ({**ASK, "calls": [call("read_note", name="x")]}, r"task 'eggs': call 1, read_note.* is refused: there is no"),
        ({**ASK, "calls": [call("write_note", name="todo", text="Call Ann on 2026-05-03")]}, "changes nothing in the"),
        ({**ASK, "calls": [call("misbehave", way="die")]}, "task 'eggs' could not be tried: MCP server 'notes' failed"),
    ],
)
def test_a_row_that_does_not_fit_or_hold_is_refused_with_file_and_line(
    notes: Any, rows: Any, cli: Any, row: Any, said: str
) -> None:
    import re

    done = cli("tasks", "import", notes(), "--from", rows(BELL, row))
    assert done.exit_code == 2
    assert re.search(said, done.stderr), done.stderr
    assert not Path("tasks.jsonl").exists()


def test_a_result_that_is_another_one_the_next_time_is_refused_unless_it_does_not_matter(
    notes: Any, rows: Any, cli: Any
) -> None:
    row = {"id": "t", "instruction": "See how late it is, and ring.", "calls": [call("clock"), call("ring")]}
    assert "call 1, clock(), gives another result" in cli(
        "tasks", "import", notes(volatile=None), "--from", rows(row)
    ).stderr  # fmt: skip
    assert cli("tasks", "import", notes(), "--from", rows(row)).exit_code == 0


def test_a_tool_that_writes_unseen_must_be_named(notes: Any, rows: Any, cli: Any) -> None:
    done = cli("tasks", "import", notes(hidden=None), "--from", rows(BELL))
    assert "call 1, ring(), changes nothing in the working folder; name the tool under hidden" in done.stderr


def test_a_server_has_no_tasks_and_other_suites_take_none(notes: Any, rows: Any, cli: Any) -> None:
    done = cli("tasks", "import", notes())
    assert (done.exit_code, "has no tasks of its own" in done.stderr, "--from" in done.stderr) == (2, True, True)
    assert cli("tasks", "import", "office", "--from", rows(BELL)).exit_code == 2


def test_tasks_keep_their_ids_and_carry_skills_edges_and_labels(imported: Any) -> None:
    look = {"id": "look", "instruction": "Look at the notes.", "calls": [call("list_notes")]}
    keep, eggs, bell, seen = imported(WRITE, ASK, BELL, look)
    assert (keep.id, keep.skills, keep.k) == ("keep", ("notes.read_note", "notes.write_note"), 2)
    assert keep.origin is not None
    assert keep.origin.edges == (("notes.read_note", "notes.write_note"),)
    assert (keep.tools, keep.writes, keep.calls) == (("read_note", "write_note"), 1, 2)
    assert (bell.k, bell.calls, bell.writes) == (1, 2, 2)
    assert [t.origin.labels for t in (keep, eggs, bell, seen)] == [(), (), (), (NOP,)]
    assert keep.origin.data["changes"]["day.txt"]["text"] == "2026-05-03"


def test_the_same_rows_give_the_same_bytes(imported: Any, tmp_path: Path) -> None:
    imported(WRITE, ASK)
    first = (tmp_path / "tasks.jsonl").read_bytes()
    imported(WRITE, ASK)
    assert (tmp_path / "tasks.jsonl").read_bytes() == first


def verdict(task: TaskSpec, calls: list[dict[str, Any]], answer: str | None = "done") -> Verdict:
    """Play calls on a fresh server and judge what came of it, as a rollout does."""
    from skillweave.tasks.suite import ToolCall

    suite = mcp_suite(task.suite)

    async def play() -> Verdict:
        session = suite.open(task)
        done = []
        try:
            await session.turn(None)
            for made in calls:
                error = None
                try:
                    await session.call(made["tool"], made["arguments"])
                except ToolError as problem:
                    error = str(problem)
                done.append(ToolCall(tool=made["tool"], arguments=made["arguments"], error=error))
            snapshot = json.loads(json.dumps(session.snapshot()))
        finally:
            session.close()
        return await suite.judge(task, snapshot, [done], answer)

    return asyncio.run(play())


def test_any_way_to_the_same_folder_passes_and_a_change_beside_it_fails(imported: Any) -> None:
    task = imported(WRITE)[0]
    day = call("write_note", name="day", text="2026-05-03")
    assert verdict(task, WRITE["calls"]).success
    roundabout = [call("list_notes"), call("write_note", name="day", text="?"), call("delete_note", name="day"), day]
    assert verdict(task, roundabout).success
    assert verdict(task, [call("read_note", name="gone"), day, day]).success
    wrong = verdict(task, [call("write_note", name="day", text="2026-05-04")])
    assert wrong.mismatches == ("day.txt should be '2026-05-03', is '2026-05-04'.",)
    assert (wrong.skills["notes.write_note"], wrong.first_broken) == (False, "notes.read_note")
    beside = verdict(task, [*WRITE["calls"], call("delete_note", name="todo")])
    assert beside.mismatches == ("todo.txt was deleted, and should not be.",)
    assert verdict(task, WRITE["calls"], None).mismatches == ("No answer was submitted.",)


def test_writes_that_the_folder_does_not_show_are_judged_by_their_calls_in_any_order(imported: Any) -> None:
    task = imported(BELL)[0]
    once, twice = call("ring"), call("ring", times=2)
    assert verdict(task, [twice, call("list_notes"), call("ring", times=1)]).success  # 1 is the default
    assert verdict(task, [once]).mismatches == ("The call ring(times=2) was not made.",)
    assert verdict(task, [once, twice, twice]).mismatches == ("The call ring(times=2) was made, and should not be.",)


def test_reads_are_free_unless_the_row_says_that_they_are_needed(imported: Any) -> None:
    free, needed = imported(WRITE, {**WRITE, "id": "strict", "match": "calls"})
    short = WRITE["calls"][1:]
    assert verdict(free, short).success
    assert verdict(needed, short).mismatches == ("The call read_note(name='todo') was not made.",)
    assert verdict(needed, [*short, WRITE["calls"][0], call("list_notes")]).success


def test_an_answer_is_compared_by_its_type(imported: Any) -> None:
    task = imported(ASK)[0]
    assert verdict(task, [], "There are 3.0 of them").success
    assert verdict(task, [], "2 or 3").mismatches == ("The answer '2 or 3' states another figure, 2, beside '3'.",)
    assert not verdict(task, [], "").success
    both = facts_of(("Ann Lee", "2026-05-03"))
    assert answer_problems(both, "Ann Lee, on 3 May 2026", "") == []
    assert answer_problems(both, "on May 3, 2026", "") == ["The answer 'on May 3, 2026' does not name 'Ann Lee'."]


CHECKS = """
def three_notes(record):
    assert [c.tool for c in record.calls] and record.calls[0].result
    names = [name for name in record.files if name.endswith(".txt")]
    if record.answer == "burst":
        raise RuntimeError("it burst")
    if record.answer == "numb":
        return 7
    return True if len(names) == 3 else [f"there are {len(names)} notes", f"changed: {sorted(record.changed)}"]
"""
COUNT = {
    "id": "three",
    "instruction": "See to it that there are three notes.",
    "calls": [call("write_note", name="more", text="")],
    "checker": "checks.py:three_notes",
}


def test_a_checker_is_given_calls_results_answer_and_files_and_has_the_last_word(imported: Any) -> None:
    Path("checks.py").write_text(CHECKS)
    task = imported(COUNT)[0]
    assert verdict(task, [call("write_note", name="any", text="thing")]).success
    assert verdict(task, [call("delete_note", name="todo")]).mismatches == (
        "there are 1 notes",
        "changed: ['todo.txt']",
    )
    burst = verdict(task, [call("list_notes")], "burst")
    assert (burst.success, burst.skills) == (False, {})
    assert str(burst.unscored).endswith("checks.py:three_notes' raised RuntimeError: it burst")
    assert "returned 7, not True" in str(verdict(task, [call("list_notes")], "numb").unscored)
    Path("checks.py").write_text(CHECKS + "\n")
    assert "is no longer what it was" in str(verdict(task, [call("list_notes")]).unscored)


def test_a_checker_that_its_own_calls_do_not_pass_is_refused(notes: Any, rows: Any, cli: Any) -> None:
    Path("checks.py").write_text(CHECKS)
    done = cli("tasks", "import", notes(), "--from", rows({**COUNT, "calls": [call("list_notes")]}))
    assert "do not pass its own check: there are 2 notes" in done.stderr


def test_a_row_with_nothing_but_a_checker_is_labelled_as_unproven(imported: Any) -> None:
    Path("checks.py").write_text("def never(record):\n    return False\n")
    task = imported({"id": "x", "instruction": "Do.", "checker": "checks.py:never", "skills": ["notes.ring"]})[0]
    assert (task.origin.labels, task.tools, task.calls) == ((UNPROVEN,), ("ring",), 1)


def test_a_broken_skill_makes_the_reference_fail(imported: Any) -> None:
    for task in imported(WRITE, ASK, BELL):
        suite = mcp_suite(task.suite)
        for skill in task.skills:
            broken = suite.reference(task, broken=skill)
            calls = [call(c.tool, **c.arguments) for c in broken.turns[0]]
            assert not verdict(task, calls, broken.answer or "done").success
