"""What an agent is declared to have practised: read from splits, trajectories or lists of combinations."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from skillweave.tasks.novelty import Edge, Exposure, Ladder, Length, new_edge_share
from skillweave.taxonomy.artifacts import digest, read_json, read_jsonl
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

NONE = "none"
HINT = "give none, splits.json:train, a trajectories .jsonl, or a list of combinations (.json, .csv, .txt)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A declared exposure and where it was read."""

    exposure: Exposure
    source: str
    """name of the file, with the split where it is one; ``none`` where nothing was practised"""
    edges: frozenset[Edge] | None = None
    """data-flow edges (skill, skill) that were practised; None where the source does not say"""
    rows: int = 0
    """rows or tasks read"""
    unread: int = 0
    """rows that told no skill that the taxonomy knows"""

    @property
    def sha256(self) -> str:
        """Identity of what was practised: combinations and, where known, edges."""
        return digest([self.exposure.combinations, None if self.edges is None else sorted(self.edges)])

    def facts(self) -> dict[str, Any]:
        """Return what logs and reports say of it."""
        return {
            "name": self.source,
            "sha256": self.sha256,
            "size": len(self.exposure),
            "sizes": sorted(self.exposure.sizes),
            "edges": None if self.edges is None else len(self.edges),
            "rows": self.rows,
            "unread": self.unread,
        }


