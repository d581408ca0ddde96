"""Harmless departures from the reference: other trajectories to the same end. The checker must accept every one."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import Any

import networkx as nx

from skillweave.tasks.audit.forms import argument_forms, forms, prose
from skillweave.tasks.audit.mutants import table_keys, wrong_values
from skillweave.tasks.audit.play import Bench, Outcome, Trajectory
from skillweave.tasks.binding import Descriptions
from skillweave.tasks.plan import Variation
from skillweave.tasks.skills import Call, NotApplicable, Toolbox
from skillweave.tasks.spec import DescribedBinding, ExpectedChange, Plan, Step
from skillweave.tasks.tools import ToolError
from skillweave.tasks.trivial import READING
from skillweave.tasks.world import WorldTemplate

Variant = tuple[str, Outcome]
"""(what was done, what came of it)"""
ORDERS = 2
"""other orders of the steps that are tried"""
READS = 6
"""reads that nobody needed"""


def reordered_calls(bench: Bench) -> Iterator[Variant]:
    """Take the steps in other orders, and mingle the calls of steps that do not depend on each other."""
    plan = bench.task.plan
    graph = nx.DiGraph(plan.edges())
    graph.add_nodes_from(s.id for s in plan.steps)
    own = [s.id for s in plan.steps]
    orders = [o for o in islice(nx.all_topological_sorts(graph), 24) if o != own]
    for order in bench.some("orders", orders, ORDERS):
        steps = tuple(plan.step(name) for name in order)
        outcome = bench.carry_out(plan.model_copy(update={"steps": steps}))
        yield f"steps in the order {', '.join(order)}", outcome or _nothing()
    if any(s.each for s in plan.steps):
        yield "members of sets taken in reverse", bench.carry_out(plan, Variation(backwards=True)) or _nothing()
    mingled = _mingled(bench, graph)
    if mingled != bench.reference.calls:
        yield "calls of independent steps mingled", bench.play(replace(bench.reference, calls=mingled))


def _nothing() -> Outcome:
    """Return what is scored where an accepted task's plan cannot be carried out after all."""
    return Outcome(changes=[], calls=(), answer=None)


def _mingled(bench: Bench, graph: Any) -> tuple[Call, ...]:
    """Return the reference's calls in a random order that keeps each step's own, and each step after its sources."""
    waiting: dict[str, list[Call]] = {s.id: [] for s in bench.task.plan.steps}
    for step, call in bench.run.calls:
        waiting[step].append(call)
    found: list[Call] = []
    while any(waiting.values()):
        free = [
            s for s, calls in waiting.items() if calls and not any(waiting[source] for source in nx.ancestors(graph, s))
        ]
        found.append(waiting[free[int(bench.rng("mingle").integers(len(free)))]].pop(0))
    return tuple(found)


def extra_reads(bench: Bench) -> Iterator[Variant]:
    """Read what nobody needs: before, between and after the calls, single mails that are unread among it."""
    calls = list(bench.reference.calls)
    for read in bench.some("reads", _reads(bench), READS):
        calls.insert(int(bench.rng("places").integers(len(calls) + 1)), read)
    yield f"{len(calls) - len(bench.reference.calls)} reads more", bench.play(_with(bench, calls))


def _reads(bench: Bench) -> list[Call]:
    found = []
    for name, tool in sorted(bench.apps.tools.items()):
        if not name.startswith(READING):
            continue
        required = tool.parameters.get("required", [])
        arguments = {parameter: _known_id(bench, parameter) for parameter in required}
        if None not in arguments.values():
            found.append(Call(tool=name, arguments=arguments, result=None))
    return found


def _known_id(bench: Bench, parameter: str) -> str | None:
    """Return an id that a parameter such as ``mail_id`` takes, or None."""
    table = next((t.name for t in bench.apps.schema.tables if f"{parameter.removesuffix('_id')}s" == t.name), None)
    keys = table_keys(bench.template, table) if table else ()
    return keys[int(bench.rng("ids").integers(len(keys)))] if keys else None


