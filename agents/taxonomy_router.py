"""A supervisor that walks the taxonomy and hands each part of the work to a worker with that branch's tools only."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.graph import START, MessagesState, StateGraph

from skillweave.agents.branches import Branch
from skillweave.agents.loop import ending_tool, parted, request_of, run_tool, tool_loop, work
from skillweave.agents.prompts import NUDGE, without_ending
from skillweave.tasks.submit import SUBMIT

NAME = "taxonomy_router"

SUPERVISE = (
    "You have no tools of your own but specialists who have: hand each part of the work to the one that has the tools "
    "for it. A specialist sees the request and what you write: put every value into it that it needs, also those that "
    "another one reported. Hand over one part after the other where one needs the result of the other."
)
WALK = (
    "You stand between a supervisor and its specialists. Pass the part of the work below on, whole and unchanged, to "
    "the specialist that has the tools for it."
)
WORK = (
    "You are one of several specialists. Do only your part of the work, with your tools, then report what you found or "
    "changed."
)


class RouterState(MessagesState):
    """The supervisor's conversation, calls of it that wait, and where in the taxonomy the current part stands."""

    waiting: list[Any]
    path: list[int]
    part: str


def slugs(branches: Sequence[Branch]) -> dict[str, int]:
    """Return the number of each branch by the name of the tool that hands work to it.

    >>> slugs([Branch(name="mail · reply", tools=()), Branch(name="Mail, reply", tools=())])
    {'to_mail_reply': 0, 'to_mail_reply_2': 1}
    """
    found: dict[str, int] = {}
    for number, branch in enumerate(branches):
        slug = "to_" + (re.sub(r"[^a-z0-9]+", "_", branch.name.lower()).strip("_")[:48] or "branch")
        name = slug if slug not in found else next(n for i in range(2, 999) if (n := f"{slug}_{i}") not in found)
        found[name] = number
    return found


def handoffs(branch: Branch) -> list[dict[str, Any]]:
    """Return one tool a child of the branch: it hands a part of the work down to it."""
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": (
                    f"Hand a part of the work to the specialist for {branch.children[number].name!r}, who has the "
                    f"tools {', '.join(branch.children[number].tools)}."
                ),
                "parameters": {
                    "type": "object",
                    "properties": {"part": {"type": "string", "description": "what is to be done, with every value"}},
                    "required": ["part"],
                },
            },
        }
        for name, number in slugs(branch.children).items()
    ]


def at(root: Branch, path: Sequence[int]) -> Branch:
    """Return the branch at a path of child numbers."""
    for number in path:
        root = root.children[number]
    return root


def make_graph(
    model: BaseChatModel,
    tools: Sequence[BaseTool],
    system_prompt: str,
    taxonomy: Branch,
    tool_choice: str = "auto",
) -> Any:
    """Return the compiled graph: supervise, walk down the taxonomy, work, and back; the supervisor submits."""
    own, submit = parted(tools)
    root = taxonomy if taxonomy.children else Branch(name="all", tools=taxonomy.tools, children=(taxonomy,))
    router = _Router(model=model, own=own, submit=submit, prompt=system_prompt, root=root, tool_choice=tool_choice)
    graph = StateGraph(RouterState)
    for node in (router.supervise, router.dispatch, router.walk, router.work):
        graph.add_node(node.__name__, node)
    graph.add_edge(START, "supervise")
    graph.add_conditional_edges("supervise", router.after_supervise)
    graph.add_conditional_edges("dispatch", router.after_dispatch)
    graph.add_conditional_edges("walk", router.after_walk)
    graph.add_edge("work", "dispatch")
    return graph.compile(name=NAME)


