"""Many slices, one chance of a false alarm: Holm's correction with weights, after leaving out what cannot reject."""

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")


def decidable(weights: Mapping[Key, float], smallest: Mapping[Key, float], alpha: float) -> dict[Key, float]:
    """Return the share of alpha of each hypothesis that could reject at it; the others are left out.

    A hypothesis whose smallest attainable p exceeds its share can never reject, so its share goes to the others, the
    worst first (Tarone 1990, Biometrics 46, with weights). What is attainable depends on the number of combinations
    alone and not on the outcomes, so that the chance of a false alarm stays alpha.

    >>> decidable({"all": 1.0, "k = 5": 1.0}, {"all": 0.0, "k = 5": 0.125}, 0.05)
    {'all': 0.05}
    """
    left = dict(weights)
    while left:
        total = sum(left.values())
        shares = {key: alpha * weight / total for key, weight in left.items()}
        worst = max(left, key=lambda key: smallest[key] / shares[key])
        if smallest[worst] <= shares[worst]:
            return shares
        del left[worst]
    return {}


def rejected(p: Mapping[Key, float], shares: Mapping[Key, float]) -> dict[Key, float]:
    """Return the hypotheses that reject, each with the alpha that it was held against.

    Holm 1979 (Scand. J. Statistics 6): the smallest p over share goes first, and what rejects hands its share on; the
    first that does not reject ends it.

    >>> held = rejected({"a": 0.01, "b": 0.04}, {"a": 0.025, "b": 0.025})
    >>> {key: round(alpha, 6) for key, alpha in held.items()}
    {'a': 0.025, 'b': 0.05}
    """
    alpha = sum(shares.values())
    order = sorted(shares, key=lambda key: p[key] / shares[key])
    found = {}
    for place, key in enumerate(order):
        held = alpha * shares[key] / sum(shares[other] for other in order[place:])
        if p[key] > held:
            break
        found[key] = held
    return found