def _with(bench: Bench, calls: Any) -> Trajectory:
    return replace(bench.reference, calls=tuple(calls))


def refused_calls(bench: Bench) -> Iterator[Variant]:
    """Try what the tools refuse before doing it right: an id that does not exist, an argument left out."""
    calls: list[Call] = []
    for place, call in enumerate(bench.reference.calls):
        if place in bench.writes:
            wrong = {n: f"{v[:4]}99999" if _is_id(v) else v for n, v in call.arguments.items()}
            calls += [replace(call, arguments=wrong, result=None)] if wrong != call.arguments else []
            required = bench.apps.tools[call.tool].parameters.get("required", [])
            if required:
                fewer = {n: v for n, v in call.arguments.items() if n != required[-1]}
                calls.append(replace(call, arguments=fewer, result=None))
        calls.append(call)
    if bench.writes:
        outcome = bench.play(_with(bench, calls))
        if len(outcome.refused) == len(calls) - len(bench.reference.calls):
            yield f"{len(outcome.refused)} calls that were refused", outcome


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[A-Z]{3}-\d{5}", value) is not None


def other_lookups(bench: Bench) -> Iterator[Variant]:
    """Find the same entity by another description of it."""
    for step in bench.task.plan.steps:
        for name, binding in step.inputs.items():
            if not isinstance(binding, DescribedBinding):
                continue
            for index, describer in enumerate(bench.apps.describers[binding.type]):
                if index == binding.describer:
                    continue
                for values in _descriptions(bench, binding.type, index).get(binding.value, ())[:1]:
                    other = binding.model_copy(update={"describer": index, "values": values, "how": describer.kind})
                    if not _leads(bench, other):
                        continue
                    outcome = bench.carry_out(_rebound(bench.task.plan, step, name, other))
                    yield f"{step.skill} {name} looked up by {describer.kind}", outcome or _nothing()


def _leads(bench: Bench, binding: DescribedBinding) -> bool:
    """Return whether a description leads to its entity; one that does not is no way to find it."""
    world = bench.template.open()
    try:
        describer = bench.apps.describers[binding.type][binding.describer]
        use = Toolbox(world=world, catalogue=bench.apps.tools)
        return str(describer.resolve(use, **binding.values)) == binding.value
    except (NotApplicable, ToolError):
        return False
    finally:
        world.close()


def _rebound(plan: Plan, step: Step, name: str, binding: DescribedBinding) -> Plan:
    changed = step.model_copy(update={"inputs": {**step.inputs, name: binding}})
    return plan.model_copy(update={"steps": tuple(changed if s.id == step.id else s for s in plan.steps)})


def _descriptions(bench: Bench, type_name: str, index: int) -> Mapping[str, list[dict[str, Any]]]:
    """Return by id the values of each unique description of an entity by one describer."""
    known = _known(bench.template)
    if (type_name, index) not in known:
        found: dict[str, list[dict[str, Any]]] = {}
        for values, key in Descriptions(bench.apps, bench.template).unique(type_name, index):
            found.setdefault(key, []).append(values)
        known[type_name, index] = found
    return known[type_name, index]


@lru_cache(maxsize=4)
def _known(template: WorldTemplate) -> dict[tuple[str, int], dict[str, list[dict[str, Any]]]]:
    return {}


