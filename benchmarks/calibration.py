"""Does what the report says hold? Coverage of its intervals and error rates of its flags, where the truth is known.

    python benchmarks/calibration.py [--sets 2000] [--write docs/statistics.md] [--rollouts 50]

Data sets are drawn from worlds with planted truth (benchmarks/worlds.py) and go through the report's own estimators.
``--rollouts N`` adds N data sets made of real rollouts: synthesised tasks, the simulated model, Inspect logs, report.
"""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit, logit

sys.path.insert(0, str(Path(__file__).parent))
from marked import write_between
from worlds import (
    ATTEMPTS,
    BAD_PAIR,
    BAD_SKILL,
    BRANCH,
    EPOCHS,
    R0,
    SKILLS,
    TASKS,
    WORLDS,
    Array,
    Data,
    Draw,
    World,
    draw,
    outcomes,
)
from worlds import skill_effects as effects_of

from skillweave.reports.adjusted import dummies, fit
from skillweave.reports.families import gap_of
from skillweave.reports.flags import flags
from skillweave.reports.independence import by_k
from skillweave.reports.intervals import mean_of, rate_of, t_quantile, wilson
from skillweave.reports.records import Rollout
from skillweave.reports.regression import SKILL, WEAK, fit_logit
from skillweave.reports.shared import membership, new_skills_of

Interval = tuple[float, float]
TRUTH = 40_000
"""combinations that the planted value is computed from, without sampling outcomes"""
TILT = 0.6
SKILL_SHOWN = 3
"""the skill whose own figures are looked at"""
FIRST_SKILL = 4
LOGIT_SHOWN = {1: "k", 2: "span", 3: "novelty", FIRST_SKILL + SKILL_SHOWN: "a skill"}
"""columns of the logistic model"""
NAIVE = "ignores combinations: "


def design(d: Draw, rows: Array) -> Array:
    """Return the columns that the report holds equal: constant, k, span, plan length."""
    plan = d.plan[rows] - d.plan.mean()
    k, span = (dummies(v[rows].tolist())[0] for v in (d.k, d.span))
    return np.column_stack([np.ones(len(rows)), k, span, plan])


def rungs(d: Draw, rows: Array) -> Array:
    """Return the indicators of novelty 1, 2, 3."""
    return np.stack([d.novelty[rows] == v for v in (1, 2, 3)], axis=1).astype(float)


def logit_design(d: Draw, rows: Array) -> tuple[Array, Array]:
    """Return the columns of the logistic model and the widths of their priors."""
    steps = np.stack([d.k, d.span, d.novelty], axis=1)[rows].astype(float)
    x = np.column_stack([np.ones(len(rows)), steps - steps.mean(0), d.member[rows]])
    return x, np.array([np.inf] + [WEAK] * 3 + [SKILL] * SKILLS)


