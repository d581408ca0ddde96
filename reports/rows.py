"""Turn what a log says of one sample into a `Rollout`."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from skillweave.reports.records import Rollout

CUT = "Key removed from summary"
"""how Inspect's sample summaries start a value that was too long for them"""

SCORE = "outcome"
"""name of the scorer"""


def is_cut(metadata: Mapping[str, Any], score: Mapping[str, Any] | None) -> bool:
    """Return True where a summary lacks something that counts are made of: skills, or which were achieved."""
    parts = [metadata.get("skills"), metadata.get("branches")]
    parts.append(((score or {}).get("metadata") or {}).get("skills"))
    return any(isinstance(part, str) and part.startswith(CUT) for part in parts)


def rollout_of(sample: Mapping[str, Any], log: str) -> Rollout:
    """Return the rollout of a sample given as plain JSON (id, epoch, metadata, scores, error, limit, model_usage...).

    Raises ``KeyError`` where the sample's metadata lack skills or k: then it is no sample of ours.
    """
    meta = sample["metadata"]
    score = (sample.get("scores") or {}).get(SCORE) or {}
    said = score.get("metadata") or {}
    skills = tuple(meta["skills"])
    variant = meta.get("variant") if isinstance(meta.get("variant"), Mapping) else {}
    usage = list((sample.get("model_usage") or {}).values())
    return Rollout(
        sample=str(sample["id"]),
        epoch=int(sample["epoch"]),
        k=int(meta["k"]),
        combination="|".join(sorted(skills)),
        skills=skills,
        span=_whole(meta.get("span")),
        novelty=_whole(meta.get("novelty")),
        length=_named(meta.get("length")),
        family=str(meta.get("family") or ""),
        role=str(meta.get("role") or "combination"),
        variant=str((variant or {}).get("kind") or ""),
        variant_of=str((variant or {}).get("of") or ""),
        literal_inputs=_truth(meta.get("literal_inputs")),
        pair=str(meta.get("pair") or ""),
        practised=_whole(meta.get("practised")),
        new_edges=_fraction(meta.get("new_edges")),
        log_probability=_fraction(meta.get("log_probability")),
        branches=tuple(_list(meta.get("branches"))),
        split=_named(meta.get("split")),
        group=str(meta.get("group") or ""),
        labels=tuple(map(str, _list(meta.get("origin")))),
        measures={str(k): float(v) for k, v in (said.get("measures") or {}).items()},
        wording=str(meta.get("wording") or ""),
        edges=tuple((str(a), str(b)) for a, b in _list(meta.get("edges"))),
        score=_score(score.get("value")),
        error=_error(sample, score),
        limit=_named(said.get("limit")) or _named(sample.get("limit")),
        submitted=_truth(said.get("submitted")),
        first_broken=_named(said.get("first_broken")),
        achieved={str(k): bool(v) for k, v in (said.get("skills") or {}).items()},
        mismatches=_sentences(said.get("mismatches"), score.get("explanation")),
        answer=str(score.get("answer") or ""),
        tool_calls=_whole(said.get("tool_calls")),
        tool_errors=_whole(said.get("tool_errors")),
        plan_length=_whole(meta.get("plan_length")),
        writes=_whole(meta.get("writes")),
        input_tokens=sum(int(u.get("input_tokens") or 0) for u in usage),
        output_tokens=sum(int(u.get("output_tokens") or 0) for u in usage),
        wall_clock_seconds=sample.get("total_time"),
        log=log,
    )


def _score(value: Any) -> float | None:
    if isinstance(value, bool | int | float) and isfinite(value):
        return float(value)
    return None


def _error(sample: Mapping[str, Any], score: Mapping[str, Any]) -> str | None:
    """Return what kept the sample from being scored, None where it has a score."""
    if _score(score.get("value")) is not None:
        return None
    error = sample.get("error")
    message = error.get("message") if isinstance(error, Mapping) else error
    return str(message or score.get("explanation") or "no score was written")


def _sentences(mismatches: Any, explanation: Any) -> tuple[str, ...]:
    if isinstance(mismatches, Sequence) and not isinstance(mismatches, str):
        return tuple(str(m) for m in mismatches)
    return (str(explanation),) if explanation else ()


def _whole(value: Any) -> int | None:
    return None if value is None or isinstance(value, str) else int(value)


def _fraction(value: Any) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)


def _truth(value: Any) -> bool | None:
    return None if value is None or isinstance(value, str) else bool(value)


def _named(value: Any) -> str | None:
    """Return a name; a limit may stand as an object with a type."""
    if isinstance(value, Mapping):
        value = value.get("type")
    return None if value in (None, "", "none") else str(value)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()
