"""Every form in which one's own agent plugs in: each template of examples/ is run, the server over real HTTP."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ledger_suite import NOTE, READ, accounts_of, ledger_task
from scripted import says, steps, submit

from skillweave.tasks.spec import write_tasks
from skillweave.taxonomy.errors import UserError

EXAMPLES = Path(__file__).parents[2] / "examples"
BALANCE = f"{accounts_of(1)['acc-1']['balance']:g}"
FORMS = {
    "function": f"{EXAMPLES / 'function_agent.py'}:make_graph",
    "compiled": f"{EXAMPLES / 'compiled_agent.py'}:graph",
    "langgraph.json": f"{EXAMPLES / 'langgraph_project/langgraph.json'}#assistant",
}


def one_task(folder: Path, *skills: str) -> Path:
    write_tasks(folder / "one.jsonl", [ledger_task(1, skills)])
    return folder / "one.jsonl"


def right() -> Any:
    return steps(
        [("get_balance", {"account": "nobody"}), ("get_balance", {"account": "acc-1"})],
        [("add_note", {"account": "acc-2", "note": f"balance {BALANCE}"})],
        [submit(BALANCE)],
    )


@pytest.mark.parametrize("isolate", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_a_template_plays_through_the_tools_and_the_model_of_the_run(
    run: Any, samples: Any, script: Any, tmp_path: Path, form: str, isolate: bool
) -> None:
    script(right())
    result = run(tasks=one_task(tmp_path, READ, NOTE), agent=FORMS[form], isolate=isolate)
    sample = samples(result)[0]
    assert (result.success, result.unscored) == (1.0, 0), result.errors
    assert [e.function for e in sample.events if e.event == "tool"] == [
        *("get_balance", "get_balance", "add_note", "submit_answer")
    ]
    asked = next(e for e in sample.events if e.event == "model")
    assert {"get_balance", "add_note", "submit_answer"} <= {t.name for t in asked.tools}
    assert "You keep the ledger." in asked.input[0].text


def test_a_compiled_graph_keeps_its_own_tools_and_takes_a_tool_choice(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    script(steps([("add", {"numbers": [1, 2]})], [submit(BALANCE)]))
    result = run(tasks=one_task(tmp_path, READ), agent=FORMS["compiled"], tool_choice="any")
    sample = samples(result)[0]
    assert next(m.text for m in sample.messages if m.role == "tool") == "3.0"
    assert {e.tool_choice for e in sample.events if e.event == "model"} == {"any"}
    assert result.success == 1.0


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The template of a server, as a process of its own."""
    pytest.importorskip("langchain_mcp_adapters")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(EXAMPLES / "remote_agent/server.py"), "--port", str(port)])
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}#assistant"
    finally:
        process.terminate()
        process.wait(timeout=10)


def test_an_agent_on_a_server_has_tools_over_mcp_and_the_model_of_the_run(
    run: Any, samples: Any, script: Any, server: str, tmp_path: Path
) -> None:
    script(right())
    result = run(tasks=one_task(tmp_path, READ, NOTE), agent=server)
    sample = samples(result)[0]
    assert (result.success, result.tokens) == (1.0, 45), result.errors
    tools = [e for e in sample.events if e.event == "tool"]
    assert [e.function for e in tools] == ["get_balance", "get_balance", "add_note", "submit_answer"]
    # Calls made at once reach the server in either order.
    (refused,) = [e.error.message for e in tools if e.error]
    assert "There is no account 'nobody'" in refused
    assert [m.role for m in sample.messages][:3] == ["system", "user", "assistant"]


@pytest.mark.slow
def test_what_goes_wrong_on_a_server_is_told_apart(
    run: Any, samples: Any, script: Any, server: str, tmp_path: Path
) -> None:
    def broken(*_: Any) -> Any:
        raise ConnectionError("the endpoint is gone")

    script(broken)
    gone = run(tasks=one_task(tmp_path, READ), agent=server, retry_on_error=0, log_dir=tmp_path / "gone")
    assert (gone.scored, gone.unscored) == (0, 1)
    assert "the endpoint is gone" in gone.errors[0].message
    script(lambda *_: says("", ("get_balance", {"account": "acc-1"})))
    limited = run(tasks=one_task(tmp_path, READ), agent=server, tool_limit=2, log_dir=tmp_path / "limited")
    assert (limited.success, limited.limited) == (0.0, 1), limited.errors
    nowhere = run(
        tasks=one_task(tmp_path, READ),
        agent="http://127.0.0.1:9#assistant",
        model="mockllm/model",
        retry_on_error=0,
        log_dir=tmp_path / "nowhere",
    )
    assert (nowhere.scored, nowhere.unscored) == (0, 1)


def test_many_rollouts_on_a_server_have_worlds_of_their_own(run: Any, server: str) -> None:
    result = run(8, agent=server, model="simulated/perfect", max_samples=8)
    assert (result.success, result.scored) == (1.0, 8), result.errors[:1]


def test_an_address_without_an_assistant_is_refused(run: Any) -> None:
    with pytest.raises(UserError, match="names no assistant"):
        run(3, agent="http://127.0.0.1:2024", model="mockllm/model")
    with pytest.raises(UserError, match="runs elsewhere already"):
        run(3, agent="http://127.0.0.1:2024#a", model="mockllm/model", isolate=True)


def test_the_memory_agent_shows_its_notes_to_the_model(run: Any, samples: Any, script: Any, tmp_path: Path) -> None:
    script(
        steps(
            [("get_balance", {"account": "acc-1"}), ("remember", {"fact": f"acc-1 holds {BALANCE}"})],
            [submit(BALANCE)],
        )
    )
    result = run(tasks=one_task(tmp_path, READ), agent=f"{EXAMPLES / 'memory_agent.py'}:make_graph")
    prompts = [e.input[0].text for e in samples(result)[0].events if e.event == "model"]
    assert "(none yet)" in prompts[0]
    assert f"- acc-1 holds {BALANCE}" in prompts[1]
    assert result.success == 1.0
