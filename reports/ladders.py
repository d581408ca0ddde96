"""The ladder on other taxonomies: does it hang on the one tree that was induced?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.reports.adjusted import Effect, ladder
from skillweave.reports.intervals import Estimate
from skillweave.reports.records import Rollout
from skillweave.reports.stats import by
from skillweave.tasks.novelty import Exposure, Ladder
from skillweave.tasks.skills import app_of
from skillweave.taxonomy.alternatives import tree_of
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

if TYPE_CHECKING:
    import numpy as np

MOVED, COPIES = 0.1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLadder:
    """Success by novelty on one other taxonomy."""

    taxonomy: str
    rungs: Mapping[int, Estimate]
    adjusted: tuple[Effect, ...]


def apps_taxonomy(skills: Sequence[str]) -> Taxonomy:
    """Return the tree that groups skills by the app they belong to: the part of the name before the dot."""
    apps: dict[str, list[str]] = {}
    for skill in sorted(set(skills)):
        apps.setdefault(app_of(skill), []).append(skill)
    nodes = [_node("A", None, 0, "all", None)]
    for i, (app, members) in enumerate(sorted(apps.items())):
        alone = len(members) == 1 or len(apps) == 1
        above = "A" if alone else f"A.{i}"
        if not alone:
            nodes.append(_node(above, "A", 1, app, None))
        nodes += [_node(f"A.{i}.{j}", above, 1 if alone else 2, s, s) for j, s in enumerate(members)]
    return tree_of(nodes)


def _node(name: str, parent: str | None, level: int, label: str, skill: str | None) -> dict[str, Any]:
    return {"id": name, "parent": parent, "level": level, "name": label, "skill": skill}


def perturbed(taxonomy: Mapping[str, Any], rng: "np.random.Generator") -> Taxonomy:
    """Return the tree with a tenth of its skills, at least two, in each other's places."""
    nodes = [dict(n) for n in taxonomy["nodes"]]
    leaves = [n for n in nodes if n["skill"] is not None]
    count = min(len(leaves), max(2, round(MOVED * len(leaves))))
    places = [leaves[i] for i in rng.permutation(len(leaves))[:count]]
    names = [place["skill"] for place in places]
    for place, skill in zip(places, names[1:] + names[:1], strict=True):
        place["skill"] = skill
    return tree_of(nodes)


def alternatives(taxonomy: Mapping[str, Any] | None, skills: Sequence[str], *, seed: int = 0) -> dict[str, Taxonomy]:
    """Return the taxonomies that a ladder is repeated on without being asked: apps, and the tree perturbed."""
    import numpy as np

    found = {"apps": apps_taxonomy(skills)} if skills else {}
    if taxonomy is not None:
        rng = np.random.default_rng(seed)
        found |= {f"a tenth of the skills exchanged, {i}": perturbed(taxonomy, rng) for i in range(1, COPIES + 1)}
    return found


def exposed_combinations(exposure: Mapping[str, Any] | None, splits: Mapping[str, Any] | None) -> list[tuple[str, ...]]:
    """Return the practised combinations that a log carries; [] where it carries none."""
    listed = (exposure or {}).get("combinations")
    if isinstance(listed, list):
        return [tuple(c.split("|")) if isinstance(c, str) else tuple(c) for c in listed]
    rows = (splits or {}).get("rows") or {}
    if (exposure or {}).get("name") not in (None, "train"):
        return []
    found = {row["combination"] for row in rows.values() if row.get("split") == "train"}
    return [tuple(name.split("|")) for name in sorted(found) if name]


def other_ladders(
    rollouts: Sequence[Rollout], practised: Sequence[Sequence[str]], taxonomies: Mapping[str, Taxonomy]
) -> list[OtherLadder]:
    """Return the ladder on each taxonomy that holds all skills; [] without practised combinations."""
    if not practised:
        return []
    exposure = Exposure(practised)
    needed = {s for r in rollouts for s in r.skills} | {s for c in practised for s in c}
    composed = [r for r in rollouts if r.k >= 2]
    combinations = {r.combination: r.skills for r in composed}
    found = []
    for name, tree in taxonomies.items():
        if not needed <= set(tree.skills):
            continue
        rule = Ladder(exposure, tree)
        novelty = {c: rule.novelty(skills) for c, skills in combinations.items()}
        rungs = by(composed, lambda r, known=novelty: known[r.combination])  # type: ignore[misc]
        found.append(OtherLadder(taxonomy=name, rungs=rungs, adjusted=tuple(ladder(composed, novelty))))
    return found


def read_taxonomies(paths: Sequence[Path]) -> dict[str, Taxonomy]:
    """Return taxonomies by file name; a folder stands for all .json files in it.

    Raises `UserError` for a file that is none, two of one name, and a folder without any.
    """
    found: dict[str, Taxonomy] = {}
    files = []
    for path in paths:
        inside = sorted(path.glob("*.json")) if path.is_dir() else [path]
        if not inside:
            raise UserError(f"{str(path)!r} holds no .json", hint="make some: skillweave taxonomy alternatives")
        files += inside
    for path in files:
        if path.stem in found:
            raise UserError(f"two taxonomies are named {path.stem!r}", hint="rename one: they are shown by file name")
        found[path.stem] = Taxonomy.load(path)
    return found
