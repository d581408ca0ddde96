"""A LangGraph agent plays a rollout: it is given a model, tools and text, and nothing else of the run."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from inspect_ai.model import ChatMessageSystem
from inspect_ai.solver import TaskState
from inspect_ai.util import turn_limit
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.errors import GraphRecursionError

from skillweave.agents.branches import Branch, offered_branches
from skillweave.agents.load import build_graph, load_agent, wants
from skillweave.agents.prompts import SKILLS_MODES, SUBMISSIONS, rules_of, system_prompt
from skillweave.agents.toolkit import agent_tools
from skillweave.harness.isolation import findable, isolated_graph
from skillweave.harness.remote import is_remote, remote_graph
from skillweave.harness.rollouts import Line, Rollout
from skillweave.harness.served import served
from skillweave.harness.voices import MODEL_PATHS, voice
from skillweave.tasks.submit import submit_schema
from skillweave.tasks.suite import ToolSuite
from skillweave.taxonomy.errors import UserError

MOST_STEPS = 100
"""model calls of a rollout, where the user sets no other limit and the plan is long"""
NODES_A_STEP = 6
"""graph nodes that a model call may take before LangGraph's own limit ends a graph that runs in circles"""


class StepsExceeded(Exception):
    """The graph took more steps than it may."""

    def __init__(self, steps: int) -> None:
        super().__init__(steps)
        self.steps = steps


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphOptions:
    """How a LangGraph agent is run."""

    agent: str
    tool_choice: str = "auto"
    model_path: str = "direct"
    max_steps: int | None = None
    """model calls of one user turn; None for three times the plan's calls and 20 more, at most `MOST_STEPS`"""
    skills: str = "listed"
    """procedural skills: hidden, listed or full"""
    submit: str = "tool"
    """how the answer is handed over: tool or text"""
    system_prompt: str | None = None
    """what stands in place of our own words on how to work"""
    tool_limit: int | None = None
    """tool calls of a rollout"""
    examples: str | None = None
    """worked examples that stand in the prompt"""
    isolate: bool = False
    """whether the graph runs in a process of its own"""

    def steps(self, rollout: Rollout) -> int:
        """Return the model calls that a rollout may make."""
        return self.max_steps or min(3 * rollout.task.calls + 20, MOST_STEPS)

    def given(self) -> dict[str, Any]:
        """Return the options that are not at their default, as plain JSON; the agent is left out."""
        plain = asdict(GraphOptions(agent=self.agent))
        return {name: value for name, value in asdict(self).items() if value != plain[name]}

    def check(self) -> None:
        """Raise `UserError` for a value that is none, or for two that contradict each other."""
        for name, value, known in (
            ("model path", self.model_path, MODEL_PATHS),
            ("skills mode", self.skills, SKILLS_MODES),
            ("way to submit", self.submit, SUBMISSIONS),
        ):
            if value not in known:
                raise UserError(f"no {name} {value!r}", hint=f"it is {' or '.join(known)}")
        for name, count in (("max steps", self.max_steps), ("tool limit", self.tool_limit)):
            if count is not None and count < 1:
                raise UserError(f"{name} must be at least 1, got {count!r}")
        if self.submit == "text" and self.tool_choice == "any":
            raise UserError(
                "a model that must call a tool at every step never ends with a text",
                hint="leave out --tool-choice any or --submit text",
            )
        if self.isolate and is_remote(self.agent):
            raise UserError(f"agent {self.agent!r} runs elsewhere already", hint="leave out --isolate")


def submission_of(given: str | None, tool_choice: str, suite: ToolSuite) -> str:
    """Return how the answer is handed over: as the run says, else by the tool that must be called, else as suits it."""
    return given or ("tool" if tool_choice == "any" else suite.submission)


