"""Wrong trajectories: the plan with one thing done otherwise; the checker must refuse each that has another effect.

A mutant that cannot be played (a tool refuses it, or nothing is left to do) says nothing of the checker and is not
yielded. Each comes with a sentence that says what was done.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from skillweave.tasks.audit.play import Bench, Outcome
from skillweave.tasks.binding import BindingFailed, bind
from skillweave.tasks.necessity import different
from skillweave.tasks.plan import Variation, run_plan
from skillweave.tasks.shape import Shape
from skillweave.tasks.skills import Call, NotApplicable
from skillweave.tasks.spec import DescribedBinding, EachBinding, LiteralBinding, OutputBinding, Plan, Step
from skillweave.tasks.tools import Tool, ToolError
from skillweave.tasks.values import word
from skillweave.tasks.world import WorldTemplate
from skillweave.tasks.worldsuite import WorldSuite

Mutant = tuple[str, Outcome]
"""(what was done, what came of it)"""
FOREIGN = 2
"""other writing skills whose calls are added"""
_ID = re.compile(r"[A-Z]{2,4}-\d{5}")


def drop_call(bench: Bench) -> Iterator[Mutant]:
    """Leave out a write; make up what a read on the data-flow path would have shown; read the first page only."""
    for place in bench.writes:
        calls = bench.reference.calls
        shorter = replace(bench.reference, calls=(*calls[:place], *calls[place + 1 :]))
        yield f"without {calls[place].tool} (call {place + 1})", bench.play(shorter)
    for step in bench.task.plan.steps:
        skill = bench.apps.skills[step.skill]
        known = skill.output is not None and not skill.writes and bench.run.outputs.get(step.id) is not None
        for value in different(bench.candidate, step)[:1] if known else ():
            outcome = bench.carry_out(bench.task.plan, Variation(replace={step.id: value}))
            if outcome is not None:
                yield f"{step.skill} was not looked up but taken to be {value!r}", outcome
        loop = step.inputs.get(step.each or "")
        for place in range(len(loop.members)) if isinstance(loop, EachBinding) else ():
            outcome = bench.carry_out(bench.task.plan, Variation(lose={step.id: place}))
            if outcome is not None:
                yield f"{step.skill} passed over member {place + 1}", outcome
    if any(int(c.arguments.get("page", 1)) > 1 for c in bench.reference.calls):
        outcome = bench.carry_out(bench.task.plan, apps=_first_pages(bench.apps))
        if outcome is not None:
            yield "of each listing only the first page was read", outcome


def _first_pages(apps: WorldSuite) -> WorldSuite:
    """Return the suite with listings that say nothing of further pages."""
    short = copy(apps)
    short.__dict__["tools"] = {name: _first_page(tool) for name, tool in apps.tools.items()}
    return short


def _first_page(tool: Tool) -> Tool:
    def function(*args: Any, **given: Any) -> Any:
        result = tool.function(*args, **given)
        return {k: v for k, v in result.items() if k != "next_page"} if isinstance(result, dict) else result

    return replace(tool, function=function)


def duplicate_write(bench: Bench) -> Iterator[Mutant]:
    """Make a write twice."""
    for place in bench.writes:
        calls = bench.reference.calls
        twice = replace(bench.reference, calls=(*calls[: place + 1], *calls[place:]))
        yield f"{calls[place].tool} (call {place + 1}) twice", bench.play(twice)


def wrong_argument(bench: Bench) -> Iterator[Mutant]:
    """Give one argument of a write another value, or ask a read about another thing."""
    calls = bench.reference.calls
    for place in bench.writes:
        for name, value in calls[place].arguments.items():
            for wrong in wrong_values(bench, calls[place], name, value):
                call = replace(calls[place], arguments={**calls[place].arguments, name: wrong})
                outcome = bench.play(replace(bench.reference, calls=(*calls[:place], call, *calls[place + 1 :])))
                if outcome.calls[place].error is None:
                    yield f"{call.tool} (call {place + 1}) with {name}={str(wrong)[:80]!r}", outcome
    for step in bench.task.plan.steps:
        for name, binding in step.inputs.items():
            if isinstance(binding, DescribedBinding) and not bench.apps.skills[step.skill].writes:
                other = another_entity(bench, binding.type, binding.value)
                if other is None:
                    continue
                plan = _rebound(bench.task.plan, step, name, LiteralBinding(type=binding.type, value=other, text=other))
                played = bench.carry_out(plan)
                if played is not None:
                    yield f"{step.skill} with {name}={other!r}", played


def wrong_values(bench: Bench, call: Call, name: str, value: Any) -> list[Any]:
    """Return a value of the same kind that differs, as a slip would; none for prose that states nothing."""
    if value is None or value == "":
        return []
    schema = bench.apps.tools[call.tool].parameters["properties"].get(name, {})
    if isinstance(value, bool):
        return [not value]
    if "enum" in schema:
        others = [v for v in schema["enum"] if v != value]
        return [others[int(bench.rng("enum").integers(len(others)))]] if others else []
    if isinstance(value, int):
        return [value + 1]
    if isinstance(value, float):
        return [round(value * 1.1 + 1, 2)]
    if isinstance(value, list | tuple):
        items = list(value)
        wrong = wrong_values(bench, call, "", items[0]) if items else []
        return [[wrong[0], *items[1:]]] if wrong else []
    return _wrong_text(bench, str(value))


def _wrong_text(bench: Bench, text: str) -> list[Any]:
    if _ID.fullmatch(text):
        other = another_row(bench, text)
        return [] if other is None else [other]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return [(date.fromisoformat(text) + timedelta(days=1)).isoformat()]
    if re.fullmatch(r"\d{4}-\d\d", text):
        return [f"{int(text[:4]) + 1}{text[4:]}"]
    facts = _facts_in(bench, text)
    if facts is not None:
        return [w for w in (_other_fact(bench, text, f) for f in facts) if w is not None][:1]
    same_column = _sibling(bench, text)
    return [same_column if same_column is not None else f"{text} II"]


def _facts_in(bench: Bench, text: str) -> list[Any] | None:
    """Return the facts that a text must state where it is prose of an expected row, None where it is none."""
    for change in bench.task.expectation.changes:
        for column, value in change.after.items():
            if value and bench.apps.schema.kind(change.table, column) == "free" and str(value) in (text, text.strip()):
                return list(change.facts.get(column, ()))
    return None


def _other_fact(bench: Bench, text: str, fact: Any) -> str | None:
    """Return the text with another value in place of one of its facts."""
    kind = bench.apps.types[fact.type]
    if fact.kind in ("money", "number"):
        figure, wrong = float(fact.value), float(fact.value) + 1
        forms = {f"{figure:.2f}": f"{wrong:.2f}", f"{figure:g}": f"{wrong:g}", str(fact.value): str(wrong)}
    elif fact.kind == "date":
        later = (date.fromisoformat(str(fact.value)) + timedelta(days=1)).isoformat()
        forms = {fact.text: word(kind, later), str(fact.value): later}
    elif fact.kind == "month":
        later = f"{int(str(fact.value)[:4]) + 1}{str(fact.value)[4:]}"
        forms = {fact.text: word(kind, later), str(fact.value): later}
    elif fact.kind == "entity":
        other = another_entity(bench, fact.type, str(fact.value))
        forms = {} if other is None else {form: _called(bench, fact.type, other) for form in fact.forms}
    else:
        forms = {form: f"other {form[::-1]}" for form in fact.forms}
    for form, instead in forms.items():
        if form and form in text:
            return text.replace(form, instead)
    return None


def _called(bench: Bench, type_name: str, key: str) -> str:
    kind = bench.apps.types[type_name]
    world = bench.template.open()
    row = world.get(str(kind.table), key) or {}
    world.close()
    return str(row.get(kind.label) or key)


def another_entity(bench: Bench, type_name: str, key: str) -> str | None:
    """Return the id of another entity of a type, None where there is none."""
    kind = bench.apps.types[type_name]
    return None if kind.table is None else _another(bench, kind.table, key)


def another_row(bench: Bench, key: str) -> str | None:
    """Return the id of another row of the table in which a key stands."""
    table = next((t.name for t in bench.apps.schema.tables if key.startswith(f"{t.prefix}-")), None)
    return None if table is None else _another(bench, table, key)


def _another(bench: Bench, table: str, key: str) -> str | None:
    keys = [k for k in table_keys(bench.template, table) if k != key]
    return keys[int(bench.rng("entity").integers(len(keys)))] if keys else None


@lru_cache(maxsize=256)
def table_keys(template: WorldTemplate, table: str) -> tuple[str, ...]:
    """Return the ids of a table."""
    world = template.open()
    try:
        return tuple(str(r["id"]) for r in world.rows(f"SELECT id FROM {table} ORDER BY id"))
    finally:
        world.close()


def _sibling(bench: Bench, text: str) -> str | None:
    """Return another value of the column in which a text stands: another name, address, folder or city."""
    for change in bench.task.expectation.changes:
        for column, value in change.after.items():
            if value == text and bench.apps.schema.kind(change.table, column) == "exact":
                world = bench.template.open()
                row = world.row(
                    f"SELECT {column} AS v FROM {change.table} WHERE {column} <> ? ORDER BY {column} LIMIT 1", text
                )
                world.close()
                return None if row is None else str(row["v"])
    if "@" in text:
        world = bench.template.open()
        row = world.row("SELECT email AS v FROM people WHERE email <> ? AND active = 1 ORDER BY id", text)
        world.close()
        return None if row is None else str(row["v"])
    return None


def collateral_write(bench: Bench) -> Iterator[Mutant]:
    """Do the plan and one thing more: a write of the plan on another thing, or some other skill's writes."""
    calls = bench.reference.calls
    for place in bench.writes:
        for name, value in calls[place].arguments.items():
            if isinstance(value, str) and _ID.fullmatch(value):
                other = another_row(bench, value)
                if other is None:
                    continue
                extra = Call(tool=calls[place].tool, arguments={**calls[place].arguments, name: other}, result=None)
                outcome = bench.play(replace(bench.reference, calls=(*calls, extra)))
                if outcome.calls[-1].error is None:
                    yield f"{extra.tool} also with {name}={other!r}", outcome
                break
    for skill, extras in _foreign(bench):
        outcome = bench.play(replace(bench.reference, calls=(*calls, *extras)))
        if not any(c.error for c in outcome.calls[len(calls) :]):
            yield f"also {skill}", outcome


