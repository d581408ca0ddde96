"""Agents of one's own: a name in a Python file, or a graph that a langgraph.json names."""

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from skillweave.taxonomy.artifacts import read_json
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.userfile import user_module

FORMS = "your own as file.py:make_graph, langgraph.json#name or http://host#assistant"


def place_of(spec: str) -> tuple[Path, str] | None:
    """Return the Python file and the name in it that an agent's name means; None where it means no file.

    Raises `UserError` for a langgraph.json that is none, or has no graph of that name.
    """
    file, colon, name = spec.rpartition(":")
    if colon and file.endswith(".py"):
        return Path(file), name
    file, mark, name = spec.rpartition("#")
    if mark and file.endswith(".json"):
        return _named(Path(file), name)
    return None


def from_file(spec: str) -> Callable[..., Any]:
    """Return the factory of an agent of one's own; a compiled graph, or one to be compiled, is made into one.

    Raises `UserError` where there is no such file or name, and where it fails to import.
    """
    place = place_of(spec)
    if place is None:
        raise UserError(f"no agent {spec!r}")
    path, name = place
    if not path.is_file():
        raise UserError(f"no file {str(path)!r} for agent {spec!r}", hint="check the path")
    found: Any = getattr(user_module(path), name, None)
    if inspect.isfunction(found) or inspect.ismethod(found) or inspect.isclass(found):
        return found
    if hasattr(found, "compile") and not hasattr(found, "ainvoke"):
        found = found.compile()
    if hasattr(found, "ainvoke"):
        from skillweave.agents.middleware import ready

        return ready(found)
    if not callable(found):
        raise UserError(f"{str(path)!r} has no function or graph {name!r}", hint="write it as file.py:make_graph")
    return found  # type: ignore[no-any-return]


def _named(path: Path, name: str) -> tuple[Path, str]:
    described = read_json(path)
    graphs = described.get("graphs") if isinstance(described, Mapping) else None
    if not isinstance(graphs, Mapping) or not graphs:
        raise UserError(f"{str(path)!r} names no graphs", hint='it has {"graphs": {"NAME": "./file.py:graph"}}')
    if name not in graphs:
        raise UserError(f"{str(path)!r} has no graph {name!r}", hint=f"it has {', '.join(sorted(map(str, graphs)))}")
    entry = graphs[name]
    where = entry.get("path") if isinstance(entry, Mapping) else entry
    file, colon, attribute = str(where).rpartition(":")
    if not colon:
        raise UserError(f"{str(path)!r}: graph {name!r} is {where!r}", hint="it is written ./file.py:graph")
    _prepare(path.parent, described)
    return path.parent / file, attribute


def _prepare(folder: Path, described: Mapping[str, Any]) -> None:
    """Make the folders that a langgraph.json depends on importable, and set what its env sets where nothing is."""
    for dependency in described.get("dependencies") or ():
        place = (folder / str(dependency)).resolve()
        if str(dependency).startswith(".") and place.is_dir() and str(place) not in sys.path:
            sys.path.append(str(place))
    env = described.get("env")
    if isinstance(env, str) and (folder / env).is_file():
        from dotenv import dotenv_values

        env = dotenv_values(folder / env)
    for key, value in (env if isinstance(env, Mapping) else {}).items():
        os.environ.setdefault(str(key), str(value))
