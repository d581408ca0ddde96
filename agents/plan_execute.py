"""Plans first, carries the plan out step by step, and plans the rest anew where a step was refused something."""

import re
from collections.abc import Sequence
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.graph import END, START, MessagesState, StateGraph

from skillweave.agents.loop import ask, ending_tool, hand_over, parted, tool_loop, work
from skillweave.agents.prompts import answer_of, without_ending

NAME = "plan_execute"
MOST_STEPS = 8
"""steps of a plan; what a longer one says beyond them goes into the last step"""

PLAN = (
    "First make a plan. Reply with a numbered list of short steps, each of which can be carried out with the tools "
    "below, in the order in which they are needed; nothing else, and call no tool now."
)
REVISE = (
    "A call was refused in the last step. Reply with a numbered list of the steps that are still to be done, or with "
    "DONE if none is; nothing else, and call no tool now."
)
CONCLUDE = (
    "All steps are carried out. What is the answer to the request? Reply with just the value, or 'done' if no question "
    "was asked."
)


class PlanState(MessagesState):
    """The conversation, the steps that are still to be done, and whether the last one was refused something."""

    steps: list[str]
    refused: bool


def steps_of(text: str) -> list[str]:
    """Return the steps of a plan: its numbered or dashed lines with what stands indented below each, else its lines.

    >>> steps_of("Plan:\\n1. Find it\\n   - by name\\n2) Add them up\\n- Mail it\\nThat is all.")
    ['Find it by name', 'Add them up', 'Mail it']
    >>> steps_of("```\\nFind it\\n```")
    ['Find it']
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("```")]
    marked: list[tuple[int, str]] = []
    for line in lines:
        found = re.match(r"(\s*)(?:\d+[.):]|[-*])\s+(.+)", line)
        depth = len(line) - len(line.lstrip())
        if marked and depth > marked[0][0]:
            marked[-1] = (marked[-1][0], f"{marked[-1][1]} {(found[2] if found else line).strip()}")
        elif found:
            marked.append((depth, found[2].strip()))
    steps = [step for _, step in marked] or [line.strip() for line in lines]
    return steps if len(steps) <= MOST_STEPS else [*steps[: MOST_STEPS - 1], " ".join(steps[MOST_STEPS - 1 :])]


def make_graph(model: BaseChatModel, tools: Sequence[BaseTool], system_prompt: str, tool_choice: str = "auto") -> Any:
    """Return the compiled graph: plan, execute (again and again), revise where needed, answer."""
    own, submit = parted(tools)
    ending = ending_tool(
        "step_done", "End the current step.", "result", "what the step found or changed, with all values"
    )
    prompt = without_ending(system_prompt)
    loop = tool_loop(model, [*own, ending], prompt, tool_choice)
    offered = "\n".join(f"- {tool.name}: {tool.description}" for tool in own)

    async def plan(state: PlanState) -> dict[str, Any]:
        said = await ask(model, f"{prompt}\n\n{PLAN}\n\nTools:\n{offered}", state["messages"])
        return {"messages": [said], "steps": steps_of(said.text) or ["Do what is asked."], "refused": False}

    async def execute(state: PlanState) -> dict[str, Any]:
        step, *rest = state["steps"]
        told = HumanMessage(f"Now carry out this step, and only it: {step}\nThen call {ending.name}.", name=NAME)
        added, _ = await work(loop, [*state["messages"], told], ending.name)
        refused = any(isinstance(m, ToolMessage) and m.status == "error" for m in added)
        return {"messages": [told, *added], "steps": rest, "refused": refused}

    async def revise(state: PlanState) -> dict[str, Any]:
        told = HumanMessage(REVISE, name=NAME)
        said = await ask(model, prompt, [*state["messages"], told])
        left = [] if "DONE" in said.text else steps_of(said.text)
        return {"messages": [told, said], "steps": left, "refused": False}

    async def answer(state: PlanState) -> dict[str, Any]:
        told = HumanMessage(CONCLUDE, name=NAME)
        said = await ask(model, prompt, [*state["messages"], told])
        return {"messages": [told, said, *await hand_over(submit, answer_of(said.text))]}

    def after(state: PlanState) -> Literal["execute", "revise", "answer"]:
        if state["refused"]:
            return "revise"
        return "execute" if state["steps"] else "answer"

    graph = StateGraph(PlanState)
    for node in (plan, execute, revise, answer):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "plan")
    graph.add_edge("plan", "execute")
    graph.add_conditional_edges("execute", after)
    graph.add_conditional_edges("revise", after, ["execute", "answer"])
    graph.add_edge("answer", END)
    return graph.compile(name=NAME)
