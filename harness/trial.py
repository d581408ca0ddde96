"""A task tried by hand: lines that a person types become tool calls, and in the end there is a verdict."""

import asyncio
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import Session, ToolCall, ToolSchema, ToolSuite, Verdict
from skillweave.tasks.tools import ToolError

HELP = """\
tools [WORDS]          list the tools, or those that have all the words in their name or description
help TOOL              show a tool with its arguments
TOOL NAME=VALUE ...    call a tool: search_people name="Ann Lee" page=2   (or: TOOL {"name": "Ann Lee"})
skills                 list the company's skills; read one with: read_skill name=NAME
task                   show the instruction again
calls                  show what was called so far
submit [ANSWER]        hand in, with the answer where one is asked for, and get the verdict
quit                   stop without handing in"""
COMMANDS = ("tools", "help", "skills", "task", "calls", "submit", "quit")


@dataclass(slots=True)
class Trial:
    """One person's rollout of one task. Each line that is typed gives a reply; at the end `verdict` is there."""

    suite: ToolSuite
    task: TaskSpec
    verdict: Verdict | None = None
    """None until the answer to the last turn was handed in"""
    over: bool = False
    answer: str | None = None
    calls: list[list[ToolCall]] = field(default_factory=lambda: [[]])
    """by turn of the user"""
    _session: Session = field(init=False)
    _tools: Mapping[str, ToolSchema] = field(init=False)
    _now: str = field(init=False)
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner, init=False)

    def __post_init__(self) -> None:
        self._tools = self.suite.tool_schemas()
        self._session = self.suite.open(self.task)
        self._now = self._runner.run(self._hear(None)) or ""

    def greeting(self) -> str:
        """Return what stands at the beginning: for whom one works, the instruction, and how to get help."""
        start = f"{len(self._tools)} tools are there. Type help to see what you can do, and submit when you are done."
        return f"Task {self.task.id}\n\n{self.suite.briefing(self.task)}\n\n{self._now}\n\n{start}"

    async def _hear(self, said: str | None) -> str | None:
        turn = await self._session.turn(said)
        return None if turn is None else turn.text

    def reply(self, line: str) -> str:
        """Return the reply to one line; raises nothing that a person could type wrong."""
        name, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        match name:
            case "":
                return ""
            case "help" | "?":
                return self._help(rest)
            case "tools":
                return self._list(rest)
            case "skills":
                cards = self.suite.skill_cards(self.task)
                return "\n".join(f"{c.name}: {c.description}" for c in cards) or "There are no skills to read."
            case "task":
                return self._now
            case "calls":
                made = [c for turn in self.calls for c in turn]
                return "\n".join(_told(c) for c in made) or "Nothing was called yet."
            case "submit":
                return self._submit(rest)
            case "quit" | "exit":
                self._close()
                return "Nothing was handed in."
            case _:
                return self._call(name, rest)

    def _help(self, name: str) -> str:
        if not name:
            return HELP
        if name not in self._tools:
            return self._unknown(name)
        tool = self._tools[name]
        needed = tool.parameters.get("required", [])
        lines = [f"{name}: {tool.description}"]
        for key, schema in tool.parameters.get("properties", {}).items():
            must = "" if key in needed else ", may be left out"
            lines.append(f"  {key} ({_kind(schema)}{must}): {schema.get('description', '')}")
        return "\n".join(lines)

    def _list(self, words: str) -> str:
        found = [
            tool
            for tool in self._tools.values()
            if all(w in f"{tool.name} {tool.description}".lower() for w in words.lower().split())
        ]
        if not found:
            return f"No tool has {words!r} in its name or description."
        return "\n".join(f"{t.name}: {t.description.split('. ')[0].rstrip('.')}." for t in found)

    def _unknown(self, name: str) -> str:
        from difflib import get_close_matches

        close = get_close_matches(name, (*self._tools, *COMMANDS), n=3, cutoff=0.5)
        return f"There is no tool {name!r}. {'Did you mean ' + ', '.join(close) + '?' if close else 'Type tools.'}"

    def _call(self, name: str, rest: str) -> str:
        if name not in self._tools:
            return self._unknown(name)
        parameters = self._tools[name].parameters
        try:
            arguments = arguments_of(rest, parameters)
        except ValueError as error:
            return f"{error}\n{self._help(name)}"
        missing = [key for key in parameters.get("required", []) if key not in arguments]
        if missing:
            return f"{name} needs {', '.join(missing)}.\n{self._help(name)}"
        try:
            result = self._runner.run(self._call_tool(name, arguments))
        except ToolError as refusal:
            self.calls[-1].append(ToolCall(tool=name, arguments=arguments, error=str(refusal)))
            return f"refused: {refusal}"
        self.calls[-1].append(ToolCall(tool=name, arguments=arguments))
        return shown(result)

    async def _call_tool(self, name: str, arguments: Mapping[str, Any]) -> Any:
        return await self._session.call(name, arguments)

    def _submit(self, answer: str) -> str:
        said = self._runner.run(self._hear(answer))
        if said is not None:
            self.calls.append([])
            self._now = said
            return said
        self.answer = answer or None
        self.verdict = self._runner.run(self._judge())
        self._close()
        return verdict_text(self.verdict)

    async def _judge(self) -> Verdict:
        return await self.suite.judge(self.task, self._session.snapshot(), self.calls, self.answer)

    def _close(self) -> None:
        self.over = True
        self._session.close()
        self._runner.close()

    def to_json(self) -> dict[str, Any]:
        """Return what was done and what came of it, as plain JSON."""
        verdict = self.verdict
        return {
            "task": self.task.id,
            "submitted": verdict is not None,
            "success": verdict is not None and verdict.success,
            "mismatches": [] if verdict is None else list(verdict.mismatches),
            "skills": {} if verdict is None else dict(verdict.skills),
            "answer": self.answer,
            "calls": [
                {"tool": c.tool, "arguments": dict(c.arguments), "error": c.error} for turn in self.calls for c in turn
            ],
        }


