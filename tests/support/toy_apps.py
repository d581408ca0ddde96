"""A suite of one app, small enough to see through: boxes with weights, and a log of labels."""

import itertools
from typing import Any

from skillweave.tasks.apps import App, Filling
from skillweave.tasks.binding import bind
from skillweave.tasks.candidate import Candidate
from skillweave.tasks.expect import expectation_of
from skillweave.tasks.plan import run_plan
from skillweave.tasks.shape import Shape
from skillweave.tasks.skills import Describer, Input, Rule, Skill, Toolbox, only
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.values import ValueType
from skillweave.tasks.wording import instruction
from skillweave.tasks.world import Column, Table, World
from skillweave.tasks.worldsuite import WorldSuite

BOX = ValueType(name="Box", kind="entity", noun="box", table="boxes")
WEIGHT = ValueType(name="Weight", kind="number", noun="weight", unit="kg")
TABLES = (
    Table(
        name="boxes",
        prefix="BOX",
        columns=(
            Column(name="name", kind="exact"),
            Column(name="weight", sql="REAL NOT NULL", kind="typed"),
            Column(name="shelf", sql="INTEGER NOT NULL", kind="exact"),
            Column(name="active", sql="INTEGER NOT NULL", kind="exact"),
            Column(name="manager_id", sql="TEXT", kind="exact"),
        ),
    ),
    Table(
        name="labels",
        prefix="LAB",
        columns=(Column(name="box_id", references="boxes", kind="exact"), Column(name="body", kind="free")),
    ),
)


def fill(into: Filling) -> None:
    """Twelve boxes, two of them with the same name."""
    for i in range(12):
        name = "twin" if i in (3, 7) else f"box {chr(97 + i)}"
        into.rows.add("boxes", name=name, weight=100.0 + 7 * i, shelf=i // 3, active=1, manager_id="x")


def find_boxes(world: World, name: str) -> dict[str, Any]:
    """Find boxes by name.

    Args:
        name: the whole name
    """
    return {"boxes": world.rows("SELECT id, shelf FROM boxes WHERE name = ? ORDER BY id", name)}


def get_box(world: World, box_id: str) -> dict[str, Any]:
    """Show a box.

    Args:
        box_id: id of the box
    """
    row = world.get("boxes", box_id)
    if row is None:
        raise ToolError(f"There is no box {box_id!r}. Use find_boxes.")
    return row


def set_weight(world: World, box_id: str, weight: float) -> dict[str, Any]:
    """Record the weight of a box.

    Args:
        box_id: id of the box
        weight: new weight in kg
    """
    world.update("boxes", box_id, weight=weight)
    return get_box(world, box_id)


def add_label(world: World, box_id: str, body: str) -> dict[str, Any]:
    """Put a label on a box.

    Args:
        box_id: id of the box
        body: what the label says
    """
    return {"id": world.insert("labels", box_id=box_id, body=body)}


def _weigh(use: Toolbox, box: str) -> float:
    return float(use.get_box(box_id=box)["weight"])


def _weigh_twice(use: Toolbox, box: str) -> float:
    return float(use.get_box(box_id=box)["weight"])


def _rent(use: Toolbox, box: str) -> float:
    return round(_weigh(use, box) * use.rule["factor"], 2)


def _label(use: Toolbox, box: str, weight: float) -> None:
    use.add_label(box_id=box, body=f"weighs {weight:g} kg")


def _set(use: Toolbox, box: str, weight: float) -> None:
    use.set_weight(box_id=box, weight=weight)


_ticks = itertools.count(1)


def _random_weight(use: Toolbox, box: str) -> float:
    return float(next(_ticks))


def _by_name(use: Toolbox, name: str) -> str:
    return str(only(use.find_boxes(name=name)["boxes"])["id"])


A_BOX = Input(types=("Box",))
A_WEIGHT = Input(types=("Weight",), values=(5.0, 6.0))
PHRASES = ("Do it with {box}.", "Take {box} for it.", "Use {box}.")
BOTH = ("Do {weight} with {box}.", "Take {box} for {weight}.", "Use {box} and {weight}.")


def skill(name: str, procedure: Any, *, output: str | None, **more: Any) -> Skill:
    """Return a skill of the toy."""
    inputs = {"box": A_BOX} if output else {"box": A_BOX, "weight": A_WEIGHT}
    return Skill(
        id=f"toy.{name}",
        description=name,
        inputs=inputs,
        tools=("get_box",),
        procedure=procedure,
        phrases=PHRASES if output else BOTH,
        nouns=(f"the {name} of {{box}}",) if output else (),
        reference=name,
        output=output,
        writes=output is None,
        **more,
    )


def rule(**naive: Any) -> Rule:
    """Return a rule whose factor comes from the world."""
    return Rule(draw=lambda rng: {"factor": float(rng.integers(2, 9))}, body=lambda p: str(p["factor"]), naive=naive)


WEIGH = skill("weigh", _weigh, output="Weight")
LABEL = skill("label", _label, output=None, states=("weight",))
SET = skill("set", _set, output=None)
RENT = skill("rent", _rent, output="Weight", rule=rule(plain=_weigh))
SAME_RENT = skill("rent", _rent, output="Weight", rule=rule(same=_rent))
COPY = skill("copy", _weigh_twice, output="Weight")
UNSTEADY = skill("unsteady", _random_weight, output="Weight")


def suite_of(*skills: Skill) -> WorldSuite:
    """Return the toy suite with these skills."""
    describer = Describer(
        type="Box",
        kind="name",
        candidates="SELECT id AS key, name FROM boxes",
        text=("{name}",),
        resolve=_by_name,
    )
    app = App(
        name="toy",
        tables=TABLES,
        fill=fill,
        tools=tuple(tool_of(f) for f in (find_boxes, get_box, set_weight, add_label)),
        skills=skills,
        types=(BOX,),
        describers=(describer,),
    )
    return WorldSuite(name="toy", version="1", apps=(app,), plain_types=(WEIGHT,), user_table="boxes")


def candidate(suite: WorldSuite, shape: Shape, rng: Any, seed: int = 3) -> Candidate:
    """Return a bound and worded plan, not yet checked."""
    template = suite.world(seed)
    plan = bind(suite, template, shape, rng)
    world = template.open()
    run = run_plan(suite, world, plan)
    expectation = expectation_of(suite, world, plan, run)
    world.close()
    text = instruction(suite, plan, "explicit", rng)
    return Candidate(
        suite=suite, template=template, plan=plan, run=run, expectation=expectation, instruction=text, style="explicit"
    )
