"""Curricula: epochs that move from easy rows to hard ones, with exact shares and no repeat before its time."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, isfinite, nan
from random import Random
from typing import Any, Literal

from skillweave.taxonomy.errors import UserError

By = Literal["k", "level", "pass-rate"]
BY: tuple[By, ...] = ("k", "level", "pass-rate")
WIDTH = 0.35
"""how wide an epoch reaches around its own difficulty, where the easiest stratum is 0 and the hardest 1"""

Shares = Sequence[Mapping[Any, float]]
"""for each epoch: share of each stratum"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Rows in the order in which they are to be seen."""

    epochs: tuple[tuple[int, ...], ...]
    """row numbers of each epoch"""
    strata: tuple[Any, ...]
    """from easy to hard"""
    counts: tuple[Mapping[Any, int], ...]
    """rows of each stratum in each epoch"""


def moving_shares(strata: Sequence[Any], epochs: int) -> list[dict[Any, float]]:
    """Return shares that move from the first stratum to the last: a bell whose middle walks with the epochs.

    >>> [[round(s, 2) for s in epoch.values()] for epoch in moving_shares(["easy", "hard"], 2)]
    [[0.98, 0.02], [0.02, 0.98]]
    """
    last = max(1, len(strata) - 1)
    shares = []
    for epoch in range(epochs):
        middle = epoch / (epochs - 1) if epochs > 1 else 0.5
        weights = [exp(-(((i / last) - middle) ** 2) / (2 * WIDTH**2)) for i in range(len(strata))]
        shares.append({s: w / sum(weights) for s, w in zip(strata, weights, strict=True)})
    return shares


def schedule(
    stratum_of: Sequence[Hashable], order: Sequence[Any], *, epochs: int, size: int, seed: int, shares: Shares = ()
) -> Schedule:
    """Return ``epochs`` lists of ``size`` rows each; ``order`` names the strata from easy to hard.

    Each epoch has exactly the shares asked for (`moving_shares` where none are given), rounded by largest remainder.
    Within a stratum rows come in a seeded order, and none comes again before all of them were seen. Raises `UserError`
    for shares that name no rows or do not add up.
    """
    if epochs < 1 or size < 1:
        raise UserError(f"a curriculum of {epochs!r} epochs with {size!r} rows each has no rows", hint="use 1 or more")
    if not order:
        raise UserError("there are no rows to schedule")
    wanted = [dict(s) for s in shares] or moving_shares(order, epochs)
    if len(wanted) != epochs:
        raise UserError(f"{len(wanted)} epochs of shares are given for {epochs} epochs", hint="give one for each")
    rng = Random(seed)
    piles = {s: _Pile([i for i, own in enumerate(stratum_of) if own == s], rng) for s in order}
    counts = [_apportion(_checked(w, piles, number), size) for number, w in enumerate(wanted, 1)]
    found = []
    for count in counts:
        rows = [piles[s].next() for s in order for _ in range(count.get(s, 0))]
        rng.shuffle(rows)
        found.append(tuple(rows))
    return Schedule(epochs=tuple(found), strata=tuple(order), counts=tuple(counts))


class _Pile:
    """Rows of one stratum, dealt without repeat until all were dealt, then shuffled anew."""

    def __init__(self, rows: list[int], rng: Random) -> None:
        self.rows = rows
        self._rng = rng
        self._left: list[int] = []

    def next(self) -> int:
        """Return the next row."""
        if not self._left:
            self._left = list(self.rows)
            self._rng.shuffle(self._left)
        return self._left.pop()


def _checked(shares: Mapping[Any, float], piles: Mapping[Any, _Pile], epoch: int) -> dict[Any, float]:
    for name, share in shares.items():
        if share < 0:
            raise UserError(f"epoch {epoch}: the share of {name!r} is {share!r}", hint="shares are 0 or more")
        if share > 0 and (name not in piles or not piles[name].rows):
            raise UserError(
                f"epoch {epoch}: there are no rows of {name!r}", hint=f"there is {', '.join(map(str, piles))}"
            )
    total = sum(shares.values())
    if total <= 0:
        raise UserError(f"epoch {epoch}: all shares are 0")
    return {name: share / total for name, share in shares.items() if share > 0}


def _apportion(shares: Mapping[Any, float], size: int) -> dict[Any, int]:
    """Return whole counts that add up to ``size``, by largest remainder; equal remainders go to the first.

    >>> _apportion({"a": 0.5, "b": 0.25, "c": 0.25}, 5)
    {'a': 3, 'b': 1, 'c': 1}
    """
    exact = {name: share * size for name, share in shares.items()}
    counts = {name: int(value + 1e-9) for name, value in exact.items()}
    order = sorted(exact, key=lambda name: -round(exact[name] - counts[name], 9))
    for name in order[: size - sum(counts.values())]:
        counts[name] += 1
    return counts


def parse_shares(text: str) -> list[dict[Any, float]]:
    """Return the shares of ``1=70,2=30/1=20,2=80``: epochs apart by ``/``; raises `UserError` for anything else.

    >>> parse_shares("1=70,2=30/2=1")
    [{1: 70.0, 2: 30.0}, {2: 1.0}]
    """
    found = []
    for part in text.split("/"):
        epoch: dict[Any, float] = {}
        for item in part.split(","):
            name, _, share = item.strip().partition("=")
            try:
                key, value = float(name), float(share)
            except ValueError:
                key = value = nan
            if not (isfinite(key) and isfinite(value)):
                raise UserError(f"shares {text!r}: {item.strip()!r} is none", hint="write 1=70,2=30/1=20,2=80")
            epoch[int(key) if key == int(key) else key] = value
        found.append(epoch)
    return found
