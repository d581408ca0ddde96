"""What must hold of a tool suite before tasks are made on it, and what it holds in numbers."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from string import Formatter
from typing import Any, get_args

import numpy as np

from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.binding import BindingFailed, Descriptions, bind
from skillweave.tasks.plan import run_plan
from skillweave.tasks.shape import Shape, can_be_free, shapes
from skillweave.tasks.skills import Skill, Toolbox, skill_document
from skillweave.tasks.spec import DescribedBinding, LiteralBinding, Plan
from skillweave.tasks.suite import ToolSuite
from skillweave.tasks.world import ColumnClass, WorldTemplate
from skillweave.tasks.worldsuite import WorldSuite

WORLDS = (0, 1, 2)
"""seeds of the worlds that a suite is tried on"""
TRIES = 6
"""plans tried in each world before a skill counts as one that cannot be carried out"""
LEAST_PHRASES = 3
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a suite."""

    check: str
    """name among `CHECKS`"""
    where: str
    """the tool, skill, column or type"""
    problem: str
    """what is wrong and what to do about it"""


Found = Iterator[tuple[str, str]]
"""(where, problem)"""


def counts(suite: ToolSuite) -> dict[str, int]:
    """Return how much a suite holds; rows are those of the world of seed 0."""
    found = {"tools": len(suite.tool_schemas()), "workflows": len(list(suite.workflows()))}
    if not isinstance(suite, AppSuite):
        return found
    apps = suite.apps
    world = apps.world(WORLDS[0]).open()
    rows = sum(int(world.rows(f"SELECT count(*) AS n FROM {t.name}")[0]["n"]) for t in apps.schema.tables)
    world.close()
    return {
        "apps": len(apps.apps),
        **found,
        "skills": len(apps.skills),
        "procedural": len(apps.procedural),
        "writing": sum(s.writes for s in apps.skills.values()),
        "types": len(apps.types),
        "describers": sum(map(len, apps.describers.values())),
        "tables": len(apps.schema.tables),
        "columns": sum(len(t.columns) for t in apps.schema.tables),
        "rows": rows,
    }


def check_suite(suite: ToolSuite) -> list[Problem]:
    """Return everything that is wrong with a suite; for one that is not made of apps only what its protocol shows."""
    found = _problems("tools", _tools(suite)) + _problems("workflows", _workflows(suite))
    if not isinstance(suite, AppSuite):
        return found
    for name, check in CHECKS.items():
        if found and name == "plans":
            break  # a plan cannot be tried on what does not fit together
        found += _problems(name, check(suite.apps))
    return found


def world_problem(suite: ToolSuite) -> Problem | None:
    """Return why a suite cannot fill a world, or None: nothing else can be said of it then."""
    if not isinstance(suite, AppSuite):
        return None
    try:
        for seed in WORLDS:
            suite.apps.world(seed).open().close()
    except Exception as error:
        return Problem(check="worlds", where=f"seed {seed}", problem=f"{type(error).__name__}: {error}")
    return None


def _problems(check: str, found: Found) -> list[Problem]:
    return [Problem(check=check, where=where, problem=problem) for where, problem in found]


def _tools(suite: ToolSuite) -> Found:
    for tool in suite.tool_schemas().values():
        if not tool.description.strip():
            yield tool.name, "has no description; give its function a docstring"
        if tool.parameters.get("type") != "object":
            yield tool.name, "has no JSON schema of an object of arguments"
        for name, field in tool.parameters.get("properties", {}).items():
            if not field.get("description"):
                yield tool.name, f"parameter {name!r} has no description; name it under Args: in the docstring"
            if not {"type", "enum", "anyOf", "$ref", "const"} & set(field):
                yield tool.name, f"parameter {name!r} has no type"


def _workflows(suite: ToolSuite) -> Found:
    if not isinstance(suite, AppSuite):
        return
    told = [tuple(skills) for skills in suite.workflows()]
    known, used = set(suite.apps.skills), {skill for skills in told for skill in skills}
    for skill in sorted(used - known):
        yield skill, "is named in a workflow and is no skill"
    for skill in sorted(known - used):
        yield skill, "occurs in no workflow, so no taxonomy has it; tell one piece of work that takes it"


