"""Worlds with known truth: tasks, agents and outcomes drawn from a model, as arrays. Nothing here is a real result."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.special import expit, logit

Array = np.ndarray[Any, Any]

SKILLS, GROUP, BRANCH = 24, 3, 8
TASKS, EPOCHS, ATTEMPTS, BASE_TASKS, ALONE = 2, 2, 4, 60, 6
R0 = 0.97


@dataclass(frozen=True, kw_only=True)
class World:
    """How often agents succeed, and what rollouts share."""

    name: str
    skill_sd: float = 0.0
    """of skills, in log odds"""
    family_sd: float = 0.0
    """of a family: its combination and its atoms alike"""
    atom_sd: float = 0.0
    """of a skill within a family"""
    task_sd: float = 0.0
    """of a task: shared by its epochs, and by all agents"""
    additive: bool = False
    """success is logistic in the sum of skill effects rather than a product"""
    by_k: dict[int, float] = field(default_factory=lambda: {3: 0.95, 4: 0.9, 5: 0.85})
    """what combining costs beyond the parts: a factor by k"""
    by_novelty: dict[int, float] = field(default_factory=lambda: {1: 0.97, 2: 0.9, 3: 0.85})
    by_span: dict[int, float] = field(default_factory=dict)
    bad_skill: float = 1.0
    bad_pair: float = 1.0
    families: int = 100


WORLDS = (
    World(name="independent"),
    World(name="family and skill effects", skill_sd=0.5, family_sd=0.6, atom_sd=0.5),
    World(name="shared difficulty", family_sd=0.9, task_sd=0.9),
    World(name="additive in log odds", skill_sd=0.4, family_sd=0.5, additive=True, task_sd=0.3),
)
BAD_SKILL, BAD_PAIR = 5, (9, 12)
"""the pair is of one branch and two groups, so that it is common enough to be tested"""


@dataclass(frozen=True, kw_only=True)
class Draw:
    """Combinations with everything that success depends on, a row each."""

    member: Array
    k: Array
    span: Array
    novelty: Array
    plan: Array
    p: Array
    """success of the first agent, task effects aside"""
    product: Array
    """true prediction from the bound atoms"""
    atoms: Array
    """true success of each atom, combinations x skills, 0 where it is no part"""
    skills: Array
    """the skills' own effects, in log odds"""
    first: Array
    """weights by which a failure is laid to a skill"""
    log_probability: Array
    gain: Array
    """log odds that the exposed agent is ahead"""


def skill_effects(world: World, rng: np.random.Generator) -> Array:
    """Return the skills' own effects, which stay the same within one inventory of skills."""
    return rng.normal(0.0, world.skill_sd, SKILLS) if world.skill_sd else np.linspace(-0.3, 0.3, SKILLS)


def draw(world: World, count: int, skills: Array, rng: np.random.Generator, *, tilt: float = 0.0) -> Draw:
    """Return combinations drawn at random, uniformly or tilted towards those of strong skills."""
    member = _members(count, rng)
    if tilt:
        score = member @ skills
        while True:
            more = _members(4 * count, rng)
            keep = rng.random(len(more)) < np.exp(np.minimum(0.0, tilt * (more @ skills - 1.5)))
            member = np.concatenate([member[:0], more[keep]]) if len(member) == count else member
            if len(more[keep]) >= count:
                member = more[keep][:count]
                break
        score = member @ skills
        logs = np.minimum(0.0, tilt * (score - 1.5))
    else:
        logs = np.zeros(count)
    k = member.sum(1).astype(int)
    span = _span(member)
    novelty = np.clip(np.round(0.8 * (k - 2) + rng.normal(0, 1, count)), 0, 3).astype(int)
    family = rng.normal(0, world.family_sd, count) if world.family_sd else np.zeros(count)
    own = rng.normal(0, world.atom_sd, member.shape) if world.atom_sd else 0.0
    q = expit(logit(0.9) + skills[None, :] + family[:, None] + own)
    factor = _factor(world.by_k, k) * _factor(world.by_novelty, novelty) * _factor(world.by_span, span)
    factor = factor * np.where(member[:, BAD_SKILL] > 0, world.bad_skill, 1.0)
    both = (member[:, BAD_PAIR[0]] > 0) & (member[:, BAD_PAIR[1]] > 0)
    factor = factor * np.where(both, world.bad_pair, 1.0)
    product = R0 * np.where(member > 0, q, 1.0).prod(1)
    if world.additive:
        steps = np.log(factor) * 3
        p = expit(1.6 + member @ skills + family - 0.3 * (k - 2) + steps)
    else:
        p = product * factor
    blame = member * (1.02 - q) * np.where(np.arange(SKILLS) == BAD_SKILL, 1 + 30 * (1 - world.bad_skill), 1.0)
    pair = np.isin(np.arange(SKILLS), BAD_PAIR)[None, :] & both[:, None]
    blame = blame * np.where(pair, 1 + 30 * (1 - world.bad_pair), 1.0)
    return Draw(
        member=member,
        k=k,
        span=span,
        novelty=novelty,
        plan=2 * k + rng.integers(0, 3, count),
        p=np.clip(p, 1e-4, 1 - 1e-4),
        product=product,
        atoms=R0 * q * member,
        skills=skills,
        first=blame / blame.sum(1, keepdims=True),
        log_probability=logs,
        gain=np.array([0.9, 0.5, 0.2, 0.0])[novelty] + rng.normal(0, 0.3, count),
    )


