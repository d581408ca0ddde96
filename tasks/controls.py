"""Control samples: single skills on both sides, and new bindings of train combinations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from random import Random

from skillweave.tasks.holdout import Holdout, Side
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.units import components, family_of


def in_distribution(state: Holdout, *, share: float, rng: Random) -> frozenset[str]:
    """Return the ids of train tasks for a control of new bindings of train combinations: about this share of train.

    A task goes with its family and with all that shares its world, and only where each combination that this touches
    keeps a task in train; so nothing is found where every combination has one task, or one world.
    """
    train = state.train()
    where = {t.id: c for c in train for t in state.bench.tasks(c)}
    by_id = {t.id: t for c in train for t in state.bench.tasks(c)}
    main = {t.id for c in train for t in state.bench.members[c]}
    several = [c for c in train if state.weight[c] > 1]
    budget = share * sum(state.weight[c] for c in several)
    links = {t.id: [("world", t.world_seed), ("family", family_of(t), t.world_seed)] for t in by_id.values()}
    left = {c: state.weight[c] for c in train}
    taken: set[str] = set()
    count = 0
    groups = components(links)
    for group in rng.sample(groups, len(groups)):
        own = Counter(where[i] for i in group if i in main)
        size = own.total()
        if not size or count + size > budget + 0.5 or any(left[c] - n < 1 for c, n in own.items()):
            continue
        taken.update(group)
        count += size
        for c, n in own.items():
            left[c] -= n
    return frozenset(taken)


def share_singles(tasks: Sequence[TaskSpec], rng: Random) -> dict[str, Side]:
    """Share tasks of k <= 1 between train and control, half and half overall and, where its worlds allow, by skill.

    Tasks in one world stay together: a world that was practised in must not come back in an evaluation. A skill with
    tasks in two worlds or more stands on both sides wherever that costs no other skill this.
    """
    worlds: dict[int, list[TaskSpec]] = {}
    for task in sorted(tasks, key=lambda t: t.id):
        worlds.setdefault(task.world_seed, []).append(task)
    side: dict[int, Side] = {}
    lead: Counter[str] = Counter()
    order = rng.sample(sorted(worlds), len(worlds))
    for world in order:
        together = worlds[world]
        ahead = sum(lead[s] for s in {t.combination for t in together}) or sum(lead.values())
        side[world] = "train" if ahead <= 0 else "control"
        for task in together:
            lead[task.combination] += 1 if side[world] == "train" else -1
    _even_out(worlds, side, order)
    return {task.id: side[world] for world, together in worlds.items() for task in together}


def _even_out(worlds: Mapping[int, Sequence[TaskSpec]], side: dict[int, Side], order: Sequence[int]) -> None:
    """Flip worlds until no flip brings more skills to both sides."""
    count: Counter[tuple[str, Side]] = Counter()
    for world, together in worlds.items():
        count.update((t.combination, side[world]) for t in together)
    other: dict[Side, Side] = {"train": "control", "control": "train"}
    changed = True
    while changed:
        changed = False
        for world in order:
            here, there = side[world], other[side[world]]
            own = Counter(t.combination for t in worlds[world])
            gain = sum((count[c, there] == 0 < count[c, here] - n) for c, n in own.items())
            loss = sum((count[c, there] > 0 == count[c, here] - n) for c, n in own.items())
            if gain > loss:
                side[world], changed = there, True
                for c, n in own.items():
                    count[c, here] -= n
                    count[c, there] += n
