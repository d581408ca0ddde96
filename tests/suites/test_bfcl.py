"""BFCL's multi-turn tasks as a suite: what is offered, what the user says, how a world ends, what the verdict says."""

import asyncio
import importlib.util
import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from skillweave.tasks.foreign import spec_of
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import Reference, ToolCall, Verdict
from skillweave.tasks.suites.bfcl import entries as package
from skillweave.tasks.suites.registry import load_suite
from skillweave.tasks.tools import ToolError
from skillweave.taxonomy.errors import UserError

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("bfcl_eval") is None and os.environ.get("CI") != "true",
    reason="bfcl is not here: make extras",
)


@pytest.fixture(scope="module")
def suite() -> Any:
    return load_suite("bfcl")


@pytest.fixture(scope="module")
def tasks(suite: Any) -> dict[str, TaskSpec]:
    return {task.id: spec_of(suite, task, number, None) for number, task in enumerate(suite.tasks())}


async def play(suite: Any, task: TaskSpec, reference: Reference, *, turns: int = 99) -> Verdict:
    """Make the calls of a reference turn by turn, at most so many turns, and return the verdict."""
    session = suite.open(task)
    made: list[list[ToolCall]] = []
    try:
        turn = await session.turn(None)
        while turn is not None and len(made) < turns:
            made.append([])
            for call in reference.turns[len(made) - 1]:
                try:
                    await session.call(call.tool, call.arguments)
                except ToolError as error:
                    call = ToolCall(tool=call.tool, arguments=call.arguments, error=str(error))
                made[-1].append(call)
            turn = await session.turn("done") if len(made) < turns else None
        snapshot = session.snapshot()
    finally:
        session.close()
    return await suite.judge(task, snapshot, made, "done")  # type: ignore[no-any-return]


def verdict(suite: Any, task: TaskSpec, reference: Reference, **how: Any) -> Verdict:
    return asyncio.run(play(suite, task, reference, **how))


def changed(reference: Reference, turn: int, *calls: ToolCall) -> Reference:
    """Return a reference with other calls in one turn."""
    turns = [*reference.turns]
    turns[turn] = calls
    return Reference(turns=tuple(turns), answer="")


def call(tool: str, **arguments: Any) -> ToolCall:
    return ToolCall(tool=tool, arguments=arguments)


def test_there_are_800_tasks_in_four_groups_over_8_classes_with_128_functions(suite: Any, tasks: Any) -> None:
    assert Counter(task.origin.group for task in tasks.values()) == dict.fromkeys(package.GROUPS, 200)
    assert len(suite.tool_schemas()) == len(suite.skill_tools()) == 128
    assert len({skill.split(".")[0] for skill in suite.skill_tools()}) == 8
    assert (min(t.k for t in tasks.values()), max(t.k for t in tasks.values())) == (2, 9)
    first = tasks["multi_turn_base_0"]
    assert first.skills == tuple(f"GorillaFileSystem.{name}" for name in ("cd", "diff", "grep", "mkdir", "mv", "sort"))
    assert first.instruction.startswith("Move 'final_report.pdf' within document directory")
    assert (first.calls, suite.turns(first)) == (10, 4)


