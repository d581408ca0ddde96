"""Siblings of tasks: the same work in other words, another order, under other names, among more tools."""

import asyncio
import re
from functools import cache

import pytest
from ledger_suite import LedgerSuite, ledger_tasks
from people_suite import SUITE, taxonomy
from small_tasks import small_tasks

from skillweave.tasks.build import Rejected, attempts, tasks_of
from skillweave.tasks.offer import distractors, likeness, offer_tools
from skillweave.tasks.rehearsal import rehearsal
from skillweave.tasks.renaming import RenamedSuite, other_names, under_names_of
from skillweave.tasks.reword import names_tool, problem, reword
from skillweave.tasks.spec import Selection, TaskSpec
from skillweave.tasks.suite import ToolCall, ToolSuite, Verdict
from skillweave.tasks.suites.office.suite import SUITE as OFFICE
from skillweave.tasks.tools import ToolError
from skillweave.tasks.vary import passes, siblings
from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.errors import UserError


def play(suite: ToolSuite, task: TaskSpec) -> Verdict:
    """Carry out the reference under the names that the suite gives its tools."""
    session, reference, done = suite.open(task), suite.reference(task), []

    async def run() -> Verdict:
        for call in reference.turns[0]:
            await session.call(call.tool, call.arguments)
            done.append(ToolCall(tool=call.tool, arguments=call.arguments))
        return await suite.judge(task, session.snapshot(), [done], reference.answer)

    verdict = asyncio.run(run())
    session.close()
    return verdict


@cache
def tasks() -> tuple[TaskSpec, ...]:
    return small_tasks()


def test_another_wording_says_the_same_and_still_passes() -> None:
    for task in tasks():
        found = siblings(SUITE, task, "wording", 3)
        assert len({task.instruction, *(t.instruction for t in found)}) == 4
        for number, other in enumerate(found, 1):
            assert other.id == f"{task.id}-wording{number}"
            assert other.variant is not None
            assert (other.variant.kind, other.variant.of) == ("wording", task.id)
            assert (other.plan, other.expectation, other.wording) == (task.plan, task.expectation, task.wording)
            assert all(b.text.lower() in other.instruction.lower() for s in task.plan.steps for b in s.given())
            assert play(SUITE, other).success


def test_another_order_moves_the_clauses_and_keeps_the_words() -> None:
    moved = [(task, other) for task in tasks() for other in siblings(SUITE, task, "order", 2)]
    assert moved
    for task, other in moved:
        assert sorted(s.id for s in other.plan.steps) == sorted(s.id for s in task.plan.steps)
        assert [s.id for s in other.plan.steps] != [s.id for s in task.plan.steps]
        clauses = [sorted(re.findall(r"[A-Z][^.\n]+", t.instruction.replace("Also, ", ""))) for t in (task, other)]
        assert other.instruction != task.instruction
        assert len(set(clauses[0]) & set(clauses[1])) >= len(clauses[0]) / 2
        assert play(SUITE, other).success
    chains = [t for t in tasks() if len(t.plan.edges()) == t.k - 1 and all(len(s.sources()) < 2 for s in t.plan.steps)]
    assert any(not siblings(SUITE, t, "order", 2) for t in chains if t.k == 2)


def test_other_names_are_new_and_the_plan_is_carried_out_under_them() -> None:
    for task in tasks():
        (other,) = siblings(SUITE, task, "names", 1)
        suite = under_names_of(SUITE, other)
        offered = offer_tools(SUITE, other, "needed", 0)
        assert set(offered) <= set(suite.tool_schemas())
        assert not set(offered) & (set(task.tools) - {"read_skill"})
        assert play(suite, other).success
        again = siblings(SUITE, task, "names", 1)
        assert [t.to_json() for t in again] == [other.to_json()]
    assert under_names_of(SUITE, tasks()[0]) is SUITE


def test_every_tool_of_the_office_gets_another_name_and_description_that_no_other_has() -> None:
    schemas = OFFICE.tool_schemas()
    for seed in range(3):
        renames = other_names(schemas, schemas, seed)
        assert set(schemas) - set(renames) == {"read_skill"}
        names = [r.name for r in renames.values()]
        assert len(set(names)) == len(names)
        assert not set(names) & set(schemas)
        assert all(r.description != schemas[old].description for old, r in renames.items())


def test_a_refusal_names_tools_as_the_agent_knows_them() -> None:
    task = next(t for t in tasks() if "get_person" in t.tools)
    renames = other_names(SUITE.tool_schemas(), SUITE.tool_schemas(), 1)
    suite = RenamedSuite(SUITE, renames)
    session = suite.open(task)
    with pytest.raises(ToolError, match=renames["search_people"].name) as caught:
        asyncio.run(session.call(renames["get_person"].name, {"person_id": "PER-99999"}))
    assert "search_people" not in str(caught.value)
    session.close()