async def play_graph(state: TaskState, rollout: Rollout, options: GraphOptions) -> None:
    """Run an agent's graph over the user's turns; the conversation goes to ``state.messages``.

    Raises `StepsExceeded` where the graph itself runs in circles; limits of Inspect pass through.
    """
    steps = options.steps(rollout)
    turns = rollout.suite.turns(rollout.task)
    rollout.submission = options.submit
    rollout.tool_limit = options.tool_limit
    with turn_limit(steps * turns):
        async with voice(options.model_path) as said:
            try:
                messages = await _converse(state.uuid, rollout, options, said.model)
            except BaseException:
                state.messages = said.heard() or state.messages
                raise
            first = [m for m in said.heard()[:1] if isinstance(m, ChatMessageSystem)]
            state.messages = [*first, *(said.logged(m) for m in messages)]


@asynccontextmanager
async def _graph(key: str, rollout: Rollout, options: GraphOptions, model: BaseChatModel) -> AsyncIterator[Any]:
    """Give what has the graph's ``ainvoke``, wherever the graph runs."""
    suite, task = rollout.suite, rollout.task
    schemas = [suite.tool_schemas()[name] for name in rollout.offered]
    skills = tuple(suite.skill_cards(task)) if "read_skill" in rollout.offered else ()
    full = skills if options.skills == "full" else ()
    bodies = [str(await rollout.session.call("read_skill", {"name": card.name})) for card in full]
    prompt = system_prompt(
        suite.briefing(task),
        skills,
        submit=options.submit,
        bodies=bodies,
        rules=options.system_prompt if options.system_prompt is not None else rules_of(suite.rules, options.submit),
        examples=options.examples,
    )
    submits = submit_schema(suite, task) if options.submit == "tool" else None
    if options.isolate:
        branch = branches_of(rollout)
        hello = {
            "agent": findable(options.agent),
            "tools": [asdict(schema) for schema in schemas],
            "submit": None if submits is None else asdict(submits),
            "system_prompt": prompt,
            "skills": [asdict(card) for card in skills],
            "tool_choice": options.tool_choice,
            "taxonomy": None if branch is None else asdict(branch),
        }
        async with isolated_graph(hello, model, Line(key)) as graph:
            rollout.handed_over = True
            yield graph
        return
    if is_remote(options.agent):
        async with (
            served(schemas, Line(key), model, submit=submits) as place,
            remote_graph(options.agent, place, prompt, options.tool_choice) as graph,
        ):
            rollout.handed_over = True
            yield graph
        return
    factory = load_agent(options.agent, tool_choice=options.tool_choice)
    given = {
        "model": model,
        "tools": agent_tools(schemas, Line(key), submit=submits),
        "system_prompt": prompt,
        "skills": skills,
        "tool_choice": options.tool_choice,
        "taxonomy": branches_of(rollout) if wants(factory, "taxonomy") else None,
    }
    rollout.handed_over = True
    yield await build_graph(factory, **given)


def branches_of(rollout: Rollout) -> Branch | None:
    """Return the taxonomy over the offered tools; None where the run has no taxonomy."""
    if rollout.taxonomy is None:
        return None
    return offered_branches(rollout.taxonomy, rollout.suite.skill_tools(), rollout.offered)


async def _converse(key: str, rollout: Rollout, options: GraphOptions, model: BaseChatModel) -> Sequence[BaseMessage]:
    """Let user and agent take turns until the user has nothing more to say; new tools make a new graph."""
    recursion = NODES_A_STEP * options.steps(rollout) + 10
    messages: list[BaseMessage] = []
    turn = await rollout.hear()
    while turn is not None:
        tools = rollout.offered
        async with _graph(key, rollout, options, model) as graph:
            while turn is not None and rollout.offered == tools:
                messages = await _play_turn(graph, [*messages, HumanMessage(turn.text)], recursion)
                if isinstance(messages[-1], AIMessage):
                    rollout.say(messages[-1].text)
                turn = await rollout.hear()
    return messages


async def _play_turn(graph: Any, messages: list[BaseMessage], recursion: int) -> list[BaseMessage]:
    exceeded = False
    result: Any = None
    try:
        result = await graph.ainvoke({"messages": messages}, config={"recursion_limit": recursion})
    except GraphRecursionError:
        exceeded = True
    if exceeded:
        raise StepsExceeded(recursion)
    return list(result["messages"] if isinstance(result, dict) and result.get("messages") else messages)
