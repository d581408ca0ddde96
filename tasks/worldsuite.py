"""A suite made of apps over one SQLite world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np
from faker import Faker

from skillweave.tasks.apps import App, Filling, by_name
from skillweave.tasks.skills import Describer, Gathering, Skill, skill_document
from skillweave.tasks.tools import Tool, ToolError, tool_of
from skillweave.tasks.values import ValueType
from skillweave.tasks.world import Filler, Schema, World, WorldTemplate, cached_factory
from skillweave.taxonomy.artifacts import digest

FIRST_DAY = date(2025, 7, 1)
READ_SKILL = "read_skill"
"""the tool that shows a SKILL.md"""


@dataclass(frozen=True)
class WorldSuite:
    """Apps, and the worlds, tools and skills that they make up together."""

    name: str
    version: str
    apps: tuple[App, ...]
    plain_types: tuple[ValueType, ...]
    sets: tuple[Gathering, ...] = ()
    """ways to name a small set of entities"""
    user_table: str = "people"
    user_filter: str = "active = 1 AND manager_id IS NOT NULL"
    size: float = 1.0
    """how much its worlds hold, as a multiple of what the apps fill by themselves"""

    @cached_property
    def schema(self) -> Schema:
        """All tables, parents before children."""
        return Schema(tables=tuple(t for app in self.apps for t in app.tables))

    @cached_property
    def skills(self) -> Mapping[str, Skill]:
        """All skills by id."""
        return by_name(self.apps, "skills")

    @cached_property
    def types(self) -> Mapping[str, ValueType]:
        """All value types by name."""
        return {**{t.name: t for t in self.plain_types}, **by_name(self.apps, "types")}

    @cached_property
    def tools(self) -> Mapping[str, Tool]:
        """All tools by name, `read_skill` among them."""
        return {**by_name(self.apps, "tools"), READ_SKILL: tool_of(self._read_skill())}

    @cached_property
    def describers(self) -> Mapping[str, Sequence[Describer]]:
        """Ways to describe an entity, by value type."""
        found: dict[str, list[Describer]] = {}
        for app in self.apps:
            for describer in app.describers:
                found.setdefault(describer.type, []).append(describer)
        return found

    @cached_property
    def gatherings(self) -> Mapping[str, Sequence[Gathering]]:
        """Ways to name a small set of entities, by value type of the members."""
        found: dict[str, list[Gathering]] = {}
        for gathering in self.sets:
            found.setdefault(gathering.type, []).append(gathering)
        return found

    @cached_property
    def procedural(self) -> Mapping[str, Skill]:
        """Skills whose rule stands only in their SKILL.md, by the name under which they are read."""
        return {s.name: s for s in self.skills.values() if s.rule is not None}

    @cached_property
    def release(self) -> str:
        """Version, and a short hash of what tasks depend on: one world, its rules, the tools' schemas, skill types."""
        tools = {t.name: [t.description, dict(t.parameters)] for t in self.tools.values()}
        skills = {s.id: [s.output, {n: i.types for n, i in s.inputs.items()}, s.tools] for s in self.skills.values()}
        return f"{self.version}-{digest([self.world(0).fingerprint(), tools, skills])[:8]}"

    @cached_property
    def world(self) -> Any:
        """World templates by seed; the last ones are kept."""
        return cached_factory(self.make_world)

    def make_world(self, seed: int) -> WorldTemplate:
        """Return the world of a seed, made anew."""
        rng = np.random.default_rng([seed, 1])
        today = FIRST_DAY + timedelta(days=int(rng.integers(0, 480)))
        fake = Faker("en_US", use_weighting=False)
        rows = Filler(self.schema)
        for app in self.apps:
            # Each app, and below each rule, draws from its own stream: one more leaves the others as they are.
            fake.seed_instance(f"{seed} {app.name}")
            own = np.random.default_rng([seed, 3, crc32(app.name.encode())])
            app.fill(Filling(rows=rows, rng=own, fake=fake, today=today, size=self.size))
        rules = {
            s.id: s.rule.draw(np.random.default_rng([seed, 2, crc32(s.id.encode())]))
            for s in sorted(self.procedural.values(), key=lambda s: s.id)
            if s.rule is not None
        }
        template = WorldTemplate(schema=self.schema, seed=seed, today=today, user="", rules=rules, image=rows.image())
        world = template.open()
        users = world.rows(f"SELECT id FROM {self.user_table} WHERE {self.user_filter} ORDER BY id")
        world.close()
        user = str(users[int(rng.integers(len(users)))]["id"])
        return WorldTemplate(schema=self.schema, seed=seed, today=today, user=user, rules=rules, image=template.image)

    def _read_skill(self) -> Any:
        procedural = self.procedural

        def read_skill(world: World, name: str) -> str:
            """Read the SKILL.md of one of the company's skills: the rule that applies, edge cases and an example.

            Args:
                name: name of the skill, as listed
            """
            skill = procedural.get(name) or next((s for s in procedural.values() if s.id == name), None)
            if skill is None:
                raise ToolError(f"There is no skill {name!r}. The skills are: {', '.join(sorted(procedural))}.")
            return skill_document(skill, world.rules[skill.id])

        return read_skill
