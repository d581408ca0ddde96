"""A worded plan with its reference run, before it is accepted as a task."""

from dataclasses import dataclass
from typing import Any

from skillweave.tasks.check import compare
from skillweave.tasks.directory import directory
from skillweave.tasks.expect import answer_text
from skillweave.tasks.plan import REFERENCE, PlanRun, Variation, run_plan
from skillweave.tasks.skills import NotApplicable
from skillweave.tasks.spec import Expectation, Plan
from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import World, WorldTemplate, changed
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A worded plan with its reference run, before it is accepted."""

    suite: WorldSuite
    template: WorldTemplate
    plan: Plan
    run: PlanRun
    expectation: Expectation
    instruction: str
    style: str
    mate: "Candidate | None" = None
    """the other task of a matched pair: same plan, but with the condition the other way round"""

    @property
    def tools(self) -> tuple[str, ...]:
        """Tools that the plan calls, sorted."""
        return tuple(sorted({call.tool for _, call in self.run.calls}))

    def name(self, k: int, *place: Any) -> str:
        """Return the id as a task of k skills: a hash of plan, bindings and world, and of its place in a family."""
        identity = [self.suite.name, self.plan.canonical(), self.template.seed, *place]
        return f"{short_name(self.suite.name)}-k{k}-{digest(identity)[:10]}"

    def passes(self, run: PlanRun) -> bool:
        """Return whether a run of a plan would be scored as a success."""
        answer = answer_text(self.suite, self.template, self.plan, run.answer) or None
        return self.accepts(changed(run.changes), answer)

    def accepts(self, changes: list[dict[str, Any]], answer: str | None) -> bool:
        """Return whether changes and answer meet the expectation."""
        where = directory(self.template, tuple(self.suite.types.values()))
        return not compare(self.suite.schema, self.expectation, changes, answer, known=self.instruction, where=where)

    def attempt(self, plan: Plan, variation: Variation = REFERENCE, *, fresh: bool = False) -> PlanRun | None:
        """Run a plan in a world as it was made; None where it cannot be carried out.

        The world may know what was done before in others of its template; a ``fresh`` one does not.
        """
        world = World(self.template) if fresh else self.template.open()
        try:
            return run_plan(self.suite, world, plan, variation)
        except (NotApplicable, ToolError):
            return None
        finally:
            world.close()

    def succeeds(self, variation: Variation) -> bool:
        """Return whether the plan with this variation would be scored as a success."""
        run = self.attempt(self.plan, variation)
        return run is not None and self.passes(run)


def short_name(suite: str) -> str:
    """Return a suite's name without the folders and variable of a file of one's own.

    >>> short_name("own/depot.py:SUITE")
    'depot'
    """
    return suite.rpartition(":")[0].rpartition("/")[2].removesuffix(".py") if ".py:" in suite else suite
