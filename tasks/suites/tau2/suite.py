"""The tau2 suites: one a domain, as their tools share names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from json import dumps
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from skillweave.tasks.foreign import JUDGE, Foreign, ForeignSuite
from skillweave.tasks.spec import Origin, TaskSpec
from skillweave.tasks.suite import JSON, NO_VOICES, Reference, ToolCall, ToolSchema, Turn, Verdict, Voices
from skillweave.tasks.suites.tau2.client import HINT, Refused, Worker, worker
from skillweave.tasks.suites.tau2.place import VERSION, is_there
from skillweave.tasks.suites.tau2.verdicts import verdict_of, without_verdict
from skillweave.tasks.tools import ToolError
from skillweave.taxonomy.errors import UserError

PREFIX = "tau2-"
USER, JUDGING = "user", "judge"
ASSERTION = "NL_ASSERTION"
CUT_OFF = "max_steps"
"""tau2's word for a conversation that came to no end of its own"""
MOST_TURNS = 100
"""half of the steps after which tau2 ends a conversation: the user's text is one, the agent's answer another"""


def tau2_suite(name: str) -> "Tau2Suite":
    """Return the suite of a domain, such as ``tau2-retail``; raises `UserError` where tau2 is not installed."""
    if not is_there():
        raise UserError(f"suite {name!r} is not installed", hint=HINT)
    return _suite(name.removeprefix(PREFIX))


@lru_cache(maxsize=8)
def _suite(domain: str) -> "Tau2Suite":
    return Tau2Suite(domain)


