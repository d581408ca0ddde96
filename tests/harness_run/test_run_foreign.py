"""Suites that others wrote: imported, talked to turn by turn, and judged by their own verdict."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from errand_suite import CARRY, FETCH
from ledger_suite import READ, LedgerSuite, ledger_task
from scripted import says, steps, submit
from typer.testing import CliRunner

from skillweave.harness import run as runs
from skillweave.harness.cli.app import app
from skillweave.harness.imports import import_tasks
from skillweave.harness.run import RunOptions, estimate, run_tasks
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.spec import read_tasks, skill_edges
from skillweave.tasks.submit import REPLY_SCHEMA, SUBMIT_SCHEMA, submit_schema
from skillweave.tasks.suites import registry
from skillweave.tasks.suites.registry import load_suite
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.graph import from_edges


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The imported tasks of the errands."""
    monkeypatch.setattr(registry, "FOREIGN", {"errand": "errand_suite:errand_suite"})
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("INSPECT_EVAL_MODEL", raising=False)
    path = tmp_path / "tasks.jsonl"
    import_tasks("errand", output=path)
    return path


def go(tasks: Path, name: str, **options: Any) -> Any:
    """Run tasks and return the result and the samples by id."""
    from inspect_ai.log import read_eval_log

    given = {"roles": {"user": "scripted"}, **options}
    result = run_tasks(RunOptions(tasks=tasks, log_dir=tasks.parent / name, **given))
    log = read_eval_log(str(result.log), resolve_attachments=True)
    return result, {str(sample.id): sample for sample in log.samples or []}


def test_imported_tasks_keep_their_ids_tools_and_pairs_and_say_what_doing_nothing_passes(tasks: Path) -> None:
    found = {task.id: task for task in read_tasks(tasks)}
    assert list(found) == ["errand/milk", "errand/bread", "errand/rest"]
    milk = found["errand/milk"]
    assert (milk.skills, milk.k, milk.span, milk.wording) == ((CARRY, FETCH), 2, None, "own")
    assert skill_edges(milk) == [(FETCH, CARRY)]
    assert [t.origin.labels for t in found.values() if t.origin is not None] == [(), ("judge",), ("nop",)]
    assert len({task.world_seed for task in found.values()}) == 3
    assert offer_tools(load_suite("errand"), milk, "needed", 0) == ("fetch",)


def test_with_a_taxonomy_the_span_is_known_and_one_that_lacks_a_skill_is_refused(tasks: Path, tmp_path: Path) -> None:
    for name, skills in (("whole", (FETCH, CARRY, "other.one")), ("other", ("a.b", "a.c", "a.d"))):
        graph = from_edges(skills, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 1.0]))
        build_taxonomy(graph, height=2, seed=0).save(tmp_path / f"{name}.json")
    import_tasks("errand", output=tmp_path / "spans.jsonl", taxonomy=tmp_path / "whole.json")
    assert {task.span for task in read_tasks(tmp_path / "spans.jsonl")} <= {0, 1}
    with pytest.raises(UserError, match="lacks the skill 'errand"):
        import_tasks("errand", output=tmp_path / "none.jsonl", taxonomy=tmp_path / "other.json")
    assert not (tmp_path / "none.jsonl").exists()


def test_the_oracle_talks_to_the_end_and_what_no_model_judged_is_unscored(tasks: Path) -> None:
    result, samples = go(tasks, "oracle", agent="oracle")
    assert (result.success, result.scored, result.unscored) == (1.0, 2, 1)
    record = samples["errand/milk"].store["skillweave"]
    assert [[c["tool"] for c in turn] for turn in record["calls"]] == [["fetch"], ["carry"]]
    assert record["snapshot"]["heard"] == ["done", "there you are"]
    score = samples["errand/milk"].scores["outcome"]
    assert score.metadata["measures"] == {"silent": 0.0}
    assert samples["errand/bread"].scores["outcome"].explanation == "nobody judged how polite it was"
    assert samples["errand/rest"].metadata["origin"] == ["nop"]


def test_doing_nothing_passes_only_the_task_that_says_so(tasks: Path) -> None:
    _, samples = go(tasks, "nop", agent="nop")
    values = {name: sample.scores["outcome"].value for name, sample in samples.items() if name != "errand/bread"}
    assert values == {"errand/milk": 0.0, "errand/rest": 1.0}


def test_an_agent_hears_the_answer_to_what_it_said_and_has_the_late_tool_only_then(tasks: Path, script: Any) -> None:
    script(steps([("fetch", {"what": "milk"})], "Here it comes.", [("carry", {"what": "milk"})], "Enjoy it."))
    result, samples = go(tasks, "react", agent="react", pattern="errand/milk")
    assert result.success == 1.0
    sample = samples["errand/milk"]
    assert sample.store["skillweave"]["snapshot"]["heard"] == ["Here it comes.", "Enjoy it."]
    assert [m.text for m in sample.messages if m.role == "user"] == [
        "Fetch the milk.",
        "You said 'Here it comes.'. Now carry it.",
    ]
    offered = [{tool.name for tool in e.tools} for e in sample.events if e.event == "model"]
    assert offered == [{"fetch"}, {"fetch"}, {"fetch", "carry"}, {"fetch", "carry"}]
    assert not [m for m in sample.messages if m.role == "system"]