def test_what_stands_in_their_files_is_read_without_importing_their_package() -> None:
    code = (
        "import sys; from skillweave.harness.sources import read_source; from skillweave.tasks.suites.registry import "
        "load_suite; read_source(['suite:bfcl']); list(load_suite('bfcl').tasks()); "
        "sys.exit(any(name.startswith('bfcl_eval') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_schemas_are_json_schema_where_their_documents_say_dict_and_float(suite: Any) -> None:
    from jsonschema import Draft202012Validator

    for schema in suite.tool_schemas().values():
        Draft202012Validator.check_schema(dict(schema.parameters))
    edit = suite.tool_schemas()["edit_ticket"].parameters["properties"]["updates"]
    assert (edit["type"], edit["properties"]["priority"]["type"]) == ("object", "integer")
    mean = suite.tool_schemas()["mean"].parameters["properties"]["numbers"]
    assert (mean["type"], mean["items"]) == ("array", {"type": "number"})
    fill = suite.tool_schemas()["fillFuelTank"].parameters["properties"]["fuelAmount"]
    assert (fill["type"], fill["format"]) == ("number", "float")


def test_the_calls_of_their_solutions_fit_the_schemas_but_for_the_one_that_is_known(suite: Any, tasks: Any) -> None:
    from jsonschema import Draft202012Validator

    validators = {n: Draft202012Validator(dict(s.parameters)) for n, s in suite.tool_schemas().items()}
    odd = [
        (task.id, made.tool, made.arguments)
        for task in list(tasks.values())[:200]
        for turn in suite.reference(task).turns
        for made in turn
        if not validators[made.tool].is_valid(dict(made.arguments))
    ]
    assert odd == [("multi_turn_base_173", "close_ticket", {"ticket_id": "ticket_001"})]


def test_the_tools_of_a_task_are_those_of_its_classes_without_what_comes_late(suite: Any, tasks: Any) -> None:
    task = tasks["multi_turn_miss_func_3"]
    assert task.origin.late == ("find", "ls")
    offered = offer_tools(suite, task, "needed", 0)
    assert len(offered) == 16
    assert not {"find", "ls"} & {*offered}
    assert len(offer_tools(suite, tasks["multi_turn_base_40"], "needed", 0)) == 10 + 18


def test_functions_held_back_come_in_their_turn_with_words_of_their_own(suite: Any, tasks: Any) -> None:
    session = suite.open(tasks["multi_turn_miss_func_3"])
    turns = [asyncio.run(session.turn(said)) for said in (None, "a", "b", "c")]
    session.close()
    assert [turn and turn.tools for turn in turns] == [(), ("find", "ls"), (), None]
    assert turns[1].text == "I have updated some more functions you can choose from. What about now?"


def test_a_missing_parameter_is_told_in_a_turn_of_its_own(suite: Any, tasks: Any) -> None:
    session = suite.open(tasks["multi_turn_miss_param_3"])
    texts = [asyncio.run(session.turn("")).text for _ in range(3)]
    session.close()
    assert "into a folder right within" in texts[1]
    assert texts[2] == "The folder name is 'backup_tests'."
    assert suite.reference(tasks["multi_turn_miss_param_3"]).turns[1] == ()


def test_results_are_the_text_that_their_executor_gives_errors_too(suite: Any, tasks: Any) -> None:
    session = suite.open(tasks["multi_turn_base_0"])
    asyncio.run(session.turn(None))
    told = [
        asyncio.run(session.call(tool, arguments))
        for tool, arguments in (
            ("cd", {"folder": "document"}),
            ("cd", {"folder": "nowhere"}),
            ("cd", {}),
            ("cd", {"folder": "nowhere", "far": 1}),
        )
    ]
    session.close()
    assert told[:2] == [
        '{"current_working_directory": "document"}',
        '{"error": "cd: \'nowhere\': No such file or directory"}',
    ]
    assert told[2] == (
        "Error during execution: GorillaFileSystem.cd() missing 1 required positional argument: 'folder'"
    )
    assert told[3].startswith("Error during execution: ")


def test_nothing_that_a_model_writes_is_evaluated_but_as_data(suite: Any, tasks: Any, tmp_path: Path) -> None:
    session = suite.open(tasks["multi_turn_base_0"])
    asyncio.run(session.turn(None))
    mark = tmp_path / "mark"
    evil = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    with pytest.raises(ToolError, match="is no name of a parameter"):
        asyncio.run(session.call("cd", {f"folder={evil},a": 1}))
    for value in (evil, [evil], {evil: evil}, f"') or {evil}", f'") or {evil}'):
        asyncio.run(session.call("cd", {"folder": value}))
    assert len(session.snapshot()["ran"][0]) == 5
    session.close()
    assert not mark.exists()


@pytest.mark.parametrize("group", package.GROUPS)
def test_their_solution_passes_and_doing_nothing_fails(suite: Any, tasks: Any, group: str) -> None:
    for number in (0, 63, 127, 199):
        task = tasks[f"multi_turn_{group}_{number}"]
        gold = suite.reference(task)
        assert verdict(suite, task, gold) == Verdict(
            success=True, mismatches=(), skills=dict.fromkeys(task.skills, True), first_broken=None
        )
        assert not verdict(suite, task, Reference(turns=((),) * len(gold.turns), answer="")).success


def test_a_solution_without_one_of_its_skills_fails_at_that_skill(suite: Any, tasks: Any) -> None:
    for task in [tasks["multi_turn_base_113"], *list(tasks.values())[::80]]:
        for skill in task.skills:
            found = verdict(suite, task, suite.reference(task, broken=skill))
            assert (found.success, found.first_broken, found.skills[skill]) == (False, skill, False), task.id


def test_a_wrong_state_blames_the_calls_of_the_class_that_were_not_made(suite: Any, tasks: Any) -> None:
    task = tasks["multi_turn_base_0"]
    gold = suite.reference(task)
    wrong = tuple(call("mkdir", dir_name="tmp") if made.tool == "mkdir" else made for made in gold.turns[0])
    found = verdict(suite, task, changed(gold, 0, *wrong))
    assert found.mismatches[0] == (
        "Model instance for GorillaFileSystem does not match the state with ground truth instance."
    )
    assert found.first_broken == "GorillaFileSystem.mkdir"
    assert [skill for skill, well in found.skills.items() if not well] == ["GorillaFileSystem.mkdir"]


def test_too_much_done_blames_no_skill(suite: Any, tasks: Any) -> None:
    task = tasks["multi_turn_base_0"]
    gold = suite.reference(task)
    found = verdict(suite, task, changed(gold, 1, *gold.turns[1], call("mkdir", dir_name="extra")))
    assert (found.success, found.first_broken) == (False, None)
    assert all(found.skills.values())


def test_a_missing_result_blames_the_call_that_gives_it(suite: Any, tasks: Any) -> None:
    task = tasks["multi_turn_base_0"]
    gold = suite.reference(task)
    found = verdict(suite, task, changed(gold, 2, call("pwd")))
    assert "does not contain all the ground truth response execution results for turn 2" in found.mismatches[0]
    assert found.first_broken == "GorillaFileSystem.sort"
    assert found.skills["GorillaFileSystem.diff"]


def test_a_dialogue_that_was_broken_off_has_failed(suite: Any, tasks: Any) -> None:
    task = tasks["multi_turn_base_0"]
    found = verdict(suite, task, suite.reference(task), turns=2)
    assert found.mismatches == ("The rollout ended in turn 1, the last is 3.",)
    assert not found.success
    assert [skill for skill, well in found.skills.items() if not well] == [
        f"GorillaFileSystem.{name}" for name in ("cd", "diff", "mv", "sort")
    ]


def test_calls_that_were_refused_are_calls_but_change_nothing(suite: Any, tasks: Any) -> None:
    task = tasks["multi_turn_base_113"]
    gold = suite.reference(task)
    refused = ToolCall(tool="get_watchlist", arguments={"not a name": 1})
    assert "is empty" in verdict(suite, task, changed(gold, 1)).mismatches[0]
    assert "does not contain all" in verdict(suite, task, changed(gold, 1, refused)).mismatches[0]


def test_nothing_is_left_of_a_world_and_worlds_at_once_do_not_meet(suite: Any, tasks: Any) -> None:
    from skillweave.tasks.suites.bfcl.backend import instances_held

    before = instances_held()
    chosen = list(tasks.values())[::40]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda task: verdict(suite, task, suite.reference(task)).success, chosen * 2))
    assert found == [True] * 40
    assert instances_held() == before == 0


