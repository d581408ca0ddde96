"""Works as react does, but checks its own result against the request before it submits."""

from collections.abc import Sequence
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.graph import END, START, MessagesState, StateGraph

from skillweave.agents.loop import ask, ending_tool, hand_over, parted, request_of, tool_loop, work
from skillweave.agents.prompts import answer_of, without_ending

NAME = "reflect"
ROUNDS = 2
"""times that a result is sent back; after that it is submitted as it is"""
APPROVED = "APPROVED"
RESULT_SHOWN = 600
"""characters of a tool's result that the check is shown"""

CHECK = f"""\
You check the work of an assistant against the request it was given. You see every call that it made, with the result,
and the answer that it proposes. Go through the request part by part: was each part done, with the right values, on the
right thing, and nothing else? Is the answer the value that was asked for, and does a result show it? Where the request
asks no question, 'done' is the right answer.
If all of it holds, reply with the one word {APPROVED}. Otherwise say in a sentence or two what is wrong or missing."""


class ReflectState(MessagesState):
    """The conversation, the proposed answer, the verdict on it, and how often it was checked."""

    proposed: str
    approved: bool
    checks: int


def record_of(messages: Sequence[AnyMessage]) -> str:
    """Return the calls that were made and what came back, one a line."""
    calls = {c["id"]: c for m in messages if isinstance(m, AIMessage) for c in m.tool_calls}
    lines = []
    for message in messages:
        if isinstance(message, ToolMessage) and message.tool_call_id in calls:
            call = calls[message.tool_call_id]
            result = message.text if len(message.text) <= RESULT_SHOWN else f"{message.text[:RESULT_SHOWN]} ..."
            refused = "refused: " if message.status == "error" else ""
            lines.append(
                f"{call['name']}({', '.join(f'{k}={v!r}' for k, v in call['args'].items())}) -> {refused}{result}"
            )
    return "\n".join(lines) or "(no calls)"


def make_graph(model: BaseChatModel, tools: Sequence[BaseTool], system_prompt: str, tool_choice: str = "auto") -> Any:
    """Return the compiled graph: work, check, and back to work or on to submit."""
    own, submit = parted(tools)
    ending = ending_tool(
        "propose_answer",
        "Propose the answer; it is checked before it counts.",
        "answer",
        "just the value that was asked for, or 'done'",
    )
    prompt = (
        f"{without_ending(system_prompt)}\n\nBefore an answer counts it is checked: hand it over with {ending.name}."
    )
    loop = tool_loop(model, [*own, ending], prompt, tool_choice)

    async def act(state: ReflectState) -> dict[str, Any]:
        added, result = await work(loop, state["messages"], ending.name)
        # A graph may be run over several turns: the number of checks counts within one.
        last = state["messages"][-1]
        goes_on = isinstance(last, HumanMessage) and last.name == NAME
        return {"messages": added, "proposed": answer_of(result), "checks": state.get("checks", 0) if goes_on else 0}

    async def check(state: ReflectState) -> dict[str, Any]:
        request = request_of(state["messages"], NAME)
        start = max(i for i, m in enumerate(state["messages"]) if isinstance(m, HumanMessage) and m.name != NAME)
        shown = (
            f"Request:\n{request}\n\nCalls:\n{record_of(state['messages'][start:])}\n\n"
            f"Proposed answer: {state['proposed'] or '(none)'}"
        )
        verdict = (await ask(model, CHECK, [HumanMessage(shown)])).text.strip()
        approved = verdict.upper().startswith(APPROVED)
        done = {"approved": approved, "checks": state["checks"] + 1}
        if approved or done["checks"] > ROUNDS:
            return done
        told = f"A check of your work says: {verdict or 'nothing'}\nMend what is wrong, then call {ending.name} again."
        return {**done, "messages": [HumanMessage(told, name=NAME)]}

    async def hand_in(state: ReflectState) -> dict[str, Any]:
        return {"messages": await hand_over(submit, state["proposed"])}

    def after(state: ReflectState) -> Literal["act", "submit"]:
        return "submit" if state["approved"] or state["checks"] > ROUNDS else "act"

    graph = StateGraph(ReflectState)
    graph.add_node("act", act)
    graph.add_node("check", check)
    graph.add_node("submit", hand_in)
    graph.add_edge(START, "act")
    graph.add_edge("act", "check")
    graph.add_conditional_edges("check", after)
    graph.add_edge("submit", END)
    return graph.compile(name=NAME)
