"""Splits of a task set: disjoint in combinations, with the novelty of every task against the train split."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillweave.tasks.divergence import atom_divergence, compound_divergence
from skillweave.tasks.holdout import Drop, Partition, hold_out
from skillweave.tasks.novelty import Edge, Exposure, Ladder, Length, new_edge_share, possible_rungs
from skillweave.tasks.spec import TaskSpec
from skillweave.taxonomy.artifacts import Provenance, canonical_json, check_schema, digest, read_json, write_json
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

SPLITS_SCHEMA = "skillweave.splits/1"
SplitName = Literal["train", "dev", "test", "control"]
SPLIT_NAMES: tuple[SplitName, ...] = ("train", "dev", "test", "control")
HELD_OUT = frozenset({"dev", "test"})

_CLOSED = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SplitRow(BaseModel):
    """What the split table says of one task."""

    model_config = _CLOSED

    split: SplitName | None = Field(description="null for a task that is in no split; the figures say why")
    k: int
    span: int | None = Field(description="null for k = 1")
    novelty: int | None = Field(description="0 (practised) to L; null where no combination of this size was practised")
    length: Length | None = Field(description="how k relates to the practised sizes")
    family: str = Field(description="tasks of one family stay in one split (k >= 2)")
    practised: int = Field(description="size of the largest subset of the skills that was practised together")
    inside: bool = Field(description="whether the skills lie inside a practised combination, or are one")
    new_edges: float | None = Field(description="share of the plan's data-flow edges that no train plan has")


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
        """Return the ids to evaluate for a split; held-out splits bring the k = 1 control along unless told not to.

        An unknown split raises `UserError`.
        """
        if split not in self.splits:
            raise UserError(f"no split {split!r}; the file has {', '.join(self.splits)}")
        extra = self.splits.get("control", ()) if control and split in HELD_OUT else ()
        return (*self.splits[split], *extra)

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


def split_tasks(
    tasks: Sequence[TaskSpec],
    taxonomy: Taxonomy,
    *,
    seed: int,
    test_share: float = 0.3,
    dev_share: float = 0.1,
    inputs: dict[str, str] | None = None,
) -> Splits:
    """Return the splits of a task set; deterministic under the seed (DESIGN, section 6).

    Combinations of k >= 2 are held out, stratified over k x span, so that no train combination contains a held-out one
    and every skill of a held-out one occurs in train; k = 1 is shared between train and control.

    Raises `UserError` for shares that leave no train split, a skill that the taxonomy lacks, and a world seed that
    train shares with an evaluated task.
    """
    if not (0 <= test_share < 1 and 0 <= dev_share < 1 and test_share + dev_share < 1):
        raise UserError(
            f"shares test={test_share!r} and dev={dev_share!r} leave no train split",
            hint="each is at least 0 and together they are below 1",
        )
    spans = {task.combination: taxonomy.span(task.skills) for task in tasks}
    found = hold_out(tasks, spans, seed=seed, test_share=test_share, dev_share=dev_share)
    check_worlds(tasks, found.split_of)
    rows = _rows(tasks, found, taxonomy, spans)
    exposure = _exposure(tasks, found)
    options = {"test_share": test_share, "dev_share": dev_share}
    hashes = {"tasks": digest(sorted(digest(t.to_json()) for t in tasks)), "taxonomy": taxonomy.sha256}
    return Splits(
        splits={name: tuple(t.id for t in tasks if found.split_of.get(t.id) == name) for name in SPLIT_NAMES},
        rows=rows,
        exposure=ExposureFacts(name="train", sha256=exposure.sha256, size=len(exposure)),
        figures=_figures(tasks, found, rows, taxonomy),
        provenance=Provenance(seed=seed, inputs={**hashes, **(inputs or {})}, options=options),
    )


def check_worlds(tasks: Sequence[TaskSpec], split_of: Mapping[str, str]) -> None:
    """Raise `UserError` where a train task and an evaluated one (dev, test, control) share their world's seed."""
    train = {task.world_seed: task.id for task in tasks if split_of.get(task.id) == "train"}
    for task in tasks:
        if split_of.get(task.id) not in (None, "train") and task.world_seed in train:
            raise UserError(
                f"tasks {train[task.world_seed]!r} (train) and {task.id!r} ({split_of[task.id]}) "
                f"share the world seed {task.world_seed!r}",
                hint="rows of a practised world must not come back in a test: give each task a world seed of its own",
            )


