"""Make the splits of a task set: one of several ways to choose, the same rules for all (DESIGN, section 6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

from skillweave.tasks.controls import in_distribution, share_singles
from skillweave.tasks.divergence import atom_divergence, compound_divergence
from skillweave.tasks.exposure import Declared, Practised
from skillweave.tasks.holdout import HeldOut, Holdout, Side
from skillweave.tasks.novelty import Exposure, Ladder, possible_rungs
from skillweave.tasks.rungs import FixedRungs, Rungs, TrainRungs
from skillweave.tasks.spec import TaskSpec, skill_edges
from skillweave.tasks.splits import METHODS, SPLIT_NAMES, Control, ExposureFacts, SplitRow, Splits
from skillweave.tasks.stratified import stratified
from skillweave.tasks.themes import branch_pairs, by_length, by_list, by_theme, read_named, skill_pairs
from skillweave.tasks.units import Bench, family_of, sort_tasks
from skillweave.taxonomy.artifacts import Provenance, canonical_json, digest, file_digest
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

ATOM_BOUND = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to split."""

    method: str = "stratified"
    test_share: float = 0.3
    """of the tasks of k >= 2"""
    dev_share: float = 0.1
    control_share: float = 0.1
    """of the train tasks whose combination has several, for the in-distribution control"""
    file: Path | None = None
    """for ``user``: the combinations or task ids to hold out"""
    longest: int | None = None
    """for ``by-length``: the largest k in train"""
    atom_bound: float = ATOM_BOUND
    """for ``mcd``: largest atom divergence"""

    def check(self) -> None:
        """Raise `UserError` for what cannot be done."""
        if self.method not in METHODS:
            raise UserError(f"no method {self.method!r}", hint=f"there is {', '.join(METHODS)}")
        test, dev = self.test_share, self.dev_share
        if not (0 <= test < 1 and 0 <= dev < 1 and test + dev < 1):
            raise UserError(
                f"shares test={test!r} and dev={dev!r} leave no train split",
                hint="each is at least 0 and together they are below 1",
            )
        if not 0 <= self.control_share < 1:
            raise UserError(f"control share {self.control_share!r} is not between 0 and 1")
        if self.method == "mcd" and not 0 < self.atom_bound <= 1:
            raise UserError(f"atom bound {self.atom_bound!r} is not above 0 and at most 1")
        for given, method, option in ((self.file, "user", "--file"), (self.longest, "by-length", "--longest")):
            if given is not None and self.method != method:
                raise UserError(f"{option} is for --method {method}, not {self.method}")
        if self.method == "user" and self.file is None:
            raise UserError("method 'user' needs a file", hint="give --file with the combinations to hold out")


def split_tasks(
    tasks: Sequence[TaskSpec],
    taxonomy: Taxonomy,
    *,
    seed: int,
    plan: Plan | None = None,
    exposure: Declared | None = None,
    inputs: dict[str, str] | None = None,
    **options: Any,
) -> Splits:
    """Return the splits of a task set; deterministic under the seed, whatever the order of the tasks.

    Combinations of k >= 2 are held out so that no train combination contains a held-out one and every skill of a
    held-out one occurs in train; k = 1 is shared between train and control. Novelty refers to ``exposure``, without one
    to the train split. ``options`` are fields of `Plan`.

    Raises `UserError` for requests that no split can meet, and for a skill that the taxonomy lacks.
    """
    plan = plan or Plan(**options)
    plan.check()
    ordered = sorted(tasks, key=lambda t: t.id)
    spans = {task.combination: taxonomy.span(task.skills) for task in ordered if task.k}
    rng = Random(seed)
    bench = sort_tasks(ordered)
    singles = share_singles(bench.singles, rng)
    state = Holdout(bench, singles)
    asked, facts = _choose(state, plan, taxonomy, spans, singles, exposure, ordered, rng, seed)
    beside = _in_distribution(state, plan, singles, rng)
    placed = _place(bench, state, singles, beside)
    check_worlds(ordered, {i: side for i, (side, _, _) in placed.items()})
    practised = _practised(ordered, placed, taxonomy, exposure)
    rows = {t.id: _row(t, placed, spans, practised) for t in ordered}
    hashes = {"tasks": digest(sorted(digest(t.to_json()) for t in ordered)), "taxonomy": taxonomy.sha256}
    if plan.file is not None:
        hashes["file"] = file_digest(plan.file)
    if exposure is not None:
        hashes["exposure"] = exposure.sha256
    return Splits(
        splits={name: tuple(t.id for t in ordered if rows[t.id].split == name) for name in SPLIT_NAMES},
        rows=rows,
        exposure=_facts(practised, exposure),
        figures=_figures(ordered, state, rows, taxonomy, asked) | {"method": plan.method, "choice": facts},
        provenance=Provenance(seed=seed, inputs={**hashes, **(inputs or {})}, options=_options(plan)),
    )


