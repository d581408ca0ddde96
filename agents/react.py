"""The default agent: a model that calls tools in a loop until it submits an answer."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, hook_config
from langchain.agents.middleware.types import AgentState, ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.prebuilt.tool_node import ToolCallRequest

from skillweave.agents.prompts import NUDGE
from skillweave.agents.toolkit import SUBMIT, ChannelTool


class Finish(AgentMiddleware[Any, Any, Any]):
    """Ends the run at the first submission, and reminds once an agent that stops without one."""

    def __init__(self, *, reminders: int) -> None:
        super().__init__()
        self.reminders = reminders

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> Any:
        """Ask the model no more once the answer was submitted among other calls of the same step."""
        if submitted(request.messages):
            return AIMessage("")
        return await handler(request)

    @hook_config(can_jump_to=["model"])
    async def aafter_agent(self, state: AgentState[Any], runtime: Any) -> dict[str, Any] | None:
        """Send an agent that stopped without submitting back to the model, with a reminder."""
        turn = this_turn(state["messages"])
        if submitted(turn) or sum(m.text == NUDGE for m in turn if isinstance(m, HumanMessage)) >= self.reminders:
            return None
        return {"messages": [HumanMessage(NUDGE)], "jump_to": "model"}


class UnknownTools(AgentMiddleware[Any, Any, Any]):
    """Sends calls of tools that do not exist through the channel too, so that they are recorded."""

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[Any]]
    ) -> Any:
        """Answer a call of an unknown tool with the channel's refusal."""
        known = next((t for t in request.runtime.tools if isinstance(t, ChannelTool)), None)
        if request.tool is not None or known is None:
            return await handler(request)
        call = request.tool_call
        reply = await known.channel(call["name"], call["args"], call["id"])
        return ToolMessage(
            reply.text,
            tool_call_id=call["id"],
            name=call["name"],
            status="error" if reply.error else "success",
        )


class ForceTool(AgentMiddleware[Any, Any, Any]):
    """Makes the model call some tool at every step; small models need it."""

    async def awrap_model_call(
        self, request: ModelRequest[Any], handler: Callable[[ModelRequest[Any]], Awaitable[ModelResponse[Any]]]
    ) -> Any:
        """Ask with tool choice ``any``."""
        return await handler(request.override(tool_choice="any"))


def this_turn(messages: Sequence[AnyMessage]) -> list[AnyMessage]:
    """Return the messages since the user's last turn; reminders are no turn."""
    start = 0
    for i, message in enumerate(messages):
        if isinstance(message, HumanMessage) and message.text != NUDGE:
            start = i
    return list(messages[start:])


def submitted(messages: Sequence[AnyMessage]) -> bool:
    """Return whether an answer was submitted in the user's last turn."""
    return any(isinstance(m, ToolMessage) and m.name == SUBMIT and m.status != "error" for m in this_turn(messages))


def make_graph(
    model: BaseChatModel,
    tools: Sequence[BaseTool],
    system_prompt: str,
    tool_choice: str = "auto",
    reminders: int = 1,
) -> Any:
    """Return the compiled graph of `langchain.agents.create_agent`.

    ``tool_choice`` is ``auto`` (the model decides) or ``any`` (a tool call is forced at every step).
    """
    middleware: list[AgentMiddleware[Any, Any, Any]] = [Finish(reminders=reminders), UnknownTools()]
    if tool_choice == "any":
        middleware.append(ForceTool())
    return create_agent(model, list(tools), system_prompt=system_prompt, middleware=middleware)
