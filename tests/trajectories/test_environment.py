"""Environments by TRL's contract: reset, typed tool methods, a reward; no trainer is needed."""

import importlib.util
import inspect
import os
from typing import Any

import anyio
import pytest
from ledger_suite import READ, LedgerSuite, ledger_task
from people_suite import SUITE

from skillweave.harness.trajectories.reference import play_reference
from skillweave.tasks.environment import Environment, environment, needed_tools, prompts
from skillweave.tasks.submit import RECORDED, SUBMIT
from skillweave.tasks.suites import registry
from skillweave.tasks.tools import ToolError
from skillweave.tasks.trajectory import calls_in
from skillweave.taxonomy.errors import UserError


@pytest.fixture
def made(bench: Any) -> type[Environment]:
    return environment("office", tasks=bench.tasks, splits=bench.splits_file)


def methods_of(made: type[Environment]) -> dict[str, Any]:
    """Return what TRL takes for tools: functions of the class without an underscore, reset and get_reward left out."""
    found = dict(inspect.getmembers(made, predicate=inspect.isfunction))
    return {n: f for n, f in found.items() if not n.startswith("_") and n not in ("reset", "get_reward")}


def replay(world: Environment, task: Any) -> None:
    said = anyio.run(play_reference, SUITE, task, sorted(SUITE.tool_schemas()), "calls")
    for tool, arguments, _ in calls_in(said.messages):
        getattr(world, tool)(**arguments)


def test_a_rollout_as_the_plan_has_it_is_rewarded_and_an_idle_one_is_not(made: Any, bench: Any) -> None:
    world = made()
    for task in bench.of("train"):
        assert world.reset(task=task.id, prompt=[], k=task.k) is None
        assert world.get_reward() == 0.0
        replay(world, task)
        assert world.get_reward() == 1.0


def test_rollouts_do_not_see_each_other(made: Any, bench: Any) -> None:
    writer = next(t for t in bench.of("train") if t.writes)
    first, second = made(), made()
    first.reset(task=writer.id)
    second.reset(task=writer.id)
    replay(first, writer)
    assert (first.get_reward(), second.get_reward()) == (1.0, 0.0)
    first.reset(task=writer.id)
    assert first.get_reward() == 0.0


def test_a_wrong_answer_earns_nothing_and_only_the_first_counts(made: Any, bench: Any) -> None:
    task = next(t for t in bench.of("train") if t.plan.answer and not t.writes)
    world = made()
    world.reset(task=task.id)
    assert getattr(world, SUBMIT)("something else") == RECORDED
    assert world.get_reward() == 0.0
    with pytest.raises(ToolError, match="submitted already"):
        getattr(world, SUBMIT)(answer=task.expectation.answer.text)
    assert world.get_reward() == 0.0


def test_what_a_tool_refuses_is_raised_in_words_for_the_model(made: Any, bench: Any) -> None:
    world = made()
    world.reset(task=bench.of("train")[0].id)
    with pytest.raises(ToolError, match="PER-99999"):
        world.get_person(person_id="PER-99999")
    with pytest.raises(TypeError, match="nonsense"):
        world.get_person("PER-00001", nonsense=1)
    assert "people" in world.search_people(name=None)


def test_every_tool_is_a_method_with_types_and_a_description_of_each_argument(made: Any) -> None:
    found = methods_of(made)
    assert set(found) == {*SUITE.tool_schemas(), SUBMIT}
    for name, schema in SUITE.tool_schemas().items():
        parameters = list(inspect.signature(found[name]).parameters)[1:]
        assert set(parameters) == set(schema.parameters["properties"])
        assert all(f"    {p}: " in found[name].__doc__ for p in parameters)
        assert found[name].__annotations__["return"] is str


def test_transformers_reads_the_same_schema_off_the_method_as_agents_get(made: Any) -> None:
    if importlib.util.find_spec("transformers") is None and os.environ.get("CI") != "true":
        pytest.skip("needs transformers: make extras")
    from transformers.utils import get_json_schema

    for name, schema in SUITE.tool_schemas().items():
        read = get_json_schema(getattr(made(), name))["function"]
        assert (read["name"], read["description"]) == (name, schema.description)
        assert sorted(read["parameters"].get("required", [])) == sorted(schema.parameters["required"])
        for argument, told in schema.parameters["properties"].items():
            same = read["parameters"]["properties"][argument]
            assert (same.get("type"), same.get("enum")) == (told.get("type"), told.get("enum")), (name, argument)
            assert same["description"] == " ".join(told["description"].split())


def test_only_tasks_of_the_train_split_can_be_begun(made: Any, bench: Any) -> None:
    with pytest.raises(UserError, match="does not have"):
        made().reset(task=bench.of("test")[0].id)
    with pytest.raises(UserError, match="does not have"):
        made().reset(prompt="x")
    with pytest.raises(RuntimeError, match="call reset"):
        made().get_reward()


def test_the_tools_offered_can_be_cut_to_those_that_the_tasks_need(bench: Any) -> None:
    few = bench.of("train")[:2]
    names = needed_tools(SUITE, few)
    assert set(methods_of(environment("office", tasks=few, tools=names))) == {*names, SUBMIT}
    assert {tool for task in few for tool in task.tools} <= set(names) < set(SUITE.tool_schemas())
    with pytest.raises(UserError, match="no tool 'fly'"):
        environment("office", tasks=few, tools=["fly"])


def test_rows_hold_the_prompt_and_the_task_and_nothing_of_its_solution(bench: Any) -> None:
    (row,) = prompts(SUITE, bench.tasks[:1], SUITE.briefing)
    task = bench.tasks[0]
    assert row == {
        "prompt": [
            {"role": "system", "content": SUITE.briefing(task)},
            {"role": "user", "content": task.instruction},
        ],
        "task": task.id,
        "k": task.k,
    }


def test_any_suite_of_one_turn_gives_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    task = ledger_task(1, (READ,))
    monkeypatch.setattr(registry, "SUITES", {"ledger": lambda: LedgerSuite()})
    world = environment("ledger", tasks=[task])()
    world.reset(task=task.id)
    balance = world.get_balance("acc-1").partition('"balance": ')[2].partition(",")[0]
    getattr(world, SUBMIT)(f"{float(balance):g}")
    assert world.get_reward() == 1.0
    monkeypatch.setattr(registry, "SUITES", {"ledger": lambda: LedgerSuite(turns=2)})
    with pytest.raises(UserError, match="several turns"):
        environment("ledger", tasks=[task])
    with pytest.raises(UserError, match="no tasks to train on"):
        environment("ledger", tasks=[])
    with pytest.raises(UserError, match="is of ledger"):
        environment("ledger", tasks=[task.model_copy(update={"suite_version": "0"})])
