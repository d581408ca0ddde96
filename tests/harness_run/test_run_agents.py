"""Runs of agents on the ledger: what is scored, what is left unscored, what the log holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ledger_suite import LIMIT, NOTE, READ, LedgerSuite, accounts_of, ledger_task, write_ledger
from scripted import says, steps, submit

from skillweave.harness.rollouts import MAX_ARGUMENTS
from skillweave.tasks.spec import write_tasks
from skillweave.tasks.suites import registry


def one_task(tmp_path: Path, *skills: str) -> Path:
    path = tmp_path / "one.jsonl"
    write_tasks(path, [ledger_task(1, skills)])
    return path


BALANCE = f"{accounts_of(1)['acc-1']['balance']:g}"


def test_the_oracle_passes_every_task_without_a_tool_error(run: Any, samples: Any, ledger: LedgerSuite) -> None:
    result = run(14)
    assert (result.success, result.scored, result.unscored, result.errors) == (1.0, 14, 0, ())
    assert {k: rate.success for k, rate in result.by_k.items()} == {1: 1.0, 2: 1.0, 3: 1.0}
    assert all(s.scores["outcome"].metadata["tool_errors"] == 0 for s in samples(result))
    assert all(session.closed for session in ledger.opened)


def test_an_agent_that_does_nothing_passes_no_task(run: Any) -> None:
    result = run(14, agent="nop")
    assert (result.success, result.scored, result.unscored) == (0.0, 14, 0)


def test_a_react_agent_solves_a_task_through_its_tools(run: Any, samples: Any, script: Any, tmp_path: Path) -> None:
    script(
        steps(
            [("get_balance", {"account": "acc-1"})],
            [("add_note", {"account": "acc-2", "note": f"balance {BALANCE}"})],
            [submit(BALANCE)],
        )
    )
    result = run(tasks=one_task(tmp_path, READ, NOTE), agent="react")
    assert (result.success, result.tokens) == (1.0, 45)
    sample = samples(result)[0]
    assert [m.role for m in sample.messages] == ["system", "user", *["assistant", "tool"] * 3]
    assert [e.function for e in sample.events if e.event == "tool"] == ["get_balance", "add_note", "submit_answer"]
    assert sample.scores["outcome"].answer == BALANCE


def test_a_wrong_answer_is_explained_and_names_the_skill_that_broke(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    script(steps([submit("12")]))
    result = run(tasks=one_task(tmp_path, READ, LIMIT), agent="react")
    score = samples(result)[0].scores["outcome"]
    assert (score.value, score.answer) == (0.0, "12")
    assert score.explanation == "The answer is '12'. The limit is not right."
    assert score.metadata["first_broken"] == READ
    assert score.metadata["skills"] == {READ: False, LIMIT: False}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (("get_balance", {"account": "acc-9"}), "There is no account 'acc-9'"),
        (("get_balance", {"konto": "acc-1"}), "its arguments do not fit"),
        (("drop_table", {}), "drop_table is not a valid tool, try one of [get_balance, submit_answer]"),
        (("add_note", {"account": "acc-1", "note": "not offered"}), "add_note is not a valid tool"),
        (("get_balance", {"account": "x" * MAX_ARGUMENTS}), f"at most {MAX_ARGUMENTS} are taken"),
    ],
)
def test_a_refusal_reaches_the_model_as_text_and_the_run_goes_on(
    run: Any, samples: Any, script: Any, tmp_path: Path, call: Any, words: str
) -> None:
    script(steps([call], [submit(BALANCE)]))
    result = run(tasks=one_task(tmp_path, READ), agent="react")
    sample = samples(result)[0]
    reply = next(m for m in sample.messages if m.role == "tool")
    assert words in reply.text
    assert words in reply.error.message
    assert next(e for e in sample.events if e.event == "tool").error is not None
    assert sample.scores["outcome"].metadata["tool_errors"] == 1
    assert result.success == 1.0


def test_arguments_that_cannot_be_read_are_answered_rather_than_ending_the_run(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    for path in ("direct", "bridge"):
        script(
            [
                says("", ("get_balance", {"account": "acc-1"}), unparsed="Expecting ',' delimiter"),
                says("", ("get_balance", {"account": "acc-1"})),
                says("", submit(BALANCE), step=2),
            ]
        )
        result = run(tasks=one_task(tmp_path, READ), agent="react", model_path=path)
        replies = [m.text for m in samples(result)[0].messages if m.role == "tool"]
        assert "could not be read: Expecting ',' delimiter" in replies[0]
        assert '"balance"' in replies[1]
        assert result.success == 1.0


def test_only_the_first_submission_counts_and_nothing_happens_after_it(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    script(steps([submit(BALANCE), ("set_limit", {"account": "acc-3", "limit": 9}), submit("0")]))
    result = run(tasks=one_task(tmp_path, READ), agent="react", tools="all")
    sample = samples(result)[0]
    assert (result.success, sample.scores["outcome"].answer) == (1.0, BALANCE)
    assert sum(e.event == "model" for e in sample.events) == 1


def test_an_agent_that_stops_without_submitting_is_reminded_once(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    script(steps("All done.", [submit(BALANCE)]))
    assert run(tasks=one_task(tmp_path, READ), agent="react").success == 1.0
    script(steps("All done.", "Really."))
    result = run(tasks=one_task(tmp_path, READ), agent="react", log_dir=tmp_path / "second")
    assert result.success == 0.0
    assert samples(result)[0].scores["outcome"].answer is None


@pytest.mark.parametrize("model_path", ["direct", "bridge"])
def test_an_exception_in_a_tool_leaves_the_rollout_unscored_and_short(
    run: Any, samples: Any, script: Any, tmp_path: Path, model_path: str
) -> None:
    script(steps([("get_balance", {"account": "BOOM"})]))
    options = {"tasks": one_task(tmp_path, READ), "agent": "react", "retry_on_error": 0, "model_path": model_path}
    result = run(**options)
    assert (result.success, result.scored, result.unscored) == (None, 0, 1)
    assert "the ledger burst" in result.errors[0].message
    sample = samples(result)[0]
    assert not sample.scores
    assert "langgraph" not in sample.error.traceback


@pytest.mark.parametrize("model_path", ["direct", "bridge"])
def test_a_limit_is_a_scored_failure_with_its_reason(
    run: Any, samples: Any, script: Any, tmp_path: Path, model_path: str
) -> None:
    endless = lambda *_: says("", ("get_balance", {"account": "acc-1"}))  # noqa: E731
    for name, options, words in (
        ("steps", {"max_steps": 3}, "turn limit"),
        ("messages", {"message_limit": 6}, "message limit"),
        ("tokens", {"token_limit": 40}, "token limit"),
    ):
        script(endless)
        result = run(
            tasks=one_task(tmp_path, READ), agent="react", log_dir=tmp_path / name, model_path=model_path, **options
        )
        assert (result.success, result.scored, result.limited) == (0.0, 1, 1)
        score = samples(result)[0].scores["outcome"]
        assert words in score.metadata["limit"].lower()
        assert score.explanation.startswith("Stopped before an answer counted")
        assert len(samples(result)[0].messages) >= 4


def test_a_time_limit_is_a_scored_failure(run: Any, samples: Any, script: Any, tmp_path: Path) -> None:
    import anyio

    async def slow(*_: Any) -> Any:
        await anyio.sleep(30)

    script(slow)
    result = run(tasks=one_task(tmp_path, READ), agent="react", time_limit=1)
    assert (result.success, result.limited) == (0.0, 1)
    assert "time" in samples(result)[0].scores["outcome"].metadata["limit"].lower()


def test_a_graph_that_runs_in_circles_is_a_scored_failure(
    run: Any, samples: Any, agent_file: Callable[[str], str], tmp_path: Path
) -> None:
    agent = agent_file(
        "from langgraph.graph import START, MessagesState, StateGraph\n"
        "def make_graph(model, tools):\n"
        "    graph = StateGraph(MessagesState)\n"
        "    graph.add_node('a', lambda s: {})\n"
        "    graph.add_edge(START, 'a')\n"
        "    graph.add_edge('a', 'a')\n"
        "    return graph.compile()\n"
    )
    result = run(tasks=one_task(tmp_path, READ), agent=agent, model="mockllm/model", max_steps=5)
    assert (result.success, result.limited, result.unscored) == (0.0, 1, 0)
    assert "more than 40 steps" in samples(result)[0].scores["outcome"].metadata["limit"]


def test_several_turns_are_played_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    suite = LedgerSuite(turns=2)
    monkeypatch.setattr(registry, "SUITES", {"ledger": lambda: suite})
    assert run(3).success == 1.0
    script(steps([submit("hello")], [("get_balance", {"account": "acc-1"})], [submit(BALANCE)]))
    result = run(tasks=one_task(tmp_path, READ), agent="react", log_dir=tmp_path / "two")
    record = samples(result)[0].store["skillweave"]
    assert result.success == 1.0
    assert [len(turn) for turn in record["calls"]] == [0, 1]


def test_both_model_paths_give_the_same_calls_and_messages(run: Any, samples: Any, script: Any, tmp_path: Path) -> None:
    found = {}
    for path in ("direct", "bridge"):
        script(
            steps(
                "Let me see.",
                [("get_balance", {"account": "nobody"}), ("get_balance", {"account": "acc-1"})],
                [("add_note", {"account": "acc-2", "note": f"balance {BALANCE}"})],
                [submit(BALANCE)],
            )
        )
        result = run(tasks=one_task(tmp_path, READ, NOTE), agent="react", model_path=path)
        sample = samples(result)[0]
        found[path] = {
            "messages": [
                (m.role, m.text, [(c.function, c.arguments) for c in getattr(m, "tool_calls", None) or []])
                for m in sample.messages
            ],
            "asked": [
                (
                    [(m.role, m.text) for m in e.input],
                    [t.model_dump(exclude_none=True) for t in e.tools],
                    e.tool_choice,
                )
                for e in sample.events
                if e.event == "model"
            ],
            "calls": sample.store["skillweave"]["calls"],
            "events": [
                (e.function, e.arguments, e.result, e.error and e.error.message)
                for e in sample.events
                if e.event == "tool"
            ],
            "success": result.success,
        }
    assert found["direct"] == found["bridge"]
    assert found["direct"]["success"] == 1.0
    assert len(found["direct"]["events"]) == 4


def test_a_forced_tool_choice_reaches_the_model_at_every_step(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    for path in ("direct", "bridge"):
        script(steps([("get_balance", {"account": "acc-1"})], [submit(BALANCE)]))
        result = run(tasks=one_task(tmp_path, READ), agent="react", tool_choice="any", model_path=path)
        asked = [e.tool_choice for e in samples(result)[0].events if e.event == "model"]
        assert asked == ["any", "any"]


def test_parallel_samples_do_not_share_worlds(run: Any, samples: Any) -> None:
    result = run(100, agent="react", model="simulated/perfect", max_samples=100)
    assert result.success == 1.0


def test_the_log_never_holds_an_expectation(run: Any, tmp_path: Path) -> None:
    import zipfile

    from ledger_suite import SECRET

    result = run(7, agent="react", model="simulated/novice")
    with zipfile.ZipFile(result.log) as log:
        assert not any(str(int(SECRET)).encode() in log.read(name) for name in log.namelist())


def test_no_task_of_another_suite_version_is_run(run: Any, ledger: LedgerSuite, tmp_path: Path) -> None:
    from skillweave.taxonomy.errors import UserError

    path = write_ledger(tmp_path, 2)
    ledger.version = "2"
    with pytest.raises(UserError, match="is of ledger '1', this is ledger '2'"):
        run(tasks=path)