def test_a_package_without_its_files_or_a_task_that_it_lacks_is_a_users_mistake(
    suite: Any, tasks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UserError, match="has no task 'multi_turn_base_999'"):
        suite.open(tasks["multi_turn_base_0"].model_copy(update={"id": "multi_turn_base_999"}))
    monkeypatch.setattr(package, "_data", lambda: tmp_path)
    with pytest.raises(UserError, match=r"has no 'BFCL_v4_multi_turn_base\.json'"):
        package.entries()


def test_the_suite_is_shown_with_its_tasks_by_group() -> None:
    from typer.testing import CliRunner

    from skillweave.harness.cli.app import app

    done = CliRunner().invoke(app, ["suite", "show", "bfcl", "--json"])
    value = json.loads(done.stdout)
    assert value["groups"][2] == {
        "group": "miss_func",
        "tasks": 200,
        "combinations": 189,
        "k": [2, 9],
        "turns": [2, 8],
        "calls": [2, 10],
    }
    assert value["skills"][0]["tools"] == ["cat"]
    shown = CliRunner().invoke(app, ["suite", "show", "bfcl"]).stdout
    assert "128 tools, 128 skills (0 procedural), 800 workflows, 800 tasks" in shown
    assert "tables" not in shown


def test_the_top_of_its_taxonomy_is_nearly_the_api_classes_and_the_page_says_how_nearly() -> None:
    root = Path(__file__).parents[2]
    sys.path.insert(0, str(root / "benchmarks"))
    benchmark = pytest.importorskip("bfcl_taxonomy", reason="benchmarks are not installed")
    found = benchmark.induced(benchmark.corpora()["both"])
    assert benchmark.agreement(found) >= 0.87
    page = (root / "docs/suites.md").read_text(encoding="utf-8")
    shown = page.split("<!-- bfcl-taxonomy -->\n")[1].splitlines()
    made = benchmark.table(["both"], ["count"]).splitlines()
    assert [line in shown for line in made] == [True] * 4
    assert f"AMI {benchmark.agreement(found):.3f} at\nheight 2" in page
