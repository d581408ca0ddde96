"""LangGraph agents on Inspect's model: over a direct chat model, or over Inspect's bridge of the OpenAI client."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from inspect_ai.agent import AgentState, agent_bridge
from inspect_ai.model import ChatMessage, ChatMessageSystem, GenerateConfig, GenerateInput, Model, ModelOutput
from inspect_ai.solver import TaskState
from inspect_ai.tool import ToolChoice, ToolInfo
from inspect_ai.util import turn_limit
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage
from langgraph.errors import GraphRecursionError

from skillweave.agents.load import build_graph, load_agent
from skillweave.agents.prompts import system_prompt
from skillweave.agents.toolkit import agent_tools
from skillweave.harness.chat import InspectChatModel, inspect_message
from skillweave.harness.rollouts import Line, Rollout, note_calls, over

MOST_STEPS = 100
"""model calls of a rollout, where the user sets no other limit and the plan is long"""
NODES_A_STEP = 6
"""graph nodes that a model call may take before LangGraph's own limit ends a graph that runs in circles"""

ModelPath = Literal["direct", "bridge"]
MODEL_PATHS: tuple[str, ...] = ("direct", "bridge")


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

    def steps(self, rollout: Rollout) -> int:
        """Return the model calls that a rollout may make."""
        return self.max_steps or min(3 * rollout.task.calls + 20, MOST_STEPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """A chat model, what it has heard and said so far, and how a message of its graph is logged."""

    model: BaseChatModel
    heard: Callable[[], list[ChatMessage]]
    logged: Callable[[BaseMessage], ChatMessage]


async def play_graph(state: TaskState, rollout: Rollout, options: GraphOptions) -> None:
    """Run an agent's graph over the user's turns; the conversation goes to ``state.messages``.

    Raises `StepsExceeded` where the graph itself runs in circles; limits of Inspect pass through.
    """
    steps = options.steps(rollout)
    turns = rollout.suite.turns(rollout.task)
    with turn_limit(steps * len(turns)):
        async with _voice(options.model_path) as voice:
            try:
                graph = await _graph(state.uuid, rollout, options, voice.model)
                messages = await _converse(graph, turns, rollout, recursion=NODES_A_STEP * steps + 10)
            except BaseException:
                state.messages = voice.heard() or state.messages
                raise
            first = [m for m in voice.heard()[:1] if isinstance(m, ChatMessageSystem)]
            state.messages = [*first, *(voice.logged(m) for m in messages)]


async def _graph(key: str, rollout: Rollout, options: GraphOptions, model: BaseChatModel) -> Any:
    suite, task = rollout.suite, rollout.task
    schemas = suite.tool_schemas()
    skills = tuple(suite.skill_cards(task)) if "read_skill" in rollout.offered else ()
    return await build_graph(
        load_agent(options.agent, tool_choice=options.tool_choice),
        model=model,
        tools=agent_tools([schemas[name] for name in rollout.offered], Line(key)),
        system_prompt=system_prompt(suite.briefing(task), skills),
        skills=skills,
        tool_choice=options.tool_choice,
    )


async def _converse(graph: Any, turns: Sequence[str], rollout: Rollout, *, recursion: int) -> list[BaseMessage]:
    messages: list[BaseMessage] = []
    exceeded = False
    for number, turn in enumerate(turns):
        if number:
            rollout.next_turn()
        messages = [*messages, HumanMessage(turn)]
        try:
            result = await graph.ainvoke({"messages": messages}, config={"recursion_limit": recursion})
        except GraphRecursionError:
            exceeded = True
        if exceeded:
            raise StepsExceeded(recursion)
        messages = list(result["messages"]) if isinstance(result, dict) and "messages" in result else messages
    return messages


@asynccontextmanager
async def _voice(path: str) -> AsyncIterator[_Voice]:
    if path == "direct":
        model = InspectChatModel()
        yield _Voice(model=model, heard=lambda: model.heard, logged=model.restore)
        return
    async with agent_bridge(AgentState(messages=[]), filter=_spare, response_filter=_note) as bridge:
        yield _Voice(model=bridge_model(), heard=lambda: list(bridge.state.messages), logged=inspect_message)


async def _note(model: Model, output: ModelOutput, given: GenerateInput) -> None:
    note_calls(output.message.tool_calls, {tool.name for tool in given.tools})


async def _spare(
    model: Model, messages: list[ChatMessage], tools: list[ToolInfo], choice: ToolChoice | None, config: GenerateConfig
) -> ModelOutput | None:
    return ModelOutput.from_content("inspect", "") if over() else None


def bridge_model() -> BaseChatModel:
    """Return the chat model that Inspect's bridge answers for.

    The address is dead on purpose: a sync or streamed call escapes the bridge and must fail, not reach a server.
    """
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    return ChatOpenAI(
        model="inspect",
        api_key=SecretStr("unused"),
        base_url="http://127.0.0.1:9/v1",
        disable_streaming=True,
        max_retries=0,
    )
