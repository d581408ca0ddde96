"""Agents of one's own that are no plain function: compiled graphs, and those that a langgraph.json names."""

import json
import os
import sys
from pathlib import Path

import pytest

from skillweave.agents.load import agent_digest, load_agent
from skillweave.agents.own import place_of
from skillweave.taxonomy.errors import UserError

GRAPH = """\
from langgraph.graph import START, MessagesState, StateGraph
plan = StateGraph(MessagesState)
plan.add_node("a", lambda state: {})
plan.add_edge(START, "a")
graph = plan.compile()
def make_graph(config): return config["configurable"]["model"]
def lonely(runtime): return graph
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A langgraph.json with a graph, a plan of one and a factory, beside its file."""
    (tmp_path / "assistant.py").write_text(GRAPH)
    graphs = {
        "ready": "./assistant.py:graph",
        "plan": {"path": "./assistant.py:plan"},
        "factory": "./assistant.py:make_graph",
        "odd": "assistant",
    }
    described = {"dependencies": ["."], "graphs": graphs, "env": {"SKILLWEAVE_TEST_ENV": "from the file"}}
    (tmp_path / "langgraph.json").write_text(json.dumps(described))
    return tmp_path / "langgraph.json"


def test_a_langgraph_json_names_graphs_plans_and_factories(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLWEAVE_TEST_ENV", "set already")
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("ready", "plan", "factory"):
        assert callable(load_agent(f"{project}#{name}"))
    assert os.environ["SKILLWEAVE_TEST_ENV"] == "set already"
    assert place_of(f"{project}#ready") == (project.parent / "assistant.py", "graph")
    assert agent_digest(f"{project}#ready") == agent_digest(f"{project.parent / 'assistant.py'}:graph")


@pytest.mark.parametrize(
    ("name", "words", "hint"),
    [
        ("nobody", "has no graph 'nobody'", "factory, odd, plan, ready"),
        ("odd", "graph 'odd' is 'assistant'", "./file.py:graph"),
    ],
)
def test_what_a_langgraph_json_does_not_hold_is_refused(project: Path, name: str, words: str, hint: str) -> None:
    with pytest.raises(UserError) as caught:
        load_agent(f"{project}#{name}")
    assert words in caught.value.message
    assert hint in str(caught.value.hint)


def test_a_json_without_graphs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(UserError, match="names no graphs"):
        load_agent(f"{tmp_path / 'x.json'}#a")
    with pytest.raises(UserError, match="no file"):
        load_agent(f"{tmp_path / 'gone.json'}#a")


def test_a_factory_that_wants_what_nobody_gives_is_refused(project: Path) -> None:
    with pytest.raises(UserError, match="wants a parameter 'runtime'"):
        load_agent(f"{project.parent / 'assistant.py'}:lonely")