def _foreign(bench: Bench) -> Iterator[tuple[str, tuple[Call, ...]]]:
    """Yield other writing skills with calls that carry them out in this world."""
    rng = bench.rng("foreign")
    own = {s.skill for s in bench.task.plan.steps}
    skills = [
        s
        for s in sorted(bench.apps.skills)
        if bench.apps.skills[s].writes and s not in own and not any(i.fed for i in bench.apps.skills[s].inputs.values())
    ]
    found = 0
    for place in rng.permutation(len(skills))[: 4 * FOREIGN]:
        if found == FOREIGN:
            return
        skill = skills[int(place)]
        world = bench.template.open()
        try:
            plan = bind(bench.apps, bench.template, Shape(feeds={}, order=(skill,), answer=None), rng)
            run = run_plan(bench.apps, world, plan)
        except (BindingFailed, NotApplicable, ToolError):
            continue
        finally:
            world.close()
        found += 1
        yield skill, tuple(replace(call, result=None) for _, call in run.calls)


def swapped_entities(bench: Bench) -> Iterator[Mutant]:
    """Take one entity for another of its type: two inputs of the plan change places."""
    plan = bench.task.plan
    order = {step.id: i for i, step in enumerate(plan.steps)}
    kinds = bench.apps.types
    slots = [
        (step, name, binding)
        for step in plan.steps
        for name, binding in step.inputs.items()
        if isinstance(binding, DescribedBinding | OutputBinding) and kinds[binding.type].kind == "entity"
    ]
    for i, (step, name, binding) in enumerate(slots):
        for other, slot, second in slots[i + 1 :]:
            if binding.type != second.type or _value(bench, binding) == _value(bench, second):
                continue
            if isinstance(second, OutputBinding) and order[second.step] >= order[step.id]:
                continue
            swapped = _rebound(_rebound(plan, step, name, second), other, slot, binding)
            if step.id == other.id:
                swapped = _rebound(plan, step, name, second, slot, binding)
            outcome = bench.carry_out(swapped)
            if outcome is not None:
                yield f"{step.skill} {name} and {other.skill} {slot} swapped", outcome


