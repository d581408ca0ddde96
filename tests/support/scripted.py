"""Model outputs for tests: what a scripted model says, with usage set so that no tokenizer is looked for."""

from collections.abc import Sequence
from typing import Any

from inspect_ai.model import ChatCompletionChoice, ChatMessageAssistant, ModelOutput, ModelUsage
from inspect_ai.tool import ToolCall


def says(text: str = "", *calls: tuple[str, dict[str, Any]], step: int = 0, unparsed: str | None = None) -> ModelOutput:
    """Return an output with a text and calls; ``unparsed`` is why the arguments of its calls could not be read."""
    made = [
        ToolCall(id=f"c{step}_{i}", function=tool, arguments=arguments, parse_error=unparsed)
        for i, (tool, arguments) in enumerate(calls)
    ]
    message = ChatMessageAssistant(content=text, tool_calls=made or None, source="generate")
    return ModelOutput(
        model="mockllm/model",
        choices=[ChatCompletionChoice(message=message, stop_reason="tool_calls" if made else "stop")],
        usage=ModelUsage(input_tokens=10, output_tokens=5, total_tokens=15),
    )


def steps(*outputs: Sequence[tuple[str, dict[str, Any]]] | str) -> list[ModelOutput]:
    """Return outputs: each a text, or a list of calls."""
    return [
        says(given, step=i) if isinstance(given, str) else says("", *given, step=i) for i, given in enumerate(outputs)
    ]


def submit(answer: str) -> tuple[str, dict[str, Any]]:
    """Return a submission."""
    return ("submit_answer", {"answer": answer})
