"""The tool suite protocol for suites that are made of apps."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from skillweave.tasks.candidate import Candidate
from skillweave.tasks.check import ANSWER, Mismatch, compare
from skillweave.tasks.directory import Directory, directory
from skillweave.tasks.expect import answer_text
from skillweave.tasks.necessity import substitutes
from skillweave.tasks.plan import REFERENCE, PlanRun, Variation, run_plan
from skillweave.tasks.skills import NotApplicable
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import (
    JSON,
    NO_VOICES,
    Reference,
    SkillCard,
    ToolCall,
    ToolSchema,
    Turn,
    Verdict,
    Voices,
)
from skillweave.tasks.tools import Tool, ToolError
from skillweave.tasks.world import World, WorldTemplate, changed
from skillweave.tasks.worldsuite import READ_SKILL, WorldSuite


class AppSession:
    """One rollout's world, reached by tool calls only."""

    def __init__(self, world: World, tools: Mapping[str, Tool], instruction: str) -> None:
        self._world = world
        self._tools = tools
        self._instruction = instruction

    async def turn(self, said: str | None) -> Turn | None:
        """Return the one instruction."""
        return Turn(text=self._instruction) if said is None else None

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> JSON:
        """Run a tool on the world; raises `ToolError` where it refuses or does not exist."""
        if tool not in self._tools:
            raise ToolError(f"There is no tool {tool!r}.")
        return self._tools[tool].call(self._world, arguments)

    def snapshot(self) -> JSON:
        """Return the net row changes since the rollout began."""
        return {"changes": changed(self._world.changes())}

    def close(self) -> None:
        """Free the world."""
        self._world.close()


