"""The four shipped agents on real runs: each solves tasks through its graph, and the log shows how."""

from pathlib import Path
from typing import Any

import pytest
from ledger_suite import LIMIT, NOTE, READ, SKILLS, accounts_of, ledger_task
from scripted import says, steps, submit

from skillweave.harness.rollouts import current_rollout
from skillweave.tasks.spec import write_tasks
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.weights import from_corpus

BALANCE = f"{accounts_of(1)['acc-1']['balance']:g}"
AGENTS = ("react", "plan_execute", "reflect", "taxonomy_router")


@pytest.fixture
def tree_file(tmp_path: Path) -> Path:
    """A taxonomy with two groups: reading and noting, and setting limits."""
    records = [(READ, NOTE), (READ, NOTE), (LIMIT, "ledger.close"), (LIMIT, "ledger.close"), (NOTE, LIMIT)]
    found = build_taxonomy(from_corpus(corpus_from_records(records, normalise=False)), height=2, seed=0)
    found.save(tmp_path / "taxonomy.json")
    return tmp_path / "taxonomy.json"


def one_task(folder: Path, *skills: str) -> Path:
    write_tasks(folder / "one.jsonl", [ledger_task(1, skills)])
    return folder / "one.jsonl"


def offered(sample: Any) -> list[set[str]]:
    """Return the tools of every question to the model, in order."""
    return [{tool.name for tool in event.tools} for event in sample.events if event.event == "model"]


@pytest.mark.parametrize("agent", AGENTS)
@pytest.mark.parametrize("submitted", ["tool", "text"])
def test_every_agent_solves_what_the_simulated_model_can_solve(
    run: Any, samples: Any, tree_file: Path, agent: str, submitted: str
) -> None:
    result = run(7, agent=agent, model="simulated/perfect", submit=submitted, tools="all")
    assert (result.success, result.scored) == (1.0, 7), [s.scores["outcome"].explanation for s in samples(result)]
    hopeless = run(7, agent=agent, model="simulated/hopeless", submit=submitted, tools="all")
    assert hopeless.success == 0.0


def test_the_router_gives_each_worker_its_branch_only(run: Any, samples: Any, tree_file: Path, tmp_path: Path) -> None:
    result = run(tasks=one_task(tmp_path, *SKILLS), agent="taxonomy_router", model="simulated/perfect")
    assert result.success == 1.0
    sample = samples(result)[0]
    world = {"get_balance", "add_note", "set_limit"}
    workers = [tools for tools in offered(sample) if tools & world]
    assert {frozenset(tools & world) for tools in workers} == {
        frozenset({"get_balance", "add_note"}),
        frozenset({"set_limit"}),
    }
    supervisors = [tools for tools in offered(sample) if not tools & world]
    assert all("submit_answer" in tools and any(t.startswith("to_") for t in tools) for tools in supervisors)
    assert not any("submit_answer" in tools for tools in workers)
    said = [call.function for m in sample.messages if m.role == "assistant" for call in m.tool_calls or []]
    assert len({name for name in said if name.startswith("to_")}) == 2


def test_the_router_walks_down_to_the_branch_and_answers_unknown_specialists(
    run: Any, samples: Any, script: Any, tree_file: Path, tmp_path: Path
) -> None:
    told_worker: set[str] = set()

    def reply(messages: Any, tools: Any, *_: Any) -> Any:
        names = {tool.name for tool in tools}
        number = len(current_rollout().calls[-1]) + current_rollout().replies
        if "get_balance" in names:
            told_worker.update(m.text for m in messages if m.role == "user")
            found = [m for m in messages if m.role == "tool"]
            if not found:
                return says("", ("get_balance", {"account": "acc-1"}), step=number)
            return says("", ("report", {"result": f"the balance is {BALANCE}"}), step=number)
        told = [m.text for m in messages if m.role == "tool"]
        if not told:
            return says("", ("to_nobody", {"part": "x"}), step=number)
        if len(told) == 1:
            handoff = next(t.name for t in tools if "get_balance" in t.description)
            return says("", (handoff, {"part": "read acc-1"}), step=number)
        return says("", submit(BALANCE), step=number)

    script(reply)
    result = run(tasks=one_task(tmp_path, READ, LIMIT), agent="taxonomy_router", tools="all")
    texts = [m.text for m in samples(result)[0].messages if m.role == "tool"]
    assert texts[0].startswith("There is no specialist 'to_nobody'. There are to_")
    assert texts[1] == f"the balance is {BALANCE}"
    request = ledger_task(1, (READ, LIMIT)).instruction
    assert told_worker == {f"Your part: read acc-1\n\nThe request of which this is a part: {request}"}
    assert samples(result)[0].scores["outcome"].answer == BALANCE


