"""Who and what is called how in a world: the names that compete where a text must name one entity."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from skillweave.tasks.values import ValueType
from skillweave.tasks.world import WorldTemplate


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Names of the entities of one world."""

    names: Mapping[str, frozenset[str]]
    """value type -> labels of all its entities, and what else picks one out, such as mail addresses"""
    labels: Mapping[str, str]
    """id -> label"""
    user: str
    """label of the person on whose behalf the agent acts"""


@lru_cache(maxsize=64)
def directory(template: WorldTemplate, types: tuple[ValueType, ...]) -> Directory:
    """Return the directory of a world as it is before anything was done in it."""
    world = template.open()
    names: dict[str, frozenset[str]] = {}
    labels: dict[str, str] = {}
    for kind in types:
        if kind.kind != "entity" or kind.label == "id":
            continue
        columns = (f"{kind.label} AS label", *kind.aliases)
        rows = world.rows(f"SELECT id, {', '.join(columns)} FROM {kind.table}")
        names[kind.name] = frozenset(str(v) for r in rows for c, v in r.items() if c != "id" and v)
        labels |= {r["id"]: str(r["label"]) for r in rows if r["label"]}
    world.close()
    return Directory(names=names, labels=labels, user=labels.get(template.user, ""))
