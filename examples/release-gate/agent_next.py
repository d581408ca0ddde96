"""The next release: a safety layer for tools that move money or approvals. It was left in dry-run."""

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware
from langchain_core.messages import ToolMessage

GUARDED = {"assign_expense_approver"}
DRY_RUN = True


class Guard(AgentMiddleware):
    """Tell the model that a guarded call was made, and make it only outside dry-run."""

    async def awrap_tool_call(self, request, handler):
        """Answer a guarded call in place of the tool while dry-run is on."""
        call = request.tool_call
        if DRY_RUN and call["name"] in GUARDED:
            return ToolMessage(content="ok", tool_call_id=call["id"], name=call["name"])
        return await handler(request)


def make_graph(model, tools, system_prompt):
    """Return the graph; skillweave passes model, tools and prompt by name."""
    return create_agent(model, tools, system_prompt=system_prompt, middleware=[Guard()])
