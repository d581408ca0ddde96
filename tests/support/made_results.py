"""Results of runs drawn from a seed, for the gate's statistics; nothing here is a real result."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np

from skillweave.reports.gate.results import Results, TaskResult

GROUP = 8
SKILLS = [f"s{i:02d}" for i in range(40)]
Factor = Callable[[tuple[str, ...]], float]


def task(name: str, letters: str, passed: int, of: int = 1, /, **facts: Any) -> TaskResult:
    """Return a task whose skills are letters."""
    given: dict[str, Any] = {
        "id": name,
        "skills": tuple(sorted(letters)),
        "k": len(letters),
        "passed": passed,
        "of": of,
    }
    return TaskResult(**(given | facts))


def results(tasks: Sequence[TaskResult], **facts: Any) -> Results:
    """Return a run of given tasks."""
    given: dict[str, Any] = {
        "agent": "react",
        "model": "m",
        "suite": "office",
        "suite_version": "1",
        "scorer": "1",
        "version": "0",
        "created": "2026-05-01T10:00:00+00:00",
        "hashes": {"tasks": "t", "splits": None, "taxonomy": "x"},
        "epochs": max((t.of + t.unscored for t in tasks), default=1),
        "tasks": tuple(tasks),
    }
    return Results(**(given | facts))


def letters_run(outcomes: str, **facts: Any) -> Results:
    """Return a run of one task a combination of two skills; outcomes are '1', '0' or '-' for unscored."""
    rows = []
    for i, outcome in enumerate(outcomes):
        name = f"t{i:03d}"
        scored = outcome != "-"
        rows.append(
            TaskResult(
                id=name,
                skills=(f"a{i}", f"b{i}"),
                k=2,
                span=1,
                passed=int(outcome == "1"),
                of=int(scored),
                unscored=int(not scored),
            )
        )
    return results(rows, **facts)


def drawn_tasks(count: int, seed: int) -> list[tuple[TaskResult, float]]:
    """Return tasks of one to five skills, near each other or far, with the chance that each is passed."""
    random = Random(seed)
    found = []
    for i in range(count):
        k = 1 + i % 5
        start = GROUP * random.randrange(len(SKILLS) // GROUP)
        pool = SKILLS[start : start + GROUP] if random.random() < 0.4 else SKILLS
        skills = tuple(sorted(random.sample(pool, k)))
        branches = tuple(sorted({f"branch {int(s[1:]) // GROUP}" for s in skills}))
        span = None if k == 1 else min(2, len(branches))
        made = TaskResult(id=f"t{i:04d}", skills=skills, k=k, span=span, branches=branches, passed=0, of=0)
        found.append((made, random.betavariate(3, 1.2)))
    return found


def drawn_run(
    tasks: Sequence[tuple[TaskResult, float]],
    rng: np.random.Generator,
    *,
    epochs: int = 1,
    factor: Factor = lambda skills: 1.0,
) -> Results:
    """Return a run on drawn tasks; ``factor`` lowers the chance of those whose skills it says."""
    rows = []
    for made, chance in tasks:
        passed = int(rng.binomial(epochs, chance * factor(made.skills)))
        broke = {made.skills[0]: epochs - passed} if passed < epochs else {}
        rows.append(made.model_copy(update={"passed": passed, "of": epochs, "broke": broke}))
    return results(rows)