UNEXPOSED = Declared(exposure=Exposure(()), source=NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What an exposure says of one combination and its plan."""

    novelty: int | None
    """0 (practised itself) to L; None where no combination of this size was practised"""
    length: Length | None
    """seen, interpolated, shorter or longer; None without an exposure"""
    practised: int
    """size of the largest subset that was practised together"""
    inside: bool
    """whether the combination lies inside a practised one, or is one"""
    new_edges: float | None
    """share of the plan's edges that were not practised; None without edges on either side"""


@dataclass(frozen=True, kw_only=True)
class Practised:
    """An exposure on a taxonomy, ready for many combinations."""

    exposure: Exposure
    taxonomy: Taxonomy | None
    """without one there is no novelty; all else is known"""
    edges: frozenset[Edge] | None = None
    _ladder: list[Ladder] = field(default_factory=list)
    _known: dict[tuple[str, ...], tuple[int | None, int]] = field(default_factory=dict)

    def of(self, skills: Sequence[str], edges: Sequence[Edge] = ()) -> Practice:
        """Return what the exposure says of a combination and the data-flow edges of its plan."""
        own = tuple(sorted(set(skills)))
        if own not in self._known:
            self._known[own] = (self._novelty(own), len(self.exposure.largest_practised(own)))
        novelty, practised = self._known[own]
        return Practice(
            novelty=novelty,
            length=self.exposure.length(len(own)) if own else None,
            practised=practised,
            inside=bool(self.exposure.sizes) and practised == len(own),
            new_edges=None if self.edges is None or not self.exposure.sizes else new_edge_share(edges, self.edges),
        )

    def _novelty(self, skills: tuple[str, ...]) -> int | None:
        if self.taxonomy is None or not skills:
            return None
        if not self._ladder:
            self._ladder.append(Ladder(self.exposure, self.taxonomy))
        return self._ladder[0].novelty(skills)


def read_exposure(
    spec: str,
    *,
    tasks: Mapping[str, tuple[Sequence[str], Sequence[Edge]]] | None = None,
    known: Iterable[str] | None = None,
    skills_of_tools: Callable[[frozenset[str]], Sequence[str]] | None = None,
) -> Declared:
    """Return the exposure that ``--exposure`` names.

    ``tasks`` gives skills and edges by task id, for splits and trajectories that name tasks; ``known`` are the skills
    of the taxonomy, of which a list may hold no others; ``skills_of_tools`` turns the tools of a trajectory into the
    skills that they suffice for. Raises `UserError` for what is none of these, and where nothing could be read.
    """
    if spec == NONE:
        return UNEXPOSED
    name, colon, split = spec.rpartition(":")
    if colon and name.endswith(".json") and not Path(spec).exists():
        return _of_split(Path(name), split, tasks or {})
    path = Path(spec)
    if path.suffix not in (".json", ".jsonl", ".csv", ".txt"):
        raise UserError(f"no exposure {spec!r}", hint=HINT)
    skills = None if known is None else frozenset(known)
    if path.suffix == ".jsonl":
        return _of_trajectories(path, tasks or {}, skills, skills_of_tools)
    found = combinations_in(path)
    foreign = sorted({s for c in found for s in c} - skills) if skills is not None else []
    if foreign:
        raise UserError(
            f"exposure {spec!r} holds {foreign[0]!r}, no skill of the taxonomy ({len(foreign)} such)",
            hint="name combinations by their skills, or leave these out",
        )
    if not found:
        raise UserError(f"exposure {spec!r} holds no combinations", hint="for an agent that practised nothing: none")
    return Declared(exposure=Exposure(found), source=path.name, rows=len(found))


def _of_split(path: Path, split: str, tasks: Mapping[str, tuple[Sequence[str], Sequence[Edge]]]) -> Declared:
    from skillweave.tasks.splits import Splits

    table = Splits.load(path)
    ids = table.samples(split, control=False)
    rows = [tasks[i][0] if i in tasks else table.skills(i) for i in ids]
    edges = frozenset(e for i in ids for e in tasks[i][1]) if all(i in tasks for i in ids) else None
    if not rows:
        raise UserError(f"exposure {str(path)!r}: split {split!r} is empty")
    return Declared(exposure=Exposure(r for r in rows if r), source=f"{path.name}:{split}", edges=edges, rows=len(rows))


def _of_trajectories(
    path: Path,
    tasks: Mapping[str, tuple[Sequence[str], Sequence[Edge]]],
    known: frozenset[str] | None,
    skills_of_tools: Callable[[frozenset[str]], Sequence[str]] | None,
) -> Declared:
    found: list[tuple[str, ...]] = []
    edges: set[Edge] | None = set()
    rows = 0
    for number, row in read_jsonl(path):
        if not isinstance(row, Mapping):
            raise UserError(f"{path}:{number}: no object: {str(row)[:60]!r}", hint="each line is one trajectory")
        rows += 1
        named = _task_of(row, tasks)
        if named is not None:
            skills = tuple(tasks[named][0])
            if edges is not None:
                edges.update(tasks[named][1])
        else:
            edges = None  # which of its results went where is not told
            skills = _skills_of(row, known, skills_of_tools)
        if skills:
            found.append(skills)
    if not found:
        raise UserError(
            f"exposure {str(path)!r} tells no skills in {rows} rows",
            hint="a row has skills (a list), the id of a task of these tasks, or messages with tool calls",
        )
    return Declared(
        exposure=Exposure(found),
        source=path.name,
        edges=None if edges is None else frozenset(edges),
        rows=rows,
        unread=rows - len(found),
    )


def _task_of(row: Mapping[str, Any], tasks: Mapping[str, Any]) -> str | None:
    for place in _places(row):
        for key in ("task", "task_id", "sample", "sample_id", "id"):
            if isinstance(place.get(key), str) and place[key] in tasks:
                return str(place[key])
    return None


def _places(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return where a row may say what it is of: itself, and what formats keep beside a conversation."""
    return [row, *(row[name] for name in ("metadata", "extra") if isinstance(row.get(name), Mapping))]


def _skills_of(
    row: Mapping[str, Any],
    known: frozenset[str] | None,
    skills_of_tools: Callable[[frozenset[str]], Sequence[str]] | None,
) -> tuple[str, ...]:
    for place in _places(row):
        if isinstance(place.get("skills"), list):
            named = (str(s) for s in place["skills"])
            return tuple(s for s in named if known is None or s in known)
    called = frozenset(_calls(row))
    if known is not None and called & known:
        return tuple(sorted(called & known))
    return tuple(skills_of_tools(called)) if skills_of_tools is not None and called else ()


def _calls(row: Mapping[str, Any]) -> Iterable[str]:
    """Yield the names of the tools called in a row of OpenAI-style messages."""
    messages = row.get("messages") or row.get("conversations") or ()
    for message in messages if isinstance(messages, list) else ():
        for call in (message.get("tool_calls") if isinstance(message, Mapping) else None) or ():
            function = call.get("function") if isinstance(call, Mapping) else None
            name = function.get("name") if isinstance(function, Mapping) else function
            if isinstance(name, str):
                yield name


def combinations_in(source: Path | Any, where: str | None = None) -> list[tuple[str, ...]]:
    """Return the combinations of a file or of a decoded JSON list; raises `UserError` for what is none.

    JSON: a list whose items are lists of skills or strings with ``|`` between skills. CSV: a combination a row, a skill
    a cell. Text: a combination a line, with ``|`` between skills.
    """
    if not isinstance(source, Path):
        return _of_json(source, where or "the list")
    if source.suffix == ".json":
        value = read_json(source)
        return _of_json(value.get("combinations", value) if isinstance(value, Mapping) else value, str(source))
    try:
        with source.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream)) if source.suffix == ".csv" else [line.split("|") for line in stream]
    except FileNotFoundError:
        raise UserError(f"no file {str(source)!r}", hint=HINT) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"{str(source)!r} cannot be read: {error}") from None
    cells = ([part.strip() for cell in row for part in cell.split("|")] for row in rows)
    return [tuple(c for c in row if c) for row in cells if any(row)]


def _of_json(value: Any, where: str) -> list[tuple[str, ...]]:
    if not isinstance(value, list):
        raise UserError(f"{where} holds no list of combinations", hint='for instance [["a", "b"], "a|c"]')
    found = []
    for number, item in enumerate(value):
        parts = item.split("|") if isinstance(item, str) else item
        if not (isinstance(parts, list) and parts and all(isinstance(p, str) and p.strip() for p in parts)):
            raise UserError(f"{where}: item {number} is no combination: {str(item)[:60]!r}")
        found.append(tuple(p.strip() for p in parts))
    return found
