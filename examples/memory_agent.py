"""A ReAct agent with a memory: it notes what it finds out, and is shown its notes instead of a long conversation.

After the idea of LangGraph's memory-agent template, written anew: there the notes outlive a conversation, here they
live for one rollout. The model is shown the request, its notes and the last few messages, so the prompt stays short.

skillweave run tasks.jsonl --agent examples/memory_agent.py:make_graph --model openai/gpt-5-mini
"""

import operator
from typing import Annotated

from langchain_core.messages import SystemMessage, ToolMessage
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

RECENT = 12
NOTE = {
    "type": "function",
    "function": {
        "name": "remember",
        "description": "Note a fact that you will need again: ids, values, what was done.",
        "parameters": {"type": "object", "properties": {"fact": {"type": "string"}}, "required": ["fact"]},
    },
}


class State(MessagesState):
    """The conversation and the notes."""

    notes: Annotated[list[str], operator.add]


def recent(messages):
    """Return the request and the last messages, never a tool's reply without the call that it replies to."""
    tail = messages[1:][-RECENT:]
    while tail and isinstance(tail[0], ToolMessage):
        tail = tail[1:]
    return [messages[0], *tail]


def make_graph(model, tools, system_prompt, tool_choice="auto"):
    """Return the graph: think, then call tools or note something, and think again."""
    voice = model.bind_tools([*tools, NOTE], tool_choice=tool_choice)

    async def think(state):
        notes = "\n".join(f"- {note}" for note in state.get("notes", [])) or "(none yet)"
        prompt = f"{system_prompt}\n\nWhat you noted with remember so far:\n{notes}"
        return {"messages": [await voice.ainvoke([SystemMessage(prompt), *recent(state["messages"])])]}

    def remember(state):
        calls = [call for call in state["messages"][-1].tool_calls if call["name"] == "remember"]
        told = [ToolMessage("noted", tool_call_id=call["id"], name="remember") for call in calls]
        return {"notes": [str(call["args"].get("fact", "")) for call in calls], "messages": told}

    def after(state):
        calls = {call["name"] for call in state["messages"][-1].tool_calls}
        if not calls:
            return END
        return [node for node, needed in (("remember", "remember" in calls), ("act", calls - {"remember"})) if needed]

    act = ToolNode(tools)

    async def act_node(state):
        said = state["messages"][-1]
        own = [call for call in said.tool_calls if call["name"] != "remember"]
        return await act.ainvoke({"messages": [said.model_copy(update={"tool_calls": own})]})

    graph = StateGraph(State)
    graph.add_node("think", think)
    graph.add_node("remember", remember)
    graph.add_node("act", act_node)
    graph.add_edge(START, "think")
    graph.add_conditional_edges("think", after, ["remember", "act", END])
    graph.add_edge("remember", "think")
    graph.add_edge("act", "think")
    return graph.compile()
