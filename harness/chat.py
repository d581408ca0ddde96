"""Inspect's model as a LangChain chat model, and messages in both forms."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    GenerateConfig,
    Model,
    ModelOutput,
    get_model,
)
from inspect_ai.tool import ToolCall, ToolCallError, ToolChoice, ToolFunction, ToolInfo, ToolParams
from inspect_ai.util import LimitExceededError
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from skillweave.harness.rollouts import current_rollout, note_calls, over
from skillweave.harness.spending import spend

REFUSED = (400, 413, 422)
"""HTTP status of a request that is at fault itself"""


class InspectChatModel(BaseChatModel):
    """A chat model that asks the model of the running Inspect sample, under Inspect's limits and log. Async only."""

    _said: dict[str, ChatMessageAssistant] = PrivateAttr(default_factory=dict)
    _heard: list[ChatMessage] = PrivateAttr(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "inspect"

    @property
    def heard(self) -> list[ChatMessage]:
        """The conversation up to and with the last answer of the model."""
        return list(self._heard)

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return the model with these tools, and a tool choice: auto, any, none or a tool's name."""
        kwargs.pop("strict", None)
        return self.bind(tools=[tool_info(tool) for tool in tools], tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise RuntimeError("this model is async only: use ainvoke, and run graphs with ainvoke")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        tools: Sequence[ToolInfo] = (),
        tool_choice: Any = None,
        **kwargs: Any,
    ) -> ChatResult:
        if over():
            return ChatResult(generations=[ChatGeneration(message=AIMessage(""))])
        heard = told([self.restore(message) for message in messages])
        output = await generate(get_model(), heard, tools, inspect_tool_choice(tool_choice))
        said = output.message
        self._said[said.id or ""] = said
        self._heard = [*heard, said]
        note_calls(said.tool_calls, {tool.name for tool in tools})
        return ChatResult(generations=[ChatGeneration(message=langchain_answer(output))])

    def restore(self, message: BaseMessage) -> ChatMessage:
        """Return a message of the graph as Inspect's.

        What the model said goes back as it was said: reasoning and provider details have no place in an AIMessage.
        """
        said = self._said.get(message.id or "") if isinstance(message, AIMessage) else None
        if said is not None and isinstance(message, AIMessage):
            same_calls = [c.id for c in said.tool_calls or []] == [c["id"] for c in message.tool_calls]
            if same_calls and said.text == message.text:
                return said
        return inspect_message(message)


async def generate(
    model: Model,
    messages: list[ChatMessage],
    tools: Sequence[ToolInfo],
    choice: ToolChoice | None,
    config: GenerateConfig = GenerateConfig(),  # noqa: B008  never changed
) -> ModelOutput:
    """Return the model's output; what fails, and a limit that is reached, is noted on the rollout that is played.

    An agent may swallow either exception; the note is what the rollout is judged by. A request that the model refuses
    as malformed after it has replied before is the agent's doing: it is no fault of the endpoint.
    """
    rollout = current_rollout()
    try:
        output = await model.generate(told(messages), tools=list(tools), tool_choice=choice, config=config)
    except LimitExceededError as limit:
        if rollout is not None:
            rollout.end(limit)
        raise
    except Exception as error:
        if rollout is not None and not (rollout.replies and getattr(error, "status_code", None) in REFUSED):
            rollout.fault = rollout.fault or error
        raise
    spend(output.usage)
    if rollout is not None:
        rollout.replies += 1
    return output


def told(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Return messages without a system message that says nothing: suites of others have none, and graphs add one."""
    return [m for m in messages if not (isinstance(m, ChatMessageSystem) and not m.text.strip())]


def tool_info(tool: BaseTool | Mapping[str, Any] | Any) -> ToolInfo:
    """Return a LangChain tool (or what LangChain takes for one) as Inspect's description of it."""
    if isinstance(tool, ToolInfo):
        return tool
    function = convert_to_openai_tool(tool)["function"]
    parameters = function.get("parameters") or {}
    return ToolInfo(
        name=function["name"],
        description=function.get("description") or function["name"],
        parameters=ToolParams.model_validate({"type": "object", **parameters}),
    )


def inspect_tool_choice(choice: Any) -> ToolChoice:
    """Return LangChain's tool choice in Inspect's words; raises ValueError for one that is none."""
    if choice in (None, "auto", False):
        return "auto"
    if choice in ("any", "required", True):
        return "any"
    if choice == "none":
        return "none"
    if isinstance(choice, str):
        return ToolFunction(name=choice)
    if isinstance(choice, Mapping) and "function" in choice:
        return ToolFunction(name=str(choice["function"]["name"]))
    raise ValueError(f"no tool choice {choice!r}; it is auto, any, none or a tool's name")


def langchain_answer(output: ModelOutput) -> AIMessage:
    """Return the model's output as an AIMessage.

    A call whose arguments could not be read stays a call (with none), so that the graph answers it with the problem:
    LangChain's ``invalid_tool_calls`` would end the run without a word to the model.
    """
    said = output.message
    calls = [
        {"name": c.function, "args": {} if c.parse_error else c.arguments, "id": c.id, "type": "tool_call"}
        for c in said.tool_calls or []
    ]
    usage = output.usage
    counted = None
    if usage is not None:
        counted = {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "total_tokens": usage.total_tokens,
        }
    return AIMessage(
        content=said.text,
        tool_calls=calls,
        id=said.id,
        usage_metadata=counted,
        response_metadata={"model_name": output.model, "finish_reason": output.stop_reason},
    )


def inspect_message(message: BaseMessage) -> ChatMessage:
    """Return a LangChain message as Inspect's; what is no text is written as JSON."""
    text = _text(message)
    if isinstance(message, SystemMessage):
        return ChatMessageSystem(content=text)
    if isinstance(message, ToolMessage):
        error = ToolCallError(type="unknown", message=text) if message.status == "error" else None
        return ChatMessageTool(content=text, tool_call_id=message.tool_call_id, function=message.name, error=error)
    if isinstance(message, AIMessage):
        calls = [ToolCall(id=c["id"] or "", function=c["name"], arguments=c["args"]) for c in message.tool_calls]
        return ChatMessageAssistant(content=text, tool_calls=calls or None)
    return ChatMessageUser(content=text)


def _text(message: BaseMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    parts = []
    for block in message.content:
        if isinstance(block, str):
            parts.append(block)
        elif block.get("type") == "text":
            parts.append(str(block.get("text", "")))
        else:
            parts.append(json.dumps(block, ensure_ascii=False, default=str))
    return "\n".join(parts)
