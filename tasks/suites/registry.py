"""Which suites there are, and where each is made."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import ToolSuite
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.tasks.worldsuite import WorldSuite


def _office(name: str) -> ToolSuite:
    from skillweave.tasks.suites.office.suite import office_suite

    return office_suite(name)


SUITES: Mapping[str, Callable[[], ToolSuite]] = {
    name: partial(_office, name) for name in ("office", "office-small", "office-large")
}
"""name, which also says how large the worlds are -> the suite"""


_TAU2 = "skillweave.tasks.suites.tau2.suite:tau2_suite"
FOREIGN: Mapping[str, str] = {
    "agentdojo": "skillweave.tasks.suites.agentdojo.suite:agentdojo_suite",
    "bfcl": "skillweave.tasks.suites.bfcl.suite:bfcl_suite",
    "tau2-airline": _TAU2,
    "tau2-retail": _TAU2,
    "tau2-telecom": _TAU2,
}
"""name of a suite with tasks of its own -> where it is made, as ``module:function``; loaded when it is asked for"""


def load_suite(name: str) -> ToolSuite:
    """Return a suite by name, or one's own by ``file.py:SUITE`` or ``mcp:FILE.yaml``.

    Raises `UserError` for one that does not exist.
    Tasks name their suite as it was loaded, so a file of one's own must stay where it is while they are run.
    """
    if name in SUITES:
        return SUITES[name]()
    if name in FOREIGN:
        module, _, function = FOREIGN[name].partition(":")
        return getattr(import_module(module), function)(name)  # type: ignore[no-any-return]
    if name == "probe":  # not among the suites: it is there to try agents on, never to measure them
        from skillweave.tasks.suites.probe import ProbeSuite

        return ProbeSuite()
    if name.startswith("mcp:"):
        return _from_server(name)
    if ".py:" in name:
        return _from_file(name)
    parts = sorted(known for known in FOREIGN if known.startswith(f"{name}-"))
    if parts:
        raise UserError(f"{name!r} is not one suite", hint=f"it is {', '.join(parts[:-1])} and {parts[-1]}")
    there = ", ".join(sorted({*SUITES, *FOREIGN}))
    raise UserError(f"no suite {name!r}", hint=f"there is {there}, or your own as file.py:SUITE or mcp:FILE.yaml")


def suite_of(task: TaskSpec) -> ToolSuite:
    """Return the suite that a task was made on; raises `UserError` where it has changed since."""
    suite = load_suite(task.suite)
    if suite.version != task.suite_version:
        raise UserError(
            f"task {task.id!r} is of {suite.name} {task.suite_version!r}, this is {suite.name} {suite.version!r}",
            hint="make the tasks again with skillweave synth",
        )
    return suite


def world_suite(name: str) -> "WorldSuite":
    """Return the apps of a suite; raises `UserError` for a suite that tasks cannot be synthesised on."""
    from skillweave.tasks.appsuite import AppSuite

    suite = load_suite(name)
    if not isinstance(suite, AppSuite):
        raise UserError(f"suite {name!r} brings its own tasks: none can be synthesised on it", hint="use office")
    return suite.apps


def _from_server(name: str) -> ToolSuite:
    try:
        from skillweave.tasks.suites.mcp.suite import mcp_suite
    except ImportError as error:
        raise UserError(
            f"suite {name!r} needs the package {error.name!r}", hint="pip install 'skillweave[mcp]'"
        ) from None
    return mcp_suite(name)


_OWN: dict[tuple[str, int], ToolSuite] = {}
"""(name, identity of what the file holds) -> the suite under that name: its worlds are made once"""


def _from_file(name: str) -> ToolSuite:
    from skillweave.tasks.appsuite import AppSuite
    from skillweave.taxonomy.userfile import user_module

    file, _, variable = name.rpartition(":")
    suite = getattr(user_module(Path(file)), variable, None)
    if suite is None:
        raise UserError(f"{file!r} has no {variable!r}", hint="write it as file.py:SUITE")
    if isinstance(suite, AppSuite):
        place = (name, id(suite))
        if place not in _OWN:
            _OWN[place] = replace(suite, apps=replace(suite.apps, name=name))
        return _OWN[place]
    if not all(hasattr(suite, part) for part in ("version", "tool_schemas", "open", "judge", "workflows")):
        raise UserError(
            f"{variable!r} in {file!r} is no tool suite but {type(suite).__name__}",
            hint="make an AppSuite, as skillweave init suite does",
        )
    return suite  # type: ignore[no-any-return]