class Tau2Session:
    """One conversation in the worker; what was said and done there is kept here too."""

    def __init__(self, domain: str, task: str, voices: Voices) -> None:
        self._voices = voices
        self._open = {"domain": domain, "task": task, "scripted": USER not in voices}
        self._key = uuid4().hex
        self._worker: Worker | None = None
        self._messages: list[dict[str, Any]] = []
        self._ended: str | None = None

    async def turn(self, said: str | None) -> Turn | None:
        """Return what the user says to what the agent said, None once the conversation is over."""
        if self._ended is not None:
            return None
        found = await self._step("turn", {"said": said})
        return None if found["ended"] is not None else Turn(text=found["heard"])

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> JSON:
        """Run a tool of the agent; what tau2 marks as an error is a refusal."""
        if self._ended is not None:
            raise ToolError("The conversation is over.")
        found = await self._step("call", {"tool": tool, "arguments": dict(arguments)})
        reply = next(message for message in reversed(found["messages"]) if message["role"] == "tool")
        if reply.get("error"):
            raise ToolError(reply["content"])
        return reply.get("content", "")

    def snapshot(self) -> JSON:
        """Return the conversation as far as it came, and how it ended."""
        return {"messages": list(self._messages), "ended": self._ended}

    def close(self) -> None:
        """End the conversation in the worker."""
        if self._worker is not None:
            self._worker.tell("close", rollout=self._key)

    async def _step(self, op: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._worker is None:
            self._worker = worker()
        found: Mapping[str, Any] = await self._worker.ask(
            op, self._voices, rollout=self._key, open=self._open, **{"with": dict(given)}
        )
        self._messages += found["messages"]
        self._ended = found["ended"]
        return found


class Tau2Suite(ForeignSuite):
    """A domain of tau2-bench: its tools, its tasks, its user and its evaluator."""

    version = VERSION
    roles: Mapping[str, bool] = MappingProxyType({USER: True, JUDGING: False})

    def __init__(self, domain: str) -> None:
        self.name = PREFIX + domain
        self.domain = domain

    @cached_property
    def _known(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = worker().ask_now("describe", **{"with": {"domain": self.domain}})
        return found

    @cached_property
    def _rows(self) -> Mapping[str, Mapping[str, Any]]:
        return {row["id"]: row for row in self._known["tasks"]}

    def tasks(self) -> Iterable[Foreign]:
        """Yield the tasks of tau2's split ``base``, the ones that count."""
        writes = set(self._known["writes"])
        for row in self._rows.values():
            agent = [a["name"] for a in row["actions"] if a["requestor"] == "assistant"]
            yield Foreign(
                id=row["id"],
                instruction=row["told"],
                sequence=tuple(self.skill(a["requestor"], a["name"]) for a in row["actions"]),
                tools=tuple(name for name in agent if name in self.tool_schemas()),
                offered=tuple(self.tool_schemas()),
                origin=Origin(
                    group=self._group(row["id"]),
                    split=row["split"],
                    turns=MOST_TURNS,
                    labels=(JUDGE,) if ASSERTION in row["basis"] else (),
                ),
                writes=sum(name in writes for name in agent),
            )

    def skill(self, requestor: str, tool: str) -> str:
        """Return the skill of a tool: the user's are what the agent has to have done."""
        return f"{'user' if requestor == 'user' else self.domain}.{tool}"

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return the agent's tools by name."""
        return self._schemas

    @cached_property
    def _schemas(self) -> Mapping[str, ToolSchema]:
        return {
            tool["name"]: ToolSchema(name=tool["name"], description=tool["description"], parameters=tool["parameters"])
            for tool in self._known["tools"]
        }

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the tool of each skill; a skill that the user's hands carry out has none."""
        own = {self.skill("assistant", name): (name,) for name in self.tool_schemas()}
        return {**own, **{self.skill("user", name): () for name in self._known["user_tools"]}}

    def briefing(self, task: TaskSpec) -> str:
        """Return the system prompt of tau2's own agent: how to work, and the domain's policy."""
        return str(self._known["prompt"])

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> Tau2Session:
        """Return a fresh world; without a model in the role ``user`` its user follows a script."""
        return Tau2Session(self.domain, task.id, voices)

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return tau2's own actions; the user's are asked for at the end of a turn, in words that its script takes.

        With a broken skill the work stops where it would be needed first, and nothing is reported: a task that doing
        nothing passes is passed all the same.
        """
        row = self._rows[task.id]
        turns: list[tuple[ToolCall, ...]] = []
        says: list[str] = []
        stopped = False
        for part in row["parts"]:
            calls: list[ToolCall] = []
            asks: list[ToolCall] = []
            for kind, requestor, kept in (("calls", "assistant", calls), ("asks", "user", asks)):
                for action in part[kind]:
                    stopped = stopped or self.skill(requestor, action["name"]) == broken
                    if not stopped:
                        kept.append(ToolCall(tool=action["name"], arguments=action["arguments"]))
            turns.append(tuple(calls))
            says.append("" if not asks else asked_for(asks))
        told = "" if broken is not None else "; ".join(row["communicate"])
        says[-1] = ". ".join(text for text in (says[-1], told) if text)
        return Reference(turns=tuple(turns), says=tuple(says[:-1]), answer=says[-1])

    async def judge(
        self,
        task: TaskSpec,
        snapshot: JSON,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return the verdict of tau2's evaluator, on the basis that it names for the task.

        Its assertions in words are put to the model in the role ``judge``; where there is none, a task whose reward
        rests on them has no verdict. Where it does not, they are a measure, if there is a judge.
        """
        row = self._rows[task.id]
        rests, judging = ASSERTION in row["basis"], JUDGING in voices and row["assertions"] > 0
        if rests and not judging:
            return without_verdict(
                "the reward rests on assertions in words, and no model was given in the role 'judge'"
            )
        found = await self._evaluated(task, snapshot, "all_with_nl_assertions" if rests else "all", voices)
        if isinstance(found, str):
            return without_verdict(found)
        skills = [(self.skill(a["requestor"], a["name"]), a) for a in row["actions"]]
        verdict = verdict_of(found, [skill for skill, _ in skills])
        if rests or not judging:
            return verdict
        said = await self._evaluated(task, snapshot, "nl_assertions", voices)
        if isinstance(said, str) or said.get("nl_assertions") is None:
            return verdict
        return replace(verdict, measures={"assertions": float(said["reward"])})

    async def _evaluated(self, task: TaskSpec, snapshot: JSON, kind: str, voices: Voices) -> Mapping[str, Any] | str:
        """Return tau2's reward with its reasons, or why there is none."""
        given = {
            "domain": self.domain,
            "task": task.id,
            "messages": snapshot["messages"],
            "ended": snapshot["ended"] or CUT_OFF,
            "kind": kind,
        }
        try:
            found: Mapping[str, Any] = await worker().ask("judge", voices, **{"with": given})
        except Refused as error:
            return f"tau2's evaluator gave none: {error}"
        return found

    def _group(self, task: str) -> str:
        """Return telecom's kind of issue; the other domains have one group."""
        return task[1:].partition("]")[0] if task.startswith("[") else self.domain


def asked_for(calls: Sequence[ToolCall]) -> str:
    """Return what has a scripted user carry out calls: each tool's name with its arguments."""
    return "Please do: " + ", ".join(f"{call.tool} {dumps(dict(call.arguments))}" for call in calls)