def estimates(data: Data, rng: np.random.Generator) -> dict[str, Interval]:
    """Return the 95% interval of every kind of figure in the report, and of naive ones beside them."""
    d, codes, y = data.draw, data.codes, data.y
    count = len(d.k)
    found: dict[str, Interval] = {}

    def put(name: str, e: Any) -> None:
        found[name] = (e.low, e.high)

    put("success", rate_of(y, codes))
    found[NAIVE + "success"] = wilson(y.sum(), len(y))
    at3 = d.k[codes] == 3
    put("success at one k", rate_of(y[at3], np.unique(codes[at3], return_inverse=True)[1]))
    small = np.isin(codes, np.flatnonzero(d.k == 4)[:8])
    put("success in a cell of 8 combinations", rate_of(y[small], np.unique(codes[small], return_inverse=True)[1]))
    touch = d.member[codes, :BRANCH].any(1)
    put("success in a branch", rate_of(y[touch], np.unique(codes[touch], return_inverse=True)[1]))
    has = d.member[codes, SKILL_SHOWN] > 0
    first = (data.broke[has] == SKILL_SHOWN).astype(float)
    put("share in which one skill breaks first", rate_of(first, np.unique(codes[has], return_inverse=True)[1]))
    put("success of single skills of one kind", rate_of(*_atoms_of_a_kind(data)))
    won = y.reshape(-1, EPOCHS).sum(1)
    per_task = codes[::EPOCHS]
    put("pass@2", rate_of((won > 0).astype(float), per_task, binary=False))
    put("pass^2", rate_of((won == EPOCHS).astype(float), per_task, binary=False))

    observed = np.bincount(codes, weights=y) / (TASKS * EPOCHS)
    gap = gap_of(observed, data.atoms, d.k, data.base, rng, draws=600)
    if "gap" in gap:
        found["gap to the families' prediction"] = (gap["low"], gap["high"])
        found["families' prediction"] = (gap["predicted_low"], gap["predicted_high"])
    here = d.k == 3
    gap = gap_of(observed[here], data.atoms[here], d.k[here], data.base, rng, draws=600)
    if "gap" in gap:
        found["gap at one k"] = (gap["low"], gap["high"])

    found |= _from_single_skills(data)

    mine, theirs = (v.reshape(-1, EPOCHS).mean(1) for v in (y, data.other))
    found["paired difference"] = mean_of(theirs - mine, per_task)[1:]
    near = d.span[per_task] == 2
    inside = np.unique(per_task[near], return_inverse=True)[1]
    found["paired difference at one span"] = mean_of((theirs - mine)[near], inside)[1:]
    two = mean_of(data.other, np.arange(len(y))), mean_of(y, np.arange(len(y)))
    half = ((two[0][2] - two[0][0]) ** 2 + (two[1][2] - two[1][0]) ** 2) ** 0.5
    found[NAIVE + "difference of two runs"] = (two[0][0] - two[1][0] - half, two[0][0] - two[1][0] + half)

    x = np.concatenate([rungs(d, per_task), design(d, per_task)], axis=1)
    rung = fit(mine, x, per_task, 3)[1]
    found["adjusted ladder, novelty 2"] = (rung[1], rung[2])
    rung = fit(y, x[np.repeat(np.arange(len(x)), EPOCHS)], np.arange(len(y)), 3)[1]
    found[NAIVE + "adjusted ladder, novelty 2"] = (rung[1], rung[2])
    gained = data.exposed.reshape(-1, EPOCHS).mean(1) - mine
    rung = fit(gained, x, per_task, 3)[1]
    found["difference in differences, novelty 2"] = (rung[1], rung[2])

    x, sd = logit_design(d, np.arange(count))
    beta, cov, _ = fit_logit(observed, x, sd, weights=np.full(count, float(TASKS * EPOCHS)))
    for j, name in LOGIT_SHOWN.items():
        has = count if j < FIRST_SKILL else int(d.member[:, j - FIRST_SKILL].sum())
        half = t_quantile(has - 1, 0.05) * cov[j, j] ** 0.5
        found[f"logistic coefficient of {name}"] = (beta[j] - half, beta[j] + half)
    return found


def _atoms_of_a_kind(data: Data) -> tuple[Array, Array]:
    """Return outcomes and families of the bound atoms of every other skill."""
    family, skill = np.nonzero(data.draw.member[:, ::2])
    won = data.tries[:, ::2][family, skill] * ATTEMPTS
    y = np.arange(ATTEMPTS)[None, :] < won[:, None]
    return y.ravel().astype(float), np.unique(np.repeat(family, ATTEMPTS), return_inverse=True)[1]


def _from_single_skills(data: Data) -> dict[str, Interval]:
    """Return the intervals at k = 3 of prediction and gap where there are no families: from k = 1 tasks."""
    d = data.draw
    names = [tuple(f"s{i:02d}" for i in np.flatnonzero(row)) for row in d.member]
    rows = [
        Rollout(sample=f"t{t}", epoch=i % EPOCHS + 1, k=3, combination="|".join(names[c]), skills=names[c], score=y)
        for i, (c, t, y) in enumerate(zip(data.codes.tolist(), data.task.tolist(), data.y.tolist(), strict=True))
        if d.k[c] == 3
    ]
    for (skill, task, epoch), y in np.ndenumerate(data.alone):
        name = f"s{skill:02d}"
        rows.append(
            Rollout(sample=f"{name}-{task}", epoch=epoch + 1, k=1, combination=name, skills=(name,), score=float(y))
        )
    at = by_k(rows, draws=600)[-1]
    found: dict[str, Interval] = {}
    if at.predicted_low is not None and at.predicted_high is not None:
        found["prediction from k = 1 tasks"] = (at.predicted_low, at.predicted_high)
    if at.gap_low is not None and at.gap_high is not None:
        found["gap to the prediction from k = 1 tasks"] = (at.gap_low, at.gap_high)
    return found