def test_where_a_tool_must_be_called_replies_go_by_the_submit_tool(tasks: Path, script: Any) -> None:
    script(
        steps([("fetch", {"what": "milk"})], [submit("Soon.")], [("carry", {"what": "milk"})], [submit("Enjoy it.")])
    )
    _, samples = go(tasks, "any", agent="react", pattern="errand/milk", tool_choice="any")
    sample = samples["errand/milk"]
    assert sample.scores["outcome"].value == 1.0
    assert sample.store["skillweave"]["snapshot"]["heard"] == ["Soon.", "Enjoy it."]
    assert "submit_answer" in next(m.text for m in sample.messages if m.role == "system")
    told = [t.description for e in sample.events if e.event == "model" for t in e.tools if t.name == "submit_answer"]
    assert {*told} == {"Reply to the user. This ends your turn; only the first reply in a turn counts."}


def test_one_answer_by_our_rules_is_submitted_as_ever_and_a_turn_of_a_dialogue_is_a_reply(tasks: Path) -> None:
    ledger = ledger_task(0, (READ,))
    assert submit_schema(LedgerSuite(), ledger) is SUBMIT_SCHEMA
    assert submit_schema(LedgerSuite(turns=2), ledger) is REPLY_SCHEMA
    assert submit_schema(load_suite("errand"), read_tasks(tasks)[0]) is REPLY_SCHEMA
    assert SUBMIT_SCHEMA.description == (
        "Submit the final answer. This ends the work; only the first submission counts."
    )


@pytest.mark.parametrize("isolate", [False, True])
@pytest.mark.parametrize("agent", ["react", "plan_execute", "reflect", "taxonomy_router"])
def test_no_agent_sends_a_system_message_that_says_nothing(
    tasks: Path, tmp_path: Path, script: Any, agent: str, isolate: bool
) -> None:
    graph = from_edges((FETCH, CARRY, "other.one"), np.array([0, 1]), np.array([1, 2]), np.array([2.0, 1.0]))
    build_taxonomy(graph, height=2, seed=0).save(tmp_path / "tree.json")
    script(lambda *_: says("APPROVED. DONE."))
    _, samples = go(tasks, "said", agent=agent, pattern="errand/milk", taxonomy=tmp_path / "tree.json", isolate=isolate)
    asked = [e.input for e in samples["errand/milk"].events if e.event == "model"]
    told = [m.text for messages in asked for m in messages if m.role == "system"]
    assert len(asked) >= 2
    assert [text for text in told if text != text.strip() or not text] == []
    assert bool(told) == (agent != "react")


def test_models_in_roles_speak_for_the_user_and_judge(
    tasks: Path, script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspect_ai.model import get_model

    script(steps([("fetch", {"what": "bread"})], "Here.", [("carry", {"what": "bread"})], "Enjoy it."))
    voices = {
        "user": get_model("mockllm/model", custom_outputs=steps("Please carry it over."), memoize=False),
        "judge": get_model("mockllm/model", custom_outputs=steps("yes"), memoize=False),
    }
    monkeypatch.setattr(runs, "role_models", lambda options: voices)
    result, samples = go(
        tasks, "roles", agent="react", pattern="errand/bread", roles={"user": "mockllm/u", "judge": "mockllm/j"}
    )
    assert (result.success, result.unscored) == (1.0, 0)
    assert "Please carry it over." in [m.text for m in samples["errand/bread"].messages if m.role == "user"]


def test_a_user_who_cannot_speak_leaves_the_rollout_unscored(
    tasks: Path, script: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspect_ai.model import get_model

    def broken(*_: Any) -> Any:
        raise ConnectionError("the line is dead")

    script(steps(*["Hello."] * 9))
    user = get_model("mockllm/model", custom_outputs=broken, memoize=False)
    monkeypatch.setattr(runs, "role_models", lambda options: {"user": user})
    result, samples = go(
        tasks, "dead", agent="react", pattern="errand/milk", roles={"user": "mockllm/u"}, retry_on_error=1
    )
    assert (result.success, result.scored, result.unscored) == (None, 0, 1)
    assert "the line is dead" in samples["errand/milk"].error.message


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        ({}, "needs a model in the role 'user'"),
        ({"user": "scripted", "boss": "openai/x"}, "no model role 'boss'"),
        ({"user": "nowhere/x"}, "'nowhere/x'"),
    ],
)
def test_roles_that_do_not_fit_are_refused_before_anything_is_written(
    tasks: Path, roles: dict[str, str], said: str
) -> None:
    with pytest.raises(UserError, match=said):
        go(tasks, "refused", agent="react", model="mockllm/model", roles=roles)
    assert not (tasks.parent / "refused").exists() or not list((tasks.parent / "refused").glob("*.eval"))


def test_a_dry_run_follows_the_dialogue(tasks: Path) -> None:
    found = estimate(RunOptions(tasks=tasks, log_dir=tasks.parent / "dry", agent="oracle"))
    assert (found.rollouts, found.model_calls) == (3, 12)


def test_the_command_says_what_was_imported_and_refuses_suites_without_tasks(tasks: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.jsonl"
    done = CliRunner().invoke(app, ["tasks", "import", "errand", "-o", str(again), "--json"])
    value = json.loads(done.stdout)
    assert (value["count"], value["by_k"], value["labels"]) == (3, {"2": 3}, {"judge": 1, "nop": 1})
    assert again.read_bytes() == tasks.read_bytes()
    for arguments, said in (
        (["office"], "'office' has no tasks of its own"),
        (["errand", "--task", "x*"], "no task fits 'x*'"),
        (["nothing"], "no suite 'nothing'"),
    ):
        done = CliRunner().invoke(app, ["tasks", "import", *arguments, "-o", str(tmp_path / "no.jsonl")])
        assert done.exit_code == 2
        assert said in done.stderr
        assert not (tmp_path / "no.jsonl").exists()