def defaults(bench: Bench) -> Iterator[Variant]:
    """Give the defaults of optional arguments, or leave out what equals them; "" and null for what is not wanted."""
    for blank in (None, ""):
        calls = []
        for call in bench.reference.calls:
            fields = bench.apps.tools[call.tool].arguments.model_fields
            optional = {n: f.default for n, f in fields.items() if not f.is_required()}
            given = {n: v for n, v in call.arguments.items() if n not in optional or optional[n] != v}
            filled = {n: blank if d is None else d for n, d in optional.items()}
            calls.append(replace(call, arguments={**filled, **given}))
        if any(c.arguments != r.arguments for c, r in zip(calls, bench.reference.calls, strict=True)):
            yield f"defaults given, {blank!r} for what is left out", bench.play(_with(bench, calls))
    fewer = []
    for call in bench.reference.calls:
        fields = bench.apps.tools[call.tool].arguments.model_fields
        kept = {n: v for n, v in call.arguments.items() if fields[n].is_required() or fields[n].default != v}
        fewer.append(replace(call, arguments=kept))
    if any(c.arguments != r.arguments for c, r in zip(fewer, bench.reference.calls, strict=True)):
        yield "arguments that equal the default left out", bench.play(_with(bench, fewer))


def value_forms(bench: Bench) -> Iterator[Variant]:
    """Write numbers, dates and names of the answer, and numbers among the arguments, in other forms."""
    fact = bench.task.expectation.answer
    for answer in forms(bench.apps.types[fact.type], fact) if fact else ():
        yield f"answered {answer!r}", replace(bench.outcome, answer=answer)
    for place in bench.writes:
        call = bench.reference.calls[place]
        properties = bench.apps.tools[call.tool].parameters["properties"]
        for name, value in call.arguments.items():
            for other in argument_forms(properties.get(name, {}), value):
                calls = list(bench.reference.calls)
                calls[place] = replace(call, arguments={**call.arguments, name: other})
                yield f"{call.tool} with {name}={other!r}", bench.play(_with(bench, calls))


def reworded_text(bench: Bench) -> Iterator[Variant]:
    """Word a mail, comment or note differently, with the same facts."""
    for place in bench.writes:
        call = bench.reference.calls[place]
        for name, value in call.arguments.items():
            found = _row_of(bench, value) if isinstance(value, str) else None
            if found is None:
                continue
            change, column = found
            facts = [(bench.apps.types[f.type], f) for f in change.facts.get(column, ())]
            where = bench.suite.directory(bench.task)
            labels = where.labels
            greeted = [labels[v] for v in map(str, change.after.values()) if v.startswith("PER-") and v in labels]
            for text in prose(
                facts,
                greeting=greeted[0] if greeted else "",
                sender=where.user,
                instruction=bench.task.instruction,
            ):
                calls = list(bench.reference.calls)
                calls[place] = replace(call, arguments={**call.arguments, name: text})
                yield f"{call.tool} with {name}={text!r}", bench.play(_with(bench, calls))


def _row_of(bench: Bench, text: str) -> tuple[ExpectedChange, str] | None:
    """Return the expected row and its column of prose in which a text stands, None where it is no prose."""
    for change in bench.task.expectation.changes:
        for column, value in change.after.items():
            if value == text and bench.apps.schema.kind(change.table, column) == "free":
                return change, column
    return None


def corrected_writes(bench: Bench) -> Iterator[Variant]:
    """Write a wrong value first and the right one after it, where that leaves the world as the reference does."""
    for place in bench.writes:
        call = bench.reference.calls[place]
        if not call.tool.startswith(("update_", "set_")):
            continue
        for name, value in call.arguments.items():
            if _is_id(value) and name == next(iter(call.arguments)):
                continue  # which row is meant stays as it is
            for wrong in wrong_values(bench, call, name, value):
                first = replace(call, arguments={**call.arguments, name: wrong}, result=None)
                calls = [*bench.reference.calls[:place], first, *bench.reference.calls[place:]]
                outcome = bench.play(_with(bench, calls))
                if not outcome.refused and bench.same_effect(outcome):
                    yield f"{call.tool} with {name}={wrong!r}, then corrected", outcome


VARIANTS: Mapping[str, Callable[[Bench], Iterator[Variant]]] = MappingProxyType(
    {
        f.__name__: f
        for f in (
            reordered_calls,
            extra_reads,
            refused_calls,
            other_lookups,
            defaults,
            value_forms,
            reworded_text,
            corrected_writes,
        )
    }
)
