"""What the tests of the office apps share: a world, calls of its tools, checks of skills and describers."""

from collections import Counter
from typing import Any

import numpy as np

from skillweave.tasks.skills import NotApplicable, Skill, Toolbox
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.world import World, WorldTemplate
from skillweave.tasks.worldsuite import WorldSuite


class Desk:
    """One world, whose tools are called by name: ``desk.get_order(order_id=...)``."""

    def __init__(self, seed: int, suite: WorldSuite = OFFICE) -> None:
        self.world: World = suite.world(seed).open()
        self._tools = suite.tools

    def __getattr__(self, name: str) -> Any:
        return lambda **arguments: self._tools[name].call(self.world, arguments)

    def one(self, sql: str, *values: Any) -> Any:
        """Return the first value of a query, which must find something."""
        row = self.world.row(sql, *values)
        assert row is not None, sql
        return next(iter(row.values()))


def _bound(skill: Skill, world: World, rng: Any) -> dict[str, Any]:
    bound = {}
    for name, given in skill.inputs.items():
        kind = OFFICE.types[given.types[0]]
        if given.values:
            bound[name] = given.values[int(rng.integers(len(given.values)))]
        elif kind.sample is not None:
            bound[name] = kind.sample(world, rng)
        else:
            where = " WHERE active = 1" if kind.table == "people" else ""
            keys = [r["id"] for r in world.rows(f"SELECT id FROM {kind.table}{where} ORDER BY id")]
            bound[name] = keys[int(rng.integers(len(keys)))]
    return bound


def _outcome(skill: Skill, template: WorldTemplate, rng: Any) -> str:
    """Return 'done', 'not applicable', or what the procedure did against its declaration."""
    world = template.open()
    use = Toolbox(world=world, catalogue=OFFICE.tools, rule=template.rules.get(skill.id, {}))
    try:
        output = skill.procedure(use, **_bound(skill, world, rng))
    except NotApplicable:
        return "not applicable"
    else:
        if not {c.tool for c in use.calls} <= set(skill.tools):
            return "calls tools that it does not declare"
        if bool(world.changes()) != skill.writes or (output is None) != (skill.output is None):
            return "does not write or yield what it declares"
        return "done"
    finally:
        world.close()


def outcomes(app: str, seeds: range, tries: int) -> dict[str, Counter[str]]:
    """Return how random bindings of each of an app's skills turned out."""
    found: dict[str, Counter[str]] = {}
    for seed in seeds:
        template, rng = OFFICE.world(seed), np.random.default_rng(seed)
        for skill in OFFICE.skills.values():
            if skill.app == app:
                counts = found.setdefault(skill.id, Counter())
                counts.update(_outcome(skill, template, rng) for _ in range(tries))
    return found


def misled(type_name: str, seed: int, tries: int) -> list[str]:
    """Return the unique descriptions of a type whose `resolve` does not lead to their entity."""
    world = OFFICE.world(seed).open()
    wrong = []
    for describer in OFFICE.describers[type_name]:
        fitting: dict[tuple[Any, ...], set[str]] = {}
        for row in world.rows(describer.candidates):
            key = str(row.pop("key"))
            fitting.setdefault(tuple(row.items()), set()).add(key)
        unique = [(dict(values), keys) for values, keys in fitting.items() if len(keys) == 1]
        assert unique, f"{type_name} by {describer.kind} never fits exactly one"
        for place in np.random.default_rng(seed).permutation(len(unique))[:tries].tolist():
            values, keys = unique[place]
            if describer.resolve(Toolbox(world=world, catalogue=OFFICE.tools), **values) not in keys:
                wrong.append(describer.text[0].format(**values))
    world.close()
    return wrong


def naive_share(skill_id: str, seeds: range, tries: int) -> dict[str, float]:
    """Return how often each naive rule of a procedural skill gives another result than the rule."""
    skill = OFFICE.skills[skill_id]
    assert skill.rule is not None
    done, other = 0, Counter[str]()
    for seed in seeds:
        template, rng = OFFICE.world(seed), np.random.default_rng(seed)
        world = template.open()
        for _ in range(tries):
            use = Toolbox(world=world, catalogue=OFFICE.tools, rule=template.rules[skill.id])
            bound = _bound(skill, world, rng)
            try:
                right = skill.procedure(use, **bound)
                other.update(n for n, naive in skill.rule.naive.items() if naive(use, **bound) != right)
            except NotApplicable:
                continue
            done += 1
        world.close()
    return {name: other[name] / done for name in skill.rule.naive}