@dataclass(frozen=True)
class AppSuite:
    """Apps over a SQLite world, as the harness sees them."""

    apps: WorldSuite
    corpus: Callable[[], Iterable[Sequence[str]]]

    @property
    def name(self) -> str:
        """Name under which tasks refer to the suite."""
        return self.apps.name

    @property
    def roles(self) -> Mapping[str, bool]:
        """No models: the user says one thing, and nobody judges."""
        return {}

    @property
    def submission(self) -> str:
        """By `submit_answer`."""
        return "tool"

    @property
    def rules(self) -> str | None:
        """Ours."""
        return None

    @property
    def version(self) -> str:
        """Version and a hash of the suite's behaviour: scores of different versions are not comparable."""
        return self.apps.release

    @cached_property
    def _schemas(self) -> Mapping[str, ToolSchema]:
        return {
            t.name: ToolSchema(name=t.name, description=t.description, parameters=t.parameters)
            for t in self.apps.tools.values()
        }

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return every tool by name."""
        return self._schemas

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the tools that each skill's procedure calls."""
        return {skill.id: skill.tools for skill in self.apps.skills.values()}

    def skill_cards(self, task: TaskSpec) -> Sequence[SkillCard]:
        """Return all procedural skills: which of them a task needs is for the agent to see."""
        cards = (SkillCard(name=s.name, description=s.description) for s in self.apps.procedural.values())
        return tuple(sorted(cards, key=lambda c: c.name))

    def briefing(self, task: TaskSpec) -> str:
        """Return for whom the agent works, and today's date."""
        template = self.template(task)
        who = self.directory(task).user
        day = template.today
        return f"You work as the assistant of {who} ({template.user}). Today is {day:%A}, {day.isoformat()}."

    def turns(self, task: TaskSpec) -> int:
        """Return 1."""
        return 1

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> AppSession:
        """Return a fresh world for one rollout."""
        return AppSession(self.template(task).open(), self.apps.tools, task.instruction)

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return the calls and answer of the plan, with one skill broken where asked.

        A broken skill that writes is left out; one that reads hands on a wrong value of the right type without having
        looked it up; a procedural one applies a naive rule without having read the right one.
        """
        if broken is not None and broken not in task.skills:
            raise ValueError(f"{broken!r} is not among the skills of {task.id}: {', '.join(task.skills)}")
        run = self._run(task, REFERENCE) if broken is None else self._broken_run(task, broken)
        calls = tuple(ToolCall(tool=c.tool, arguments=c.arguments, step=step) for step, c in run.calls)
        return Reference(turns=(calls,), answer=self._answer_text(task, run))

    def _broken_run(self, task: TaskSpec, broken: str) -> PlanRun:
        step = next(s for s in task.plan.steps if s.skill == broken)
        candidate = self.candidate(task)
        for variation in self._slips(candidate, step.id):
            run = candidate.attempt(task.plan, variation)
            if run is not None and not candidate.passes(run):
                return run
        # What follows cannot be carried out on any wrong value: the agent stops before the broken step, or earlier
        # still where that would do no harm, as before a step whose condition does not hold.
        names = [s.id for s in candidate.plan.steps]
        stops = (_upto(candidate, name) for name in reversed(names[: names.index(step.id) + 1]))
        return next(run for run in stops if not candidate.passes(run))

    def _slips(self, candidate: Candidate, step_id: str) -> Iterable[Variation]:
        step = candidate.plan.step(step_id)
        skill = self.apps.skills[step.skill]
        if skill.rule is not None:
            yield from (Variation(naive={step_id: rule}) for rule in skill.rule.naive)
        if skill.output and not skill.writes:
            wrong = list(substitutes(candidate, step))
            yield from (Variation(replace={step_id: value}) for value in reversed(wrong))
        if step.when is not None:
            yield Variation(flip=frozenset({step_id}))
        if skill.writes:
            yield Variation(skip=frozenset({step_id}))

    async def judge(
        self,
        task: TaskSpec,
        snapshot: JSON,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return the verdict from the row changes, the calls and the answer."""
        return self.verdict(task, snapshot, calls, answer)

    def verdict(
        self, task: TaskSpec, snapshot: JSON, calls: Sequence[Sequence[ToolCall]], answer: str | None
    ) -> Verdict:
        """Return what `judge` does, without waiting."""
        mismatches = self.mismatches(task, snapshot, calls, answer)
        if not mismatches:
            return Verdict(success=True, mismatches=(), skills=dict.fromkeys(task.skills, True), first_broken=None)
        achieved = self._achieved(task, mismatches, [c for turn in calls for c in turn])
        return Verdict(
            success=False,
            mismatches=tuple(m.sentence for m in mismatches),
            skills=achieved,
            first_broken=next((s.skill for s in task.plan.steps if not achieved.get(s.skill, True)), None),
        )

    def mismatches(
        self, task: TaskSpec, snapshot: JSON, calls: Sequence[Sequence[ToolCall]], answer: str | None
    ) -> list[Mismatch]:
        """Return every difference from the expectation; none on success.

        An answer that has to be looked up counts only where something was: no tool call, no knowledge.
        """
        found = compare(
            self.apps.schema,
            task.expectation,
            snapshot["changes"],
            answer,
            known=task.instruction,
            where=self.directory(task),
        )
        looked_up = any(c.error is None and c.tool != READ_SKILL for turn in calls for c in turn)
        if task.expectation.answer is not None and set(task.tools) - {READ_SKILL} and not looked_up:
            found.append(Mismatch(sentence="the answer was given without any tool having shown it", step=ANSWER))
        return found

    def _achieved(self, task: TaskSpec, mismatches: Sequence[Mismatch], calls: Sequence[ToolCall]) -> dict[str, bool]:
        """Return for each skill of a failed rollout whether it was achieved.

        A step that writes is achieved when its change is there; one that reads when what it feeds is right, or when it
        was looked up as the plan does. A wrong answer whose skill was looked up well was handed over wrongly: that is
        its own skill's failure. Collateral change alone breaks no skill, but for one that depends on a condition: it
        may have been carried out where it should not.
        """
        wrong = {m.step for m in mismatches if m.step is not None}
        stray = any(m.step is None for m in mismatches)
        made = {(c.tool, _key(c.arguments)) for c in calls if c.error is None}
        needed: dict[str, set[tuple[str, str]]] = {}
        for call in self.reference(task).turns[0]:
            needed.setdefault(str(call.step), set()).add((call.tool, _key(call.arguments)))
        done: dict[str, bool] = {}
        for step in reversed(task.plan.steps):
            looked_up = needed.get(step.id, set()) <= made
            if self.apps.skills[step.skill].writes:
                done[step.id] = step.id not in wrong and not (stray and step.when is not None)
            elif step.id == task.plan.answer:
                done[step.id] = ANSWER not in wrong
            else:
                done[step.id] = looked_up or any(done[s.id] for s in task.plan.steps if step.id in s.sources())
        return {s.skill: done[s.id] for s in task.plan.steps if s.skill in task.skills}

    def workflows(self) -> Iterable[Sequence[str]]:
        """Return the suite's own corpus."""
        return self.corpus()

    def template(self, task: TaskSpec) -> WorldTemplate:
        """Return the world of a task as it is before anything is done in it."""
        return self.apps.world(task.world_seed)  # type: ignore[no-any-return]

    def directory(self, task: TaskSpec) -> Directory:
        """Return who and what is called how in the task's world."""
        return directory(self.template(task), tuple(self.apps.types.values()))

    def _run(self, task: TaskSpec, variation: Variation) -> PlanRun:
        world = self.template(task).open()
        try:
            return run_plan(self.apps, world, task.plan, variation)
        finally:
            world.close()

    def candidate(self, task: TaskSpec) -> Candidate:
        """Return a task as it was before it was accepted, for its checks."""
        return Candidate(
            suite=self.apps,
            template=self.template(task),
            plan=task.plan,
            run=self._run(task, REFERENCE),
            expectation=task.expectation,
            instruction=task.instruction,
            style=task.wording,
        )

    def _answer_text(self, task: TaskSpec, run: PlanRun) -> str:
        if not task.plan.steps and task.expectation.answer is not None:
            return task.expectation.answer.text  # a given value to submit
        return answer_text(self.apps, self.template(task), task.plan, run.answer)


def _key(arguments: Mapping[str, Any]) -> str:
    """Return arguments in a form in which letter case and number type make no difference."""
    return "|".join(f"{k}={str(v).strip().lower()}" for k, v in sorted(arguments.items()) if v is not None)


def _upto(candidate: Candidate, step_id: str) -> PlanRun:
    """Run the plan up to a step, and stop."""
    names = [s.id for s in candidate.plan.steps]
    left = frozenset(names[names.index(step_id) :])
    run = candidate.attempt(candidate.plan, Variation(skip=left))
    if run is None:
        raise NotApplicable(f"the plan cannot be run up to {step_id}")
    return run
