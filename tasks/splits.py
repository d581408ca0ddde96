"""Splits of a task set as `splits.json` holds them: ids by split, and a row for each task. `splitting` makes them."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillweave.tasks.novelty import Length
from skillweave.taxonomy.artifacts import Provenance, check_schema, read_json, write_json
from skillweave.taxonomy.errors import UserError

SPLITS_SCHEMA = "skillweave.splits/1"
SplitName = Literal["train", "dev", "test", "control"]
SPLIT_NAMES: tuple[SplitName, ...] = ("train", "dev", "test", "control")
HELD_OUT = frozenset({"dev", "test"})
METHODS = ("stratified", "mcd", "by-branch", "by-pair", "by-length", "user")
Control = Literal["single", "family", "variant", "in-distribution"]

_CLOSED = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SplitRow(BaseModel):
    """What the split table says of one task."""

    model_config = _CLOSED

    split: SplitName | None = Field(description="null for a task that is in no split; the figures say why")
    control: Control | None = Field(
        default=None,
        description="kind of a control sample: a single skill, part of a held-out family, a variant of a held-out "
        "task, or a train combination bound anew; null where it is none",
    )
    of: Literal["dev", "test"] | None = Field(
        default=None, description="the held-out split that a control sample belongs to; null for all of them"
    )
    role: str = Field(default="combination", description="combination, atom, pair or base")
    k: int
    combination: str = Field(default="", description="the skills, sorted, joined by |")
    span: int | None = Field(description="null for k = 1")
    novelty: int | None = Field(description="0 (practised) to L; null where no combination of this size was practised")
    length: Length | None = Field(description="how k relates to the practised sizes")
    family: str = Field(description="tasks of one family stay on one side")
    practised: int = Field(description="size of the largest subset of the skills that was practised together")
    inside: bool = Field(description="whether the skills lie inside a practised combination, or are one")
    new_edges: float | None = Field(description="share of the plan's data-flow edges that were not practised")


class ExposureFacts(BaseModel):
    """The exposure that novelty refers to."""

    model_config = _CLOSED

    name: str
    sha256: str
    size: int = Field(description="distinct combinations")


class Splits(BaseModel):
    """Named sample ids, disjoint in combinations of k >= 2; what `splits.json` holds."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True, allow_inf_nan=False
    )

    schema_: Literal["skillweave.splits/1"] = Field(default="skillweave.splits/1", alias="schema")
    splits: dict[str, tuple[str, ...]] = Field(description="task ids of each split")
    rows: dict[str, SplitRow] = Field(description="by task id")
    exposure: ExposureFacts
    figures: dict[str, Any] = Field(description="strata, cost of containment, divergences, dropped tasks")
    provenance: Provenance = Provenance()

    def samples(self, split: str, *, control: bool = True) -> tuple[str, ...]:
        """Return the ids to evaluate for a split; held-out splits bring their control along unless told not to.

        An unknown split raises `UserError`.
        """
        if split not in self.splits:
            raise UserError(f"no split {split!r}; the file has {', '.join(self.splits)}")
        if not (control and split in HELD_OUT):
            return self.splits[split]
        beside = (i for i in self.splits.get("control", ()) if self.rows[i].of in (None, split))
        return (*self.splits[split], *beside)

    def skills(self, task: str) -> tuple[str, ...]:
        """Return the skills of a task."""
        row = self.rows[task]
        return tuple((row.combination or row.family).split("|")) if row.k else ()

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of ``splits.json``."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_json(cls, obj: Any, where: str = "the splits") -> Self:
        """Return the splits of a decoded file; raises `UserError` with the first thing that is wrong."""
        check_schema(obj, SPLITS_SCHEMA, where)
        try:
            return cls.model_validate(obj)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise UserError(f"{where} holds no splits: {place}: {first['msg']}") from None

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Return the splits in a file."""
        return cls.from_json(read_json(Path(path)), where=repr(str(path)))

    def save(self, path: Path | str) -> None:
        """Write ``splits.json``, atomically."""
        write_json(Path(path), self.to_json())
