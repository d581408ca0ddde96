"""One node of an encoding tree, and the blocks that stand beside the nodes in ``taxonomy.json``."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_CLOSED = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Node(BaseModel):
    """A node: the root, a group of skills, or a leaf that is one skill. Entropies are in bits."""

    model_config = _CLOSED

    id: str = Field(description="path of child numbers from the root, such as 'T.2.1'")
    parent: str | None = Field(description="id of the parent, null for the root")
    level: int = Field(ge=0, description="depth: 0 for the root")
    name: str = Field(description="the skill, or the words that tell a group from its siblings")
    skill: str | None = Field(description="the skill as given, null for the root and for groups")
    volume: float = Field(ge=0, description="sum of the weighted degrees of the skills below")
    cut: float = Field(ge=0, description="weight of the edges that leave the node")
    entropy: float = Field(ge=0, description="the node's term -cut/V log2(volume / volume of the parent)")


class Entropies(BaseModel):
    """What the tree leaves of the uncertainty of a random walk, in bits."""

    model_config = _CLOSED

    h1: float = Field(ge=0, description="one-dimensional structural entropy (no groups)")
    ht: float = Field(ge=0, description="structural entropy under this tree")
    ratio: float = Field(description="1 - ht/h1: the share of the uncertainty that the tree removes; 0 where h1 is 0")
    lower_bound: float = Field(ge=0, description="no tree of any height is below it")


class GraphFacts(BaseModel):
    """The graph that the tree was made from."""

    model_config = _CLOSED

    skills: int = Field(ge=1, description="number of skills, isolated ones included")
    edges: int = Field(ge=0, description="number of undirected edges between two skills")
    volume: float = Field(ge=0, description="sum of the weighted degrees")
    weight: str = Field(description="how an edge is weighted: count, steps, ppmi, cosine or given")
    sha256: str = Field(description="identity of the graph: names and weighted edges")
    isolated: int = Field(default=0, ge=0, description="skills that occur with no other, kept under the root")
    components: int = Field(default=1, ge=1, description="connected components, an isolated skill being one")


class Quality(BaseModel):
    """How far the tree can be trusted."""

    model_config = _CLOSED

    mapped: float = Field(default=1.0, ge=0, le=1, description="share of the skills of the graph that are leaves")
    level_sizes: tuple[int, ...] = Field(default=(), description="nodes cut at levels 0..L, a shallower leaf included")
    height_reason: str = Field(default="", description="why this height, in words")
    heights: tuple[dict[str, Any], ...] = Field(default=(), description="figures of each height that was tried")
    stability: tuple[float, ...] | None = Field(
        default=None, description="mean AMI of levels 1..L-1 over resampled corpora, null where it was not measured"
    )
