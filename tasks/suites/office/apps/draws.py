"""Many small random numbers, drawn from the world's generator in blocks because single draws are slow."""

from collections.abc import Callable
from itertools import chain, repeat

from skillweave.tasks.apps import Filling

_BLOCK = 2048


def draws(into: Filling) -> Callable[[int, int], int]:
    """Return a function (low, high) -> whole number from low to high, both included."""

    pull = chain.from_iterable(into.rng.random(size).tolist() for size in repeat(_BLOCK)).__next__

    def draw(low: int, high: int) -> int:
        return low + int(pull() * (high - low + 1))

    return draw
