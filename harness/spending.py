"""What a run may cost: every reply of a model is added up, and once the sum is reached no rollout begins."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from skillweave.harness.prices import Price

if TYPE_CHECKING:
    from inspect_ai.model import ModelUsage


class Budget:
    """Dollars that may be spent, and that were."""

    def __init__(self, most: float, price: Price) -> None:
        self.most = most
        self.price = price
        self.spent = 0.0

    def problem(self) -> str | None:
        """Return why no rollout may begin any more."""
        if self.spent < self.most:
            return None
        return f"not played: ${self.spent:.4g} of at most ${self.most:g} were spent"


_BUDGETS: list[Budget] = []


@contextmanager
def budgeted(most: float | None, price: Price | None) -> Iterator[None]:
    """Keep what this process spends within a sum while the block runs; None for no bound."""
    if most is None or price is None:
        yield
        return
    budget = Budget(most, price)
    _BUDGETS.append(budget)
    try:
        yield
    finally:
        _BUDGETS.remove(budget)


def spend(usage: "ModelUsage | None") -> None:
    """Count a reply."""
    for budget in _BUDGETS if usage is not None else ():
        assert usage is not None
        read = usage.input_tokens + (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0)
        budget.spent += budget.price.of(read, usage.output_tokens)


def spending_problem() -> str | None:
    """Return why no rollout may begin any more, None where one may."""
    return next((problem for budget in _BUDGETS if (problem := budget.problem())), None)
