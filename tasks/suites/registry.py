"""Which suites there are, and where each is made."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from skillweave.tasks.suite import ToolSuite
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.tasks.worldsuite import WorldSuite


def _office(name: str) -> ToolSuite:
    from skillweave.tasks.suites.office.suite import office_suite

    return office_suite(name)


SUITES: Mapping[str, Callable[[str], ToolSuite]] = {
    "office": _office,
    "office-small": _office,
    "office-large": _office,
}
"""name -> what makes the suite of that name"""


def load_suite(name: str) -> ToolSuite:
    """Return a suite by name; raises `UserError` for one that does not exist."""
    if name not in SUITES:
        raise UserError(f"no suite {name!r}", hint=f"there is {', '.join(sorted(SUITES))}")
    return SUITES[name](name)


def world_suite(name: str) -> "WorldSuite":
    """Return the apps of a suite; raises `UserError` for a suite that tasks cannot be synthesised on."""
    from skillweave.tasks.appsuite import AppSuite

    suite = load_suite(name)
    if not isinstance(suite, AppSuite):
        raise UserError(f"suite {name!r} brings its own tasks: none can be synthesised on it", hint="use office")
    return suite.apps
