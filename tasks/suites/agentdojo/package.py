"""What AgentDojo has installed: its suites, and their environments fresh from the files."""

from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

from skillweave.taxonomy.errors import UserError

VERSION = "v1.2.2"
"""of the benchmark, as its authors name it"""
KEPT = 64
"""environments that are kept to be copied: reading one takes up to 0.2 s, copying it some milliseconds"""
NO_INJECTIONS: Mapping[str, str] = MappingProxyType({})


@cache
def suites() -> Mapping[str, Any]:
    """Return their task suites by name; raises `UserError` where AgentDojo is not installed, or is another version."""
    try:
        from agentdojo.task_suite.load_suites import get_suites
    except ImportError as error:  # what it imports may be missing, and some of that says so in its own words
        raise UserError(
            f"suite 'agentdojo' cannot be loaded: {error}",
            hint="install it with skillweave suite install agentdojo",
        ) from None
    found: Mapping[str, Any] = get_suites(VERSION)
    if not found:
        raise UserError(
            f"the installed agentdojo does not have version {VERSION!r} of the benchmark",
            hint="install it with skillweave suite install agentdojo",
        )
    return found


def environment(suite: str, injections: Mapping[str, str] = NO_INJECTIONS) -> Any:
    """Return a fresh environment of one of their suites, with injections (vector -> text) in place of its defaults."""
    return _read(suite, tuple(sorted(injections.items()))).model_copy(deep=True)


@lru_cache(maxsize=KEPT)
def _read(suite: str, injections: tuple[tuple[str, str], ...]) -> Any:
    return suites()[suite].load_and_inject_default_environment(dict(injections))


def system_message() -> str:
    """Return what they tell every model first."""
    from agentdojo.agent_pipeline.agent_pipeline import load_system_message

    return str(load_system_message(None))
