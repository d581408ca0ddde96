"""How often a gate cries wolf, and which drops it sees, beside what others do with the same rollouts.

python benchmarks/gate.py [--comparisons 1000] [--write]

Agents are simulated with a known chance of success on each task; combinations of 36 skills are drawn from the taxonomy
of the office suite. The whole gate runs: all slices, both looks. Beside it, on the same rollouts and over all tasks, as
these do: a threshold on the success rate (as in promptfoo), the unpaired z test (from lm-eval's standard errors) and
McNemar's exact test.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binomtest, norm

from skillweave.harness.simulated import Labels, Profile, simulated_success
from skillweave.harness.sources import read_source
from skillweave.reports.gate.config import GateConfig
from skillweave.reports.gate.decide import Verdict, decide
from skillweave.reports.gate.look import Status
from skillweave.reports.gate.results import Results, TaskResult
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.select import Selector

sys.path.insert(0, str(Path(__file__).parent))
from taxonomy import table, write_between  # noqa: TID251

DOCS = Path(__file__).parents[1] / "docs" / "gate.md"
SKILLS, EPOCHS, ALPHA = 36, 2, 0.05
HEADER = (
    "change",
    "average",
    "gate",
    "gate, min_drop 0",
    "threshold -5",
    "threshold -2",
    "unpaired z",
    "McNemar",
    "named",
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What the candidate lost."""

    name: str
    base: float = 1.0
    """factor of all rollouts"""
    skill: float | None = None
    """factor of one skill"""
    far: float = 1.0
    """factor of combinations across the root"""
    large: float = 1.0
    """factor of k >= 4"""
    runs: int = 1
    """baseline runs of which the best is kept"""


CHANGES = (
    Change(name="none"),
    Change(name="none; baseline is the best of 10 runs", runs=10),
    Change(name="every rollout 2% less likely", base=0.98),
    Change(name="every rollout 5% less likely", base=0.95),
    Change(name="every rollout 10% less likely", base=0.9),
    Change(name="one skill dead", skill=0.0),
    Change(name="one skill dead, all else better", skill=0.0, base=1.03),
    Change(name="across the root 25% less likely", far=0.75),
    Change(name="k of 4 and more 25% less likely", large=0.75),
)


@lru_cache(maxsize=1)
def selector() -> Selector:
    """Return selection on the taxonomy of the office suite."""
    return Selector(build_taxonomy(read_source(["suite:office"]).graph))


