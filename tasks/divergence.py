"""How far two sets of tasks differ in their parts and in how the parts are put together (DBCA)."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from math import fsum
from typing import TypeVar

ATOM_ALPHA = 0.5
COMPOUND_ALPHA = 0.1

T = TypeVar("T", bound=Hashable)


def chernoff(train: Mapping[T, float], test: Mapping[T, float], alpha: float) -> float | None:
    """Return the Chernoff coefficient ``sum p^alpha q^(1-alpha)`` of two counts; None where either is empty.

    1 for equal distributions, 0 for disjoint ones. p is the train side: a small alpha asks whether train has a
    part at all rather than how often (Keysers et al. 2020, section 2.1).

    >>> round(chernoff({"a": 1, "b": 1}, {"a": 1, "c": 1}, 0.5), 12)
    0.5
    """
    p_total, q_total = fsum(train.values()), fsum(test.values())
    if p_total <= 0 or q_total <= 0:
        return None
    shared = sorted((k for k in train if test.get(k, 0) > 0 and train[k] > 0), key=repr)
    return min(1.0, fsum((train[k] / p_total) ** alpha * (test[k] / q_total) ** (1 - alpha) for k in shared))


def atom_divergence(train: Iterable[Iterable[str]], test: Iterable[Iterable[str]]) -> float | None:
    """Return the divergence of the skills of two sets of tasks, 0 (same shares) to 1 (no skill in common)."""
    return _divergence(train, test, ATOM_ALPHA)


def compound_divergence(
    train: Iterable[Iterable[tuple[str, str]]], test: Iterable[Iterable[tuple[str, str]]]
) -> float | None:
    """Return the divergence of the data-flow edges (skill, skill) of two sets of plans, 0 to 1.

    Keysers et al. 2020 weight compounds of many sizes; the edges of a plan are all of one size, so each counts once.
    None where a side has no edges.
    """
    return _divergence(train, test, COMPOUND_ALPHA)


def _divergence(train: Iterable[Iterable[T]], test: Iterable[Iterable[T]], alpha: float) -> float | None:
    p, q = (Counter(part for parts in side for part in parts) for side in (train, test))
    coefficient = chernoff(p, q, alpha)
    return None if coefficient is None else max(0.0, 1 - coefficient)