def truths(world: World, skills: Array, rng: np.random.Generator) -> dict[str, float]:
    """Return the planted values: what the estimators tend to with ever more combinations, from probabilities."""
    d = draw(world, TRUTH, skills, rng)
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    weights = weights / weights.sum()
    at = logit(d.p)[:, None] + world.task_sd * nodes[None, :]
    p = expit(at) @ weights
    both = expit(at) ** 2 @ weights
    other = expit(at + 0.35) @ weights
    exposed = expit(at + d.gain[:, None]) @ weights
    rows = np.arange(TRUTH)
    x = np.concatenate([rungs(d, rows), design(d, rows)], axis=1)
    flat = np.linalg.lstsq(x, np.stack([p, exposed - p], axis=1), rcond=None)[0]
    lx, sd = logit_design(d, rows)
    beta, _, _ = fit_logit(p, lx, np.where(np.isinf(sd), sd, 1e3))
    has = d.member[:, SKILL_SHOWN] > 0
    even = d.member[:, ::2] > 0
    three = d.member[d.k == 3]
    alone = _alone_rates(world, skills)
    product = np.where(three > 0, alone, 1.0).prod(1).mean()
    return {
        "success in a branch": p[d.member[:, :BRANCH].any(1)].mean(),
        "share in which one skill breaks first": ((1 - p) * d.first[:, SKILL_SHOWN])[has].mean(),
        "success of single skills of one kind": d.atoms[:, ::2][even].mean(),
        "prediction from k = 1 tasks": product,
        "gap to the prediction from k = 1 tasks": p[d.k == 3].mean() - product,
        "paired difference at one span": (other - p)[d.span == 2].mean(),
        "success": p.mean(),
        NAIVE + "success": p.mean(),
        "success at one k": p[d.k == 3].mean(),
        "success in a cell of 8 combinations": p[d.k == 4].mean(),
        "pass@2": (2 * p - both).mean(),
        "pass^2": both.mean(),
        "gap to the families' prediction": (p - d.product).mean(),
        "families' prediction": d.product.mean(),
        "gap at one k": (p - d.product)[d.k == 3].mean(),
        "paired difference": (other - p).mean(),
        NAIVE + "difference of two runs": (other - p).mean(),
        "adjusted ladder, novelty 2": flat[1, 0],
        NAIVE + "adjusted ladder, novelty 2": flat[1, 0],
        "difference in differences, novelty 2": flat[1, 1],
        **{f"logistic coefficient of {name}": beta[j] for j, name in LOGIT_SHOWN.items()},
    }


