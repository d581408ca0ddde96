"""skillweave try: a person solves a task by hand, in the terminal or from a pipe."""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from people_suite import SUITE
from typer.testing import CliRunner

from skillweave.harness.cli.app import app
from skillweave.tasks.spec import TaskSpec, read_tasks

Cli = Callable[..., Any]


@dataclass(frozen=True)
class Typed:
    """What came of the lines."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)


def typed(*lines: str, options: tuple[str, ...] = ("tasks.jsonl",)) -> Typed:
    """Call ``skillweave try`` with lines from a pipe."""
    done = CliRunner().invoke(app, ["try", *options], input="".join(f"{line}\n" for line in lines))
    return Typed(code=done.exit_code, out=done.stdout, err=done.stderr)


def as_words(arguments: Any) -> str:
    return " ".join(f"{k}={shlex.quote(str(v))}" for k, v in arguments.items())


def solution(task: TaskSpec, *, words: bool) -> list[str]:
    plan = SUITE.reference(task)
    calls = [f"{c.tool} {as_words(c.arguments) if words else json.dumps(c.arguments)}" for c in plan.turns[0]]
    return [*calls, f"submit {plan.answer}"]


@pytest.mark.parametrize("words", [True, False])
def test_the_plan_typed_by_hand_is_a_success(cli: Cli, tasks_file: Path, words: bool) -> None:
    for task in read_tasks(tasks_file):
        done = typed(*solution(task, words=words), options=("tasks.jsonl", task.id))
        assert (done.code, "Success" in done.out) == (0, True), done.out


def test_json_is_one_object_and_the_talk_goes_to_stderr(cli: Cli, tasks_file: Path) -> None:
    task = read_tasks(tasks_file)[0]
    done = typed(*solution(task, words=True), options=("tasks.jsonl", "--json"))
    assert done.value["task"] == task.id
    assert done.value["success"] is True
    assert [c["tool"] for c in done.value["calls"]] == [c.tool for c in SUITE.reference(task).turns[0]]
    assert task.instruction in done.err


def test_a_wrong_outcome_is_told_with_what_differs(cli: Cli, tasks_file: Path) -> None:
    task = next(t for t in read_tasks(tasks_file) if t.expectation.answer is not None)
    done = typed("submit 4711", options=("tasks.jsonl", task.id))
    assert done.code == 1
    assert "the answer '4711'" in done.out
    assert task.plan.steps[-1].skill in done.out


def test_who_stops_without_handing_in_has_not_solved_it(cli: Cli, tasks_file: Path) -> None:
    for lines in ((), ("quit",), ("tools",)):
        done = typed(*lines, options=("tasks.jsonl", "--json"))
        assert (done.code, done.value["submitted"], done.value["success"]) == (1, False, False)
        assert "Nothing was handed in." in done.err


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("help", "submit [ANSWER]"),
        ("help get_person", "person_id (string): id of the person"),
        ("tools department", "list_departments: List the departments"),
        ("tools zeppelin", "No tool has 'zeppelin'"),
        ("skills", "people-work-out-service-bonus: "),
        ("read_skill name=people-work-out-service-bonus", "# Long-service bonus"),
        ("search_people department=Finance", "department=Finance  site="),
        ("search_people page=2 name=", "page"),
        ("get_person", "get_person needs person_id."),
        ("get_person person=PER-00001", "There is no argument 'person'."),
        ("get_person PER-00001", "write NAME=VALUE"),
        ('get_person person_id="PER', "A quotation mark is missing"),
        ("get_person {person_id", "That is no JSON"),
        ("get_person person_id=PER-99999", "refused: There is no person with id 'PER-99999'"),
        ("search_people page=first", "refused: search_people was not run"),
        ("serch_people", "Did you mean search_people"),
        ("xyzzy", "There is no tool 'xyzzy'."),
        ("calls", "Nothing was called yet."),
    ],
)
def test_each_line_is_answered(cli: Cli, tasks_file: Path, line: str, reply: str) -> None:
    assert reply in typed(line).out


def test_the_calls_made_so_far_can_be_seen(cli: Cli, tasks_file: Path) -> None:
    done = typed("get_person person_id=PER-99999", "list_departments", "calls")
    assert "get_person person_id='PER-99999'  -> refused: " in done.out
    assert "\nlist_departments\n" in done.out


def test_a_task_that_is_not_there_is_refused(refused: Cli, tasks_file: Path) -> None:
    assert "no task 'office-k9'" in refused("try", "tasks.jsonl", "office-k9").err
