"""The same tools under other names and descriptions: whether an agent knows tools or only their names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from skillweave.tasks.spec import Rename, TaskSpec
from skillweave.tasks.suite import (
    JSON,
    NO_VOICES,
    Reference,
    Session,
    SkillCard,
    ToolCall,
    ToolSchema,
    ToolSuite,
    Turn,
    Verdict,
    Voices,
)
from skillweave.tasks.tools import ToolError

KEPT = ("read_skill",)
"""tools that the harness knows by name"""
VERBS: Mapping[str, tuple[str, ...]] = {
    "search": ("look_up", "query"),
    "find": ("look_up", "locate"),
    "list": ("browse", "show_all"),
    "get": ("fetch", "view"),
    "read": ("fetch", "view"),
    "show": ("view", "fetch"),
    "create": ("make", "new"),
    "add": ("attach", "put"),
    "update": ("edit", "modify"),
    "change": ("modify", "alter"),
    "set": ("define", "assign_value"),
    "cancel": ("call_off", "revoke"),
    "delete": ("drop", "erase"),
    "remove": ("detach", "drop"),
    "assign": ("hand_to", "allot"),
    "approve": ("accept", "clear"),
    "reject": ("decline", "turn_down"),
    "send": ("dispatch", "deliver"),
    "book": ("reserve", "secure"),
    "move": ("shift", "relocate"),
    "comment": ("remark", "annotate"),
    "share": ("give_access", "open_up"),
    "log": ("record", "note_down"),
    "convert": ("translate", "recalculate"),
    "place": ("file", "lodge"),
    "post": ("publish", "write"),
}
NOUNS: Mapping[str, str] = {
    "ticket": "case",
    "person": "colleague",
    "people": "colleagues",
    "expense": "cost_claim",
    "event": "meeting",
    "document": "paper",
    "mail": "letter",
    "channel": "room",
    "customer": "client",
    "order": "purchase",
    "product": "article",
    "trip": "journey",
    "project": "undertaking",
    "task": "work_item",
    "message": "post",
    "leave": "absence",
    "request": "application",
    "rate": "quote",
    "member": "participant",
    "note": "memo",
    "booking": "reservation",
    "budget": "allotment",
    "user": "account_holder",
    "reservation": "booking",
    "flight": "air_trip",
}
LEADS = ("Use this to {0}", "Call this to {0}", "With this you can {0}")


def other_names(schemas: Mapping[str, ToolSchema], names: Iterable[str], seed: int) -> dict[str, Rename]:
    """Return new names and descriptions for some tools: synonyms of verb and noun, or the two in another order.

    No new name is one that any tool of the suite has. Descriptions say the same after another beginning.
    """
    taken = {*schemas}
    found: dict[str, Rename] = {}
    rng = np.random.default_rng([seed, len(schemas)])
    for name in sorted(set(names) - set(KEPT)):
        start = int(rng.integers(6))
        options = _names(name)
        turned = options[start % len(options) :] + options[: start % len(options)]
        new = next((o for o in turned if o not in taken), None) or f"{turned[0]}_{len(found)}"
        taken.add(new)
        found[name] = Rename(name=new, description=LEADS[start % 3].format(_uncapitalised(schemas[name].description)))
    told = _Names({old: rename.name for old, rename in found.items()})
    return {old: r.model_copy(update={"description": told.text(r.description)}) for old, r in found.items()}


def _names(name: str) -> list[str]:
    verb, *nouns = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
    others = [NOUNS.get(n) or (f"{NOUNS[n[:-1]]}s" if n.endswith("s") and n[:-1] in NOUNS else n) for n in nouns]
    verbs = VERBS.get(verb, ())
    tail = "_".join(others)
    own = "_".join(nouns)
    found = [f"{v}_{tail}" if tail else v for v in verbs]
    found += [f"{own}_{v}" if own else f"do_{v}" for v in (*verbs, verb)] + [
        f"{tail}_{verb}" if tail else f"run_{verb}"
    ]
    return list(dict.fromkeys(found))


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


class _Names:
    """Replaces names of tools, whole words only, in texts and whatever holds texts."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        listed = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        self.pattern = re.compile(rf"\b(?:{listed})\b") if listed else None

    def text(self, text: str) -> str:
        if self.pattern is None:
            return text
        return self.pattern.sub(lambda m: self.names[m.group()], text)

    def anywhere(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.anywhere(part) for key, part in value.items()}
        return [self.anywhere(part) for part in value] if isinstance(value, list) else value


