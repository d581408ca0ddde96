"""Reference trajectories: the plan, played through the agents' tools and worded as an agent would."""

import json
from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from ledger_suite import LIMIT, NOTE, READ, LedgerSuite, ledger_task
from people_suite import SUITE

from skillweave.agents.prompts import system_prompt
from skillweave.harness.trajectories.reference import Conversation, play_reference
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.readfirst import reads_first
from skillweave.tasks.spec import LiteralBinding, OutputBinding, Plan, Step, TaskSpec
from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.trajectory import calls_in
from skillweave.taxonomy.errors import UserError


def played(suite: Any, task: TaskSpec, style: Any = "calls") -> Conversation:
    return anyio.run(play_reference, suite, task, offer_tools(suite, task, "needed", 0), style)


@pytest.fixture
def all_played(bench: Any) -> Iterator[tuple[TaskSpec, Conversation]]:
    return ((task, played(SUITE, task)) for task in bench.tasks)


def test_every_reference_succeeds_and_ends_with_the_submission(all_played: Any) -> None:
    for task, said in all_played:
        assert (said.success, said.tool_errors) == (True, 0)
        roles = [m["role"] for m in said.messages]
        assert roles == ["system", "user", *["assistant", "tool"] * said.calls, "assistant"]
        assert calls_in(said.messages)[-1][0] == SUBMIT
        assert said.messages[1]["content"] == task.instruction
        ids = [c["id"] for m in said.messages for c in m.get("tool_calls", ())]
        assert len(set(ids)) == len(ids)


def test_the_agent_is_told_and_offered_what_agents_are(bench: Any) -> None:
    task = bench.tasks[0]
    said = played(SUITE, task)
    assert said.messages[0]["content"] == system_prompt(SUITE.briefing(task), SUITE.skill_cards(task))
    names = [tool["function"]["name"] for tool in said.tools]
    assert names == [*offer_tools(SUITE, task, "needed", 0), SUBMIT]
    assert said.tools[0]["function"]["parameters"]["type"] == "object"


def test_a_procedural_skill_is_read_before_it_is_used(all_played: Any) -> None:
    seen = 0
    for task, said in all_played:
        for skill in task.skills:
            if SUITE.apps.skills[skill].rule is not None:
                reads = [a["name"] for tool, a, _ in calls_in(said.messages) if tool == "read_skill"]
                assert SUITE.apps.skills[skill].name in reads
                seen += 1
    assert seen > 2


def test_nothing_is_looked_up_twice_while_the_world_stands_still(all_played: Any) -> None:
    for task, said in all_played:
        if task.writes == 0:
            made = [json.dumps([tool, a]) for tool, a, _ in calls_in(said.messages)]
            assert len(set(made)) == len(made)


def plan_of(*steps: tuple[str, str | None]) -> Plan:
    """Return a plan of (skill, step that feeds it)."""
    literal = LiteralBinding(type="T", value="x", text="x")
    made = tuple(
        Step(id=f"s{i}", skill=skill, inputs={"of": OutputBinding(type="T", step=source) if source else literal})
        for i, (skill, source) in enumerate(steps, 1)
    )
    return Plan(steps=made, answer=None)


def test_reading_steps_come_first_as_far_as_the_data_flow_allows() -> None:
    plan = plan_of(("write.a", None), ("read.b", None), ("read.c", "s1"), ("write.d", "s2"))
    ordered = reads_first(plan, lambda skill: skill.startswith("write"))
    assert [s.id for s in ordered.steps] == ["s2", "s1", "s3", "s4"]
    assert (
        reads_first(plan_of(("read.a", None), ("write.b", "s1")), lambda s: s.startswith("write")).steps[0].id == "s1"
    )


def test_a_thought_says_what_comes_next_and_from_which_result(bench: Any) -> None:
    task = next(t for t in bench.tasks if t.k >= 2 and t.plan.answer and t.plan.edges())
    plain, thought = played(SUITE, task), played(SUITE, task, "thought")
    assert calls_in(plain.messages) == calls_in(thought.messages)
    assert all(m["content"] == "" for m in plain.messages if m["role"] == "assistant")
    said = [m["content"] for m in thought.messages if m["role"] == "assistant" and m["content"]]
    assert said[0].startswith("First: ")
    source, target = task.plan.edges()[0]
    reference = SUITE.apps.skills[task.plan.step(source).skill].reference
    assert any(f"the {reference} that I found" in text for text in said), said
    assert said[-1].endswith(f"That gives the answer: {calls_in(thought.messages)[-1][1]['answer']}.")
    assert target != source


def test_each_turn_of_a_dialogue_is_asked_and_submitted() -> None:
    said = played(LedgerSuite(turns=2), ledger_task(1, (READ, NOTE, LIMIT)))
    assert said.success
    assert [m["role"] for m in said.messages if m["role"] == "user"] == ["user"] * 2
    assert [tool for tool, _, _ in calls_in(said.messages)] == [SUBMIT, "get_balance", "add_note", "set_limit", SUBMIT]


def test_a_plan_that_the_suite_refuses_is_a_users_mistake(bench: Any) -> None:
    task = next(t for t in bench.tasks if t.k == 1 and all(b.type == "Person" for b in t.plan.steps[0].given()))
    step = task.plan.steps[0]
    nobody = {n: LiteralBinding(type="Person", value="PER-99999", text="nobody") for n in step.inputs}
    broken = task.model_copy(update={"plan": Plan(steps=(step.model_copy(update={"inputs": nobody}),), answer="s1")})
    with pytest.raises(UserError, match="cannot be carried out"):
        played(SUITE, broken)


@pytest.mark.slow
def test_references_over_several_processes_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from people_suite import taxonomy

    from skillweave.harness.trajectories import references
    from skillweave.harness.trajectories.references import References, play_references
    from skillweave.tasks.suites.registry import load_suite
    from skillweave.tasks.synthesize import synthesize

    suite = load_suite("office-small")  # a shipped one: other processes know suites by name only
    tasks = synthesize(suite.apps, taxonomy(), ks=(1,), n=6, seed=1).tasks  # type: ignore[attr-defined]
    monkeypatch.setattr(references, "PARALLEL_FROM", 2)
    monkeypatch.setattr(references, "CHUNK", 1)
    seen: list[tuple[int, int]] = []
    one, several = (
        [p.messages for p in play_references(tasks, References(workers=workers), lambda *at: seen.append(at))]
        for workers in (1, 2)
    )
    assert one == several
    assert len(one) == 6
    assert seen[-1] == (6, 6)
