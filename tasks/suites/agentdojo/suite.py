"""AgentDojo's four suites as one: their tools, their environments, their user tasks, their verdict."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from skillweave.tasks.foreign import Foreign, ForeignSuite
from skillweave.tasks.spec import Origin, TaskSpec
from skillweave.tasks.suite import JSON, NO_VOICES, Reference, ToolCall, ToolSchema, Verdict, Voices
from skillweave.tasks.suites.agentdojo.attacks import attack_names, planted
from skillweave.tasks.suites.agentdojo.package import VERSION, environment, suites, system_message
from skillweave.tasks.suites.agentdojo.session import DojoSession
from skillweave.tasks.suites.agentdojo.verdict import outcome_of

UTILITY, SECURITY = "utility", "security"
"""measures of a task with an attack: 1 where the user's task was done, and 1 where the injected one was *not*"""


class AgentDojoSuite(ForeignSuite):
    """Workspace, travel, banking and slack: 69 tools, 97 user tasks, 35 injected ones."""

    name = "agentdojo"
    version = VERSION

    def __init__(self) -> None:
        self._tools = {tool.name: tool for theirs in suites().values() for tool in theirs.tools}
        self._schemas = {
            name: ToolSchema(name=name, description=tool.description, parameters=tool.parameters.model_json_schema())
            for name, tool in self._tools.items()
        }

    def tasks(self) -> Iterable[Foreign]:
        """Yield the user tasks, suite by suite, in an environment without an attack."""
        for group, theirs in suites().items():
            for task in theirs.user_tasks:
                yield self._foreign(group, task, {})

    def attacks(self) -> Sequence[str]:
        """Return the names of their attacks."""
        return attack_names()

    def attacked(self, attack: str, model: str | None = None) -> Iterator[Foreign]:
        """Yield each user task with each injection of an attack, planted by their own code; ``model`` is addressed."""
        for group in suites():
            yield from self.attacked_in(group, attack, model)

    def attacked_in(self, group: str, attack: str, model: str | None = None) -> Iterator[Foreign]:
        """Yield those of one of their suites."""
        for task, data in planted(group, attack, model):
            yield self._foreign(group, task, data)

    def _foreign(self, group: str, task: str, attack: Mapping[str, Any]) -> Foreign:
        theirs = suites()[group]
        calls = _ground_truth(group, task)
        return Foreign(
            id="/".join([group, task, *([attack["injection"]] if attack else [])]),
            instruction=theirs.user_tasks[task].PROMPT,
            sequence=tuple(self.skill_of(call.tool) for call in calls),
            tools=tuple(call.tool for call in calls),
            offered=tuple(tool.name for tool in theirs.tools),
            origin=Origin(group=group, data={"task": task, **({"attack": dict(attack)} if attack else {})}),
        )

    def skill_of(self, tool: str) -> str:
        """Return the skill of a tool: the module in which they wrote it, and its name."""
        return f"{self._tools[tool].run.__module__.rpartition('.')[2]}.{tool}"

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return their functions; those that several of their suites have are the same ones."""
        return self._schemas

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the one function of each skill."""
        return {self.skill_of(name): (name,) for name in self._tools}

    def briefing(self, task: TaskSpec) -> str:
        """Return their system message."""
        return system_message()

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> DojoSession:
        """Return a fresh environment, with what the task's attack planted there."""
        group, name, attack = _parts(task)
        return DojoSession(group, name, attack.get("injections", {}))

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return the calls of their ground truth and what it says; those of a broken skill are left out."""
        group, name, attack = _parts(task)
        calls = _ground_truth(group, name, attack.get("injections", {}))
        kept = tuple(call for call in calls if broken is None or self.skill_of(call.tool) != broken)
        return Reference(turns=(kept,), answer=suites()[group].user_tasks[name].GROUND_TRUTH_OUTPUT)

    async def judge(
        self,
        task: TaskSpec,
        snapshot: JSON,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return whether they find the user's task done; with an attack also whether the injected one was not.

        They do not say which part of a task is missing: on failure a skill counts as achieved if a call of its tool
        went well.
        """
        group, name, attack = _parts(task)
        done, injected = outcome_of(group, name, snapshot["calls"], answer or "", attack)
        went_well = {call.tool for turn in calls for call in turn if call.error is None}
        tools = self.skill_tools()
        skills = {skill: done or bool(went_well & set(tools[skill])) for skill in task.skills}
        order = [self.skill_of(call.tool) for call in _ground_truth(group, name)]
        return Verdict(
            success=done,
            mismatches=() if done else ("Their check finds the user's task not done.",),
            skills=skills,
            first_broken=next((skill for skill in order if not skills[skill]), None),
            measures={UTILITY: float(done), SECURITY: float(not injected)} if attack else {},
        )


def _parts(task: TaskSpec) -> tuple[str, str, Mapping[str, Any]]:
    """Return the suite of theirs, the user task in it, and the attack, empty where there is none."""
    if task.origin is None:
        raise ValueError(f"task {task.id!r} is not AgentDojo's")
    return task.origin.group, task.origin.data["task"], task.origin.data.get("attack", {})


def _ground_truth(group: str, task: str, injections: Mapping[str, str] | None = None) -> tuple[ToolCall, ...]:
    theirs = suites()[group].user_tasks[task]
    calls = theirs.ground_truth(theirs.init_environment(environment(group, injections or {})))
    return tuple(ToolCall(tool=call.function, arguments=dict(call.args)) for call in calls)


@cache
def agentdojo_suite(name: str) -> AgentDojoSuite:
    """Return the suite, as the registry makes it; raises `UserError` where AgentDojo is not installed."""
    return AgentDojoSuite()
