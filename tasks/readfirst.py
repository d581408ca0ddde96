"""The order in which a careful agent works: look everything up, then write."""

from collections.abc import Callable

from skillweave.tasks.spec import Plan, Step


def reads_first(plan: Plan, writes: Callable[[str], bool]) -> Plan:
    """Return the plan with each reading step as early as what feeds it allows, else in its own order.

    ``writes`` tells of a skill whether it writes. The result is a topological order of the data flow; that any such
    order comes to the same end is a check that every synthesised task has passed.
    """
    left = list(plan.steps)
    done: set[str] = set()
    order: list[Step] = []
    while left:
        ready = [s for s in left if done.issuperset(s.sources())]
        if not ready:
            return plan
        step = next((s for s in ready if not writes(s.skill)), ready[0])
        left.remove(step)
        done.add(step.id)
        order.append(step)
    return plan.model_copy(update={"steps": tuple(order)})
