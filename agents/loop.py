"""What graphs of several steps are made of: one question to the model, and a loop of tool calls with an ending."""

from collections.abc import Sequence
from typing import Any

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool

from skillweave.agents.react import ForceTool
from skillweave.tasks.submit import SUBMIT
from skillweave.taxonomy.artifacts import digest


def parted(tools: Sequence[BaseTool]) -> tuple[list[BaseTool], BaseTool | None]:
    """Return the tools of the world, and the one that submits, None where answers are handed over as text."""
    return [t for t in tools if t.name != SUBMIT], next((t for t in tools if t.name == SUBMIT), None)


def ending_tool(name: str, description: str, argument: str, means: str) -> BaseTool:
    """Return a tool that ends a loop: what it is given, one text, is what the loop came to."""

    async def end(**given: Any) -> str:
        return str(given.get(argument, ""))

    schema = {
        "type": "object",
        "properties": {argument: {"type": "string", "description": means}},
        "required": [argument],
    }
    return StructuredTool(name=name, description=description, args_schema=schema, coroutine=end, return_direct=True)


def tool_loop(model: BaseChatModel, tools: Sequence[BaseTool], prompt: str, tool_choice: str) -> Any:
    """Return the graph of a model that calls tools until an ending tool was called, or it replies without a call."""
    forced = [ForceTool()] if tool_choice == "any" else []
    return create_agent(model, list(tools), system_prompt=prompt.strip(), middleware=forced)


async def work(loop: Any, messages: Sequence[AnyMessage], ending: str) -> tuple[list[AnyMessage], str]:
    """Let a loop go on from messages; return what it added, and what it came to."""
    heard = (await loop.ainvoke({"messages": list(messages)}))["messages"]
    added = list(heard[len(messages) :])
    for message in reversed(added):
        if isinstance(message, ToolMessage) and message.name == ending and message.status != "error":
            return added, message.text
    return added, added[-1].text if added and isinstance(added[-1], AIMessage) else ""


async def ask(model: BaseChatModel, prompt: str, messages: Sequence[BaseMessage]) -> AIMessage:
    """Return the model's reply, in words, to messages under a system prompt."""
    reply = await model.ainvoke([SystemMessage(prompt.strip()), *messages])
    if not isinstance(reply, AIMessage):
        raise TypeError(f"the model replied with a {type(reply).__name__}")
    return reply


async def run_tool(tool: BaseTool, call: Any) -> ToolMessage:
    """Return the message of one tool call."""
    found = await tool.ainvoke({"name": tool.name, "args": call["args"], "id": call["id"], "type": "tool_call"})
    if not isinstance(found, ToolMessage):
        raise TypeError(f"{tool.name} replied with a {type(found).__name__}")
    return found


async def hand_over(submit: BaseTool | None, answer: str) -> list[AnyMessage]:
    """Submit an answer in the agent's name; return the messages of it: a call and its result, or a text."""
    if submit is None:
        return [AIMessage(answer)]
    call = {"name": SUBMIT, "args": {"answer": answer}, "id": f"submit_{digest(answer)[:8]}"}
    said = AIMessage("", tool_calls=[{**call, "type": "tool_call"}])
    return [said, await run_tool(submit, call)]


def request_of(messages: Sequence[AnyMessage], own: str) -> str:
    """Return the user's last turn; messages of the graph itself are named ``own``."""
    return next(m.text for m in reversed(messages) if isinstance(m, HumanMessage) and m.name != own)