def test_distractors_are_offered_beside_the_tools_of_the_run() -> None:
    task = tasks()[0]
    (other,) = siblings(SUITE, task, "distractors", 1)
    offers = [set(offer_tools(SUITE, t, "needed", 0)) for t in (task, other)]
    assert offers[1] == offers[0] | set(other.distractors)
    assert set(other.distractors).isdisjoint(offers[0] - {"read_skill"})
    assert play(SUITE, other).success


def test_near_duplicates_are_offered_first_to_each_needed_tool() -> None:
    schemas = OFFICE.tool_schemas()
    found = distractors(OFFICE, ["search_tickets", "approve_expense"], 6)
    assert {"reject_expense", "create_ticket"} & set(found)
    assert all({"ticket", "tickets", "expense", "expenses", "approve", "search"} & set(n.split("_")) for n in found)
    same_noun = likeness(schemas["approve_expense"], schemas["reject_expense"])
    same_verb = likeness(schemas["approve_expense"], schemas["approve_leave_request"])
    assert same_noun > same_verb > likeness(schemas["approve_expense"], schemas["list_rooms"])
    assert found == distractors(OFFICE, ["approve_expense", "search_tickets"], 6)


def test_a_branch_offers_the_tools_of_its_skills() -> None:
    task = tasks()[0]
    offered = set(offer_tools(SUITE, task, "branch", 0, taxonomy()))
    branches = {taxonomy().branch(s) for s in task.skills}
    wanted = {t for s in taxonomy().skills if taxonomy().branch(s) in branches for t in SUITE.skill_tools()[s]}
    assert wanted | set(task.tools) <= offered <= set(SUITE.tool_schemas())
    with pytest.raises(UserError, match="taxonomy is needed"):
        offer_tools(SUITE, task, "branch", 0)
    with pytest.raises(UserError, match="no tool offer 'some'"):
        offer_tools(SUITE, task, "some", 0)


def test_unknown_ways_and_suites_with_own_wordings_are_refused() -> None:
    with pytest.raises(UserError, match="cannot be varied by 'colour'"):
        siblings(SUITE, tasks()[0], "colour", 1)
    with pytest.raises(UserError, match="wordings of their own"):
        siblings(LedgerSuite(), ledger_tasks(1)[0], "wording", 1)


def reworded(rewrite: dict[str, str]) -> tuple[list[str], dict[str, int]]:
    """Reword the first task by a scripted model; return its instruction and what was dropped."""

    async def ask(prompt: str) -> str:
        text = prompt.rsplit("\n\n", 1)[-1] if "\n-" not in prompt else prompt.split("\n\n", 1)[1]
        for old, new in rewrite.items():
            text = text.replace(old, new)
        return rewrite.get("all", text)

    found = asyncio.run(reword(SUITE, tasks()[:1], ask))
    return [t.instruction for t in found.tasks], found.dropped


def test_a_rewrite_is_kept_only_where_it_loses_and_gives_away_nothing() -> None:
    task = tasks()[0]
    literal = task.plan.steps[0].given()[0].text
    same, dropped = reworded({})
    assert (same, dropped) == ([task.instruction], {"nothing was changed": 1})
    assert reworded({"all": " "})[1] == {"the model gave no rewrite": 1}
    assert reworded({literal: "somebody"})[1] == {"complete: the instruction leaves out a value": 1}
    assert reworded({"all": f"{task.instruction} Use {task.tools[0]}."})[1] == {"a tool or skill is named": 1}
    assert reworded({"all": f"{task.instruction} Thank you!"}) == ([f"{task.instruction} Thank you!"], {})


@cache
def pair() -> tuple[TaskSpec, TaskSpec]:
    """Return a matched pair of office tasks: a condition on an amount that a first skill works out."""
    skills = ("expenses.grant_advance", "expenses.work_out_reimbursable")
    tries = attempts(OFFICE.apps, rehearsal(OFFICE.apps.world(3)), skills, range(8), pair=True)
    made = next(c for c in tries if not isinstance(c, Rejected) and c.mate is not None)
    selection = Selection(strategy="steps", information=1.0, branches=1, log_probability=None, budgeted=True)
    one, other = tasks_of(made, 0, selection, Provenance(seed=3))
    return one, other


def test_a_rewrite_of_one_of_a_matched_pair_may_not_state_what_the_condition_looks_at() -> None:
    for task in pair():
        when = next(s.when for s in task.plan.steps if s.when is not None)
        result = OFFICE.candidate(task).run.outputs[when.step]
        assert problem(OFFICE, task, f"{task.instruction} Thank you!") is None
        told = f"{task.instruction} It is {result:.2f} EUR."
        assert problem(OFFICE, task, told) == "necessary: a result stands in the instruction"
        assert not passes(OFFICE, task, task.plan, told)
        lost = task.instruction.replace(when.text, "a certain sum")
        assert problem(OFFICE, task, lost) == "complete: the instruction leaves out a value"
        assert siblings(OFFICE, task, "wording", 1)


def test_plain_words_that_are_tools_too_are_no_leak() -> None:
    assert not names_tool(SUITE, "Please search for the person.")
    assert names_tool(SUITE, "Please call get_person.")
    assert names_tool(SUITE, "Use people.find_manager here.")
