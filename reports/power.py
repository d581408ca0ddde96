"""How many combinations, tasks and epochs it takes to see a difference between two runs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import fmean

from skillweave.reports.intervals import t_quantile
from skillweave.reports.records import Rollout
from skillweave.taxonomy.errors import UserError

TASKS, EPOCHS = (1, 2, 4, 8), (1, 2, 4)
MOST = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Variances:
    """Where the spread of 0/1 outcomes comes from; the three add up to p(1-p)."""

    rate: float
    combination: float
    """between combinations"""
    task: float
    """between tasks of one combination"""
    attempt: float
    """between attempts at one task"""
    source: str
    tokens: float | None = None
    """input and output tokens of a rollout, on average"""
    input_tokens: float | None = None
    output_tokens: float | None = None
    seconds: float | None = None
    """wall clock of a rollout, on average"""


DEFAULT = Variances(
    rate=0.7,
    combination=0.063,
    task=0.042,
    attempt=0.105,
    source="assumed: success 70%, half of the "
    "variance lies between attempts, three tenths between combinations, two tenths between their tasks",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One way to see the effect."""

    tasks: int
    """a combination"""
    epochs: int
    combinations: int | None
    """None where no number of combinations up to a million suffices"""
    rollouts: int | None
    """of one run; a comparison takes two"""
    tokens: float | None
    seconds: float | None
    money: float | None = None
    """of both runs, in the currency of the prices; None without prices or token counts"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What a model costs."""

    input: float
    """of a million input tokens"""
    output: float
    """of a million output tokens"""

    def of(self, found: Variances) -> float | None:
        """Return the price of an average rollout, None where its tokens are not known."""
        if found.input_tokens is None or found.output_tokens is None:
            return None
        return (found.input_tokens * self.input + found.output_tokens * self.output) / 1e6


def variances(rollouts: Iterable[Rollout], *, source: str = "the baseline") -> Variances:
    """Return the components of a run by the nested analysis of variance (Searle 1971), none below 0.

    A component that cannot be told apart (one task a combination, one epoch) goes to the one above it: combinations
    rather than tasks, tasks rather than attempts, which errs on the side of more combinations.
    """
    kept = [r for r in rollouts if r.score is not None and r.main]
    composed = [r for r in kept if r.k >= 2] or kept
    cells: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for r in composed:
        cells[r.combination][r.sample].append(float(r.score or 0.0))
    if len(cells) < 2:
        raise UserError(f"a baseline needs at least 2 combinations, this one has {len(cells)}")
    p = fmean(float(r.score or 0.0) for r in composed)
    total = p * (1 - p)
    if total == 0:
        raise UserError(
            f"every rollout of the baseline {'succeeded' if p else 'failed'}: it says nothing of the spread",
            hint="give a run that both succeeds and fails",
        )
    tasks = [v for cell in cells.values() for v in cell.values()]
    attempt = _within([v for v in tasks if len(v) > 1])
    attempt = 0.0 if attempt is None else min(total, attempt)
    several = [cell for cell in cells.values() if len(cell) > 1]
    size = fmean(len(v) for v in tasks)
    means = _within([[fmean(v) for v in cell.values()] for cell in several])
    task = 0.0 if means is None else min(total - attempt, max(0.0, means - attempt / size))
    if means is None and attempt == 0.0:
        return _made(p, total, 0.0, 0.0, composed, source)
    return _made(p, max(0.0, total - attempt - task), task, attempt, composed, source)


def _made(p: float, combination: float, task: float, attempt: float, rows: Sequence[Rollout], source: str) -> Variances:
    times = [r.wall_clock_seconds for r in rows if r.wall_clock_seconds is not None]
    read, written = (fmean(getattr(r, name) for r in rows) for name in ("input_tokens", "output_tokens"))
    return Variances(
        rate=p,
        combination=combination,
        task=task,
        attempt=attempt,
        source=source,
        tokens=read + written or None,
        input_tokens=read if read + written else None,
        output_tokens=written if read + written else None,
        seconds=fmean(times) if times else None,
    )