def test_the_router_without_a_taxonomy_is_refused(run: Any) -> None:
    from skillweave.taxonomy.errors import UserError

    with pytest.raises(UserError, match="needs a taxonomy") as caught:
        run(7, agent="taxonomy_router", model="simulated/perfect")
    assert "--taxonomy" in str(caught.value.hint)


def test_plan_execute_works_step_by_step_and_plans_anew_after_a_refusal(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    script(
        steps(
            "1. Read the balance of acc-9\n2. Submit it",
            [("get_balance", {"account": "acc-9"})],
            [("step_done", {"result": "no such account"})],
            "- Read the balance of acc-1",
            [("get_balance", {"account": "acc-1"})],
            [("step_done", {"result": BALANCE})],
            f"ANSWER: {BALANCE}",
        )
    )
    result = run(tasks=one_task(tmp_path, READ), agent="plan_execute")
    sample = samples(result)[0]
    assert result.success == 1.0
    users = [m.text for m in sample.messages if m.role == "user"]
    assert "only it: Read the balance of acc-9" in users[1]
    assert users[2].startswith("A call was refused in the last step")
    assert "only it: Read the balance of acc-1" in users[3]
    assert [bool(tools) for tools in offered(sample)] == [False, True, True, False, True, True, False]


def test_reflect_sends_a_wrong_result_back_before_it_is_submitted(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    script(
        steps(
            [("propose_answer", {"answer": "12"})],
            "Nothing was looked up: the balance of acc-1 is not shown by any result.",
            [("get_balance", {"account": "acc-1"})],
            [("propose_answer", {"answer": BALANCE})],
            "APPROVED",
        )
    )
    result = run(tasks=one_task(tmp_path, READ), agent="reflect")
    sample = samples(result)[0]
    assert result.success == 1.0
    checks = [e.input[-1].text for e in sample.events if e.event == "model" and not e.tools]
    assert "Proposed answer: 12" in checks[0]
    assert "get_balance(account='acc-1')" in checks[1]
    assert BALANCE in checks[1]
    assert (
        "A check of your work says: Nothing was looked up" in [m.text for m in sample.messages if m.role == "user"][1]
    )


def test_reflect_gives_in_after_two_rounds(run: Any, samples: Any, script: Any, tmp_path: Path) -> None:
    stubborn = steps(*[[("propose_answer", {"answer": "12"})], "Still wrong."] * 5)
    script(stubborn)
    result = run(tasks=one_task(tmp_path, READ), agent="reflect")
    assert samples(result)[0].scores["outcome"].answer == "12"
    assert sum(e.event == "model" for e in samples(result)[0].events) == 6


def test_a_forced_tool_choice_reaches_the_working_parts_of_every_agent(
    run: Any, samples: Any, tree_file: Path, tmp_path: Path
) -> None:
    for agent in AGENTS:
        result = run(
            tasks=one_task(tmp_path, *SKILLS), agent=agent, model="simulated/perfect", tool_choice="any", tools="all"
        )
        assert result.success == 1.0, agent
        events = [e for e in samples(result)[0].events if e.event == "model"]
        working = [e for e in events if {t.name for t in e.tools} & {"get_balance", "set_limit"}]
        assert working
        assert {e.tool_choice for e in working} == {"any"}, agent
