"""How well two groupings agree: adjusted mutual information per level, and dendrogram purity against a truth."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

SAMPLE = 4_000
"""The mutual information of more skills than this is taken on a seeded sample: its correction is quadratic in
groups.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A taxonomy against a truth."""

    ami: tuple[tuple[float, ...], ...]
    """AMI of each group level of the taxonomy (1..L-1, rows) with each level of the truth (columns)."""
    best: tuple[float, ...]
    """Per level of the truth, the AMI of the level of the taxonomy that fits it best."""
    truth_levels: tuple[str, ...]
    """Names of the levels of the truth."""
    purity: tuple[float, ...]
    """Per level of the truth, the dendrogram purity."""


def ami(one: Sequence[Any] | np.ndarray, two: Sequence[Any] | np.ndarray, *, seed: int = 0) -> float:
    """Return the adjusted mutual information of two labelings: 1 = the same groups, 0 = as by chance (Vinh et al.
    2010).

    >>> round(ami([0, 0, 1, 1], [5, 5, 3, 3]), 6)
    1.0
    """
    from sklearn.metrics import adjusted_mutual_info_score

    left, right = np.unique(one, return_inverse=True)[1], np.unique(two, return_inverse=True)[1]
    if len(left) > SAMPLE:
        picked = np.random.default_rng(seed).choice(len(left), size=SAMPLE, replace=False)
        left, right = left[picked], right[picked]
    return float(adjusted_mutual_info_score(left, right))


def level_labels(taxonomy: Taxonomy) -> list[list[str]]:
    """Return, for levels 1..L-1, the ancestor of each skill (in sorted order)."""
    return [[taxonomy.ancestor(skill, level) for skill in taxonomy.skills] for level in range(1, taxonomy.levels)]


def read_truth(path: Path | str, skills: Sequence[str]) -> dict[str, list[str]]:
    """Return the truth in a CSV of ``skill,level1,level2,...`` as labels of the given skills by level name.

    A file that misses skills raises `UserError` naming some of them; skills of the file that are not asked for are
    passed over.
    """
    place = Path(path)
    if not place.is_file():
        raise UserError(f"no file {str(place)!r}", hint="the truth is a CSV of skill,level1,level2,...")
    with place.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        columns = [name for name in rows.fieldnames or () if name != "skill"]
        if "skill" not in (rows.fieldnames or ()) or not columns:
            raise UserError(
                f"{str(place)!r} has the columns {', '.join(rows.fieldnames or ())}",
                hint="the truth is a CSV of skill,level1,level2,...",
            )
        known = {row["skill"]: [row[name] or "" for name in columns] for row in rows}
    missing = [skill for skill in skills if skill not in known]
    if missing:
        some = ", ".join(map(repr, missing[:3]))
        raise UserError(f"{str(place)!r} misses {len(missing)} of {len(skills)} skills, such as {some}")
    return {name: [known[skill][i] for skill in skills] for i, name in enumerate(columns)}


def compare(taxonomy: Taxonomy, truth: Mapping[str, Sequence[str]]) -> Comparison:
    """Return how well a taxonomy recovers a truth: labels of ``taxonomy.skills`` by level name, as `read_truth` gives.

    Levels need not correspond one to one, so each level of the truth is also given its best match.
    """
    levels = level_labels(taxonomy)
    table = [[ami(labels, truth[name]) for name in truth] for labels in levels]
    return Comparison(
        ami=tuple(tuple(row) for row in table),
        best=tuple(max((row[i] for row in table), default=0.0) for i in range(len(truth))),
        truth_levels=tuple(truth),
        purity=tuple(
            dendrogram_purity(taxonomy, dict(zip(taxonomy.skills, truth[name], strict=True))) for name in truth
        ),
    )


def dendrogram_purity(taxonomy: Taxonomy, classes: Mapping[str, str]) -> float:
    """Return the mean, over pairs of skills of one class, of their class's share below their lowest common ancestor.

    Heller & Ghahramani 2005, Bayesian Hierarchical Clustering, section 5. Exact; 1 where no class has two skills.
    """
    below: dict[str, Counter[str]] = {}
    weighted = pairs = 0.0
    for node in reversed(taxonomy.nodes):
        if node.skill is not None:
            below[node.id] = Counter([classes[node.skill]])
            continue
        met: Counter[str] = Counter()
        together: Counter[str] = Counter()
        for child in taxonomy.children[node.id]:
            for name, count in below.pop(child.id).items():
                together[name] += met[name] * count
                met[name] += count
        size = met.total()
        for name, count in together.items():
            pairs += count
            weighted += count * met[name] / size
        below[node.id] = met
    return weighted / pairs if pairs else 1.0
