"""Which suites there are, and where each is made."""

from collections.abc import Callable, Mapping

from skillweave.tasks.suite import ToolSuite
from skillweave.taxonomy.errors import UserError


def _office() -> ToolSuite:
    from skillweave.tasks.suites.office.suite import SUITE

    return SUITE


SUITES: Mapping[str, Callable[[], ToolSuite]] = {"office": _office}


def load_suite(name: str) -> ToolSuite:
    """Return a suite by name; raises `UserError` for one that does not exist."""
    if name not in SUITES:
        raise UserError(f"no suite {name!r}", hint=f"there is {', '.join(sorted(SUITES))}")
    return SUITES[name]()