def _alone_rates(world: World, skills: Array) -> Array:
    """Return the true success of each skill's k = 1 tasks."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(31)
    spread = (world.family_sd**2 + world.atom_sd**2 + world.task_sd**2) ** 0.5
    return np.asarray(R0 * expit(logit(0.9) + skills[:, None] + spread * nodes[None, :]) @ (weights / weights.sum()))


def weighted_interval(world: World, skills: Array, rng: np.random.Generator) -> Interval:
    """Return the interval of the weighted rate on combinations that were drawn with unequal probability."""
    d = draw(world, world.families, skills, rng, tilt=TILT)
    data = outcomes(world, d, rng)
    w = np.exp(-d.log_probability)[data.codes]
    k = d.k[data.codes]
    for value in np.unique(k):
        w[k == value] *= (k == value).sum() / w[k == value].sum()
    e = rate_of(data.y, data.codes, weights=w)
    return float(e.low or 0.0), float(e.high or 0.0)


def weighted_truth(world: World, skills: Array, rng: np.random.Generator) -> float:
    """Return the rate of all combinations at the mix of k of the tilted draw."""
    d, tilted = draw(world, TRUTH, skills, rng), draw(world, TRUTH, skills, rng, tilt=TILT)
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    p = expit(logit(d.p)[:, None] + world.task_sd * nodes[None, :]) @ (weights / weights.sum())
    return float(sum((tilted.k == k).mean() * p[d.k == k].mean() for k in np.unique(d.k)))


def coverage(world: World, sets: int, seed: int = 0) -> dict[str, tuple[float, int]]:
    """Return, for each kind of interval, how often it holds the planted value, and over how many data sets."""
    rng = np.random.default_rng([seed, sum(map(ord, world.name))])
    skills = effects_of(world, rng)
    planted = truths(world, skills, rng)
    tilted = weighted_truth(world, skills, rng)
    hits: dict[str, list[bool]] = defaultdict(list)
    for _ in range(sets):
        data = outcomes(world, draw(world, world.families, skills, rng), rng)
        for name, (low, high) in estimates(data, rng).items():
            hits[name].append(bool(low <= planted[name] <= high))
        low, high = weighted_interval(world, skills, rng)
        hits["success, inverse-probability weighted"].append(low <= tilted <= high)
    if world.skill_sd:
        hits |= _new_skills(world, sets, rng)
    return {name: (float(np.mean(found)), len(found)) for name, found in hits.items()}


def _new_skills(world: World, sets: int, rng: np.random.Generator) -> dict[str, list[bool]]:
    """Return hits where the skills too are drawn anew, so that the statement is about skills like these."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    mean = []
    for _ in range(4000):
        d = draw(world, 10, effects_of(world, rng), rng)
        mean.append((expit(logit(d.p)[:, None] + world.task_sd * nodes[None, :]) @ (weights / weights.sum())).mean())
    target = float(np.mean(mean))
    hits: dict[str, list[bool]] = {"success, new skills": [], "ignores shared skills: success, new skills": []}
    for _ in range(sets):
        data = outcomes(world, draw(world, world.families, effects_of(world, rng), rng), rng)
        names = [[str(s) for s in np.flatnonzero(row)] for row in data.draw.member]
        e, plain = new_skills_of(data.y, data.codes, membership(names)), rate_of(data.y, data.codes)
        if e is not None:
            hits["success, new skills"].append(bool(e.low <= target <= e.high))  # type: ignore[operator]
        hits["ignores shared skills: success, new skills"].append(bool(plain.low <= target <= plain.high))  # type: ignore[operator]
    return hits


def rollouts_of(data: Data, rng: np.random.Generator) -> list[Rollout]:
    """Return a data set as rollouts, failures laid to skills."""
    d = data.draw
    names = [tuple(f"s{i:02d}" for i in np.flatnonzero(row)) for row in d.member]
    made = []
    for i, (c, t, y) in enumerate(zip(data.codes.tolist(), data.task.tolist(), data.y.tolist(), strict=True)):
        broken = None if y else f"s{rng.choice(SKILLS, p=d.first[c]):02d}"
        made.append(
            Rollout(
                sample=f"t{t}",
                epoch=i % EPOCHS + 1,
                k=int(d.k[c]),
                combination="|".join(names[c]),
                skills=names[c],
                span=int(d.span[c]),
                novelty=int(d.novelty[c]),
                plan_length=int(d.plan[c]),
                score=y,
                first_broken=broken,
            )
        )
    return made