def _factor(factors: dict[int, float], values: Array) -> Array:
    return np.array([factors.get(int(v), 1.0) for v in range(8)])[values]


def _members(count: int, rng: np.random.Generator) -> Array:
    k = rng.integers(2, 6, count)
    order = rng.random((count, SKILLS)).argsort(1).argsort(1)
    near = rng.random(count) < 0.4
    start = rng.integers(0, SKILLS // BRANCH, count) * BRANCH
    local = (rng.random((count, BRANCH)).argsort(1).argsort(1)) < k[:, None]
    member = (order < k[:, None]).astype(float)
    for b in range(0, SKILLS, BRANCH):
        rows = near & (start == b)
        member[rows] = 0.0
        member[rows, b : b + BRANCH] = local[rows]
    return member


@lru_cache(maxsize=1)
def _groups() -> tuple[Array, Array]:
    return np.arange(SKILLS) // GROUP, np.arange(SKILLS) // BRANCH


def _span(member: Array) -> Array:
    """Return 1 within a group of three, 2 within a branch of eight, 3 across."""
    found = np.full(len(member), 3)
    for labels, value in ((_groups()[1], 2), (_groups()[0], 1)):
        low = np.where(member > 0, labels, 10**6).min(1)
        high = np.where(member > 0, labels, -1).max(1)
        found[low == high] = value
    return found


@dataclass(frozen=True, kw_only=True)
class Data:
    """One data set: outcomes of three agents on the same tasks, atoms and k = 0 tasks; a row a rollout where flat."""

    draw: Draw
    codes: Array
    """combination of each rollout"""
    task: Array
    y: Array
    other: Array
    """an agent a little better"""
    exposed: Array
    tries: Array
    """observed rate of each atom, families x skills, 1 where it is no part"""
    atoms: Array
    """observed product of the atoms' rates, a row a family"""
    base: Array
    alone: Array
    """outcomes of k = 1 tasks, skills x tasks x epochs"""
    broke: Array
    """skill that broke first in each rollout, -1 in successes"""


def outcomes(world: World, found: Draw, rng: np.random.Generator) -> Data:
    """Return one data set on given combinations."""
    count = len(found.k)
    task = np.repeat(np.arange(count * TASKS), EPOCHS)
    codes = task // TASKS
    hard = rng.normal(0, world.task_sd, count * TASKS)[task] if world.task_sd else 0.0
    at = logit(found.p)[codes] + hard
    tries = np.where(found.member > 0, rng.binomial(ATTEMPTS, found.atoms) / ATTEMPTS, 1.0)
    y = (rng.random(len(codes)) < expit(at)).astype(float)
    laid = (found.first.cumsum(1)[codes] < rng.random(len(codes))[:, None]).sum(1)
    return Data(
        draw=found,
        codes=codes,
        task=task,
        y=y,
        other=(rng.random(len(codes)) < expit(at + 0.35)).astype(float),
        exposed=(rng.random(len(codes)) < expit(at + found.gain[codes])).astype(float),
        tries=tries,
        atoms=tries.prod(1),
        base=(rng.random(BASE_TASKS) < R0).astype(float),
        alone=_alone(world, found.skills, rng),
        broke=np.where(y > 0, -1, np.minimum(laid, SKILLS - 1)),
    )


def _alone(world: World, skills: Array, rng: np.random.Generator) -> Array:
    """Return outcomes of tasks of a single skill, each a family of its own."""
    spread = (world.family_sd**2 + world.atom_sd**2 + world.task_sd**2) ** 0.5
    at = logit(0.9) + skills[:, None] + rng.normal(0, spread, (SKILLS, ALONE)) if spread else None
    if at is None:
        at = np.repeat(logit(0.9) + skills[:, None], ALONE, axis=1)
    return (rng.random((SKILLS, ALONE, EPOCHS)) < R0 * expit(at)[:, :, None]).astype(float)
