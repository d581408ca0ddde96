"""A tree of eight skills and tasks made of nothing but their skills."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from skillweave.tasks.spec import Expectation, OutputBinding, Plan, Selection, Step, TaskSpec
from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.node import Entropies, GraphFacts, Node
from skillweave.taxonomy.tree import Taxonomy

MakeTask = Callable[..., TaskSpec]
MakeTree = Callable[[Mapping[str, Any], int], Taxonomy]


def _nodes(children: Mapping[str, Any], parent: str, level: int) -> list[Node]:
    found = []
    for name, below in children.items():
        skill = name if below is None else None
        node_id = f"{parent}.{name}" if parent else name
        found.append(
            Node(id=node_id, parent=parent or None, level=level, name=name, skill=skill, volume=1, cut=0, entropy=0)
        )
        if below is not None:
            found += _nodes(below, node_id, level + 1)
    return found


@pytest.fixture(scope="session")
def make_tree() -> MakeTree:
    """Return a function from nested names (None = a skill) and a height to a taxonomy without figures."""

    def make(children: Mapping[str, Any], levels: int) -> Taxonomy:
        nodes = tuple(_nodes({"T": children}, "", 0))
        return Taxonomy(
            levels=levels,
            nodes=nodes,
            entropy=Entropies(h1=0, ht=0, ratio=0, lower_bound=0),
            graph=GraphFacts(skills=8, edges=0, volume=0, weight="given", sha256=""),
        )

    return make


@pytest.fixture(scope="session")
def tree(make_tree: MakeTree) -> Taxonomy:
    """Three levels: ((a b)(c d)) ((e f)(g h))."""
    return make_tree(
        {
            "1": {"1": {"a": None, "b": None}, "2": {"c": None, "d": None}},
            "2": {"1": {"e": None, "f": None}, "2": {"g": None, "h": None}},
        },
        3,
    )


@pytest.fixture(scope="session")
def make_task() -> MakeTask:
    """Return a function from skills and an id to a task whose plan is the chain of its skills."""

    def make(skills: Sequence[str], name: str, *, world_seed: int | None = None) -> TaskSpec:
        ordered = sorted(skills)
        steps = tuple(
            Step(
                id=f"s{i}",
                skill=skill,
                inputs={"x": OutputBinding(type="Text", step=f"s{i - 1}")} if i else {},
            )
            for i, skill in enumerate(ordered)
        )
        return TaskSpec(
            suite="toy",
            suite_version="1",
            id=name,
            skills=tuple(ordered),
            k=len(ordered),
            span=None,
            world_seed=int.from_bytes(name.encode()) if world_seed is None else world_seed,
            instruction="Do it.",
            wording="explicit",
            plan=Plan(steps=steps, answer=None),
            expectation=Expectation(changes=(), answer=None),
            tools=(),
            calls=len(ordered),
            writes=0,
            selection=Selection(strategy="uniform", information=0, branches=1, log_probability=None, budgeted=False),
            provenance=Provenance(),
            canary="",
        )

    return make
