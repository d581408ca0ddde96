"""What came of a run, read from its log."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from math import isnan
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any, TypeVar

from skillweave.reports.origins import IDLE, REST
from skillweave.tasks.foreign import NOP

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalSampleSummary

Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Successes among scored rollouts."""

    scored: int
    succeeded: int

    @property
    def success(self) -> float | None:
        """Share of the scored rollouts that succeeded; None where none was scored."""
        return self.succeeded / self.scored if self.scored else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """What a further measure came to."""

    n: int
    """scored rollouts that have it"""
    mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnscoredRollout:
    """A rollout that could not be scored, and why."""

    id: str
    epoch: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What came of a run. Unscored rollouts are in no rate."""

    success: float | None
    """share of the scored rollouts that succeeded; None where none was scored"""
    scored: int
    unscored: int
    errors: tuple[UnscoredRollout, ...]
    limited: int
    """rollouts that a limit ended (they count as failed)"""
    stopped: dict[str, int]
    """why scored rollouts were stopped or their agent failed, the commonest reason first, and how often"""
    by_k: dict[int, Rate]
    by_idle: dict[str, Rate] = field(default_factory=dict)
    """of tasks that doing nothing passes, and of the rest; {} where there are none of the former"""
    by_group: dict[str, Rate] = field(default_factory=dict)
    """by what their authors put tasks under; {} where that is one group or none"""
    measures: dict[str, Mean] = field(default_factory=dict)
    """what else verdicts found, by name"""
    tokens: int
    log: Path
    status: str
    """success, error (some rollout is unscored: the same run again tries it again) or cancelled"""
    agent: str
    model: str
    simulated: bool

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain JSON."""
        found = asdict(self)
        found["log"] = str(self.log)
        for name in ("by_k", "by_idle", "by_group"):
            rates: dict[Any, Rate] = getattr(self, name)
            found[name] = {str(key): {**asdict(rate), "success": rate.success} for key, rate in rates.items()}
        return found


def summarize(log: "EvalLog", folder: Path) -> RunResult:
    """Return the result of a run from the header of its log and the summaries of its samples."""
    from inspect_ai.log import read_eval_log_sample_summaries

    samples = read_eval_log_sample_summaries(log.location)
    values = [(sample, value_of(sample)) for sample in samples]
    scored = [(sample, value) for sample, value in values if value is not None]
    run = (log.eval.metadata or {})["skillweave"]
    planned = len(log.eval.dataset.sample_ids or []) if log.eval.config.limit is None else None
    by_idle = _rates(scored, lambda s: IDLE if NOP in (s.metadata.get("origin") or ()) else REST)
    by_group = _rates(scored, lambda s: str(s.metadata.get("group") or ""))
    missing = 0 if planned is None else max(0, planned * (log.eval.config.epochs or 1) - len(samples))
    return RunResult(
        success=sum(value for _, value in scored) / len(scored) if scored else None,
        scored=len(scored),
        unscored=len(samples) - len(scored) + missing,
        errors=tuple(
            UnscoredRollout(id=str(s.id), epoch=s.epoch, message=s.error or "no score") for s, v in values if v is None
        ),
        limited=sum(s.limit is not None for s, _ in scored),
        stopped=dict(Counter(reason for s, _ in scored if (reason := _stopped(s))).most_common()),
        by_k=_rates(scored, lambda s: int(s.metadata["k"])),
        by_idle=by_idle if IDLE in by_idle else {},
        by_group=by_group if len(by_group) > 1 else {},
        measures=_measures([sample for sample, _ in scored]),
        tokens=sum(usage.total_tokens for usage in log.stats.model_usage.values()),
        log=folder / Path(log.location).name,
        status=log.status,
        agent=run["agent"],
        model=log.eval.model,
        simulated=run["simulated"] is not None,
    )


def _rates(
    scored: "list[tuple[EvalSampleSummary, float]]", key: "Callable[[EvalSampleSummary], Key]"
) -> dict[Key, Rate]:
    """Return the successes for each value of a key, in the values' order."""
    found: dict[Key, list[float]] = {}
    for sample, value in scored:
        found.setdefault(key(sample), []).append(value)
    return {k: Rate(scored=len(v), succeeded=sum(one >= 1.0 for one in v)) for k, v in sorted(found.items())}


def _measures(samples: "list[EvalSampleSummary]") -> dict[str, Mean]:
    found: dict[str, list[float]] = {}
    for sample in samples:
        score = (sample.scores or {}).get("outcome")
        for name, value in ((score.metadata if score else None) or {}).get("measures", {}).items():
            found.setdefault(name, []).append(float(value))
    return {name: Mean(n=len(values), mean=fmean(values)) for name, values in sorted(found.items())}


def _stopped(sample: "EvalSampleSummary") -> str | None:
    score = (sample.scores or {}).get("outcome")
    reason = None if score is None else (score.metadata or {}).get("limit")
    return None if reason is None else str(reason)


def value_of(sample: "EvalSampleSummary") -> float | None:
    """Return the score of a sample, None where it is unscored."""
    score = (sample.scores or {}).get("outcome")
    if sample.error is not None or score is None:
        return None
    value = score.as_float()
    return None if isnan(value) else value