def _value(bench: Bench, binding: DescribedBinding | OutputBinding) -> Any:
    return binding.value if isinstance(binding, DescribedBinding) else bench.run.outputs.get(binding.step)


def _rebound(plan: Plan, step: Step, *pairs: Any) -> Plan:
    """Return the plan with other bindings (name, binding, ...) for inputs of one step."""
    inputs = {**step.inputs, **dict(zip(pairs[::2], pairs[1::2], strict=True))}
    steps = tuple(s.model_copy(update={"inputs": inputs}) if s.id == step.id else s for s in plan.steps)
    return plan.model_copy(update={"steps": steps})


def flipped_condition(bench: Bench) -> Iterator[Mutant]:
    """Take a condition for the opposite of what it is."""
    for step in bench.task.plan.steps:
        if step.when is not None:
            outcome = bench.carry_out(bench.task.plan, Variation(flip=frozenset({step.id})))
            if outcome is not None:
                yield f"{step.skill} on the opposite condition", outcome


def off_by_one_answer(bench: Bench) -> Iterator[Mutant]:
    """Do the plan and submit an answer next to the right one."""
    fact = bench.task.expectation.answer
    if fact is None:
        return
    for answer in next_to(bench, fact):
        yield f"answered {answer!r}", replace(bench.outcome, answer=answer)


