"""``skillweave agent check`` says in words what is wrong with an agent."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from skillweave.harness.cli.app import app

EXAMPLES = Path(__file__).parents[2] / "examples"
HEAD = """\
from langchain.agents import create_agent
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph

def graph_of(node):
    graph = StateGraph(MessagesState)
    graph.add_node("a", node)
    graph.add_edge(START, "a")
    return graph.compile()

"""
ONE_CALL = """\
def make_graph(model, tools):
    async def node(state):
        return {{"messages": [await {model}.ainvoke(state["messages"])]}}
    return graph_of(node)
"""


LOOP = """\
def make_graph(model, tools):
    by_name = {{tool.name: tool for tool in tools}}
    async def node(state):
        messages = list(state["messages"])
        for _ in range(5):
            said = await model.bind_tools(tools).ainvoke(messages)
            messages += {kept}
            for call in said.tool_calls:
                await by_name[call["name"]].ainvoke(call["args"])
        return {{"messages": [AIMessage("over")]}}
    return graph_of(node)
"""


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Check an agent and return exit code, problems and what stands on stderr."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("INSPECT_EVAL_MODEL", raising=False)

    def call(agent: str, *options: str) -> tuple[int, list[str], str]:
        if "\n" in agent:
            (tmp_path / "mine.py").write_text(HEAD + agent)
            agent = f"{tmp_path / 'mine.py'}:make_graph"
        done = CliRunner().invoke(app, ["agent", "check", agent, "--json", *options], catch_exceptions=False)
        problems = json.loads(done.stdout)["problems"] if done.stdout else []
        return done.exit_code, problems, done.stderr

    return call


@pytest.mark.parametrize(
    "agent",
    [
        "react",
        "plan_execute",
        "reflect",
        "taxonomy_router",
        f"{EXAMPLES / 'function_agent.py'}:make_graph",
        f"{EXAMPLES / 'compiled_agent.py'}:graph",
    ],
)
def test_a_good_agent_passes(check: Any, agent: str) -> None:
    assert check(agent)[:2] == (0, [])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (ONE_CALL.format(model="model"), "it asked the model without the tools"),
        (ONE_CALL.format(model="model.bind_tools(tools)"), "no tool was called"),
        (ONE_CALL.format(model="model.bind_tools(tools)"), "it never submitted"),
        (ONE_CALL.format(model="FakeListChatModel(responses=['hi'])"), "it never asked the model"),
        (
            "def make_graph(model, tools):\n    return create_agent(model, tools[:1])\n",
            "never offered the model the tool",
        ),
        (LOOP.format(kept="[]"), "it never showed the model what a tool said"),
        (LOOP.format(kept="[said]"), "a call of its own without a tool message that answers it"),
        (
            "def make_graph(model, tools):\n    return 3\n",
            "make_graph must return a graph, such as a StateGraph, got int",
        ),
        ("def make_graph(model, tools):\n    return tools[7]\n", "the agent raised IndexError"),
        (
            "def make_graph(model, tools):\n    def node(state):\n        return {'messages': [model.invoke('x')]}\n"
            "    return graph_of(node)\n",
            "this model is async only: use ainvoke",
        ),
    ],
)
def test_what_is_wrong_is_said_in_words(check: Any, body: str, words: str) -> None:
    code, problems, _ = check(body)
    assert code == 1
    assert any(words in problem for problem in problems), problems


def test_an_agent_that_hangs_is_told(check: Any) -> None:
    body = (
        "import asyncio\ndef make_graph(model):\n    async def node(state):\n        await asyncio.sleep(60)\n"
        "    return graph_of(node)\n"
    )
    code, problems, _ = check(body, "--time-limit", "1")
    assert code == 1
    assert problems[0].startswith("it did not end by itself: Time limit exceeded")


def test_a_wrong_signature_is_a_mistake_of_the_user(check: Any) -> None:
    code, _, said = check("def make_graph(model, corpus):\n    return None\n")
    assert code == 2
    assert "wants a parameter 'corpus'" in said
    assert "it can be given model, tools" in said


@pytest.mark.parametrize("loop", ["pass", "time.sleep(0.01)"])
def test_an_agent_that_never_gives_the_processor_back_is_stopped_and_told_where_it_stood(
    agent_file: Any, tmp_path: Path, loop: str
) -> None:
    agent_file(f"import time\n\ndef make_graph(model, tools):\n    while True:\n        {loop}\n")
    start = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from skillweave.harness import watchdog; watchdog.GRACE = 1.0\n"
        "from skillweave.harness.cli import main; main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", start, "agent", "check", "own_agent.py:make_graph", "--time-limit", "1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_DATA_HOME": str(tmp_path / "data")},
    )
    assert done.returncode == 1, done.stderr
    assert "it never gave the processor back, and was stopped at own_agent.py:" in done.stdout.replace("\n", " ")