@lru_cache(maxsize=8)
def tasks(combinations: int, seed: int) -> tuple[TaskResult, ...]:
    """Return tasks of one to five of 36 skills, one a combination."""
    found = selector()
    rng = np.random.default_rng([seed, 0])
    some = set(rng.permutation(found.skills)[:SKILLS].tolist())
    rest = [s for s in found.skills if s not in some]
    rows: dict[str, TaskResult] = {}
    for k in range(1, 6):
        wanted = min(SKILLS, combinations // 5) if k == 1 else combinations // 5
        for c in found.sample(k, 3 * wanted, rng=rng, forbid=rest):
            if sum(t.k == k for t in rows.values()) == wanted:
                break
            branches = tuple(sorted({found.taxonomy.branch(s) for s in c.skills}))
            name = "|".join(c.skills)
            rows[name] = TaskResult(
                id=name, skills=c.skills, k=k, span=c.span, branches=branches, split="test", passed=0, of=0
            )
    return tuple(rows.values())


def weakness(made: tuple[TaskResult, ...], seed: int) -> dict[str, float]:
    """Return how reliable each skill is: most are, some are not."""
    rng = np.random.default_rng([seed, 1])
    return {
        s: float(v) for s, v in zip(sorted({s for t in made for s in t.skills}), rng.beta(12, 1, SKILLS), strict=True)
    }


def victim(made: tuple[TaskResult, ...]) -> str:
    """Return a skill that neither many nor few tasks need."""
    counts = Counter(s for t in made for s in t.skills)
    return sorted(counts, key=lambda s: (counts[s], s))[len(counts) // 2]


def played(made: tuple[TaskResult, ...], profile: Profile, change: Change) -> Results:
    """Return the outcomes of a simulated agent; its draws are those of the profile's seed."""
    spans = [t.span for t in made if t.span is not None]
    factors: dict[str, Any] = {
        "base": profile.base * change.base,
        "span": {str(max(spans)): change.far},
        "k": {"4": change.large, "5": change.large},
    }
    if change.skill is not None:
        factors["skills"] = {**profile.skills, victim(made): change.skill}
    agent = profile.model_copy(update=factors)
    rows = []
    for t in made:
        labels = Labels(skills=t.skills, k=t.k, span=t.span)
        ended = [simulated_success(t.id, epoch, agent, labels) for epoch in range(1, EPOCHS + 1)]
        broke = Counter(skill for _, skill in ended if skill is not None)
        rows.append(t.model_copy(update={"passed": sum(s for s, _ in ended), "of": EPOCHS, "broke": dict(broke)}))
    return Results(
        agent="react",
        model="simulated",
        suite="office",
        suite_version="",
        scorer="",
        version="",
        created="2026-01-01T00:00:00",
        hashes={},
        epochs=EPOCHS,
        tasks=tuple(rows),
    )


def outcomes(run: Results) -> "np.ndarray[Any, Any]":
    """Return 0/1 a rollout, in the order of the tasks; which attempt passed is of no matter here."""
    return np.array([float(i < t.passed) for t in run.tasks for i in range(t.of)])


def threshold(points: float, before: Results, after: Results) -> bool:
    """Fail where the rate is so many points below the baseline's."""
    return bool(outcomes(after).mean() < outcomes(before).mean() - points / 100)


def unpaired(before: Results, after: Results) -> bool:
    """Fail where the one-sided z test of two independent means rejects."""
    a, b = outcomes(before), outcomes(after)
    error = (a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b)) ** 0.5
    return bool(norm.cdf((b.mean() - a.mean()) / error) < ALPHA)


def mcnemar(before: Results, after: Results) -> bool:
    """Fail where the one-sided exact test of the discordant rollouts rejects."""
    a, b = outcomes(before), outcomes(after)
    lost, won = int((a > b).sum()), int((a < b).sum())
    return lost + won > 0 and float(binomtest(lost, lost + won, alternative="greater").pvalue) < ALPHA


OTHERS: dict[str, Callable[[Results, Results], bool]] = {
    "threshold -5": partial(threshold, 5),
    "threshold -2": partial(threshold, 2),
    "unpaired z": unpaired,
    "McNemar": mcnemar,
}


def compare(job: tuple[int, Change, int]) -> dict[str, float]:
    """Return 1 for each method that fails one candidate, the drop, and whether the gate named the right skill first."""
    seed, change, combinations = job
    made = tasks(combinations, seed % 8)
    profile = Profile(base=0.97, skills=weakness(made, seed))
    runs = [
        played(made, profile.model_copy(update={"seed": 1000 * seed + i}), Change(name="")) for i in range(change.runs)
    ]
    before = max(runs, key=lambda run: sum(t.passed for t in run.tasks))
    after = played(made, profile.model_copy(update={"seed": 1000 * seed + 999}), change)
    gates = {
        "gate": decide(before, after, GateConfig(looks=2)),
        "gate, min_drop 0": decide(before, after, GateConfig(looks=2, min_drop=0.0)),
    }
    row = {name: float(gate.verdict is Verdict.REGRESSION) for name, gate in gates.items()}
    row |= {name: float(fails(before, after)) for name, fails in OTHERS.items()}
    row["average"] = float(outcomes(after).mean() - outcomes(before).mean())
    gate = gates["gate"]
    broken = gate.broken
    bad = {s.key.value for s in gate.slices if s.status is Status.REGRESSION and s.key.dimension == "skill"}
    first = broken.skills[0].name if broken and broken.skills else ""
    row["named"] = float(victim(made) in bad or first == victim(made))
    return row


def rows_of(comparisons: int, powered: int, combinations: int, workers: int) -> list[dict[str, Any]]:
    """Return a row a change: the share of comparisons that each method fails."""
    rows = []
    with ProcessPoolExecutor(workers) as pool:
        for change in CHANGES:
            count = comparisons if change.name == "none" else powered
            found = list(pool.map(compare, [(i, change, combinations) for i in range(count)], chunksize=8))
            mean = {name: float(np.mean([row[name] for row in found])) for name in found[0]}
            row: dict[str, Any] = {"change": f"{change.name} ({count})", "average": f"{100 * mean['average']:+.1f}"}
            row |= {name: f"{100 * mean[name]:.1f}%" for name in HEADER[2:-1]}
            row["named"] = f"{100 * mean['named']:.0f}%" if change.skill is not None else ""
            rows.append(row)
            print(f"{change.name}: done", file=sys.stderr)
    return rows


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--comparisons", type=int, default=1000, help="without a change")
    parser.add_argument("--powered", type=int, default=300, help="of each change")
    parser.add_argument("--combinations", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the table into docs/gate.md")
    options = parser.parse_args()
    text = table(rows_of(options.comparisons, options.powered, options.combinations, options.workers), HEADER)
    print(text)
    if options.write:
        write_between(DOCS, "benchmark: gate", text)


if __name__ == "__main__":
    main()