def _types(apps: WorldSuite) -> Found:
    taken = {t for s in apps.skills.values() for given in s.inputs.values() if not given.literal for t in given.types}
    made = {s.output for s in apps.skills.values() if s.output}
    for skill in apps.skills.values():
        if skill.output is None and not skill.writes:
            yield skill.id, "neither writes nor yields anything"
        if skill.output is not None and skill.output not in apps.types:
            yield skill.id, f"yields {skill.output!r}, which is no value type"
        elif skill.output is not None and skill.output not in taken:
            yield skill.id, f"yields {skill.output!r}, which no skill takes: nothing can follow it"
        for name, given in skill.inputs.items():
            for unknown in [t for t in given.types if t not in apps.types]:
                yield skill.id, f"input {name!r} takes {unknown!r}, which is no value type"
            if not given.types:
                yield skill.id, f"input {name!r} takes no value type"
            elif given.types[0] in apps.types and not can_be_free(apps, given) and not made & set(given.types):
                yield skill.id, f"input {name!r} can neither be given in words nor come from another skill"


def _phrases(apps: WorldSuite) -> Found:
    for skill in apps.skills.values():
        if len(skill.phrases) < LEAST_PHRASES:
            yield skill.id, f"has {len(skill.phrases)} phrases; give {LEAST_PHRASES} or more"
        if skill.output and not skill.writes and not (skill.nouns and skill.reference):
            yield skill.id, "yields something and has no noun or no reference for it"
        for phrase in (*skill.phrases, *skill.nouns):
            try:
                named = [part for _, part, _, _ in Formatter().parse(phrase) if part is not None]
            except ValueError as error:
                yield skill.id, f"{phrase!r} cannot be filled in: {error}"
                continue
            for missing in [name for name in skill.inputs if name not in named]:
                yield skill.id, f"{phrase!r} does not mention {{{missing}}}"
            for extra in [name for name in named if name not in skill.inputs]:
                yield skill.id, f"{phrase!r} mentions {{{extra}}}, which is no input"


def _columns(apps: WorldSuite) -> Found:
    for table in apps.schema.tables:
        for column in table.columns:
            if column.kind not in get_args(ColumnClass):
                kinds = ", ".join(get_args(ColumnClass))
                yield f"{table.name}.{column.name}", f"has the class {column.kind!r}; it must be one of {kinds}"


def _alike(apps: WorldSuite) -> Found:
    seen: dict[Any, str] = {}
    for skill in apps.skills.values():
        key = (tuple(sorted(skill.tools)), _body(skill.procedure))
        if key in seen:
            yield skill.id, f"has the tools and the procedure of {seen[key]}; one of them is enough"
        seen.setdefault(key, skill.id)


def _body(function: Callable[..., Any]) -> Any:
    """Return what makes a procedure: the function or, where it is made of another, its code and what it closes over."""
    code = getattr(function, "__code__", None)
    if code is None:
        return repr(function)
    held = tuple(repr(cell.cell_contents) for cell in function.__closure__ or ())
    return code.co_code, tuple(map(repr, code.co_consts[1:])), code.co_names, held, repr(function.__defaults__)


def _rules(apps: WorldSuite) -> Found:
    one, other = (apps.world(seed).rules for seed in WORLDS[:2])
    for skill in apps.skills.values():
        name, app = skill.name, skill.id.partition(".")[0]
        if not _NAME.fullmatch(name) or len(name) > 64 or app not in {a.name for a in apps.apps}:
            yield (
                skill.id,
                "must be named app.verb_object, in lower case, with an app of the suite and 64 letters at most",
            )
        if not 0 < len(skill.description) <= 1024:
            yield skill.id, "needs a description of at most 1024 letters"
        if skill.rule is None:
            continue
        if not skill.rule.naive:
            yield skill.id, "is procedural and declares no naive rule: what would someone do who did not read it?"
        if skill_document(skill, one[skill.id]) == skill_document(skill, other[skill.id]):
            yield skill.id, "has the same rule in two worlds; draw its figures from the seed"


