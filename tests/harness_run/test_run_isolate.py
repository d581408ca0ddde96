"""Agents in a process of their own: they see no more than they are told, and are ended whatever they do."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ledger_suite import NOTE, READ, accounts_of, ledger_task
from scripted import steps, submit

from skillweave.tasks.spec import write_tasks
from skillweave.taxonomy.errors import UserError

BALANCE = f"{accounts_of(1)['acc-1']['balance']:g}"
HEAD = """\
import asyncio, gc, os, sys
from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph

def graph_of(node):
    graph = StateGraph(MessagesState)
    graph.add_node("a", node)
    graph.add_edge(START, "a")
    return graph.compile()

def make_graph(model, tools, system_prompt, skills, tool_choice):
    by_name = {tool.name: tool for tool in tools}
    async def submit(answer):
        await by_name["submit_answer"].ainvoke({"answer": answer})
    async def node(state):
"""


def agent(body: str) -> str:
    """Return a file whose agent does what the body says, in one node."""
    return HEAD + "".join(f"        {line}\n" for line in body.splitlines()) + "    return graph_of(node)\n"


def one_task(folder: Path, *skills: str) -> Path:
    write_tasks(folder / "one.jsonl", [ledger_task(1, skills)])
    return folder / "one.jsonl"


def test_an_isolated_agent_plays_as_one_in_the_process_does(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    found = {}
    for isolate in (False, True):
        for path in ("direct", "bridge"):
            script(
                steps(
                    [("get_balance", {"account": "nobody"}), ("get_balance", {"account": "acc-1"})],
                    [("add_note", {"account": "acc-2", "note": f"balance {BALANCE}"})],
                    [submit(BALANCE)],
                )
            )
            result = run(
                tasks=one_task(tmp_path, READ, NOTE),
                agent="react",
                isolate=isolate,
                model_path=path,
                log_dir=tmp_path / f"{isolate}{path}",
            )
            assert result.success == 1.0, result.errors
            sample = samples(result)[0]
            found[isolate, path] = (
                [(m.role, m.text) for m in sample.messages],
                sample.store["skillweave"]["calls"],
                [e.tool_choice for e in sample.events if e.event == "model"],
            )
    assert len({str(value) for value in found.values()}) == 1


SEARCH = """\
tasks = [o for o in gc.get_objects() if type(o).__name__ in ("TaskSpec", "Plan", "Expectation", "TaskSet", "Rollout")]
own = [n for n in sys.modules if n.startswith(("skillweave.harness", "inspect_ai", "ledger_suite"))]
keys = any(k.endswith("_API_KEY") for k in os.environ)
await submit(str([bool(tasks), bool(own), bool(os.listdir(".")), keys]))
"""


def test_an_agent_that_searches_its_memory_finds_no_task_only_where_it_is_isolated(
    run: Any, samples: Any, agent_file: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    said = {}
    for isolate in (False, True):
        result = run(
            tasks=one_task(tmp_path, READ),
            agent=agent_file(agent(SEARCH)),
            model="mockllm/model",
            isolate=isolate,
            log_dir=tmp_path / str(isolate),
        )
        assert (result.success, result.scored) == (0.0, 1), result.errors
        said[isolate] = samples(result)[0].scores["outcome"].answer
    assert said[False].startswith("[True, True")
    assert said[True] == "[False, False, False, False]"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("while True: pass", "Time limit exceeded"),
        ("raise ValueError('I would rather not')", "the agent raised AgentFailed: ValueError: I would rather not"),
        ("os._exit(0)", "the agent's process ended"),
        ("sys.exit(1)", "the agent's process ended"),
        ("os.kill(os.getppid(), 9); os.kill(os.getpid(), 9)", "the agent's process ended"),
        ("model.wire.writer.write(b'garbage\\n'); await asyncio.sleep(60)", "sent what cannot be read"),
        ("model.wire.writer.write(b'[1]\\n'); await asyncio.sleep(60)", "sent what cannot be read"),
        ("model.wire.writer.write(b'{\"done\": 3}\\n'); await asyncio.sleep(60)", "no conversation"),
        ("return {}", "No answer was submitted"),
        (
            "import skillweave.harness.scoring as scoring, skillweave.harness.rollouts as rollouts\n"
            "async def passed(*a): return scoring.Score(value=1.0)\n"
            "scoring.verdict_score = passed\n"
            "rollouts.Rollout.record = lambda self: {'schema': 'skillweave.rollout/2'}\n"
            "os.environ['INSPECT_LOG_DIR'] = '/nowhere'\n"
            "for tool in tools: tool.channel = None\n"
            "return {}",
            "No answer was submitted",
        ),
    ],
)
def test_whatever_an_isolated_agent_does_it_scores_0_and_the_run_goes_on(
    run: Any, samples: Any, agent_file: Callable[[str], str], tmp_path: Path, body: str, words: str
) -> None:
    started = time.monotonic()
    limit = 3 if "while" in body else 60
    result = run(
        2, agent=agent_file(agent(body)), model="mockllm/model", isolate=True, time_limit=limit, retry_on_error=0
    )
    assert (result.success, result.scored, result.unscored) == (0.0, 2, 0), result.errors
    for sample in samples(result):
        score = sample.scores["outcome"]
        assert words in (score.metadata["limit"] or score.explanation)
    assert time.monotonic() - started < 60


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_no_process_of_an_agent_is_left(run: Any, agent_file: Callable[[str], str], tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    body = (
        "import subprocess\n"
        "helper = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(pids)!r}, 'a').write(f'{{os.getpid()}} {{helper.pid}}\\n')\n"
        "while True: pass"
    )
    run(1, agent=agent_file(agent(body)), model="mockllm/model", isolate=True, time_limit=2)
    for pid in map(int, pids.read_text().split()):
        assert not _lives(pid)


def test_limits_of_the_model_end_an_isolated_agent(run: Any, script: Any, tmp_path: Path) -> None:
    from scripted import says

    script(lambda *_: says("", ("get_balance", {"account": "acc-1"})))
    for options in ({"token_limit": 40}, {"tool_limit": 2}, {"max_steps": 3}):
        result = run(
            tasks=one_task(tmp_path, READ),
            agent="react",
            isolate=True,
            log_dir=tmp_path / next(iter(options)),
            **options,
        )
        assert (result.success, result.limited) == (0.0, 1), result.errors


def test_shipped_agents_play_isolated_too(run: Any, tmp_path: Path) -> None:
    for name in ("plan_execute", "reflect"):
        result = run(3, agent=name, model="simulated/perfect", isolate=True, log_dir=tmp_path / name)
        assert result.success == 1.0, result.errors


def test_an_isolated_agent_that_cannot_be_loaded_is_refused_beforehand(
    run: Any, agent_file: Callable[[str], str], tmp_path: Path
) -> None:
    marker = tmp_path / "imported"
    text = f"open({str(marker)!r}, 'a').write('x')\nraise ValueError('broken')\n"
    with pytest.raises(UserError, match="fails to import: ValueError: broken"):
        run(3, agent=agent_file(text), model="mockllm/model", isolate=True)
    assert not (tmp_path / "logs").exists()


def test_a_world_is_never_shared_among_a_hundred_isolated_rollouts(run: Any) -> None:
    result = run(100, agent="react", model="simulated/perfect", isolate=True, max_samples=100)
    assert (result.success, result.scored) == (1.0, 100), result.errors[:2]


def test_an_agent_named_by_a_relative_path_is_found_where_it_is_isolated_too(
    run: Any, agent_file: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = agent_file(
        "from langchain.agents import create_agent\n"
        "def make_graph(model, tools):\n"
        "    return create_agent(model, list(tools))\n"
    )
    monkeypatch.chdir(tmp_path)
    result = run(2, agent=Path(spec).name, model="simulated/perfect", isolate=True)
    assert (result.success, result.scored) == (1.0, 2)
