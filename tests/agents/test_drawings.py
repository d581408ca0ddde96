"""docs/agents.md shows the graphs as they are."""

from pathlib import Path

from skillweave.agents.drawings import DRAWN, draw, redrawn

DOCS = Path(__file__).parents[2] / "docs/agents.md"


def test_the_pictures_in_the_documentation_are_those_of_the_graphs() -> None:
    text = DOCS.read_text(encoding="utf-8")
    assert redrawn(text) == text
    assert all(f"<!-- graph: {name} -->" in text for name in DRAWN)


def test_each_picture_shows_the_nodes_of_its_graph() -> None:
    assert {"plan", "execute", "revise", "answer"} <= set(draw("plan_execute").replace("(", " ").split())
    assert "supervise" in draw("taxonomy_router")
    assert "walk" in draw("taxonomy_router")
    assert "check" in draw("reflect")
    assert "tools" in draw("react")
