"""The taxonomy: an encoding tree over skills, its navigation, and its file."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from math import fsum
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from skillweave.taxonomy.artifacts import Provenance, check_schema, digest, read_json, write_json
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.node import Entropies, GraphFacts, Node, Quality

SCHEMA: Literal["skillweave.taxonomy/1"] = "skillweave.taxonomy/1"


class Taxonomy(BaseModel):
    """An encoding tree whose leaves are the skills, at depth ``levels`` or above; frozen.

    Groups stand at levels 1..levels-1. No group has a single child, so a branch that needs fewer levels has its leaves
    higher up; a leaf that stands above a level is its own ancestor there.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)

    schema_: Literal["skillweave.taxonomy/1"] = Field(default=SCHEMA, alias="schema")
    levels: int = Field(ge=1, description="height K of the tree: leaves stand at depth K or above")
    nodes: tuple[Node, ...] = Field(description="all nodes, each after its parent, the root first")
    entropy: Entropies
    graph: GraphFacts
    provenance: Provenance = Provenance()
    quality: Quality = Quality()

    @model_validator(mode="after")
    def _is_a_tree(self) -> Self:
        known: dict[str, Node] = {}
        skills: set[str] = set()
        parents = {node.parent for node in self.nodes}
        for node in self.nodes:
            if node.id in known:
                raise ValueError(f"node id {node.id!r} occurs twice")
            if (node.parent is None) != (not known) or (node.parent is not None and node.parent not in known):
                raise ValueError(f"node {node.id!r} has parent {node.parent!r}, which does not stand before it")
            if node.level != (0 if node.parent is None else known[node.parent].level + 1) or node.level > self.levels:
                raise ValueError(f"node {node.id!r} has level {node.level!r}, which is not its depth in {self.levels}")
            if (node.skill is None) != (node.id in parents):
                raise ValueError(f"node {node.id!r} has skill {node.skill!r}: leaves have one, and only leaves")
            if node.skill is not None:
                if node.skill in skills:
                    raise ValueError(f"skill {node.skill!r} has two leaves")
                skills.add(node.skill)
            known[node.id] = node
        if not skills:
            raise ValueError("a taxonomy needs at least one skill")
        return self

    # --- files

    @classmethod
    def from_json(cls, obj: Any, where: str = "the taxonomy") -> Self:
        """Return the taxonomy of a decoded ``taxonomy.json``; raises `UserError` with the first thing that is wrong."""
        check_schema(obj, SCHEMA, where)
        try:
            return cls.model_validate(obj)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "nodes"
            raise UserError(f"{where} is no taxonomy: {place}: {first['msg']}") from None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON object of ``taxonomy.json``, floats unrounded."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Return the taxonomy in a file; imports nothing heavy."""
        return cls.from_json(read_json(Path(path)), where=repr(str(path)))

    def save(self, path: Path | str) -> None:
        """Write ``taxonomy.json``, atomically."""
        write_json(Path(path), self.to_json())

    @cached_property
    def sha256(self) -> str:
        """The identity of this taxonomy: sha256 of its canonical JSON."""
        return digest(self.to_json())

    def replaced(self, **changes: Any) -> Self:
        """Return this taxonomy with other values of some fields, checked anew (`model_copy` keeps stale indices)."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**(fields | changes))

    # --- navigation

    @cached_property
    def skills(self) -> tuple[str, ...]:
        """All skills, sorted."""
        return tuple(sorted(self._leaves))

    @cached_property
    def by_id(self) -> dict[str, Node]:
        """The nodes by id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def children(self) -> dict[str, tuple[Node, ...]]:
        """The children of each inner node, in the order of the file."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            if node.parent is not None:
                found.setdefault(node.parent, []).append(node)
        return {node_id: tuple(members) for node_id, members in found.items()}

    @cached_property
    def _leaves(self) -> dict[str, str]:
        return {node.skill: node.id for node in self.nodes if node.skill is not None}

    @cached_property
    def _paths(self) -> dict[str, tuple[str, ...]]:
        paths: dict[str, tuple[str, ...]] = {}
        for node in self.nodes:
            paths[node.id] = (*paths[node.parent], node.id) if node.parent is not None else (node.id,)
        return paths

    def path(self, skill: str) -> tuple[str, ...]:
        """Return the node ids from the root to the leaf of a skill; an unknown skill raises `UserError`."""
        if skill not in self._leaves:
            close = get_close_matches(skill, self._leaves, n=3)
            hint = f"did you mean {', '.join(map(repr, close))}?" if close else "`skillweave taxonomy show` lists them"
            raise UserError(f"no skill {skill!r} in the taxonomy of {len(self._leaves)} skills", hint=hint)
        return self._paths[self._leaves[skill]]

    def ancestor(self, skill: str, level: int) -> str:
        """Return the id of the skill's ancestor at a level; a leaf above that level is its own ancestor."""
        path = self.path(skill)
        if not 0 <= level <= self.levels:
            raise UserError(f"no level {level!r}; this taxonomy has levels 0 (the root) to {self.levels}")
        return path[min(level, len(path) - 1)]

    def branch(self, skill: str) -> str:
        """Return the id of the skill's ancestor at level 1."""
        return self.ancestor(skill, 1)

    def common_ancestor(self, skills: Iterable[str]) -> str:
        """Return the id of the lowest node above all of the skills (the leaf itself for one skill)."""
        paths = [self.path(skill) for skill in skills]
        if not paths:
            raise UserError("no skills given: an empty combination has no common ancestor")
        common = paths[0][0]
        for ids in zip(*paths, strict=False):
            if len(set(ids)) > 1:
                break
            common = ids[0]
        return common

    @cached_property
    def spans(self) -> dict[str, int]:
        """The span of combinations whose lowest common ancestor is this inner node, by node id."""
        return {
            parent: 0 if all(child.skill for child in members) else self.levels - 1 - self.by_id[parent].level
            for parent, members in self.children.items()
        }

    def span(self, skills: Iterable[str]) -> int | None:
        """Return how far apart skills are: 0 in one leaf group, ``levels - 1`` across the root, None for one skill.

        With leaves at depth K the groups stand at levels 1..K-1, so the span counts group levels: it is
        ``(K - 1) - level`` of the lowest common ancestor. A node that has only leaves below it is a leaf group
        wherever it stands, and spans 0. See docs/decisions/002-span.md.
        """
        distinct = set(skills)
        common = self.common_ancestor(distinct)
        return None if len(distinct) == 1 else self.spans[common]

    def information(self, skills: Iterable[str]) -> float:
        """Return I(S) in bits: the entropy of the nodes on the union of the root paths (DESIGN.md, section 2)."""
        union = {node_id for skill in skills for node_id in self.path(skill)}
        return fsum(self.by_id[node_id].entropy for node_id in union)

    # --- exports

    def to_networkx(self) -> Any:
        """Return the tree as a `networkx.DiGraph` from parents to children, node fields as attributes."""
        from skillweave.taxonomy.export import networkx_tree

        return networkx_tree(self.nodes)

    def to_graphml(self) -> str:
        """Return the tree as GraphML text (Gephi, yEd, Cytoscape)."""
        from skillweave.taxonomy.export import graphml

        return graphml(self.nodes)

    def to_newick(self) -> str:
        """Return the tree as one line of Newick (quoted names, branch lengths = entropy terms in bits)."""
        from skillweave.taxonomy.export import newick

        return newick(self.nodes)
