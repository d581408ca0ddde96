"""The taxonomy over offered tools: what parts them stands in it, and nothing else."""

from types import SimpleNamespace
from typing import Any

from people_suite import SUITE, taxonomy

from skillweave.agents.branches import Branch, offered_branches

TREE = {"T": ("T.1", "T.2", "T.3"), "T.1": ("a", "b"), "T.2": ("c", "d"), "T.3": ("e", "f")}


def tree(shape: dict[str, tuple[str, ...]]) -> Any:
    """Return what a taxonomy shows of itself: the names of letters are skills."""
    names = ["T", *(child for children in shape.values() for child in children)]
    nodes = {n: SimpleNamespace(id=n, name=n, skill=n if n.islower() else None) for n in names}
    return SimpleNamespace(
        nodes=[nodes["T"], *(n for n in nodes.values() if n.id != "T")],
        by_id=nodes,
        children={n: tuple(nodes[c] for c in children) for n, children in shape.items()},
        skills=tuple(n for n in names if n.islower()),
    )


def test_branches_hold_the_tools_of_skills_that_can_be_carried_out() -> None:
    tools = {"a": ["x"], "b": ["x", "y"], "c": ["z"], "d": ["z", "gone"], "e": ["y", "gone"], "f": ["gone"]}
    found = offered_branches(tree(TREE), tools, ["x", "y", "z", "read_skill"])
    assert found.tools == ("read_skill", "x", "y", "z")
    assert [(c.name, c.tools, c.children) for c in found.children] == [("T.1", ("x", "y"), ()), ("T.2", ("z",), ())]


def test_a_branch_whose_tools_a_sibling_has_too_is_left_out() -> None:
    tools = {"a": ["x", "y"], "b": ["x"], "c": ["x"], "d": ["x"], "e": ["z"], "f": ["z"]}
    assert [c.name for c in offered_branches(tree(TREE), tools, ["x", "y", "z"]).children] == ["T.1", "T.3"]


def test_levels_with_one_branch_are_passed_over_and_one_group_is_not_parted() -> None:
    deep = {"T": ("T.1",), "T.1": ("T.1.1", "T.1.2"), "T.1.1": ("a", "b"), "T.1.2": ("c", "d")}
    parted = offered_branches(tree(deep), {"a": ["x"], "b": ["y"], "c": ["z"], "d": ["z"]}, ["x", "y", "z"])
    assert [c.tools for c in parted.children] == [("x", "y"), ("z",)]
    whole = offered_branches(tree(deep), {"a": ["x"], "b": ["y"], "c": [], "d": []}, ["x", "y"])
    assert (whole.tools, whole.children) == (("x", "y"), ())


def test_on_a_real_taxonomy_every_tool_of_a_skill_stands_in_some_branch() -> None:
    tools = {skill: found for skill, found in SUITE.skill_tools().items() if skill in taxonomy().skills}
    offered = sorted({tool for found in tools.values() for tool in found})
    root = offered_branches(taxonomy(), tools, offered)

    def leaves(branch: Branch) -> list[Branch]:
        return [leaf for child in branch.children for leaf in leaves(child)] if branch.children else [branch]

    assert {tool for leaf in leaves(root) for tool in leaf.tools} == set(offered)
    assert len(leaves(root)) > 1
    assert all(set(leaf.tools) < set(offered) for leaf in leaves(root))
