"""Pictures of the shipped agents, drawn from their graphs: ``python -m skillweave.agents.drawings docs/agents.md``."""

import re
import sys
from pathlib import Path
from typing import Any

from langchain_core.language_models.fake_chat_models import FakeListChatModel

from skillweave.agents.branches import Branch
from skillweave.agents.load import AGENTS
from skillweave.agents.toolkit import Reply, agent_tools
from skillweave.tasks.suite import ToolSchema

DRAWN = tuple(AGENTS)
SHAPE: dict[str, Any] = {"type": "object", "properties": {}}


async def _silent(*_: Any) -> Reply:
    return Reply(text="")


def draw(name: str) -> str:
    """Return a shipped agent's graph as Mermaid text."""
    schemas = [ToolSchema(name=tool, description=tool, parameters=SHAPE) for tool in ("find", "send")]
    given: dict[str, Any] = {
        "model": FakeListChatModel(responses=[]),
        "tools": agent_tools(schemas, _silent),
        "system_prompt": "",
    }
    if name == "taxonomy_router":
        parts = (Branch(name="finding", tools=("find",)), Branch(name="sending", tools=("send",)))
        given["taxonomy"] = Branch(name="all", tools=("find", "send"), children=parts)
    graph = AGENTS[name]()(**given).get_graph()
    # LangGraph escapes a dot in a name as CSS does, which not every renderer of Mermaid reads.
    return str(graph.draw_mermaid()).strip().replace("\\2e", "_")


def redrawn(text: str) -> str:
    """Return a document with every picture between ``<!-- graph: NAME -->`` and ``<!-- end -->`` drawn anew."""
    return re.sub(
        r"<!-- graph: (\w+) -->.*?<!-- end -->",
        lambda found: f"<!-- graph: {found[1]} -->\n```mermaid\n{draw(found[1])}\n```\n<!-- end -->",
        text,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.write_text(redrawn(path.read_text(encoding="utf-8")), encoding="utf-8")
