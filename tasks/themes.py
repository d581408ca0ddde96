"""Ways to split by a theme: pairs of branches, pairs of skills, length, or a list that the user gives."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

from skillweave.tasks.exposure import combinations_in
from skillweave.tasks.holdout import HeldOut, Holdout
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.stratified import SIDES, Shares
from skillweave.taxonomy.artifacts import read_json
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

Theme = tuple[str, ...]


def branch_pairs(state: Holdout, taxonomy: Taxonomy) -> dict[Theme, list[str]]:
    """Return the combinations of each pair of branches that they touch.

    A branch is a node at level 1. The pair of a branch with itself is touched by two skills of that branch.
    """
    found: dict[Theme, list[str]] = {}
    for combination in state.train():
        branches = [taxonomy.branch(s) for s in sorted(state.skills[combination])]
        for pair in {tuple(sorted(pair)) for pair in combinations(branches, 2)}:
            found.setdefault(pair, []).append(combination)
    return found


def skill_pairs(state: Holdout) -> dict[Theme, list[str]]:
    """Return the combinations that hold each pair of skills."""
    found: dict[Theme, list[str]] = {}
    for combination in state.train():
        for pair in combinations(sorted(state.skills[combination]), 2):
            found.setdefault(pair, []).append(combination)
    return found


def by_theme(
    state: Holdout, themes: Mapping[Theme, Sequence[str]], *, shares: Shares, rng: Random
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Hold out all combinations of a theme at a time until the shares are met; return what was asked, and the themes.

    A theme that would take twice of what is missing, or a skill that train needs, is left in train.
    """
    total = state.size(state.train())
    asked: dict[str, int] = {side: round(shares[side] * total) for side in SIDES}
    left = dict(asked)
    held: list[dict[str, Any]] = []
    for theme in rng.sample(sorted(themes), len(themes)):
        side = max(SIDES, key=lambda s: (left[s] / max(1, asked[s]), s == "test"))
        if left[side] <= 0:
            break
        own = [c for c in themes[theme] if state.side[c] == "train"]
        group = state.group(own)
        size = state.size(group)
        if not own or size > 2 * left[side] or not state.affordable(group):
            continue
        state.move(group, side)
        left[side] -= size
        held.append({"theme": list(theme), "split": side, "combinations": len(own), "beside": len(group) - len(own)})
    return asked, held


def by_length(
    state: Holdout, *, shares: Shares, longest: int | None, rng: Random
) -> tuple[dict[str, int], dict[str, Any]]:
    """Hold out all that is longer than train may be; without a limit the one that comes closest to the shares.

    A long combination with a skill that nothing shorter practises is dropped: it can be on neither side.
    """
    sizes = {c: len(state.skills[c]) for c in state.train()}
    lengths = sorted(set(sizes.values()))
    total = state.size(sizes)
    wanted = sum(shares.values())

    def longer(limit: int) -> int:
        return state.size(c for c, k in sizes.items() if k > limit)

    if longest is None:
        if len(lengths) < 2:
            raise UserError(
                f"a split by length needs combinations of two sizes or more, the tasks have k = {lengths}",
                hint="make tasks of several k: skillweave synth -k 2-5",
            )
        longest = min(lengths[:-1], key=lambda limit: abs(longer(limit) - wanted * total))
    if not (lengths and lengths[0] <= longest < lengths[-1]):
        raise UserError(
            f"nothing to split at length {longest!r}: the tasks have k = {', '.join(map(str, lengths)) or 'below 2'}",
            hint="give a length with combinations up to it and beyond it",
        )
    limit = longest
    practised = {s for t in state.bench.singles if state.trained[t.combination] for s in t.skills}
    practised |= {s for c, k in sizes.items() if k <= limit for s in state.skills[c]}
    long = [c for c, k in sizes.items() if k > limit]
    for c in [c for c in long if state.skills[c] - practised]:
        state.drop(c, f"has {min(state.skills[c] - practised)}, which nothing of k <= {limit} practises")
    left = {side: shares[side] / (wanted or 1) for side in SIDES}
    held: dict[str, int] = dict.fromkeys(SIDES, 0)
    chosen: dict[str, HeldOut] = {}
    for c in rng.sample(long, len(long)):
        whole = state.group([c])
        for g in whole:
            if sizes[g] <= limit:
                state.drop(g, f"shares its world with the longer {c}")
        group = [g for g in whole if sizes[g] > limit and g not in chosen]
        if group:
            side = max(SIDES, key=lambda s: (left[s] * (sum(held.values()) + 1) - held[s], s == "test"))
            chosen.update(dict.fromkeys(group, side))
            held[side] += state.size(group)
    state.move_all(chosen)
    return held, {"train_up_to": limit}


