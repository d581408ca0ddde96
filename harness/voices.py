"""The model of a run as an agent holds it: a direct chat model, or langchain-openai over Inspect's agent bridge."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from inspect_ai.agent import AgentState, agent_bridge
from inspect_ai.model import ChatMessage, GenerateConfig, GenerateInput, Model, ModelOutput
from inspect_ai.tool import ToolChoice, ToolInfo
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from skillweave.harness.chat import InspectChatModel, generate, inspect_message
from skillweave.harness.rollouts import note_calls, over

ModelPath = Literal["direct", "bridge"]
MODEL_PATHS: tuple[str, ...] = ("direct", "bridge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A chat model, what it has heard and said so far, and how a message of its graph is logged."""

    model: BaseChatModel
    heard: Callable[[], list[ChatMessage]]
    logged: Callable[[BaseMessage], ChatMessage]


@asynccontextmanager
async def voice(path: str) -> AsyncIterator[Voice]:
    """Give the model of the running sample, by one of `MODEL_PATHS`."""
    if path == "direct":
        model = InspectChatModel()
        yield Voice(model=model, heard=lambda: model.heard, logged=model.restore)
        return
    async with agent_bridge(AgentState(messages=[]), filter=_generate, response_filter=_note) as bridge:
        yield Voice(model=bridge_model(), heard=lambda: list(bridge.state.messages), logged=inspect_message)


async def _note(model: Model, output: ModelOutput, given: GenerateInput) -> None:
    note_calls(output.message.tool_calls, {tool.name for tool in given.tools})


async def _generate(
    model: Model, messages: list[ChatMessage], tools: list[ToolInfo], choice: ToolChoice | None, config: GenerateConfig
) -> ModelOutput:
    if over():
        return ModelOutput.from_content("inspect", "")
    return await generate(model, messages, tools, choice, config)


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