def next_to(bench: Bench, fact: Any) -> list[str]:
    """Return answers just beside a right one, as a person would write them."""
    kind = bench.apps.types[fact.type]
    if fact.kind in ("money", "number"):
        steps: Sequence[float] = (0.01, -1, 1, 0.1) if fact.kind == "money" else (1, -1)
        return [word(kind, round(float(fact.value) + s, 2)) for s in steps]
    if fact.kind == "date":
        day = date.fromisoformat(str(fact.value))
        return [word(kind, (day + timedelta(days=d)).isoformat()) for d in (1, -1)]
    if fact.kind == "month":
        year, month = (int(x) for x in str(fact.value).split("-"))
        beside = ((year * 12 + month - 1 + s) for s in (1, -1))
        return [word(kind, f"{m // 12:04d}-{m % 12 + 1:02d}") for m in beside]
    if fact.kind == "time":
        minutes = int(str(fact.value)[:2]) * 60 + int(str(fact.value)[3:5])
        return [f"{m // 60 % 24:02d}:{m % 60:02d}" for m in (minutes + 15, minutes - 15, minutes + 720)]
    if fact.kind == "entity":
        others = [another_entity(bench, fact.type, str(fact.value)) for _ in range(2)]
        names = [_called(bench, fact.type, o) for o in others if o is not None]
        return [*(o for o in others if o is not None), *(n for n in names if n not in fact.forms)]
    if fact.kind == "flag":
        return ["no" if fact.value else "yes"]
    return [f"other {str(fact.value)[::-1]}"]


MUTANTS: Mapping[str, Callable[[Bench], Iterator[Mutant]]] = MappingProxyType(
    {
        f.__name__: f
        for f in (
            drop_call,
            duplicate_write,
            wrong_argument,
            collateral_write,
            swapped_entities,
            flipped_condition,
            off_by_one_answer,
        )
    }
)
