"""A server of the Model Context Protocol as a tool suite: its tools, a fresh server for each rollout, its verdict."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from skillweave.tasks.foreign import Foreign, ForeignSuite
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import (
    JSON,
    NO_VOICES,
    Reference,
    ToolCall,
    ToolSchema,
    Turn,
    Verdict,
    Voices,
)
from skillweave.tasks.suites.mcp.answers import text_of
from skillweave.tasks.suites.mcp.client import Client, Found
from skillweave.tasks.suites.mcp.config import CallSpec, Place, SkillRule, fits, read_config
from skillweave.tasks.suites.mcp.folder import LONG, Entry, Folder, changes
from skillweave.tasks.suites.mcp.verdict import Expected, judged
from skillweave.tasks.tools import ToolError
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.errors import UserError

PREFIX = "mcp:"
NOT_FOUND = "I could not find out."


class McpSession:
    """One rollout's server and working folder; the server is started when the user first speaks."""

    def __init__(self, place: Place, instruction: str, *, whole: bool) -> None:
        """``whole``: the snapshot holds all files and results, for a checker."""
        self._place = place
        self._instruction = instruction
        self._whole = whole
        self._errors = None if place.config.errors is None else re.compile(place.config.errors)
        self._folder: Folder | None = None
        self._client: Client | None = None
        self._before: Mapping[str, Entry] = {}
        self.results: list[dict[str, Any]] = []
        """each call as the server was asked and answered, with the folder under the name that is shown"""

    async def turn(self, said: str | None) -> Turn | None:
        """Return the one instruction, once the server is there; raises `ServerFault` where it does not come."""
        if said is not None:
            return None
        if self._place.config.command is not None:
            self._folder = Folder(self._place)
        self._client = Client(self._place, self._folder)
        await self._client.started()
        self._before = self.state()
        return Turn(text=self._instruction)

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> JSON:
        """Ask the server; raises `ToolError` for what the tool refuses and `ServerFault` where the server fails."""
        if self._client is None:
            raise RuntimeError("the server was not started")
        folder = self._folder
        given = dict(arguments) if folder is None else folder.inward(dict(arguments))
        reply = await self._client.call(tool, given)
        text = reply.text if folder is None else folder.outward(reply.text)
        error = reply.error or (self._errors is not None and self._errors.search(text) is not None)
        self.results.append({"tool": tool, "arguments": dict(arguments), "result": text, "error": error})
        if error:
            raise ToolError(text or f"{tool} failed, and did not say why.")
        return text

    def state(self) -> dict[str, Entry]:
        """Return what stands in the working folder now."""
        return {} if self._folder is None else self._folder.state(LONG if self._whole else 4_000)

    def snapshot(self) -> JSON:
        """Return what changed in the working folder; for a checker also all its files and the results."""
        now = self.state()
        found: dict[str, Any] = {"changes": changes(self._before, now)}
        return {**found, "files": now, "results": list(self.results)} if self._whole else found

    def close(self) -> None:
        """End the server and remove the folder, without waiting for it."""
        if self._client is not None:
            self._client.close()

    def wait_closed(self) -> None:
        """Wait until server and folder are gone."""
        if self._client is not None:
            self._client.wait_closed()


