"""Agents by name and from files: what is injected, and what is refused with a word on how to mend it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from skillweave.agents.load import GIVEN, agent_digest, build_graph, load_agent
from skillweave.taxonomy.errors import UserError


class Graph:
    """Stands in for a compiled graph."""

    def __init__(self, **given: Any) -> None:
        self.given = given

    async def ainvoke(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError


def write(folder: Path, text: str) -> str:
    path = folder / "mine.py"
    path.write_text(text, encoding="utf-8")
    return f"{path}:make_graph"


def built(factory: Any) -> Any:
    return asyncio.run(build_graph(factory, **{name: name.upper() for name in GIVEN}))


def test_a_factory_is_given_what_it_names() -> None:
    assert built(lambda tools, model: Graph(tools=tools, model=model)).given == {"tools": "TOOLS", "model": "MODEL"}
    assert built(lambda **given: Graph(**given)).given == {name: name.upper() for name in GIVEN if name != "config"}
    assert built(lambda model, size=3: Graph(model=model, size=size)).given == {"model": "MODEL", "size": 3}


def test_a_factory_may_be_async() -> None:
    async def make_graph(skills: Any) -> Graph:
        return Graph(skills=skills)

    assert built(make_graph).given == {"skills": "SKILLS"}


def test_a_factory_that_returns_no_graph_is_refused() -> None:
    with pytest.raises(TypeError, match="must return a graph"):
        built(lambda model: 3)


def test_an_agent_comes_from_a_file_and_may_import_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "neighbour_of_mine.py").write_text("WORD = 'hello'\n")
    spec = write(tmp_path, "from neighbour_of_mine import WORD\ndef make_graph(model):\n    return (WORD, model)\n")
    assert load_agent(spec)("m") == ("hello", "m")


@pytest.mark.parametrize(
    ("spec", "text", "words", "hint"),
    [
        ("nobody", None, "no agent 'nobody'", "react"),
        ("gone.py:make_graph", None, "no file 'gone.py'", "path"),
        (None, "def other(): pass\n", "has no function or graph 'make_graph'", "file.py:make_graph"),
        (None, "make_graph = 3\n", "has no function or graph 'make_graph'", "file.py:make_graph"),
        (None, "def make_graph(model, corpus): pass\n", "wants a parameter 'corpus'", "model, tools"),
        (None, "def make_graph(model, /): pass\n", "wants a parameter 'model'", "model, tools"),
        (None, "import nothing_of_this_name\n", "ModuleNotFoundError", ""),
        (None, "def make_graph(:\n", "SyntaxError", ""),
    ],
)
def test_an_agent_that_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, spec: str | None, text: str | None, words: str, hint: str
) -> None:
    with pytest.raises(UserError) as caught:
        load_agent(spec or write(tmp_path, text or ""))
    assert words in caught.value.message
    assert hint in (caught.value.hint or "")


def test_a_forced_tool_choice_needs_an_agent_that_takes_one(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="takes no tool choice"):
        load_agent(write(tmp_path, "def make_graph(model): pass\n"), tool_choice="any")
    load_agent(write(tmp_path, "def make_graph(model, tool_choice): pass\n"), tool_choice="any")
    load_agent("react", tool_choice="any")


def test_an_edited_agent_has_another_digest(tmp_path: Path) -> None:
    first = agent_digest(write(tmp_path, "def make_graph(model): return 1\n"))
    second = agent_digest(write(tmp_path, "def make_graph(model): return 2\n"))
    assert first != second
    assert agent_digest("react") is None
