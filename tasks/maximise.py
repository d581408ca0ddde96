"""The MCD way to split: the search of `mcd` over the combinations of a task set, under the rules of `holdout`."""

from collections.abc import Mapping
from random import Random
from typing import Any

from skillweave.tasks.divergence import atom_divergence
from skillweave.tasks.holdout import HeldOut, Holdout, Side
from skillweave.tasks.mcd import Item, search_mcd
from skillweave.tasks.spec import TaskSpec, skill_edges
from skillweave.tasks.stratified import Shares
from skillweave.taxonomy.errors import UserError


def by_divergence(
    state: Holdout, singles: Mapping[str, Side], *, shares: Shares, bound: float, seed: int
) -> tuple[dict[str, int], dict[str, Any]]:
    """Hold out the shares so that compound divergence is as large as the search finds; no combination is dropped.

    The search holds out test and dev together; dev is then taken from it where the bound allows. Raises `UserError`
    where no split holds the bound on atom divergence.
    """
    units = sorted({state.group([c]) for c in state.train()})
    if len(units) < 2:
        raise UserError(
            f"an MCD split needs combinations in two worlds or more, got {len(units)}",
            hint="make more tasks of k >= 2: skillweave synth",
        )
    number = {c: i for i, unit in enumerate(units) for c in unit}
    above = {
        i: {number[a] for c in unit for a in state.above[c] if a in number and number[a] != i}
        for i, unit in enumerate(units)
    }
    tasks = [[t for c in unit for t in state.bench.members[c]] for unit in units]
    alone = [t for t in state.bench.singles if singles[t.id] == "train"]
    found = search_mcd(
        [_item(own) for own in tasks],
        share=sum(shares.values()),
        bound=bound,
        seed=seed,
        fixed=Item(atoms=tuple(s for t in alone for s in t.skills), compounds=()),
        above=above,
    )
    if not found.held:
        raise UserError(
            "nothing can be held out without leaving a skill untrained", hint="make more tasks for each skill"
        )
    if not found.feasible:
        raise UserError(
            f"no split was found with an atom divergence of {bound} or less; the lowest was {found.atom:.4f}",
            hint="raise --atom-bound, make more tasks, or hold out a larger share",
        )
    total = sum(state.weight.values())
    asked: dict[str, int] = {side: round(share * total) for side, share in shares.items()}
    train = [t for i, own in enumerate(tasks) if i not in set(found.held) for t in own] + alone
    parted = _parted(found.held, tasks, train, asked["dev"], bound, Random(seed))
    state.move_all({c: side for i, side in parted.items() for c in units[i]})
    facts: dict[str, Any] = {
        "atom": found.atom,
        "compound": found.compound,
        "bound": bound,
        "steps": found.steps,
        "units": len(units),
    }
    return asked, facts


def _item(tasks: list[TaskSpec]) -> Item:
    return Item(
        atoms=tuple(s for t in tasks for s in t.skills),
        compounds=tuple(e for t in tasks for e in skill_edges(t)),
        size=len(tasks),
    )


def _parted(
    held: tuple[int, ...], tasks: list[list[TaskSpec]], train: list[TaskSpec], dev: int, bound: float, rng: Random
) -> dict[int, HeldOut]:
    """Return test or dev for each held-out unit; test keeps to the bound, so dev may come out smaller than asked."""
    side: dict[int, HeldOut] = dict.fromkeys(held, "test")
    left = dev
    practised = [t.skills for t in train]
    for i in rng.sample(list(held), len(held)):
        if left <= 0 or len(tasks[i]) > 2 * left:
            continue
        rest = [t.skills for j in held if side[j] == "test" and j != i for t in tasks[j]]
        divergence = atom_divergence(practised, rest)
        if divergence is not None and divergence <= bound:
            side[i] = "dev"
            left -= len(tasks[i])
    return side
