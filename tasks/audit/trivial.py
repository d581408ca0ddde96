"""The agents that know nothing, and naive rules, played on one task of an audit."""

from collections.abc import Iterator

from skillweave.tasks.audit.play import Bench, Outcome
from skillweave.tasks.necessity import decisive
from skillweave.tasks.plan import Variation
from skillweave.tasks.trivial import AGENTS, play, view_of
from skillweave.tasks.world import changed


def play_trivial(bench: Bench, name: str) -> Outcome:
    """Play a trivial agent in process, with the tools that the plan needs on offer."""
    schemas = {n: bench.suite.tool_schemas()[n] for n in bench.task.tools}
    gold = bench.reference.answer if bench.task.expectation.answer is not None else ""
    view = view_of(bench.task.id, bench.task.instruction, schemas, gold or "", name=name, seed=bench.seed)
    world = bench.template.open()
    try:
        calls, answer = play(AGENTS[name](view), bench.apps.tools, world)
        return Outcome(changes=changed(world.changes()), calls=calls, answer=answer)
    finally:
        world.close()


def naive_passes(bench: Bench) -> Iterator[tuple[str, bool]]:
    """Yield for each declared naive rule whether the plan passes with it in place of a procedural skill's own.

    A skill that only decides on a condition is judged on the matched pair, as in synthesis: to pass, the rule has to
    pass on both sides. Where the file lacks the other side, nothing can be said.
    """
    plan = bench.task.plan
    for step in plan.steps:
        rule = bench.apps.skills[step.skill].rule
        decides = step.id in decisive(plan)
        if rule is None or (decides and bench.mate is None):
            continue
        sides = [bench, bench.mate] if decides and bench.mate is not None else [bench]
        for naive in sorted(rule.naive):
            outcomes = [(s, s.carry_out(s.task.plan, Variation(naive={step.id: naive}))) for s in sides]
            if any(outcome is not None for _, outcome in outcomes):
                passes = all(outcome is not None and not side.judge(outcome) for side, outcome in outcomes)
                yield f"{step.skill} by {naive}", passes
