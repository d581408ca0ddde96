"""The default agent: a model that calls tools in a loop until it submits an answer."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, hook_config
from langchain.agents.middleware.types import AgentState, ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AnyMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool

from skillweave.agents.prompts import NUDGE
from skillweave.tasks.submit import SUBMIT


class Remind(AgentMiddleware[Any, Any, Any]):
    """Sends an agent that stopped without submitting back to the model, with a reminder."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    @hook_config(can_jump_to=["model"])
    async def aafter_agent(self, state: AgentState[Any], runtime: Any) -> dict[str, Any] | None:
        """Remind the agent, unless it has submitted or was reminded often enough."""
        turn = this_turn(state["messages"])
        if submitted(turn) or sum(m.text == NUDGE for m in turn if isinstance(m, HumanMessage)) >= self.times:
            return None
        return {"messages": [HumanMessage(NUDGE)], "jump_to": "model"}


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
    # No hook that wraps every call: LangChain traces those through a thread each, which costs more than the step.
    submits = any(tool.name == SUBMIT for tool in tools)
    middleware: list[AgentMiddleware[Any, Any, Any]] = [Remind(reminders)] if submits else []
    if tool_choice == "any":
        middleware.append(ForceTool())
    return create_agent(model, list(tools), system_prompt=system_prompt, middleware=middleware)