def _options(plan: Plan) -> dict[str, Any]:
    return {**asdict(plan), "file": None if plan.file is None else plan.file.name}


def _choose(
    state: Holdout,
    plan: Plan,
    taxonomy: Taxonomy,
    spans: Mapping[str, int | None],
    singles: Mapping[str, Side],
    exposure: Declared | None,
    tasks: Sequence[TaskSpec],
    rng: Random,
    seed: int,
) -> tuple[dict[str, int], Any]:
    """Hold combinations out; return the tasks that were asked for by split, and what the method says of its choice."""
    shares: dict[HeldOut, float] = {"test": plan.test_share, "dev": plan.dev_share}
    if plan.method == "user":
        assert plan.file is not None
        return by_list(state, read_named(plan.file, tasks)), None
    if plan.method == "by-length":
        return by_length(state, shares=shares, longest=plan.longest, rng=rng)
    if plan.method in ("by-branch", "by-pair"):
        themes = branch_pairs(state, taxonomy) if plan.method == "by-branch" else skill_pairs(state)
        asked, held = by_theme(state, themes, shares=shares, rng=rng)
        if not held and any(asked.values()):
            raise UserError(
                f"no pair of {'branches' if plan.method == 'by-branch' else 'skills'} can be held out: each is too "
                "large for the share, or takes a skill out of train",
                hint="raise --test-share, or make more tasks",
            )
        return asked, {"themes": held}
    if plan.method == "mcd":
        from skillweave.tasks.maximise import by_divergence

        return by_divergence(state, singles, shares=shares, bound=plan.atom_bound, seed=seed)
    rungs: Rungs = (
        TrainRungs(state.skills, taxonomy)
        if exposure is None
        else FixedRungs(state.skills, Ladder(exposure.exposure, taxonomy))
    )
    return stratified(state, spans, rungs, shares=shares, rng=rng), None


def _in_distribution(state: Holdout, plan: Plan, singles: Mapping[str, Side], rng: Random) -> frozenset[str]:
    """Return the in-distribution control; under a bound on atom divergence only as much of it as the bound allows."""
    share = plan.control_share
    while True:
        found = in_distribution(state, share=share, rng=Random(rng.random()))
        if plan.method != "mcd" or not found or share < 0.001:
            return found if plan.method != "mcd" or share >= 0.001 else frozenset()
        members = state.bench.members
        test = [t.skills for c, side in state.side.items() if side == "test" for t in members[c]]
        train = [t.skills for c in state.train() for t in members[c] if t.id not in found]
        train += [t.skills for t in state.bench.singles if singles[t.id] == "train"]
        divergence = atom_divergence(train, test)
        if divergence is None or divergence <= plan.atom_bound:
            return found
        share /= 2


Placed = Mapping[str, tuple[Side, Control | None, HeldOut | None]]
"""by task id: split; for a control which kind; and the held-out split that it belongs to"""


def _place(bench: Bench, state: Holdout, singles: Mapping[str, Side], beside: frozenset[str]) -> Placed:
    placed: dict[str, tuple[Side, Control | None, HeldOut | None]] = {}
    for task in bench.singles:
        side = singles[task.id]
        placed[task.id] = (side, "single" if side == "control" else None, None)
    for combination, where in state.side.items():
        if where == "train":
            for task in bench.tasks(combination):
                placed[task.id] = ("control", "in-distribution", None) if task.id in beside else ("train", None, None)
        elif where is not None:
            held: HeldOut = "test" if where == "test" else "dev"
            placed.update((t.id, (held, None, None)) for t in bench.members[combination])
            for task in bench.attached.get(combination, ()):
                placed[task.id] = ("control", "variant" if task.variant else "family", held)
    return placed


def _practised(tasks: Sequence[TaskSpec], placed: Placed, taxonomy: Taxonomy, exposure: Declared | None) -> Practised:
    if exposure is not None:
        return Practised(exposure=exposure.exposure, edges=exposure.edges, taxonomy=taxonomy)
    train = [t for t in tasks if t.id in placed and placed[t.id][0] == "train"]
    return Practised(
        exposure=Exposure(t.skills for t in train if t.k),
        edges=frozenset(e for t in train for e in skill_edges(t)),
        taxonomy=taxonomy,
    )