def _within(groups: Sequence[Sequence[float]]) -> float | None:
    """Return the pooled variance within groups of two and more, None without any."""
    squares = sum(sum((v - fmean(g)) ** 2 for v in g) for g in groups if len(g) > 1)
    freedom = sum(len(g) - 1 for g in groups if len(g) > 1)
    return squares / freedom if freedom else None


def plan(
    found: Variances,
    effect: float,
    *,
    tasks: int,
    epochs: int,
    power: float,
    correlation: float,
    prices: Prices | None = None,
    alpha: float = 0.05,
) -> Plan:
    """Return how many combinations show a paired difference of ``effect`` with probability ``power``.

    ``correlation`` is how alike two agents find the same combinations and tasks: 1 where what is hard for one is as
    hard for the other. Attempts are independent. The smallest number for which the t test at ``alpha`` has the power.
    """
    variance = 2 * ((1 - correlation) * (found.combination + found.task / tasks) + found.attempt / (tasks * epochs))
    count = 2
    while count <= MOST:
        needed = (t_quantile(count - 1, alpha) + t_quantile(count - 1, 2 * (1 - power))) ** 2 * variance / effect**2
        if needed <= count:
            break
        count = max(count + 1, min(ceil(needed), 2 * count))
    while count > 2 and _enough(count - 1, variance, effect, power, alpha):
        count -= 1
    if count > MOST:
        return Plan(tasks=tasks, epochs=epochs, combinations=None, rollouts=None, tokens=None, seconds=None)
    rollouts = count * tasks * epochs
    price = None if prices is None else prices.of(found)
    return Plan(
        tasks=tasks,
        epochs=epochs,
        combinations=count,
        rollouts=rollouts,
        tokens=None if found.tokens is None else 2 * rollouts * found.tokens,
        seconds=None if found.seconds is None else 2 * rollouts * found.seconds,
        money=None if price is None else 2 * rollouts * price,
    )


def _enough(count: int, variance: float, effect: float, power: float, alpha: float) -> bool:
    quantiles = t_quantile(count - 1, alpha) + t_quantile(count - 1, 2 * (1 - power))
    return quantiles**2 * variance / effect**2 <= count


def plans(
    found: Variances, effect: float, *, power: float = 0.8, correlation: float = 0.5, prices: Prices | None = None
) -> list[Plan]:
    """Return a plan for each number of tasks and epochs; raises `UserError` for values outside their range."""
    if not 0 < effect < 1:
        raise UserError(f"the effect must lie between 0 and 1, got {effect!r}", hint="5 points are --effect 0.05")
    if not 0.5 <= power < 1:
        raise UserError(f"the power must be at least 0.5 and below 1, got {power!r}")
    if not 0 <= correlation <= 1:
        raise UserError(f"the correlation must lie between 0 and 1, got {correlation!r}")
    facts = {"power": power, "correlation": correlation}
    return [plan(found, effect, tasks=t, epochs=e, prices=prices, **facts) for t in TASKS for e in EPOCHS]


def advice(found: Sequence[Plan]) -> str:
    """Return in one sentence what more tasks a combination buy, beside more combinations."""
    lean = next(p for p in found if (p.tasks, p.epochs) == (1, 1))
    fat = next(p for p in found if (p.tasks, p.epochs) == (8, 1))
    if lean.rollouts is None or fat.rollouts is None:
        return "No number of combinations up to a million shows an effect this small."
    if fat.rollouts <= 1.05 * lean.rollouts:
        return (
            f"One task each of {lean.combinations:,} combinations does it, or 8 of {fat.combinations:,}: this baseline "
            "shows no spread between combinations beyond that between attempts."
        )
    cost = (
        "" if lean.money is None or fat.money is None else f", {fat.money:,.2f} instead of {lean.money:,.2f} for both"
    )
    return (
        f"More combinations beat more tasks: {lean.combinations:,} combinations with one task each take "
        f"{lean.rollouts:,} rollouts a run, {fat.combinations:,} with 8 tasks each take {fat.rollouts:,} "
        f"({fat.rollouts / lean.rollouts:.1f} times as many{cost}) to see the same effect."
    )
