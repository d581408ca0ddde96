"""A skill: an atomic capability with typed inputs and output, a reference procedure, and words for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import to_jsonable_python

from skillweave.tasks.tools import Tool
from skillweave.tasks.world import World

Procedure = Callable[..., Any]
"""(use, **inputs) -> output, where ``use`` is a `Toolbox`"""


class NotApplicable(Exception):
    """A procedure cannot be carried out on these entities (nothing to add up, already approved): bind others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One tool call and what came of it."""

    tool: str
    arguments: Mapping[str, Any]
    result: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One typed input of a skill."""

    types: tuple[str, ...]
    """value types it accepts; the first is the one that a literal or description takes"""
    values: tuple[Any, ...] = ()
    """literals to choose from, in place of the type's own"""
    fed: bool = False
    """must come from another skill's output"""
    literal: bool = False
    """must be a literal or description, never another skill's output"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What makes a skill procedural: a rule that stands only in its SKILL.md."""

    draw: Callable[[Any], dict[str, Any]]
    """(numpy Generator) -> the rule's parameters in one world"""
    body: Callable[[Mapping[str, Any]], str]
    """parameters -> body of the SKILL.md: the rule, edge cases, an example"""
    naive: Mapping[str, Procedure]
    """what someone who did not read the rule would do, by name; same signature as the procedure"""


def app_of(skill: str) -> str:
    """Return the app that a skill is of: the part of its id before the dot."""
    return skill.split(".", 1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """An atomic capability; a leaf of the taxonomy."""

    id: str
    """``app.verb_object``"""
    description: str
    inputs: Mapping[str, Input]
    tools: tuple[str, ...]
    """names of the tools that the procedure calls, `read_skill` not counted"""
    procedure: Procedure
    phrases: tuple[str, ...]
    """imperative wordings (three or more), with ``{input}`` where an input stands"""
    output: str | None = None
    """value type of the result, None for a skill that only writes"""
    nouns: tuple[str, ...] = ()
    """noun phrases for the output, with ``{input}``; needed where there is an output"""
    reference: str = ""
    """short name for the output in later sentences, without an article: 'total', 'manager'"""
    writes: bool = False
    states: tuple[str, ...] = ()
    """inputs whose values the prose written by this skill must state"""
    rule: Rule | None = None

    @property
    def app(self) -> str:
        """The app that it is of."""
        return app_of(self.id)

    @property
    def name(self) -> str:
        """The id as a SKILL.md front-matter name: lower case and hyphens."""
        return self.id.replace(".", "-").replace("_", "-")


@dataclass(slots=True)
class Toolbox:
    """What a procedure works with: ``use.tool_name(...)`` calls a tool on the world and records the call."""

    world: World
    catalogue: Mapping[str, Tool]
    rule: Mapping[str, Any] = field(default_factory=dict)
    """parameters of the running skill's rule, as its SKILL.md states them"""
    calls: list[Call] = field(default_factory=list)

    @property
    def today(self) -> Any:
        """Today's date in this world."""
        return self.world.today

    @property
    def user(self) -> str:
        """Id of the person on whose behalf the agent acts (told in the briefing)."""
        return self.world.user

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self.catalogue:
            raise AttributeError(f"no tool {name!r}")
        tool = self.catalogue[name]

        def call(**given: Any) -> Any:
            arguments = to_jsonable_python(given)  # a model could not pass a date object either
            result = self.world.call(tool, arguments)
            self.calls.append(Call(tool=name, arguments=arguments, result=result))
            return result

        return call


@dataclass(frozen=True, slots=True, kw_only=True)
class Describer:
    """A way to pick out an entity in words, e.g. *the Controller in Finance*.

    ``candidates`` is one SQL query over the world that returns, for every entity, its id as ``key`` and the values
    that the wording needs. A description is used only where its values belong to exactly one ``key``.
    """

    type: str
    kind: str
    """name, attribute, relation or superlative"""
    candidates: str
    text: tuple[str, ...]
    """noun phrases with ``{value}`` for columns of the query"""
    resolve: Procedure
    """(use, **values) -> id, by tools alone"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """A way to name a small set of entities by the one to which they belong, e.g. *the open tasks of Ann Lee*.

    ``candidates`` is one SQL query over the world that returns, for every member, its id as ``key`` and the id of the
    one to which it belongs as ``owner``.
    """

    type: str
    """value type of the members"""
    of: str
    """value type of the one to which they belong"""
    candidates: str
    text: tuple[str, ...]
    """plural noun phrases without an article, with ``{of}``: *open tasks of {of}*"""
    resolve: Procedure
    """(use, of) -> ids of the members, by tools alone"""


def skill_document(skill: Skill, parameters: Mapping[str, Any]) -> str:
    """Return the SKILL.md of a procedural skill in one world (Agent Skills front matter and body)."""
    if skill.rule is None:
        raise ValueError(f"{skill.id} is not procedural")
    return f"---\nname: {skill.name}\ndescription: {skill.description}\n---\n\n{skill.rule.body(parameters).strip()}\n"


def applicable(condition: object, why: str = "") -> None:
    """Raise `NotApplicable` unless the condition holds; for use inside procedures."""
    if not condition:
        raise NotApplicable(why)


def only(rows: Sequence[Any], what: str = "") -> Any:
    """Return the single element of a list, or raise `NotApplicable`."""
    applicable(len(rows) == 1, f"{len(rows)} {what or 'rows'} where one was expected")
    return rows[0]
