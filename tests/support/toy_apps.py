"""A suite of one app, small enough to see through: boxes with weights, and a log of labels."""

import itertools
from typing import Any

from skillweave.tasks.apps import App, Filling
from skillweave.tasks.binding import Binder, Descriptions, bind
from skillweave.tasks.build import candidate_of
from skillweave.tasks.candidate import Candidate
from skillweave.tasks.shape import Shape
from skillweave.tasks.skills import Describer, Gathering, Input, Rule, Skill, Toolbox, only
from skillweave.tasks.spec import Plan
from skillweave.tasks.tools import ToolError, tool_of
from skillweave.tasks.values import ValueType
from skillweave.tasks.world import Column, Table, World
from skillweave.tasks.worldsuite import WorldSuite

SHELF = ValueType(name="Shelf", kind="entity", noun="shelf", table="shelves")
BOX = ValueType(name="Box", kind="entity", noun="box", table="boxes")
WEIGHT = ValueType(name="Weight", kind="number", noun="weight", unit="kg")
TABLES = (
    Table(name="shelves", prefix="SHF", columns=(Column(name="name", kind="exact"),)),
    Table(
        name="boxes",
        prefix="BOX",
        columns=(
            Column(name="name", kind="exact"),
            Column(name="weight", sql="REAL NOT NULL", kind="typed"),
            Column(name="shelf_id", kind="exact", references="shelves"),
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
    """Four shelves with three boxes each; two boxes have the same name."""
    shelves = [into.rows.add("shelves", name=name) for name in ("top", "upper", "lower", "bottom")]
    for i in range(12):
        name = "twin" if i in (3, 7) else f"box {chr(97 + i)}"
        into.rows.add("boxes", name=name, weight=100.0 + 7 * i, shelf_id=shelves[i // 3], active=1, manager_id="x")


def find_boxes(world: World, name: str) -> dict[str, Any]:
    """Find boxes by name.

    Args:
        name: the whole name
    """
    return {"boxes": world.rows("SELECT id, shelf_id FROM boxes WHERE name = ? ORDER BY id", name)}


def weigh_shelf(world: World, shelf_id: str) -> dict[str, Any]:
    """List the boxes on a shelf with their weights, the lightest first.

    Args:
        shelf_id: id of the shelf
    """
    return {"boxes": world.rows("SELECT id, weight FROM boxes WHERE shelf_id = ? ORDER BY weight, id", shelf_id)}


def list_shelves(world: World) -> dict[str, Any]:
    """List the shelves."""
    return {"shelves": world.rows("SELECT * FROM shelves ORDER BY id")}


def list_boxes(world: World, shelf_id: str) -> dict[str, Any]:
    """List the boxes on a shelf.

    Args:
        shelf_id: id of the shelf
    """
    return {"boxes": world.rows("SELECT id, name FROM boxes WHERE shelf_id = ? ORDER BY id", shelf_id)}


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


def _shelf_of(use: Toolbox, box: str) -> str:
    return str(use.get_box(box_id=box)["shelf_id"])


def _lightest(use: Toolbox, shelf: str) -> str:
    return str(use.weigh_shelf(shelf_id=shelf)["boxes"][0]["id"])


def first_box(use: Toolbox, shelf: str) -> str:
    """Return the first box on a shelf."""
    return str(use.list_boxes(shelf_id=shelf)["boxes"][0]["id"])


def _mate(use: Toolbox, box: str) -> str:
    return first_box(use, _shelf_of(use, box))


def _shelf_named(use: Toolbox, name: str) -> str:
    return next(str(s["id"]) for s in use.list_shelves()["shelves"] if s["name"] == name)


def _on_shelf(use: Toolbox, of: str) -> list[str]:
    return [str(b["id"]) for b in use.list_boxes(shelf_id=of)["boxes"]]


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


def on_shelf(name: str, procedure: Any) -> Skill:
    """Return a skill that finds a box on a shelf."""
    return Skill(
        id=f"toy.{name}",
        description=name,
        inputs={"shelf": Input(types=("Shelf",))},
        tools=("weigh_shelf",),
        procedure=procedure,
        phrases=("Do it on the {shelf} shelf.", "Look at the {shelf} shelf.", "Use the {shelf} shelf."),
        nouns=(f"the {name} box of the {{shelf}} shelf",),
        reference=f"{name} box",
        output="Box",
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
LIGHTEST = on_shelf("lightest", _lightest)
SHELF_OF = Skill(
    id="toy.shelf_of",
    description="shelf of a box",
    inputs={"box": A_BOX},
    tools=("get_box",),
    procedure=_shelf_of,
    phrases=PHRASES,
    nouns=("the shelf of {box}",),
    reference="shelf",
    output="Shelf",
)
MATE_OF = Skill(
    id="toy.mate",
    description="first box on the shelf of a box",
    inputs={"box": A_BOX},
    tools=("get_box", "list_boxes"),
    procedure=_mate,
    phrases=PHRASES,
    nouns=("the shelf mate of {box}",),
    reference="shelf mate",
    output="Box",
)
UNSTEADY = skill("unsteady", _random_weight, output="Weight")


def suite_of(*skills: Skill) -> WorldSuite:
    """Return the toy suite with these skills."""
    describers = (
        Describer(
            type="Box",
            kind="name",
            candidates="SELECT id AS key, name FROM boxes",
            text=("{name}",),
            resolve=_by_name,
        ),
        Describer(
            type="Shelf",
            kind="name",
            candidates="SELECT id AS key, name FROM shelves",
            text=("{name}",),
            resolve=_shelf_named,
        ),
    )
    gathering = Gathering(
        type="Box",
        of="Shelf",
        candidates="SELECT id AS key, shelf_id AS owner FROM boxes",
        text=("boxes on the {of} shelf",),
        resolve=_on_shelf,
    )
    app = App(
        name="toy",
        tables=TABLES,
        fill=fill,
        tools=tuple(
            tool_of(f) for f in (find_boxes, weigh_shelf, list_shelves, list_boxes, get_box, set_weight, add_label)
        ),
        skills=skills,
        types=(SHELF, BOX),
        describers=describers,
    )
    return WorldSuite(
        name="toy", version="1", apps=(app,), plain_types=(WEIGHT,), sets=(gathering,), user_table="boxes"
    )


def candidate(suite: WorldSuite, shape: Shape, rng: Any, seed: int = 3) -> Candidate:
    """Return a bound and worded plan, not yet checked."""
    return worded(suite, bind(suite, suite.world(seed), shape, rng), seed)


def worded(suite: WorldSuite, plan: Plan, seed: int = 3) -> Candidate:
    """Return a plan run and worded step by step, not yet checked."""
    return candidate_of(suite, suite.world(seed), plan, "explicit", seed)


def binder(suite: WorldSuite, rng: Any, seed: int = 3) -> Binder:
    """Return a binder of one world."""
    template = suite.world(seed)
    return Binder(suite=suite, world=template.open(), descriptions=Descriptions(suite, template), rng=rng)
