"""Agents by name, the shipped ones and one's own, and what each wants to be given."""

import inspect
from collections.abc import Callable
from typing import Any

from skillweave.agents.own import FORMS, from_file, place_of
from skillweave.taxonomy.artifacts import file_digest
from skillweave.taxonomy.errors import UserError

GIVEN = ("model", "tools", "system_prompt", "skills", "tool_choice", "taxonomy", "config")
TOOL_CHOICES = ("auto", "any")

GraphFactory = Callable[..., Any]
"""(any of `GIVEN`, by name) -> compiled LangGraph graph, or an awaitable of one"""


def _react() -> GraphFactory:
    from skillweave.agents.react import make_graph

    return make_graph


def _plan_execute() -> GraphFactory:
    from skillweave.agents.plan_execute import make_graph

    return make_graph


def _reflect() -> GraphFactory:
    from skillweave.agents.reflect import make_graph

    return make_graph


def _taxonomy_router() -> GraphFactory:
    from skillweave.agents.taxonomy_router import make_graph

    return make_graph


AGENTS: dict[str, Callable[[], GraphFactory]] = {
    "react": _react,
    "plan_execute": _plan_execute,
    "reflect": _reflect,
    "taxonomy_router": _taxonomy_router,
}


def load_agent(spec: str, *, tool_choice: str = "auto") -> GraphFactory:
    """Return the factory of an agent: a shipped one by name, or one's own (see `skillweave.agents.own`).

    A factory of one's own names what it wants among `GIVEN`. Raises `UserError` for a name or file that does not
    exist, for a function that wants something else, and for a forced tool choice that the agent does not take.
    """
    if tool_choice not in TOOL_CHOICES:
        raise UserError(f"no tool choice {tool_choice!r}", hint="it is auto or any")
    if spec not in AGENTS and place_of(spec) is None:
        raise UserError(f"no agent {spec!r}", hint=f"there is {', '.join(sorted(AGENTS))}, or {FORMS}")
    factory = AGENTS[spec]() if spec in AGENTS else from_file(spec)
    wanted = _wanted(factory, spec)
    if tool_choice != "auto" and not wanted & {"tool_choice", "config"}:
        raise UserError(
            f"agent {spec!r} takes no tool choice, got {tool_choice!r}",
            hint="give its function a parameter named tool_choice, or leave the option out",
        )
    return factory


async def build_graph(factory: GraphFactory, **given: Any) -> Any:
    """Return the graph that a factory makes of what it wants among the given."""
    wanted = _wanted(factory, getattr(factory, "__name__", repr(factory)))
    if "config" in wanted:
        # As LangGraph's own server calls a factory; a parameter of the name is all that such a factory has.
        given["config"] = {"configurable": dict(given)}
    graph = factory(**{name: value for name, value in given.items() if name in wanted})
    if inspect.isawaitable(graph):
        graph = await graph
    if not hasattr(graph, "ainvoke") and hasattr(graph, "compile"):
        graph = graph.compile()
    if not hasattr(graph, "ainvoke"):
        name = getattr(factory, "__name__", "the factory")
        raise TypeError(f"{name} must return a graph, such as a StateGraph, got {type(graph).__name__}")
    return graph


def wants(factory: GraphFactory, name: str) -> bool:
    """Return whether a factory asks for something among `GIVEN`."""
    return name in _wanted(factory, getattr(factory, "__name__", repr(factory)))


def needs(factory: GraphFactory, name: str) -> bool:
    """Return whether a factory cannot do without something among `GIVEN`."""
    parameter = inspect.signature(factory).parameters.get(name)
    return parameter is not None and parameter.default is inspect.Parameter.empty


def agent_digest(spec: str) -> str | None:
    """Return the sha256 of the file of one's own agent, None for a shipped one."""
    place = None if spec in AGENTS else place_of(spec)
    return None if place is None else file_digest(place[0])


def _wanted(factory: GraphFactory, spec: str) -> frozenset[str]:
    names: set[str] = set()
    for parameter in inspect.signature(factory).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            names.update(name for name in GIVEN if name != "config")
        elif parameter.name in GIVEN and parameter.kind is not inspect.Parameter.POSITIONAL_ONLY:
            names.add(parameter.name)
        elif parameter.default is inspect.Parameter.empty and parameter.kind is not inspect.Parameter.VAR_POSITIONAL:
            raise UserError(
                f"agent {spec!r} wants a parameter {parameter.name!r}",
                hint=f"it can be given {', '.join(GIVEN)}",
            )
    return frozenset(names)