def under_names_of(suite: ToolSuite, task: TaskSpec) -> ToolSuite:
    """Return the suite as a task offers it: itself, or with the tools under the names that the task gives them."""
    return RenamedSuite(suite, task.renames) if task.renames else suite


class _RenamedSession:
    def __init__(self, session: Session, old: Mapping[str, str], told: _Names) -> None:
        self._session = session
        self._old = old
        self._told = told

    async def turn(self, said: str | None) -> Turn | None:
        turn = await self._session.turn(said)
        if turn is None:
            return None
        new = {name: old for old, name in self._old.items()}
        return replace(turn, tools=tuple(new.get(name, name) for name in turn.tools))

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> JSON:
        try:
            result = await self._session.call(self._old.get(tool, tool), arguments)
        except ToolError as error:
            raise ToolError(self._told.text(str(error))) from None
        if isinstance(result, dict) and "hint" in result:
            return {**result, "hint": self._told.anywhere(result["hint"])}
        return result

    def snapshot(self) -> JSON:
        return self._session.snapshot()

    def close(self) -> None:
        self._session.close()


@dataclass(frozen=True)
class RenamedSuite:
    """A suite whose tools go by other names, in schemas, refusals, hints and reference calls; data stays as it is."""

    suite: ToolSuite
    renames: Mapping[str, Rename]

    @property
    def name(self) -> str:
        """Name of the suite itself."""
        return self.suite.name

    @property
    def version(self) -> str:
        """Version of the suite itself: what tools are called is the task's."""
        return self.suite.version

    @property
    def roles(self) -> Mapping[str, bool]:
        """Roles of the suite itself."""
        return self.suite.roles

    @property
    def submission(self) -> str:
        """Way of the suite itself."""
        return self.suite.submission

    @property
    def rules(self) -> str | None:
        """Rules of the suite itself, with the new names."""
        return None if self.suite.rules is None else _Names(self._new).text(self.suite.rules)

    @property
    def _new(self) -> dict[str, str]:
        return {old: rename.name for old, rename in self.renames.items()}

    @property
    def _old(self) -> dict[str, str]:
        return {new: old for old, new in self._new.items()}

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return every tool by the name under which the task offers it."""
        told = _Names(self._new)
        found = {}
        for name, schema in self.suite.tool_schemas().items():
            rename = self.renames.get(name)
            new = replace(
                schema,
                name=rename.name if rename else name,
                description=rename.description if rename else told.text(schema.description),
                parameters=told.anywhere(schema.parameters),
            )
            found[new.name] = new
        return found

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the tools of each skill by their new names."""
        new = self._new
        return {skill: tuple(new.get(t, t) for t in tools) for skill, tools in self.suite.skill_tools().items()}

    def skill_cards(self, task: TaskSpec) -> Sequence[SkillCard]:
        """Return the skills that an agent may read."""
        return self.suite.skill_cards(task)

    def briefing(self, task: TaskSpec) -> str:
        """Return what the agent is told before the first turn."""
        return _Names(self._new).text(self.suite.briefing(task))

    def turns(self, task: TaskSpec) -> int:
        """Return how many turns the user takes, at most."""
        return self.suite.turns(task)

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> Session:
        """Return a fresh world whose tools answer to their new names."""
        return _RenamedSession(self.suite.open(task, voices), self._old, _Names(self._new))

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return the plan's calls by the new names."""
        found = self.suite.reference(task, broken=broken)
        return replace(found, turns=tuple(_called(turn, self._new) for turn in found.turns))

    async def judge(
        self,
        task: TaskSpec,
        snapshot: JSON,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return the suite's verdict on calls by the new names."""
        return await self.suite.judge(task, snapshot, [_called(turn, self._old) for turn in calls], answer, voices)

    def workflows(self) -> Iterable[Sequence[str]]:
        """Return the suite's own corpus."""
        return self.suite.workflows()


def _called(calls: Sequence[ToolCall], names: Mapping[str, str]) -> tuple[ToolCall, ...]:
    return tuple(replace(call, tool=names.get(call.tool, call.tool)) for call in calls)
