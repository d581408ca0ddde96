"""Models beside the agent's, by role: the user whom an agent talks to, the judge of an assertion in words."""

from collections.abc import Mapping
from typing import Any

from inspect_ai.model import ChatMessageAssistant, Model, get_model, messages_from_openai
from inspect_ai.tool import ToolInfo, ToolParams

from skillweave.tasks.suite import Ask, Voices
from skillweave.taxonomy.errors import UserError

SCRIPTED = "scripted"
"""stands in place of a model where a suite's own script is wanted"""
NONE = "none/none"


def check_roles(given: Mapping[str, str], known: Mapping[str, bool], *, needed: bool) -> None:
    """Raise `UserError` for a role that the suite does not have, and for one that is needed and not given."""
    unknown = next((role for role in given if role not in known), None)
    if unknown is not None:
        there = ", ".join(sorted(known)) or "none"
        raise UserError(f"the suite has no model role {unknown!r}", hint=f"its roles: {there}")
    missing = next((role for role, must in known.items() if must and role not in given), None)
    if needed and missing is not None:
        raise UserError(
            f"the suite needs a model in the role {missing!r}",
            hint=f"give --model-role {missing}=PROVIDER/NAME, or {missing}={SCRIPTED} to try things out",
        )


def voices_of(roles: Mapping[str, bool]) -> Voices:
    """Return the models that the running sample has for a suite's roles; a role without one is left out."""
    models = {role: get_model(role=role, default=NONE) for role in roles}
    return {role: _ask(model) for role, model in models.items() if str(model) != NONE}


def _ask(model: Model) -> Ask:
    async def ask(request: Mapping[str, Any]) -> Mapping[str, Any]:
        messages = await messages_from_openai(list(request["messages"]))
        output = await model.generate(messages, tools=[_tool(tool["function"]) for tool in request.get("tools") or ()])
        if not output.choices:
            raise RuntimeError(f"{model} gave no reply: {output.error or 'it is empty'}")
        return _message(output.message)

    return ask


def _tool(function: Mapping[str, Any]) -> ToolInfo:
    parameters = ToolParams.model_validate({"type": "object", **(function.get("parameters") or {})})
    return ToolInfo(name=str(function["name"]), description=str(function.get("description", "")), parameters=parameters)


def _message(said: ChatMessageAssistant) -> Mapping[str, Any]:
    calls = [{"id": call.id, "name": call.function, "arguments": call.arguments} for call in said.tool_calls or ()]
    return {"content": said.text, "tool_calls": calls}
