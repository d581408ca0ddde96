"""Play trajectories of one task in worlds of their own, and have the suite's own verdict on what came of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.candidate import Candidate
from skillweave.tasks.expect import answer_text
from skillweave.tasks.plan import REFERENCE, PlanRun, Variation, run_plan
from skillweave.tasks.skills import Call, NotApplicable
from skillweave.tasks.spec import Plan, TaskSpec
from skillweave.tasks.suite import ToolCall
from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import World, WorldTemplate, changed
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import canonical_json, digest

_ID = re.compile(r"\b[A-Z]{2,4}-\d{5}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """What an agent does: calls in order, and the answer that it submits."""

    calls: tuple[Call, ...]
    """``result`` is what the reference saw, None where the call is none of the reference's"""
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a trajectory."""

    changes: list[dict[str, Any]]
    calls: tuple[ToolCall, ...]
    answer: str | None

    @property
    def refused(self) -> list[ToolCall]:
        """The calls that a tool refused."""
        return [c for c in self.calls if c.error is not None]


@dataclass(frozen=True)
class Bench:
    """One task with its reference run, and all that is needed to depart from it."""

    suite: AppSuite
    task: TaskSpec
    seed: int
    mate: "Bench | None" = None
    """the other task of a matched pair: the same plan with its condition the other way round"""
    _rngs: dict[str, Any] = field(default_factory=dict, compare=False)

    @property
    def apps(self) -> WorldSuite:
        """Tools, skills and worlds."""
        return self.suite.apps

    @cached_property
    def template(self) -> WorldTemplate:
        """The task's world, as it is before anything is done in it."""
        return self.suite.template(self.task)

    @cached_property
    def run(self) -> PlanRun:
        """The reference run."""
        world = self.template.open()
        try:
            return run_plan(self.apps, world, self.task.plan)
        finally:
            world.close()

    @cached_property
    def candidate(self) -> Candidate:
        """The task as synthesis saw it."""
        return Candidate(
            suite=self.apps,
            template=self.template,
            plan=self.task.plan,
            run=self.run,
            expectation=self.task.expectation,
            instruction=self.task.instruction,
            style=self.task.wording,
        )

    @cached_property
    def reference(self) -> Trajectory:
        """The reference run as a trajectory."""
        return Trajectory(calls=tuple(call for _, call in self.run.calls), answer=self.answer_of(self.run) or "done")

    @cached_property
    def outcome(self) -> Outcome:
        """What comes of the reference trajectory when its calls are replayed as they are."""
        return self.play(self.reference)

    @cached_property
    def made(self) -> frozenset[str]:
        """Ids of the rows that the reference makes."""
        return frozenset(c.key for c in self.run.changes if c.op == "insert")

    @cached_property
    def writes(self) -> tuple[int, ...]:
        """Places among the reference's calls of those that change the world, read marks and the like left out."""
        world = self.template.open()
        found = []
        try:
            before = self._effect(world)
            for place, call in enumerate(self.reference.calls):
                stamp = world.writes
                self.apps.tools[call.tool].call(world, call.arguments)
                if world.writes != stamp:
                    after = self._effect(world)
                    found += [place] if after != before else []
                    before = after
        finally:
            world.close()
        return tuple(found)

    def rng(self, name: str) -> np.random.Generator:
        """Return the random stream of this task under a name; asked again, it goes on where it was."""
        if name not in self._rngs:
            self._rngs[name] = np.random.default_rng([self.seed, int(digest([self.task.id, name])[:8], 16)])
        return self._rngs[name]  # type: ignore[no-any-return]

    def some(self, name: str, items: Sequence[Any], count: int) -> list[Any]:
        """Return up to ``count`` of the items, drawn without replacement and kept in their order."""
        if len(items) <= count:
            return list(items)
        places = self.rng(name).choice(len(items), size=count, replace=False)
        return [items[int(i)] for i in sorted(places)]

    def play(self, trajectory: Trajectory) -> Outcome:
        """Make the calls in a fresh world; a refused call is noted and the next one made, as agents do.

        New rows may get other ids than in the reference: what later calls say of them is put in the new terms. Which
        row stands for which is told by the calls that make them: a listing may show a new row at another place.
        """
        world = self.template.open()
        made: list[ToolCall] = []
        renamed: dict[str, str] = {}
        try:
            for call in trajectory.calls:
                arguments = _renamed(call.arguments, renamed) if renamed else call.arguments
                error = None
                stamp = world.writes
                try:
                    result = self.apps.tools[call.tool].call(world, arguments)
                    if self.made and world.writes != stamp:
                        new_rows = {c.key for c in world.changes() if c.op == "insert"}
                        for old, new in _pairs(call.result, result):
                            if old in self.made and new in new_rows:
                                renamed.setdefault(old, new)
                except ToolError as refusal:
                    error = str(refusal)
                made.append(ToolCall(tool=call.tool, arguments=arguments, error=error))
            return Outcome(changes=changed(world.changes()), calls=tuple(made), answer=trajectory.answer)
        finally:
            world.close()

    def carry_out(self, plan: Plan, variation: Variation = REFERENCE, apps: WorldSuite | None = None) -> Outcome | None:
        """Return what comes of another plan, or of the plan with a variation; None where it cannot be carried out."""
        world = self.template.open()
        try:
            run = run_plan(apps or self.apps, world, plan, variation)
        except (NotApplicable, ToolError):
            return None
        finally:
            world.close()
        calls = tuple(ToolCall(tool=c.tool, arguments=c.arguments) for _, c in run.calls)
        return Outcome(changes=changed(run.changes), calls=calls, answer=self.answer_of(run) or "done")

    def answer_of(self, run: PlanRun) -> str:
        """Return a run's answer as it would be submitted, '' where none is asked for."""
        return answer_text(self.apps, self.template, self.task.plan, run.answer)

    def judge(self, outcome: Outcome) -> list[str]:
        """Return what the checker has against an outcome; nothing where it passes."""
        found = self.suite.mismatches(self.task, {"changes": outcome.changes}, [outcome.calls], outcome.answer)
        return [m.sentence for m in found]

    def same_effect(self, outcome: Outcome) -> bool:
        """Return whether an outcome leaves the world as the reference does, clocks aside, and answers alike.

        Compared value by value and without the checker: what is the same here is no mutant. Members of a set may stand
        in any order, and so may the words of prose and new rows that no other row speaks of: two people introduced to
        each other, or invited to one meeting, are so either way round.
        """
        same = self._plain(outcome.changes) == self._plain(self.outcome.changes)
        return same and (self.task.expectation.answer is None or outcome.answer == self.reference.answer)

    def _effect(self, world: World) -> str:
        return self._plain(changed(world.changes()))

    def _plain(self, changes: Sequence[Mapping[str, Any]]) -> str:
        found = []
        said = [str(v) for c in changes for n, v in c["after"].items() if n != "id"]
        for change in changes:
            kinds = {c: self.apps.schema.kind(change["table"], c) for c in change["after"]}
            kept = {c: _loose(kinds[c], v) for c, v in change["after"].items() if kinds[c] != "volatile"}
            # Which id a new row got matters only to rows that speak of it.
            nameless = change["op"] == "insert" and not any(change["key"] in text for text in said)
            if kept or change["op"] != "update":
                found.append(canonical_json([change["table"], change["op"], "" if nameless else change["key"], kept]))
        return canonical_json(sorted(found))


def _loose(kind: str, value: Any) -> Any:
    if kind == "set":
        return sorted(part.strip() for part in str(value or "").split(","))
    return sorted(re.findall(r"[\w@.-]*\w", value)) if kind == "free" and isinstance(value, str) else value


def _renamed(value: Any, renamed: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _ID.sub(lambda m: renamed.get(m.group(), m.group()), value)
    if isinstance(value, Mapping):
        return {k: _renamed(v, renamed) for k, v in value.items()}
    return [_renamed(v, renamed) for v in value] if isinstance(value, list | tuple) else value


def _pairs(old: Any, new: Any) -> Iterator[tuple[str, str]]:
    """Yield the ids that stand at the same place of two results."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old:
            yield from _pairs(old[key], new.get(key))
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
        for a, b in zip(old, new, strict=False):
            yield from _pairs(a, b)
    elif isinstance(old, str) and isinstance(new, str) and _ID.fullmatch(old) and _ID.fullmatch(new):
        yield old, new