class _Router:
    def __init__(
        self,
        *,
        model: BaseChatModel,
        own: Sequence[BaseTool],
        submit: BaseTool | None,
        prompt: str,
        root: Branch,
        tool_choice: str,
    ) -> None:
        self.model = model
        self.tools: Mapping[str, BaseTool] = {tool.name: tool for tool in own}
        self.submit = submit
        self.prompt = prompt
        self.root = root
        self.tool_choice = tool_choice
        placed = {name for branch in root.children for name in branch.tools}
        self.shared = [tool for tool in own if tool.name not in placed]
        """tools of no branch, such as the one that reads skills: every worker has them"""
        self.report = ending_tool(
            "report",
            "Report to the supervisor; this ends your part.",
            "result",
            "what you found or changed, with all values",
        )

    async def supervise(self, state: RouterState) -> dict[str, Any]:
        """Ask the supervisor what to hand over next."""
        offered: list[Any] = [*handoffs(self.root), *([self.submit] if self.submit else [])]
        choice = {"tool_choice": "any"} if self.tool_choice == "any" else {}
        bound = self.model.bind_tools(offered, **choice)
        said = await bound.ainvoke([SystemMessage(f"{SUPERVISE}\n\n{self.prompt}".strip()), *state["messages"]])
        reminded = any(isinstance(m, HumanMessage) and m.text == NUDGE for m in state["messages"])
        added: list[AnyMessage] = [said]
        if not said.tool_calls and self.submit is not None and not reminded:
            added.append(HumanMessage(NUDGE, name=NAME))
        return {"messages": added, "waiting": list(said.tool_calls)}

    def after_supervise(self, state: RouterState) -> Literal["dispatch", "supervise", "__end__"]:
        """Go on with what was handed over; a supervisor that stopped is reminded once."""
        if state["waiting"]:
            return "dispatch"
        return "supervise" if isinstance(state["messages"][-1], HumanMessage) else "__end__"

    async def dispatch(self, state: RouterState) -> dict[str, Any]:
        """Take the next call that waits: a submission, or a part for a branch."""
        if not state["waiting"]:
            return {"path": []}
        call, *rest = state["waiting"]
        children = slugs(self.root.children)
        if call["name"] == SUBMIT and self.submit is not None:
            return {"messages": [await run_tool(self.submit, call)], "waiting": rest, "path": []}
        if call["name"] in children:
            return {"path": [children[call["name"]]], "part": str(call["args"].get("part", ""))}
        refusal = f"There is no specialist {call['name']!r}. There are {', '.join(children)}."
        message = ToolMessage(refusal, tool_call_id=call["id"], name=call["name"], status="error")
        return {"messages": [message], "waiting": rest, "path": []}

    def after_dispatch(self, state: RouterState) -> Literal["walk", "work", "dispatch", "supervise", "__end__"]:
        """Walk on to where the part belongs; end after a submission."""
        last = state["messages"][-1]
        if isinstance(last, ToolMessage) and last.name == SUBMIT and last.status != "error":
            return "__end__"
        if state["path"]:
            return "walk" if at(self.root, state["path"]).children else "work"
        return "dispatch" if state["waiting"] else "supervise"

    async def walk(self, state: RouterState) -> dict[str, Any]:
        """Ask which branch below the current one the part belongs to; without an answer it stays here."""
        branch = at(self.root, state["path"])
        bound = self.model.bind_tools(handoffs(branch), tool_choice="any")
        said = await bound.ainvoke([SystemMessage(WALK), HumanMessage(state["part"], name=NAME)])
        children = slugs(branch.children)
        chosen = (
            next((c for c in said.tool_calls if c["name"] in children), None) if isinstance(said, AIMessage) else None
        )
        return {"path": [*state["path"], -1 if chosen is None else children[chosen["name"]]]}

    def after_walk(self, state: RouterState) -> Literal["walk", "work"]:
        """Walk on while the branch parts further."""
        path = state["path"]
        return "walk" if path[-1] >= 0 and at(self.root, path).children else "work"

    async def work(self, state: RouterState) -> dict[str, Any]:
        """Let a worker with the tools of the branch do the part, and report it to the supervisor.

        It is shown the request too: a supervisor may hand over less than the part needs.
        """
        call, *rest = state["waiting"]
        branch = at(self.root, [number for number in state["path"] if number >= 0])
        tools = [*(self.tools[name] for name in branch.tools), *self.shared, self.report]
        loop = tool_loop(self.model, tools, f"{WORK}\n\n{without_ending(self.prompt)}", self.tool_choice)
        whole = f"The request of which this is a part: {request_of(state['messages'], NAME)}"
        told = HumanMessage(f"Your part: {state['part']}\n\n{whole}", name=NAME)
        _, result = await work(loop, [told], self.report.name)
        message = ToolMessage(result or "(no report)", tool_call_id=call["id"], name=call["name"])
        return {"messages": [message], "waiting": rest, "path": []}
