"""Their descriptions of functions as tool schemas."""

from collections.abc import Mapping
from typing import Any

from skillweave.tasks.suite import ToolSchema

TYPES: Mapping[str, str] = {"dict": "object", "float": "number"}
"""what their documents call by another name than JSON schema does"""
HINT = " Note that the provided function is in Python 3 syntax."
"""what their runner adds to the description of each function"""
FLOAT = " This is a float type value."
"""what it adds to the description of a parameter whose type it has to translate"""


def tool_schema(document: Mapping[str, Any]) -> ToolSchema:
    """Return a function as their runner offers it to a model of OpenAI's."""
    return ToolSchema(
        name=document["name"],
        description=document["description"] + HINT,
        parameters=_schema(document["parameters"]),
    )


def _schema(given: Mapping[str, Any]) -> dict[str, Any]:
    found = {**given, "type": TYPES.get(given["type"], given["type"])}
    if "properties" in given:
        found["properties"] = {name: _parameter(part) for name, part in given["properties"].items()}
    if "items" in given:
        found["items"] = _schema(given["items"])
    return found


def _parameter(given: Mapping[str, Any]) -> dict[str, Any]:
    found = _schema(given)
    if given["type"] == "float":
        found |= {"format": "float", "description": given["description"] + FLOAT}
    return found