def by_list(state: Holdout, named: Mapping[HeldOut, Sequence[str]]) -> dict[str, int]:
    """Hold out exactly the combinations that are named; what only shares a world with them is dropped.

    Raises `UserError` where train would keep no task of one of their skills.
    """
    own = {c: side for side, found in named.items() for c in found}
    groups = {side: [c for c in found if state.side[c] == "train"] for side, found in named.items()}
    for combination in own:
        for beside in state.group([combination]):
            if beside not in own:
                state.drop(beside, f"shares its world with the held-out {combination}")
            elif own[beside] != own[combination]:
                raise UserError(
                    f"{combination!r} is for {own[combination]} and {beside!r} for {own[beside]}, "
                    "but their tasks share a world",
                    hint="put them on the same side",
                )
    everything = [c for found in groups.values() for c in found]
    missing = state.missing(everything)
    if missing:
        user = next(c for c in everything if missing[0] in state.skills[c])
        raise UserError(
            f"skill {missing[0]!r} of the held-out {user!r} would be in no train task ({len(missing)} such skills)",
            hint="hold out fewer of its combinations, or add tasks that practise it",
        )
    state.move_all({c: side for side, found in groups.items() for c in found})
    return {side: state.size(found) for side, found in groups.items()}


def read_named(path: Path, tasks: Sequence[TaskSpec]) -> dict[HeldOut, list[str]]:
    """Return the combinations that a file names for test (and dev): combinations, or ids of tasks.

    JSON may be an object with the lists ``test`` and ``dev``; any other list is the test split. Raises `UserError` for
    what is no combination of the tasks.
    """
    by_id = {t.id: t.combination for t in tasks}
    known = {t.combination for t in tasks if t.k >= 2}
    value = read_json(path) if path.suffix == ".json" else None
    parts: dict[HeldOut, list[tuple[str, ...]]] = {}
    if isinstance(value, dict):
        unknown = sorted(set(value) - set(SIDES))
        if unknown:
            raise UserError(f"{str(path)!r} names the split {unknown[0]!r}", hint="it may hold test and dev")
        for side in SIDES:
            parts[side] = combinations_in(value.get(side, []), where=f"{path}: {side}")
    else:
        parts["test"] = combinations_in(path)
    named: dict[HeldOut, list[str]] = {}
    for side, found in parts.items():
        resolved = set()
        for skills in found:
            single = by_id.get(skills[0]) if len(skills) == 1 else None
            combination = single or "|".join(sorted(set(skills)))
            if combination not in known:
                what = "is k = 1, which is never held out" if combination in by_id.values() else "is none of the tasks"
                raise UserError(
                    f"{str(path)!r}: {'|'.join(skills)!r} {what}",
                    hint="name combinations of k >= 2 (skills joined by |), or ids of their tasks",
                )
            resolved.add(combination)
        named[side] = sorted(resolved)
    twice = sorted(set(named.get("test", [])) & set(named.get("dev", [])))
    if twice:
        raise UserError(f"{str(path)!r} names {twice[0]!r} for both test and dev")
    if not any(named.values()):
        raise UserError(f"{str(path)!r} names nothing to hold out")
    return named