def _facts(practised: Practised, exposure: Declared | None) -> ExposureFacts:
    if exposure is None:
        declared = Declared(exposure=practised.exposure, edges=practised.edges, source="train")
        return ExposureFacts(name="train", sha256=declared.sha256, size=len(practised.exposure))
    return ExposureFacts(name=exposure.source, sha256=exposure.sha256, size=len(exposure.exposure))


def _row(task: TaskSpec, placed: Placed, spans: Mapping[str, int | None], practised: Practised) -> SplitRow:
    split, control, of = placed.get(task.id, (None, None, None))
    said = practised.of(task.skills, skill_edges(task))
    return SplitRow(
        split=split,
        control=control,
        of=of,
        role=task.role,
        k=task.k,
        span=spans.get(task.combination),
        combination=task.combination,
        family=family_of(task),
        novelty=said.novelty,
        length=said.length,
        practised=said.practised,
        inside=said.inside,
        new_edges=said.new_edges,
    )


def check_worlds(tasks: Iterable[TaskSpec], split_of: Mapping[str, str | None]) -> None:
    """Raise `UserError` where a train task and an evaluated one (dev, test, control) share their world's seed."""
    listed = list(tasks)
    train = {task.world_seed: task.id for task in listed if split_of.get(task.id) == "train"}
    for task in listed:
        if split_of.get(task.id) not in (None, "train") and task.world_seed in train:
            raise UserError(
                f"tasks {train[task.world_seed]!r} (train) and {task.id!r} ({split_of[task.id]}) "
                f"share the world seed {task.world_seed!r}",
                hint="rows of a practised world must not come back in a test: give each task a world seed of its own",
            )


def _figures(
    tasks: Sequence[TaskSpec],
    state: Holdout,
    rows: Mapping[str, SplitRow],
    taxonomy: Taxonomy,
    asked: Mapping[str, int],
) -> dict[str, Any]:
    members = {name: [t for t in tasks if rows[t.id].split == name] for name in SPLIT_NAMES}
    follows = {t.id for found in state.bench.attached.values() for t in found}
    train = [t for t in members["train"] if t.id not in follows]
    rungs = possible_rungs(taxonomy)
    return {
        "strata": strata(rows.values()),
        "sizes": {
            name: {"tasks": len(part), "combinations": len({t.combination for t in part})}
            for name, part in members.items()
        },
        "asked": dict(asked),
        "containment": {
            "tasks": len(state.dropped),
            "combinations": len({d.combination for d in state.dropped}),
            "share": len(state.dropped) / len(tasks) if tasks else 0.0,
        },
        "divergence": {
            name: {
                "atom": atom_divergence((t.skills for t in train), (t.skills for t in part)),
                "compound": compound_divergence(map(skill_edges, train), map(skill_edges, part)),
            }
            for name, part in members.items()
            if name != "train"
        },
        "controls": _controls(rows.values(), tasks),
        "rungs": {
            "possible": list(rungs),
            "impossible": [r for r in range(taxonomy.levels + 1) if r not in rungs],
        },
        "dropped": [{"id": d.task, "combination": d.combination, "reason": d.reason} for d in state.dropped],
    }


def _controls(rows: Iterable[SplitRow], tasks: Sequence[TaskSpec]) -> dict[str, Any]:
    """How many control samples there are of each kind, and how many single skills stand on both sides."""
    listed = list(rows)
    kinds = {
        kind: sum(r.control == kind for r in listed) for kind in ("single", "family", "variant", "in-distribution")
    }
    sides: dict[str, set[str]] = {}
    for row in listed:
        if row.k == 1 and row.split in ("train", "control"):
            sides.setdefault(row.combination, set()).add(row.split)
    return {
        **kinds,
        "skills_alone": len(sides),
        "skills_alone_on_both_sides": sum(len(found) == 2 for found in sides.values()),
    }


def strata(rows: Iterable[SplitRow]) -> list[dict[str, Any]]:
    """Return one line for each k x span x novelty that occurs, with the number of tasks in each split."""
    table: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.split is None:
            continue
        key = {"k": row.k, "span": row.span, "novelty": row.novelty}
        line = table.setdefault(canonical_json(key), {**key, **dict.fromkeys(SPLIT_NAMES, 0)})
        line[row.split] += 1

    def order(line: dict[str, Any]) -> tuple[int, ...]:
        return tuple(-1 if line[name] is None else line[name] for name in ("k", "span", "novelty"))

    return sorted(table.values(), key=order)
