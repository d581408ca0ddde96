"""An app: one declarative place for tables, tools, skills and ways to describe its entities."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from faker import Faker

from skillweave.tasks.skills import Describer, Skill
from skillweave.tasks.tools import Tool
from skillweave.tasks.values import ValueType
from skillweave.tasks.world import Filler, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What an app fills its tables with: everything random comes from the world's seed."""

    rows: Filler
    rng: np.random.Generator
    fake: Faker
    today: date
    size: float = 1.0
    """how much of everything there is, as a multiple of the standard world"""

    def many(self, standard: int) -> int:
        """Return how many rows to add where the standard world has so many."""
        return max(1, round(standard * self.size))

    def pick(self, options: Sequence[Any]) -> Any:
        """Return one of the options."""
        return options[int(self.rng.integers(len(options)))]

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def chance(self, share: float) -> bool:
        """Return True with this probability."""
        return bool(self.rng.random() < share)

    def ids(self, table: str) -> list[str]:
        """Return the ids of a table that was filled before."""
        return [str(row["id"]) for row in self.rows.rows(table)]


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One app of a suite; later apps may refer to the tables and types of earlier ones."""

    name: str
    tables: tuple[Table, ...]
    fill: Callable[[Filling], None]
    tools: tuple[Tool, ...]
    skills: tuple[Skill, ...]
    types: tuple[ValueType, ...] = ()
    describers: tuple[Describer, ...] = ()


def by_name(apps: Sequence[App], what: str) -> Mapping[str, Any]:
    """Return the ``tools``, ``types`` or ``skills`` of all apps by name; raises ValueError where one comes twice."""
    found: dict[str, Any] = {}
    for app in apps:
        for item in getattr(app, what):
            key = item.id if what == "skills" else item.name
            if key in found:
                raise ValueError(f"{what} {key!r} is defined twice")
            found[key] = item
    return found
