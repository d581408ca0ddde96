"""Tools as an agent holds them: LangChain tools whose calls leave through one opaque channel.

A tool knows its name, its schema and the channel; what stands behind the channel (the world, the task, its plan) is
kept by whoever made the channel and is not reachable from the tool.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.tools import BaseTool, ToolException

from skillweave.tasks.submit import SUBMIT_SCHEMA
from skillweave.tasks.suite import ToolSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a tool call came to: the text that the agent reads."""

    text: str
    error: bool = False
    """the tool refused; the text says why"""


Channel = Callable[[str, Mapping[str, Any], str | None], Awaitable[Reply]]
"""(tool, arguments, id of the call) -> reply; must be opaque: a closure over a world would hand it to the agent"""


class ChannelTool(BaseTool):
    """A LangChain tool that passes its arguments on as they are, async only.

    The arguments are not checked here: the suite does it, so that its refusal reaches the model as text. A refusal
    becomes a tool message with status ``error``.
    """

    channel: Channel
    handle_tool_error: bool = True

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{self.name} is async only: call ainvoke, or run the graph with ainvoke")

    def _to_args_and_kwargs(
        self, tool_input: str | dict[str, Any], tool_call_id: str | None
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        # Positional, since keywords would collide with LangChain's own where a suite has a parameter named `config`.
        return (tool_input, tool_call_id), {}

    async def _arun(self, arguments: Any, call_id: str | None = None, **_: Any) -> str:
        reply = await self.channel(self.name, arguments if isinstance(arguments, Mapping) else {}, call_id)
        if reply.error:
            raise ToolException(reply.text)
        return reply.text


def agent_tools(
    schemas: Iterable[ToolSchema], channel: Channel, *, submit: ToolSchema | None = SUBMIT_SCHEMA
) -> list[BaseTool]:
    """Return one LangChain tool a schema, and `submit_answer`, which ends the turn, as the last one if it is wanted."""
    tools: list[BaseTool] = [_tool(schema, channel) for schema in schemas]
    return tools if submit is None else [*tools, _tool(submit, channel, return_direct=True)]


def _tool(schema: ToolSchema, channel: Channel, *, return_direct: bool = False) -> ChannelTool:
    return ChannelTool(
        name=schema.name,
        description=schema.description,
        args_schema=dict(schema.parameters),
        channel=channel,
        return_direct=return_direct,
    )