def skill_edges(task: TaskSpec) -> list[Edge]:
    """Return the data-flow edges of a task's plan as pairs of skills."""
    skill = {step.id: step.skill for step in task.plan.steps}
    return [(skill[source], skill[target]) for source, target in task.plan.edges()]


def _exposure(tasks: Sequence[TaskSpec], found: Partition) -> Exposure:
    return Exposure(task.skills for task in tasks if found.split_of.get(task.id) == "train")


def _rows(
    tasks: Sequence[TaskSpec], found: Partition, taxonomy: Taxonomy, spans: dict[str, int | None]
) -> dict[str, SplitRow]:
    exposure = _exposure(tasks, found)
    ladder = Ladder(exposure, taxonomy)
    train_edges = {e for t in tasks if found.split_of.get(t.id) == "train" for e in skill_edges(t)}
    rows = {}
    for task in tasks:
        practised = len(exposure.largest_practised(task.skills))
        rows[task.id] = SplitRow(
            split=found.split_of.get(task.id),
            k=task.k,
            span=spans[task.combination],
            novelty=ladder.novelty(task.skills),
            length=exposure.length(task.k),
            family=task.combination,
            practised=practised,
            inside=practised == task.k,
            new_edges=new_edge_share(skill_edges(task), train_edges),
        )
    return rows


def _figures(
    tasks: Sequence[TaskSpec], found: Partition, rows: dict[str, SplitRow], taxonomy: Taxonomy
) -> dict[str, Any]:
    members = {name: [t for t in tasks if found.split_of.get(t.id) == name] for name in SPLIT_NAMES}
    rungs = possible_rungs(taxonomy)
    return {
        "strata": _strata(rows),
        "sizes": {
            name: {"tasks": len(part), "combinations": len({t.combination for t in part})}
            for name, part in members.items()
        },
        "asked": found.asked,
        "containment": {
            "tasks": len(found.dropped),
            "combinations": len({d.combination for d in found.dropped}),
            "share": len(found.dropped) / len(tasks) if tasks else 0.0,
        },
        "divergence": {
            name: {
                "atom": atom_divergence((t.skills for t in members["train"]), (t.skills for t in part)),
                "compound": compound_divergence(map(skill_edges, members["train"]), map(skill_edges, part)),
            }
            for name, part in members.items()
            if name != "train"
        },
        "rungs": {
            "possible": list(rungs),
            "impossible": [r for r in range(taxonomy.levels + 1) if r not in rungs],
        },
        "dropped": [_drop_json(drop) for drop in found.dropped],
    }


def _drop_json(drop: Drop) -> dict[str, str]:
    return {"id": drop.task, "combination": drop.combination, "reason": drop.reason}


def _strata(rows: dict[str, SplitRow]) -> list[dict[str, Any]]:
    """One line for each k x span x novelty that occurs, with the number of tasks in each split."""
    table: dict[str, dict[str, Any]] = {}
    for row in rows.values():
        if row.split is None:
            continue
        key = {"k": row.k, "span": row.span, "novelty": row.novelty}
        line = table.setdefault(canonical_json(key), {**key, **dict.fromkeys(SPLIT_NAMES, 0)})
        line[row.split] += 1

    def order(line: dict[str, Any]) -> tuple[int, ...]:
        return tuple(-1 if line[name] is None else line[name] for name in ("k", "span", "novelty"))

    return sorted(table.values(), key=order)