def _descriptions(apps: WorldSuite) -> Found:
    unique = Descriptions(apps, apps.world(WORLDS[0]))
    for kind, describers in apps.describers.items():
        for place, describer in enumerate(describers):
            if not unique.unique(kind, place):
                yield kind, f"{describer.text[0]!r} fits exactly one entity never in the world of seed {WORLDS[0]}"


def _plans(apps: WorldSuite) -> Found:
    """Each skill must have a plan with another skill, and be carried out in some world as it declares."""
    for skill in apps.skills.values():
        if next(_joint(apps, skill), None) is None:
            yield skill.id, "is part of no plan with another skill: no output feeds it, and its output feeds none"
            continue
        problem = _carried_out(apps, skill)
        if problem:
            yield skill.id, problem


def _joint(apps: WorldSuite, skill: Skill) -> Iterator[Shape]:
    """Yield plans of the skill and one or two others that its types fit."""
    taken = {t for given in skill.inputs.values() if not given.literal for t in given.types}
    near = [
        s
        for s in apps.skills.values()
        if s is not skill
        and (s.output in taken or any(skill.output in g.types and not g.literal for g in s.inputs.values()))
    ]
    for other in near:
        yield from islice(shapes(apps, (skill.id, other.id)), 1)
    for i, other in enumerate(near[:12]):
        for third in near[i + 1 : 12]:
            yield from islice(shapes(apps, (skill.id, other.id, third.id)), 1)


def _carried_out(apps: WorldSuite, skill: Skill) -> str | None:
    """Return why no plan of the skill could be carried out, or how it departs from its declaration."""
    why = "no plan was tried"
    alone = list(islice(shapes(apps, (skill.id,)), 1))
    for seed in WORLDS:
        template, rng = apps.world(seed), np.random.default_rng([seed, len(skill.id)])
        for shape in [*alone * 2, *islice(_joint(apps, skill), TRIES)]:
            try:
                plan = bind(apps, template, shape, rng)
            except BindingFailed as error:
                why = str(error)
                continue
            except Exception as error:
                return f"fails with {type(error).__name__}: {error}"
            return _departs(apps, template, skill, plan)
    return f"cannot be carried out in the worlds of the seeds {', '.join(map(str, WORLDS))}: {why}"


def _departs(apps: WorldSuite, template: WorldTemplate, skill: Skill, plan: Plan) -> str | None:
    """Return how a procedure departs from what its skill declares."""
    step = next(s for s in plan.steps if s.skill == skill.id)
    world = template.open()
    try:
        output = run_plan(apps, world, plan).outputs[step.id]
        if (output is None) != (skill.output is None):
            return f"declares the output {skill.output!r} and yields {output!r}"
        if skill.writes and not world.changes():
            return "declares that it writes and changes nothing"
    finally:
        world.close()
    given = {n: b.value for n, b in step.inputs.items() if isinstance(b, LiteralBinding | DescribedBinding)}
    if len(given) < len(step.inputs):
        return None
    world = template.open()
    use = Toolbox(world=world, catalogue=apps.tools, rule=template.rules.get(skill.id, {}))
    skill.procedure(use, **given)
    undeclared = sorted({c.tool for c in use.calls} - set(skill.tools))
    changed = bool(world.changes())
    world.close()
    if undeclared:
        return f"calls {', '.join(undeclared)} without declaring it"
    return "changes the world and does not declare that it writes" if changed and not skill.writes else None


CHECKS: Mapping[str, Callable[[WorldSuite], Found]] = {
    "types": _types,
    "phrases": _phrases,
    "columns": _columns,
    "alike": _alike,
    "rules": _rules,
    "descriptions": _descriptions,
    "plans": _plans,
}
"""beside *tools* and *workflows*, which any suite is checked for"""
