"""For graphs that are compiled beforehand: middleware through which a rollout's model and tools reach them.

```python
from langchain.agents import create_agent
from skillweave.agents.middleware import RolloutTools

graph = create_agent("openai:gpt-5-mini", [my_own_tool], middleware=[RolloutTools()])
```

Outside a run the middleware does nothing, so the graph works as it always did.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import SystemMessage
from langchain_core.tools import BaseTool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    model: BaseChatModel
    tools: Mapping[str, BaseTool]
    system_prompt: str
    tool_choice: str


_GIVEN: ContextVar[_Given | None] = ContextVar("skillweave_given", default=None)


class RolloutTools(AgentMiddleware[Any, Any, Any]):
    """Gives the graph the model, the tools and the system prompt of the rollout that is being played."""

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> Any:
        """Ask the rollout's model, with its tools beside the graph's own."""
        given = _GIVEN.get()
        if given is None:
            return await handler(request)
        own = "" if request.system_message is None else request.system_message.text
        prompt = "\n\n".join(part for part in (own, given.system_prompt) if part)
        changes: dict[str, Any] = {
            "model": given.model,
            "tools": [*request.tools, *given.tools.values()],
            "system_message": SystemMessage(prompt),
        }
        if given.tool_choice == "any":
            changes["tool_choice"] = "any"
        return await handler(request.override(**changes))

    async def awrap_tool_call(self, request: Any, handler: Callable[[Any], Awaitable[Any]]) -> Any:
        """Run a tool of the rollout; the graph's own are left to it."""
        given = _GIVEN.get()
        tool = None if given is None else given.tools.get(request.tool_call["name"])
        return await handler(request if tool is None else request.override(tool=tool))


@contextmanager
def _giving(given: _Given) -> Iterator[None]:
    token = _GIVEN.set(given)
    try:
        yield
    finally:
        _GIVEN.reset(token)


class ReadyGraph:
    """A graph that was compiled beforehand, run with what a rollout gives."""

    def __init__(self, graph: Any, given: _Given) -> None:
        self._graph = graph
        self._given = given

    async def ainvoke(self, state: Mapping[str, Any], config: Mapping[str, Any]) -> Any:
        """Run the graph; its `RolloutTools` sees what the rollout gives."""
        with _giving(self._given):
            return await self._graph.ainvoke(state, config=config)


def ready(graph: Any) -> Callable[..., ReadyGraph]:
    """Return a factory that gives a compiled graph what it is given."""

    def make_graph(
        model: BaseChatModel, tools: list[BaseTool], system_prompt: str, tool_choice: str = "auto"
    ) -> ReadyGraph:
        by_name = {tool.name: tool for tool in tools}
        return ReadyGraph(
            graph, _Given(model=model, tools=by_name, system_prompt=system_prompt, tool_choice=tool_choice)
        )

    return make_graph
