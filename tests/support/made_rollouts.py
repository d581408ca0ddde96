"""Rollouts made by hand, for statistics that need no log."""

from typing import Any

from skillweave.reports.records import Rollout, Run, RunRecord


def one(letters: str, score: float | None, /, **facts: Any) -> Rollout:
    """Return a rollout of a combination given as letters, each a skill."""
    given: dict[str, Any] = {
        "sample": letters,
        "epoch": 1,
        "k": len(letters),
        "combination": "|".join(sorted(letters)),
        "skills": tuple(sorted(letters)),
        "score": score,
    }
    return Rollout(**(given | facts))


def run_of(rollouts: list[Rollout], label: str = "agent", **facts: Any) -> Run:
    """Return a run of given rollouts."""
    given: dict[str, Any] = {
        "label": label,
        "agent": "react",
        "model": "m",
        "simulated": None,
        "suite": "office",
        "suite_version": "1",
        "scorer": "1",
        "version": "",
        "split": None,
        "epochs": 1,
        "created": "",
        "tools": None,
        "taxonomy": None,
        "splits": None,
        "synthesis": None,
        "hashes": {},
        "exposure": None,
        "logs": (),
    }
    return Run(record=RunRecord(**(given | facts)), rollouts=tuple(rollouts))