class McpSuite(ForeignSuite):
    """The suite of one config."""

    roles: Mapping[str, bool] = MappingProxyType({})
    submission = "tool"
    rules = None

    def __init__(self, name: str, place: Place, found: Found) -> None:
        config = place.config
        offered = [tool for tool in found.tools if fits(tool.name, config.tools)]
        self.name = name
        self.place = place
        self.server = found
        self._schemas = {
            tool.name: ToolSchema(
                name=tool.name, description=tool.description or tool.title or "", parameters=tool.inputSchema
            )
            for tool in offered
        }
        self.outputs: Mapping[str, Mapping[str, Any]] = {tool.name: tool.outputSchema or {} for tool in offered}
        """JSON schema of what a tool gives, where the server says so"""
        marked = {tool.name for tool in offered if tool.annotations and tool.annotations.readOnlyHint}
        self.read_only = frozenset(marked | {name for name in self._schemas if fits(name, config.read_only)})
        writing = set(self._schemas) - self.read_only
        self.hidden = frozenset(writing if config.url else {n for n in writing if fits(n, config.hidden)})
        self.volatile = frozenset(name for name in self._schemas if fits(name, config.volatile))
        self._rules = _rules(config.skills, self._schemas)
        said = [[s.name, s.description, s.parameters, s.name in self.read_only] for s in self._schemas.values()]
        self.version = f"{found.version}-{digest([place.identity, found.name, found.version, said])[:12]}"
        self._check()

    def _check(self) -> None:
        config = self.place.config
        file = self.name.removeprefix(PREFIX)
        every = {tool.name for tool in self.server.tools}
        for field in ("tools", "read_only", "hidden", "volatile"):
            for pattern in getattr(config, field):
                if not any(fits(name, (pattern,)) for name in every):
                    raise UserError(f"{file!r}: {field}: the server has no tool {pattern!r}")
        if not self._schemas:
            there = ", ".join(tool.name for tool in self.server.tools) or "none"
            raise UserError(f"{file!r}: the server offers none of the tools", hint=f"it has {there}")
        if config.url and config.reset is None and self.hidden:
            raise UserError(
                f"{file!r}: the server at {config.url!r} keeps what rollouts write, such as by {min(self.hidden)!r}",
                hint="give reset (a command, or session where each session has a world of its own), or only tools "
                "that read",
            )

    def tasks(self) -> Iterable[Foreign]:
        """Return none: a server has no tasks; users write their own, or have models write them."""
        return ()

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return every tool by name."""
        return self._schemas

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the tools of each skill: those of the config, and for each other tool a skill of its own."""
        ruled = {skill: rule.tools for skill, rule in self._rules.items()}
        whole = {tool for rule in self._rules.values() if not rule.where for tool in rule.tools}
        return ruled | {self.own_skill(tool): (tool,) for tool in self._schemas if tool not in whole}

    def own_skill(self, tool: str) -> str:
        """Return the skill that a tool is by itself."""
        return f"{self.place.config.name}.{tool}"

    def skill_of(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """Return the skill that a call carries out: the first of the config that fits, else the tool's own."""
        for skill, rule in self._rules.items():
            if tool in rule.tools and all(
                re.search(pattern, str(arguments.get(name, ""))) for name, pattern in rule.where.items()
            ):
                return skill
        return self.own_skill(tool)

    def described(self) -> Mapping[str, str]:
        """Return what is known of each skill in words."""
        own = {skill: rule.description for skill, rule in self._rules.items()}
        return {
            skill: own.get(skill) or " ".join(self._schemas[tool].description for tool in tools)
            for skill, tools in self.skill_tools().items()
        }

    def briefing(self, task: TaskSpec) -> str:
        """Return what the config says, and where the working folder is."""
        config = self.place.config
        where = "" if config.url else f"The working folder is {config.shown_as}."
        return "\n".join(part for part in (config.briefing.strip(), where) if part)

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> McpSession:
        """Return a world whose server starts when the user first speaks."""
        return self.session(task.instruction, whole=expected_of(task).checker is not None)

    def session(self, instruction: str = "", *, whole: bool = False) -> McpSession:
        """Return a world without a task."""
        return McpSession(self.place, instruction, whole=whole)

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return the expected calls and answer.

        A broken skill is left out with all that follows it, and nothing is found out; where that would still be
        enough, nothing is done at all.
        """
        expected = expected_of(task)
        calls = [ToolCall(tool=c.tool, arguments=c.arguments) for c in expected.calls]
        if broken is None:
            return Reference(turns=(tuple(calls),), answer=text_of(expected.answer))
        kept = calls[: expected.skills.index(broken)] if broken in expected.skills else calls
        lost = any(call.tool not in self.read_only for call in calls[len(kept) :])
        if not (lost or expected.answer or expected.match == "calls"):
            kept = []
        return Reference(turns=(tuple(kept),), answer=NOT_FOUND if expected.answer else "")

    async def judge(
        self,
        task: TaskSpec,
        snapshot: JSON,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return whether the folder, the hidden writes and the answer are as expected, or what a checker says."""
        flat = [call for turn in calls for call in turn]
        return self.judged(task.id, task.instruction, expected_of(task), snapshot, flat, answer)

    def judged(
        self,
        name: str,
        instruction: str,
        expected: Expected,
        snapshot: JSON,
        calls: Sequence[ToolCall],
        answer: str | None,
    ) -> Verdict:
        """Return the verdict on what is not a task yet."""
        return judged(
            name,
            instruction,
            expected,
            schemas=self._schemas,
            hidden=self.hidden,
            snapshot=snapshot,
            calls=calls,
            answer=answer,
        )

    def workflows(self) -> Iterable[Sequence[str]]:
        """Return none: nobody said which tools go together."""
        return ()


def expected_of(task: TaskSpec) -> Expected:
    """Return what a task expects; raises ValueError for a task of another suite."""
    if task.origin is None:
        raise ValueError(f"task {task.id!r} is none of an MCP server")
    return Expected.model_validate(task.origin.data)


def _rules(given: Mapping[str, SkillRule | tuple[str, ...]], schemas: Mapping[str, ToolSchema]) -> dict[str, SkillRule]:
    rules = {k: rule if isinstance(rule, SkillRule) else SkillRule(tools=rule) for k, rule in given.items()}
    for skill, rule in rules.items():
        for tool in rule.tools:
            if tool not in schemas:
                raise UserError(
                    f"skill {skill!r}: there is no tool {tool!r}", hint=f"there is {', '.join(sorted(schemas))}"
                )
            fields = schemas[tool].parameters.get("properties", {})
            unknown = next((name for name in rule.where if name not in fields), None)
            if unknown is not None:
                raise UserError(f"skill {skill!r}: {tool} has no parameter {unknown!r}")
    return rules


_SUITES: dict[tuple[str, Path, str], McpSuite] = {}
"""(name, folder of the config, identity) -> suite; equal configs of two folders copy from two places"""


def mcp_suite(name: str) -> McpSuite:
    """Return the suite of ``mcp:FILE``; a server is started once to ask for its tools.

    Raises `UserError` for a config that does not fit, and where no server comes.
    """
    place = read_config(Path(name.removeprefix(PREFIX)))
    key = (name, place.here, place.identity)
    if key not in _SUITES:
        _SUITES[key] = McpSuite(name, place, _discovered(place))
    return _SUITES[key]


def _discovered(place: Place) -> Found:
    from skillweave.tasks.suites.mcp.client import ServerFault

    config = place.config
    if config.command is not None:
        place.program(config.command)
    client = Client(place, None if config.url else Folder(place), look=True)
    try:
        return client.wait_started()
    except ServerFault as fault:
        raise UserError(str(fault), hint="start the server by hand to see what is wrong") from None
    finally:
        client.close()


def first_use(call: CallSpec) -> str:
    """Return a call as people read it."""
    return f"{call.tool}({', '.join(f'{k}={v!r}' for k, v in call.arguments.items())})"
