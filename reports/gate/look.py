"""One look at the tasks of two runs: every slice tested, corrected for looking at all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from skillweave.reports.gate.config import GateConfig
from skillweave.reports.gate.holm import decidable, rejected
from skillweave.reports.gate.inference import Test, paired_test, smallest_p
from skillweave.reports.gate.results import TaskResult
from skillweave.reports.gate.slices import (
    ALL,
    RELIABILITY,
    Key,
    Paired,
    all_pass,
    attempts,
    slices_of,
    weights_of,
)

NEAR = 4.0
"""a drop that would fail the gate at so many times alpha cannot be told from chance, nor be called none"""


class Status(StrEnum):
    """What became of one slice."""

    REGRESSION = "regression"
    MISSING = "missing"
    """in the baseline, and no task of it is scored in the candidate: counts against the candidate"""
    INCONCLUSIVE = "inconclusive"
    """the drop matters, and is neither shown nor dismissed: the gate would fail at four times alpha"""
    UNDECIDABLE = "undecidable"
    """so few combinations that not even a failure of all of them would be told from chance"""
    IMPROVED = "improved"
    PASS = "pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceResult:
    """One slice with its test."""

    key: Key
    status: Status
    blocks: bool
    """False for a slice that is only searched: undecidable is no finding there"""
    test: Test | None = None
    """None where it is missing"""
    before: float | None = None
    after: float | None = None
    alpha: float | None = None
    """share of alpha that it starts with, before Holm hands on others'; None where it cannot be decided"""
    detectable: float | None = None
    """smallest true drop seen with the config's power at that share; None where it cannot be decided"""
    power: float | None = None
    """probability of seeing the config's target drop"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What the corrected tests of a slice say."""

    down: bool
    near: bool
    """down at four times alpha"""
    up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at the tasks."""

    number: int
    alpha: float
    tasks: int
    slices: tuple[SliceResult, ...]

    @property
    def regressed(self) -> bool:
        """Whether any slice fails."""
        return any(s.status in (Status.REGRESSION, Status.MISSING) for s in self.slices)


def take_look(
    number: int,
    alpha: float,
    before: Sequence[TaskResult],
    pairs: Sequence[Paired],
    suite: str,
    config: GateConfig,
) -> Look:
    """Return every slice of some tasks with its status."""
    paired = {p.before.id: p for p in pairs}
    members = slices_of(before, config, suite)
    cells = {key: [paired[i] for i in sorted(ids) if i in paired] for key, ids in members.items()}
    tests: dict[Key, Test] = {}
    rates: dict[Key, tuple[float, float]] = {}
    for key, cell in cells.items():
        if cell:
            tests[key] = paired_test([p.gap for p in cell], [p.before.combination for p in cell])
            rates[key] = (_mean([p.before.rate for p in cell]), _mean([p.after.rate for p in cell]))
    missing = [key for key, cell in cells.items() if not cell]
    _add_reliability(before, cells[Key(dimension=ALL)], config, tests, rates, missing)
    smallest = {key: smallest_p(test.combinations) for key, test in tests.items()}
    shares = decidable(weights_of(tests, config), smallest, alpha)
    down = rejected({key: tests[key].worse for key in shares}, shares)
    near = rejected({key: tests[key].worse for key in shares}, {key: NEAR * share for key, share in shares.items()})
    up = rejected({key: tests[key].better for key in shares}, shares)
    moved = {key: Moved(down=key in down, near=key in near, up=key in up) for key in tests}
    return Look(
        number=number,
        alpha=alpha,
        tasks=sum(t.id in paired for t in before),
        slices=tuple(
            _result(key, tests.get(key), rates.get(key), shares.get(key), moved.get(key), config)
            for key in _ordered([*tests, *missing], config)
        ),
    )


def _add_reliability(
    before: Sequence[TaskResult],
    cell: Sequence[Paired],
    config: GateConfig,
    tests: dict[Key, Test],
    rates: dict[Key, tuple[float, float]],
    missing: list[Key],
) -> None:
    """Add the test of pass^k where the baseline has several attempts; missing where only the candidate lacks them."""
    k = attempts(p.before for p in cell)
    if not config.reliability or k < 2:
        return
    k = min(k, attempts(p.after for p in cell))
    if k < 2:
        missing.append(Key(dimension=RELIABILITY))
        return
    key = Key(dimension=RELIABILITY, value=str(k))
    old = [all_pass(p.before, k) for p in cell]
    new = [all_pass(p.after, k) for p in cell]
    tests[key] = paired_test([b - a for a, b in zip(old, new, strict=True)], [p.before.combination for p in cell])
    rates[key] = (_mean(old), _mean(new))


def _result(
    key: Key,
    test: Test | None,
    rates: tuple[float, float] | None,
    share: float | None,
    moved: "Moved | None",
    config: GateConfig,
) -> SliceResult:
    blocks = key.dimension not in config.search
    if test is None or rates is None or moved is None:
        return SliceResult(key=key, status=Status.MISSING, blocks=blocks)
    if share is None:
        return SliceResult(
            key=key, status=Status.UNDECIDABLE, blocks=blocks, test=test, before=rates[0], after=rates[1]
        )
    return SliceResult(
        key=key,
        status=_status(test, moved, config.min_drop),
        test=test,
        before=rates[0],
        after=rates[1],
        alpha=share,
        detectable=test.detectable(share, config.power),
        power=test.power(config.target_drop, share),
        blocks=blocks,
    )


def _status(test: Test, moved: "Moved", min_drop: float) -> Status:
    if moved.down and -test.mean >= min_drop:
        return Status.REGRESSION
    if moved.near and -test.mean >= min_drop:
        return Status.INCONCLUSIVE
    return Status.IMPROVED if moved.up and test.mean >= min_drop else Status.PASS


def _ordered(keys: Sequence[Key], config: GateConfig) -> list[Key]:
    order = [ALL, RELIABILITY, *config.block, *config.search]
    return sorted(keys, key=lambda key: (order.index(key.dimension), len(key.value), key.value))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