FLAT = World(name="only k matters", family_sd=0.4, by_k={3: 0.93, 4: 0.84, 5: 0.75}, by_novelty={}, families=150)
PLANTED: dict[str, tuple[World, set[str], set[str]]] = {
    "nothing: only k matters, novelty goes with k": (FLAT, set(), set()),
    "a bad skill": (replace(FLAT, bad_skill=0.45), {f"s{BAD_SKILL:02d}"}, set()),
    "a bad pair": (
        replace(FLAT, bad_pair=0.1, families=400),
        {f"s{BAD_PAIR[0]:02d} + s{BAD_PAIR[1]:02d}"},
        {f"s{BAD_PAIR[0]:02d}", f"s{BAD_PAIR[1]:02d}"},
    ),
    "a bad span": (replace(FLAT, by_span={3: 0.65}), {"span 3"}, set()),
    "a drop at novelty 2": (replace(FLAT, by_novelty={2: 0.6}), {"novelty 2"}, set()),
}
"""what is planted -> (world, what must be flagged, what may be flagged because it is part of that)"""


def flagging(name: str, sets: int, seed: int = 0) -> dict[str, Any]:
    """Return how often the planted weakness is flagged, and anything else is."""
    world, wanted, allowed = PLANTED[name]
    rng = np.random.default_rng([seed, sum(map(ord, name))])
    found = other = 0
    wrong: dict[str, int] = defaultdict(int)
    flat = np.full(SKILLS, 1.2)
    ladder = 0
    for _ in range(sets):
        data = outcomes(world, draw(world, world.families, flat, rng), rng)
        named = {f.name for f in flags(rollouts_of(data, rng)) if f.flagged}
        found += wanted <= named
        extra = named - wanted - allowed
        other += bool(extra)
        for each in extra:
            wrong[each] += 1
        per_task = data.codes[::EPOCHS]
        x = np.concatenate([rungs(data.draw, per_task), design(data.draw, per_task)], axis=1)
        low, high = fit(data.y.reshape(-1, EPOCHS).mean(1), x, per_task, 3)[1][1:3]
        ladder += low <= 0 <= high
    return {"found": found / sets, "else": other / sets, "flat": ladder / sets, "wrong": dict(wrong)}


def table(sets: int, tell: Callable[[str], None] = print) -> str:
    """Return the coverage table and the flag table as Markdown."""
    columns = {}
    for world in WORLDS:
        start = time.process_time()
        columns[world.name] = coverage(world, sets)
        tell(f"{world.name}: {time.process_time() - start:.0f} CPU s")
    names = list(dict.fromkeys(name for found in columns.values() for name in found))
    names.sort(key=lambda name: "ignores" in name)
    lines = [f"Share of {sets:,} data sets in which the 95% interval holds the planted value:", ""]
    lines += ["| figure | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    for name in names:
        cells = [_percent(columns[w].get(name), sets) for w in columns]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    few = max(200, sets // 4)
    lines += [
        "",
        f"Flags, over {few:,} data sets each; the stated error rate is 5% for all slices of a run together:",
        "",
    ]
    lines += ["| planted | found | anything else flagged |", "| --- | ---: | ---: |"]
    for name in PLANTED:
        start = time.process_time()
        seen = flagging(name, few)
        tell(f"{name}: {seen}, {time.process_time() - start:.0f} CPU s")
        hit = "" if name.startswith("nothing") else f"{100 * seen['found']:.1f}%"
        lines.append(f"| {name} | {hit} | {100 * seen['else']:.1f}% |")
        if name.startswith("nothing"):
            flat = seen["flat"]
    lines += [
        "",
        f"Where only k matters, the adjusted ladder's interval at novelty 2 holds 0 in {100 * flat:.1f}% of them.",
    ]
    return "\n".join(lines) + "\n"


def _percent(found: tuple[float, int] | None, sets: int) -> str:
    if found is None or found[1] == 0:
        return ""
    share, count = found
    return f"{100 * share:.1f}" + ("" if count == sets else f" (of {count:,})")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=2000)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--rollouts", type=int, default=0)
    given = parser.parse_args()
    text = table(given.sets, lambda line: print(line, file=sys.stderr, flush=True))
    print(text)
    if given.write:
        write_between(given.write, "calibration", text)
    if given.rollouts:
        from calibration_rollouts import rollouts_table

        text = rollouts_table(given.rollouts, tell=lambda line: print(line, file=sys.stderr, flush=True))
        print(text)
        if given.write:
            write_between(given.write, "rollouts", text)


if __name__ == "__main__":
    main()
