"""A tool: one typed Python function over a World, and the JSON schema that is derived from it."""

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from docstring_parser import parse
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from skillweave.tasks.world import World


class ToolError(Exception):
    """A refusal, worded for the model: what is wrong, with the value, and what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One callable that the agent sees."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON schema of the arguments"""
    function: Callable[..., Any]
    arguments: type[BaseModel]

    def call(self, world: World, arguments: Mapping[str, Any]) -> Any:
        """Check the arguments, run the tool on a world and return its JSON-able result.

        Raises `ToolError`, also where the arguments do not fit the schema.
        """
        optional = _optional(self.arguments)
        # Models write "" for what they do not want to give.
        given = {n: v for n, v in arguments.items() if not (v == "" and n in optional)}
        try:
            checked = self.arguments.model_validate(given)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']} (got {_short(e['input'])})"
                for e in error.errors()
            )
            raise ToolError(f"{self.name} was not run, its arguments do not fit: {problems}") from None
        values = vars(checked)
        result = self.function(world, **values)
        if _asks(self.arguments):
            return result
        filters = [name for name in sorted(optional) if values[name] is not None]
        for name in filters:
            # A search for an id that does not exist comes back empty, as if there were nothing to find.
            problem = _id_problem(world, name, values[name]) if name.endswith("_id") else None
            if problem:
                raise ToolError(f"{name}: {problem} Or leave {name} out.")
        if isinstance(result, dict) and result.get("total") == 0 and len(filters) > 1:
            return {**result, "hint": f"nothing fits all of {', '.join(filters)}: leave out those you were not told"}
        return result


@cache
def _optional(arguments: type[BaseModel]) -> frozenset[str]:
    return frozenset(n for n, f in arguments.model_fields.items() if f.default is None)


@cache
def _asks(arguments: type[BaseModel]) -> bool:
    """Return whether a tool cannot be called without an argument: searches can."""
    return any(f.is_required() for f in arguments.model_fields.values())


def _id_problem(world: World, name: str, key: str) -> str | None:
    """Return why a text is no id for a parameter such as ``customer_id``, or None."""
    if not world.has(key):
        return f"nothing has the id {key!r}. Search for the name to find the id."
    for table in world.schema.tables:
        if table.name == f"{name.removesuffix('_id')}s" and not key.startswith(f"{table.prefix}-"):
            return f"{key!r} is not the id of a {table.name[:-1]}; those begin with {table.prefix}-."
    return None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def tool_of(function: Callable[..., Any]) -> Tool:
    """Return the tool made of a function whose first parameter is the world.

    The first paragraphs of its docstring describe the tool, the ``Args:`` section its parameters. Every parameter must
    have a type and a description: ``ValueError`` otherwise.
    """
    doc = parse(inspect.getdoc(function) or "")
    said = {p.arg_name: (p.description or "").replace("\n", " ") for p in doc.params}
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        if parameter.name not in hints or not said.get(parameter.name):
            raise ValueError(f"{function.__name__}: parameter {parameter.name!r} has no type or no description")
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[parameter.name] = (hints[parameter.name], Field(default, description=said[parameter.name]))
    if not doc.short_description:
        raise ValueError(f"{function.__name__} has no docstring")
    text = " ".join(part for part in (doc.short_description, doc.long_description) if part).replace("\n", " ")
    model = create_model(function.__name__, __config__=ConfigDict(extra="forbid"), **fields)
    return Tool(
        name=function.__name__,
        description=text,
        parameters=_plain_schema(model.model_json_schema()),
        function=function,
        arguments=model,
    )


def _plain_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Drop what only costs the model tokens: Pydantic's titles, and null beside the type of an optional argument."""
    properties = {}
    for name, field in schema.get("properties", {}).items():
        plain = {key: value for key, value in field.items() if key != "title"}
        choices = [c for c in plain.get("anyOf", []) if c != {"type": "null"}]
        if len(choices) == 1:
            del plain["anyOf"]
            plain = {**choices[0], **plain}
        if plain.get("default", ...) is None:
            del plain["default"]
        properties[name] = plain
    found = {"type": "object", "properties": properties, "required": schema.get("required", [])}
    if "$defs" in schema:
        found["$defs"] = schema["$defs"]
    return {**found, "additionalProperties": False}


def render(result: Any) -> str:
    """Return a tool's result as the text that an agent reads."""
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, default=str)
