"""What a gate tests: all tasks together, reliability, and the slices that its config names."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb

from skillweave.reports.gate.config import GateConfig
from skillweave.reports.gate.results import TaskResult

ALL, RELIABILITY = "all", "pass^k"
MOST_ATTEMPTS = 4
"""k of pass^k, at most"""
WEIGHTS = {"all": 0.4, "reliability": 0.1, "block": 0.35, "search": 0.15}
"""how alpha is shared out before Holm hands on what rejects: a drop over all tasks is what most releases would show,
and should not pay for the number of slices"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Names a slice: k = 3, branch = 'money', all tasks."""

    dimension: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.dimension} = {self.value}" if self.value else self.dimension


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """One task in both runs."""

    before: TaskResult
    """labels are those of the baseline"""
    after: TaskResult

    @property
    def gap(self) -> float:
        """Success of the candidate less that of the baseline."""
        return self.after.rate - self.before.rate


def values_of(task: TaskResult, dimension: str, suite: str) -> tuple[str, ...]:
    """Return the slices of a dimension that a task is in; a task is in each of its branches and skills."""
    if dimension == "branch":
        return task.branches
    if dimension == "skill":
        return task.skills if task.k >= 2 else ()
    if dimension == "suite":
        return (suite,)
    if dimension in ("span", "novelty") and task.k < 2:
        return ()
    value = getattr(task, dimension)
    return () if value is None else (str(value),)


def slices_of(tasks: Iterable[TaskResult], config: GateConfig, suite: str) -> dict[Key, frozenset[str]]:
    """Return slice -> ids of its tasks; a slice that is all tasks over again is left out."""
    listed = list(tasks)
    found: dict[Key, set[str]] = defaultdict(set)
    for task in listed:
        found[Key(dimension=ALL)].add(task.id)
        for dimension in (*config.block, *config.search):
            for value in values_of(task, dimension, suite):
                found[Key(dimension=dimension, value=value)].add(task.id)
    kept: dict[Key, frozenset[str]] = {}
    order = [ALL, *config.block, *config.search]
    for key in sorted(found, key=lambda key: (order.index(key.dimension), len(key.value), key.value)):
        if key.dimension == ALL or len(found[key]) < len(listed):
            kept[key] = frozenset(found[key])
    return kept


def weights_of(keys: Iterable[Key], config: GateConfig) -> dict[Key, float]:
    """Return the weight of each hypothesis: within a dimension all slices alike, and all dimensions alike."""
    by: dict[str, list[Key]] = defaultdict(list)
    for key in keys:
        by[key.dimension].append(key)
    weights: dict[Key, float] = {}
    groups: Mapping[str, Sequence[str]] = {
        "all": (ALL,),
        "reliability": (RELIABILITY,),
        "block": config.block,
        "search": config.search,
    }
    for group, dimensions in groups.items():
        present = [d for d in dimensions if d in by]
        for dimension in present:
            for key in by[dimension]:
                weights[key] = WEIGHTS[group] / len(present) / len(by[dimension])
    return weights


def attempts(tasks: Iterable[TaskResult]) -> int:
    """Return the k of pass^k that every task allows: the fewest scored rollouts, at most 4; 0 without tasks."""
    return min((min(t.of, MOST_ATTEMPTS) for t in tasks), default=0)


def all_pass(task: TaskResult, k: int) -> float:
    """Return pass^k: the probability that k attempts drawn from those made all succeed (tau-bench, 2024).

    >>> all_pass(TaskResult(id="t", skills=("a",), k=1, passed=3, of=4), 2)
    0.5
    """
    return comb(task.passed, k) / comb(task.of, k)
