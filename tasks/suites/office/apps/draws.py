"""Many small random numbers, drawn from the world's generator in blocks because single draws are slow."""

from collections.abc import Callable, Iterator

from skillweave.tasks.apps import Filling

_BLOCK = 2048


def draws(into: Filling) -> Callable[[int, int], int]:
    """Return a function (low, high) -> whole number from low to high, both included."""

    def numbers() -> Iterator[float]:
        while True:
            yield from into.rng.random(_BLOCK).tolist()

    source = numbers()

    def draw(low: int, high: int) -> int:
        return low + int(next(source) * (high - low + 1))

    return draw
