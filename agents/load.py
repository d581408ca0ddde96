"""Agents by name, or one's own from a Python file."""

import importlib.util
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from skillweave.taxonomy.artifacts import file_digest
from skillweave.taxonomy.errors import UserError

GIVEN = ("model", "tools", "system_prompt", "skills", "tool_choice", "taxonomy")
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
    """Return the factory of an agent: ``react``, or ``file.py:make_graph``.

    A factory of one's own names what it wants among `GIVEN`. Raises `UserError` for a name or file that does not
    exist, for a function that wants something else, and for a forced tool choice that the agent does not take.
    """
    if tool_choice not in TOOL_CHOICES:
        raise UserError(f"no tool choice {tool_choice!r}", hint="it is auto or any")
    factory = AGENTS[spec]() if spec in AGENTS else _from_file(spec)
    wanted = _wanted(factory, spec)
    if tool_choice != "auto" and "tool_choice" not in wanted:
        raise UserError(
            f"agent {spec!r} takes no tool choice, got {tool_choice!r}",
            hint="give its function a parameter named tool_choice, or leave the option out",
        )
    return factory


async def build_graph(factory: GraphFactory, **given: Any) -> Any:
    """Return the graph that a factory makes of what it wants among the given."""
    wanted = _wanted(factory, getattr(factory, "__name__", repr(factory)))
    graph = factory(**{name: value for name, value in given.items() if name in wanted})
    if inspect.isawaitable(graph):
        graph = await graph
    if not hasattr(graph, "ainvoke"):
        raise TypeError(f"make_graph must return a compiled graph (with ainvoke), got {type(graph).__name__}")
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
    return None if spec in AGENTS or ":" not in spec else file_digest(Path(spec.rpartition(":")[0]))


def _wanted(factory: GraphFactory, spec: str) -> frozenset[str]:
    names: set[str] = set()
    for parameter in inspect.signature(factory).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            names.update(GIVEN)
        elif parameter.name in GIVEN and parameter.kind is not inspect.Parameter.POSITIONAL_ONLY:
            names.add(parameter.name)
        elif parameter.default is inspect.Parameter.empty and parameter.kind is not inspect.Parameter.VAR_POSITIONAL:
            raise UserError(
                f"agent {spec!r} wants a parameter {parameter.name!r}",
                hint=f"it can be given {', '.join(GIVEN)}",
            )
    return frozenset(names)


def _from_file(spec: str) -> GraphFactory:
    file, colon, name = spec.rpartition(":")
    if not colon or not file.endswith(".py"):
        raise UserError(
            f"no agent {spec!r}", hint=f"there is {', '.join(sorted(AGENTS))}, or your own as file.py:make_graph"
        )
    path = Path(file)
    if not path.is_file():
        raise UserError(f"no file {file!r} for agent {spec!r}", hint="check the path")
    factory = getattr(_module(path), name, None)
    if not callable(factory):
        raise UserError(f"{file!r} has no function {name!r}", hint="write it as file.py:make_graph")
    return factory  # type: ignore[no-any-return]


def _module(path: Path) -> ModuleType:
    path = path.resolve()
    name = f"skillweave_agent_{file_digest(path)[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UserError(f"{str(path)!r} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    # A file of one's own may import what stands beside it, as a script would.
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise UserError(f"{str(path)!r} fails to import: {type(error).__name__}: {error}") from None
    finally:
        sys.path.remove(str(path.parent))
    return module
