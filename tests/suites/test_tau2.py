"""tau2-bench as suites: its worlds in a worker, its user, and its evaluator's verdict."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from skillweave.harness.imports import import_tasks
from skillweave.harness.run import RunOptions, run_tasks
from skillweave.tasks.foreign import passes_idle, spec_of
from skillweave.tasks.spec import TaskSpec, read_tasks
from skillweave.tasks.suite import NO_VOICES, Reference, Verdict, Voices
from skillweave.tasks.suites.registry import load_suite
from skillweave.tasks.suites.tau2 import client, place
from skillweave.tasks.suites.tau2 import suite as suites
from skillweave.tasks.tools import ToolError
from skillweave.taxonomy.errors import UserError

pytestmark = pytest.mark.skipif(
    not place.is_there() and os.environ.get("CI") != "true", reason="tau2 is not here: make extras"
)


@pytest.fixture(scope="module")
def telecom() -> Iterator[Any]:
    yield load_suite("tau2-telecom")
    client.end_worker()


@pytest.fixture(scope="module")
def tasks(telecom: Any) -> list[TaskSpec]:
    return specs(telecom)


def specs(suite: Any) -> list[TaskSpec]:
    return [spec_of(suite, task, number, None) for number, task in enumerate(suite.tasks())]


async def play(suite: Any, task: TaskSpec, reference: Reference, voices: Voices = NO_VOICES) -> tuple[Verdict, Any]:
    """Make the calls of a reference and say what it says; return verdict and snapshot."""
    session = suite.open(task, voices)
    said: str | None = None
    try:
        for number, calls in enumerate(reference.turns):
            if await session.turn(said) is None:
                break
            for call in calls:
                with suppress(ToolError):  # tau2's own actions are refused now and then
                    await session.call(call.tool, call.arguments)
            said = reference.reply(number) or "done"
        await session.turn(said)
        snapshot = json.loads(json.dumps(session.snapshot()))
    finally:
        session.close()
    return await suite.judge(task, snapshot, [], None, voices), snapshot


def test_a_reference_has_the_user_act_where_it_is_asked_to_and_passes(telecom: Any, tasks: list[TaskSpec]) -> None:
    task = next(t for t in tasks if len(telecom.reference(t).turns) > 1)
    verdict, snapshot = asyncio.run(play(telecom, task, telecom.reference(task)))
    assert verdict.success
    assert all(verdict.skills[skill] for skill in task.skills)
    assert snapshot["ended"] == "user_stop"
    by = [call["requestor"] for m in snapshot["messages"] for call in m.get("tool_calls") or ()]
    assert {"user", "assistant"} == set(by)
    assert any(skill.startswith("user.") for skill in task.skills)
    assert all("timestamp" not in message for message in snapshot["messages"])


def test_a_skill_that_breaks_fails_the_task_and_is_named(telecom: Any, tasks: list[TaskSpec]) -> None:
    task = tasks[0]
    broken = task.skills[0]
    verdict, _ = asyncio.run(play(telecom, task, telecom.reference(task, broken=broken)))
    assert not verdict.success
    assert verdict.skills[broken] is False
    assert verdict.mismatches


def test_worlds_of_rollouts_at_once_are_not_shared(telecom: Any, tasks: list[TaskSpec]) -> None:
    async def both() -> Any:
        task = tasks[0]
        plays = [play(telecom, task, telecom.reference(task)) for _ in range(3)]
        return await asyncio.gather(passes_idle(telecom, task), *plays, passes_idle(telecom, task))

    first, *played, last = asyncio.run(both())
    assert (first, last) == (False, False)
    assert [verdict.success for verdict, _ in played] == [True, True, True]


def user(*replies: Mapping[str, Any] | Exception) -> tuple[Voices, list[Mapping[str, Any]]]:
    """Return a model in the role of the user that gives replies in turn, and the requests that it gets."""
    left, heard = list(replies), []

    async def ask(request: Mapping[str, Any]) -> Mapping[str, Any]:
        heard.append(request)
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    return {"user": ask}, heard


def test_a_model_plays_the_user_under_tau2s_own_prompt_with_the_users_tools(
    telecom: Any, tasks: list[TaskSpec]
) -> None:
    look = {"id": "1", "name": "check_status_bar", "arguments": {}}
    voices, heard = user(
        {"content": "My phone is dead."},
        {"content": "", "tool_calls": [look]},
        {"content": "It says this."},
        {"content": "Thanks ###STOP###"},
    )

    async def talk() -> list[Any]:
        session = telecom.open(tasks[0], voices)
        turns = [await session.turn(None), await session.turn("Look at it."), await session.turn("Bye.")]
        return [*turns, session.snapshot(), await session.turn("Hello?")]

    first, second, third, snapshot, after = asyncio.run(talk())
    assert (first.text, second.text, third, after) == ("My phone is dead.", "It says this.", None, None)
    assert snapshot["ended"] == "user_stop"
    assert "###STOP###" in heard[0]["messages"][0]["content"], "the guidelines of tau2's simulator"
    assert tasks[0].instruction.splitlines()[1].strip() in heard[0]["messages"][0]["content"]
    assert {t["function"]["name"] for t in heard[0]["tools"]} >= {"check_status_bar", "toggle_roaming"}
    assert [m["role"] for m in heard[2]["messages"]][-2:] == ["assistant", "tool"]


def test_what_tau2_asks_of_a_model_is_what_inspects_models_take(telecom: Any, tasks: list[TaskSpec]) -> None:
    from inspect_ai.model import GenerateConfig, ModelOutput, ModelUsage, get_model

    from skillweave.harness.roles import _ask

    given = [
        ModelOutput.from_content("mockllm/model", "My phone is dead."),
        ModelOutput.for_tool_call("mockllm/model", "check_status_bar", {}),
        ModelOutput.from_content("mockllm/model", "It says this."),
    ]
    heard: list[Any] = []

    def reply(messages: Any, tools: Any, choice: Any, config: GenerateConfig) -> ModelOutput:
        heard.append((messages, tools))
        output = given[len(heard) - 1]
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    async def talk() -> list[Any]:
        session = telecom.open(tasks[0], {"user": _ask(get_model("mockllm/model", custom_outputs=reply))})
        turns = [await session.turn(None), await session.turn("Look at it.")]
        session.close()
        return turns

    assert [turn.text for turn in asyncio.run(talk())] == ["My phone is dead.", "It says this."]
    messages, tools = heard[2]
    assert [message.role for message in messages[-3:]] == ["user", "assistant", "tool"]
    assert messages[-2].tool_calls[0].function == "check_status_bar"
    assert "check_status_bar" in {tool.name for tool in tools}


def test_a_user_whose_model_fails_is_a_fault_of_the_model_and_the_worker_lives(
    telecom: Any, tasks: list[TaskSpec]
) -> None:
    voices, _ = user(RuntimeError("no such endpoint"))
    with pytest.raises(RuntimeError, match="no such endpoint"):
        asyncio.run(telecom.open(tasks[0], voices).turn(None))
    assert not asyncio.run(passes_idle(telecom, tasks[0]))


def test_an_agent_that_says_nothing_has_failed_and_one_that_is_cut_off_too(telecom: Any, tasks: list[TaskSpec]) -> None:
    async def talk(said: str | None) -> tuple[str | None, Verdict]:
        session = telecom.open(tasks[0])
        await session.turn(None)
        if said is not None:
            assert await session.turn(said) is None
            with pytest.raises(ToolError, match="over"):
                await session.call("get_customer_by_phone", {})
        snapshot = session.snapshot()
        session.close()
        return snapshot["ended"], await telecom.judge(tasks[0], snapshot, [], None)

    for said, ended in ((" ", "agent_error"), (None, None)):
        found, verdict = asyncio.run(talk(said))
        assert found == ended
        assert (verdict.success, verdict.unscored) == (False, None)
        assert "terminated prematurely" in verdict.mismatches[0]


def test_a_task_that_tau2_does_not_have_is_refused_and_the_worker_lives(telecom: Any, tasks: list[TaskSpec]) -> None:
    with pytest.raises(client.Refused, match="no such task"):
        asyncio.run(telecom.open(tasks[0].model_copy(update={"id": "no such task"})).turn(None))
    assert not asyncio.run(passes_idle(telecom, tasks[0]))


def test_what_tau2_marks_as_an_error_is_a_refusal(telecom: Any, tasks: list[TaskSpec]) -> None:
    async def talk() -> None:
        session = telecom.open(tasks[0])
        await session.turn(None)
        with pytest.raises(ToolError, match="not found"):
            await session.call("get_customer_by_id", {"customer_id": "nobody"})
        with pytest.raises(ToolError, match="unexpected keyword"):
            await session.call("get_customer_by_id", {"nonsense": 1})
        session.close()

    asyncio.run(talk())


def test_assertions_in_words_are_put_to_a_judge_or_leave_a_task_that_rests_on_them_unscored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    suite = suites.Tau2Suite("retail")
    task = next(spec for spec in specs(suite) if suite._rows[spec.id]["assertions"])
    voices, heard = user(
        {"content": json.dumps({"results": [{"expectedOutcome": "x", "reasoning": "", "metExpectation": False}]})}
    )
    verdict, snapshot = asyncio.run(play(suite, task, suite.reference(task), {"judge": voices["user"]}))
    assert (verdict.success, dict(verdict.measures)) == (True, {"assertions": 0.0}), "they are not in its basis"
    assert "expectedOutcomes" in heard[0]["messages"][1]["content"]
    monkeypatch.setitem(suite._rows[task.id], "basis", ["DB", "NL_ASSERTION"])  # type: ignore[arg-type]
    none = asyncio.run(suite.judge(task, snapshot, [], None))
    assert "'judge'" in (none.unscored or "")
    voices, _ = user({"content": "I like it."})
    said = asyncio.run(suite.judge(task, snapshot, [], None, {"judge": voices["user"]}))
    assert "JSONDecodeError" in (said.unscored or "")
    labels = {t.id: t.origin.labels for t in suite.tasks()}
    assert labels[task.id] == ("judge",)
    assert sum(map(len, labels.values())) == 1


def test_a_worker_that_was_killed_fails_what_it_played_and_the_next_rollout_gets_another(
    telecom: Any, tasks: list[TaskSpec]
) -> None:
    async def talk() -> Any:
        session = telecom.open(tasks[0])
        await session.turn(None)
        os.kill(client.worker().pid, signal.SIGKILL)
        with pytest.raises(client.WorkerDied):
            await session.turn("Hello?")
        return session.snapshot()

    before = client.worker().pid
    assert asyncio.run(talk())["messages"], "what was said until then is kept"
    assert not asyncio.run(passes_idle(telecom, tasks[0]))
    assert client.worker().pid != before


def test_the_worker_ends_with_the_process_that_started_it_even_when_that_is_killed() -> None:
    code = (
        "import time\nfrom skillweave.tasks.suites.tau2.client import worker\n"
        "print(worker().pid, flush=True)\ntime.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    assert Path(f"/proc/{pid}").exists()
    process.kill()
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 20
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        return "worker.py" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


def test_a_worker_knows_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    client.end_worker()
    held = Path(f"/proc/{client.worker().pid}/environ").read_text()
    assert "secret" not in held
    assert "LITELLM_LOCAL_MODEL_COST_MAP=True" in held


def test_tau2_is_three_suites_and_says_how_it_is_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        load_suite("tau2")
    assert refused.value.hint == "it is tau2-airline, tau2-retail and tau2-telecom"
    monkeypatch.setattr(place, "_parent", lambda: tmp_path)
    for asked in (lambda: load_suite("tau2-retail"), client.Worker):
        with pytest.raises(UserError, match="is not installed") as missing:
            asked()
        assert missing.value.hint == "install it with skillweave suite install tau2"


def test_without_a_virtual_environment_it_stands_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert place.environment().parent == tmp_path / "skillweave"
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert place.environment().parent == tmp_path / "home/.local/share/skillweave"
    monkeypatch.setattr(place, "REQUIREMENTS", ("other",))
    assert place.environment().name != "tau2-aae7f07bdf06", "what is to be installed is part of the name"


@pytest.mark.timeout(300)
def test_imported_tasks_run_with_the_oracle_and_do_nothing_with_nop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    path = tmp_path / "tasks.jsonl"
    made = import_tasks("tau2-telecom", output=path, pattern="[[]mobile_data_issue]bad_network_preference|bad_vpn|*")
    assert made["count"] > 1
    assert made["labels"] == {}
    found = read_tasks(path)
    assert {task.origin.split for task in found if task.origin} <= {"train", "test"}
    for agent, success in (("oracle", 1.0), ("nop", 0.0)):
        result = run_tasks(RunOptions(tasks=path, log_dir=tmp_path / agent, agent=agent, limit=1))
        assert (result.success, result.scored, result.unscored) == (success, 1, 0), agent