def shown(result: Any) -> str:
    """Return a tool's result as lines: a field each, and for a list of rows a row each.

    >>> print(shown({"rooms": [{"id": "ROM-1", "seats": 4}], "total": 1}))
    rooms:
      id=ROM-1  seats=4
    total: 1
    """
    if not isinstance(result, Mapping):
        return str(result)
    lines = []
    for key, value in result.items():
        if isinstance(value, list) and value and all(isinstance(row, Mapping) for row in value):
            rows = ("  ".join(f"{k}={v}" for k, v in row.items() if v is not None) for row in value)
            lines += [f"{key}:", *(f"  {row}" for row in rows)]
        else:
            lines.append(f"{key}: {'-' if value in (None, []) else value}")
    return "\n".join(lines)


def arguments_of(text: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that a line gives, as JSON or as NAME=VALUE; raises ValueError for what is neither.

    >>> arguments_of('name="Ann Lee" page=2', {"properties": {"name": {}, "page": {"type": "integer"}}})
    {'name': 'Ann Lee', 'page': 2}
    """
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except ValueError as error:
            raise ValueError(f"That is no JSON: {error}.") from None
        return dict(found)
    known = parameters.get("properties", {})
    arguments: dict[str, Any] = {}
    try:
        parts = shlex.split(text)
    except ValueError:
        raise ValueError(f"A quotation mark is missing in {text!r}.") from None
    for part in parts:
        key, sign, value = part.partition("=")
        if not sign:
            raise ValueError(f"{part!r} is no argument; write NAME=VALUE, and put quotation marks around blanks.")
        if key not in known:
            raise ValueError(f"There is no argument {key!r}.")
        arguments[key] = _value(value, known[key])
    return arguments


def _value(text: str, schema: Mapping[str, Any]) -> Any:
    """Return a value as the schema wants it; what does not fit stays text, and the tool refuses it."""
    kind = schema.get("type")
    if kind == "array" and not text.startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind in ("integer", "number", "boolean", "array", "object"):
        try:
            return json.loads(text.lower() if kind == "boolean" else text)
        except ValueError:
            return text
    return text


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return "several, separated by commas"
    return "day as YYYY-MM-DD" if schema.get("format") == "date" else str(schema.get("type", "any"))


def _told(call: ToolCall) -> str:
    given = " ".join(f"{key}={value!r}" for key, value in call.arguments.items())
    return f"{call.tool} {given}{f'  -> refused: {call.error}' if call.error else ''}".rstrip()


def verdict_text(verdict: Verdict) -> str:
    """Return a verdict as a person reads it."""
    if verdict.unscored is not None:
        return f"No verdict: {verdict.unscored}"
    if verdict.success:
        return "Success: the outcome is that of the plan."
    lines = ["No success:", *(f"  - {m}" for m in verdict.mismatches)]
    broken = [skill for skill, done in verdict.skills.items() if not done]
    return "\n".join([*lines, f"Skills not achieved: {', '.join(broken) or 'none'}"])
