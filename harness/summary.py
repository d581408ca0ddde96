"""What came of a run, read from its log."""

from collections import Counter
from dataclasses import asdict, dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalSampleSummary


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
        found["by_k"] = {str(k): {**asdict(rate), "success": rate.success} for k, rate in self.by_k.items()}
        return found


def summarize(log: "EvalLog", folder: Path) -> RunResult:
    """Return the result of a run from the header of its log and the summaries of its samples."""
    from inspect_ai.log import read_eval_log_sample_summaries

    samples = read_eval_log_sample_summaries(log.location)
    values = [(sample, value_of(sample)) for sample in samples]
    scored = [(sample, value) for sample, value in values if value is not None]
    run = (log.eval.metadata or {})["skillweave"]
    planned = len(log.eval.dataset.sample_ids or []) if log.eval.config.limit is None else None
    by_k: dict[int, list[float]] = {}
    for sample, value in scored:
        by_k.setdefault(int(sample.metadata["k"]), []).append(value)
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
        by_k={k: Rate(scored=len(found), succeeded=sum(v >= 1.0 for v in found)) for k, found in sorted(by_k.items())},
        tokens=sum(usage.total_tokens for usage in log.stats.model_usage.values()),
        log=folder / Path(log.location).name,
        status=log.status,
        agent=run["agent"],
        model=log.eval.model,
        simulated=run["simulated"] is not None,
    )


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
