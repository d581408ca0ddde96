"""``<stem>.synthesis.json``: what a synthesis was asked for, what it made and rejected, and why."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from skillweave.tasks.tally import Figures, Shares
from skillweave.taxonomy.artifacts import Provenance

_CLOSED = ConfigDict(extra="forbid", frozen=True)


class KCount(BaseModel):
    """What was asked and made at one k."""

    model_config = _CLOSED

    k: int
    asked: int
    made: int
    alone: int = Field(description="tasks each of whose skills also has a k = 1 task here: success can be compared")
    combinations: int = Field(description="distinct combinations among the tasks")
    drawn: int = Field(description="combinations drawn, all realisable on the type graph")
    tried: int = Field(description="bound plans that were checked")


class ReasonCount(BaseModel):
    """How often one reason rejected at one k."""

    model_config = _CLOSED

    k: int
    reason: str
    count: int


class Acceptance(BaseModel):
    """How combinations of one k and span fared."""

    model_config = _CLOSED

    k: int
    span: int | None
    uniform: float = Field(description="share of this span among all k-sets of the suite's skills, exactly")
    realisable: float | None = Field(
        description="share of the k-sets of this span for which a connected plan exists, from uniform draws; null "
        "where too few of this span were drawn"
    )
    drawn: int = Field(description="realisable combinations that were drawn and tried")
    made: int = Field(description="of those, how many gave a task")
    tried: int = Field(description="bound plans that were checked")


class Families(BaseModel):
    """What became of the families."""

    model_config = _CLOSED

    combinations: int = Field(description="tasks of k >= 2")
    whole: int = Field(description="of those, tasks with a family: every skill also stands alone, bound alike")
    members: dict[str, int] = Field(description="tasks beside the combinations, by role; not counted under made")
    missing: dict[str, int] = Field(description="members that could not be made, in all tries, as 'role: reason'")


class SynthesisReport(BaseModel):
    """What was asked, made and rejected, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: str = Field(default="skillweave.synthesis/1", alias="schema")
    suite: str
    suite_version: str
    strategy: str
    asked: int
    made: int
    by_k: tuple[KCount, ...]
    acceptance: tuple[Acceptance, ...]
    rejected: dict[str, int] = Field(description="tries rejected, by reason")
    table: tuple[ReasonCount, ...]
    shares: Shares
    families: Families | None = Field(description="null where none were asked for")
    skills_used: int
    skills_unused: tuple[str, ...] = Field(description="skills of the suite that no task uses")
    not_in_taxonomy: tuple[str, ...] = Field(description="skills of the suite that the taxonomy lacks")
    figures: dict[str, Figures] = Field(description="'k=K proposed', 'k=K realised', 'k=K uniform'")
    identity: str = Field(default="", description="hash of the suite, the taxonomy and all that was asked")
    provenance: Provenance

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return self.model_dump(mode="json", by_alias=True)
