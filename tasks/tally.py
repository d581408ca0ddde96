"""Running figures of a set of combinations or tasks: what the report on a synthesis says, without keeping them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from skillweave.tasks.jobs import Facts
from skillweave.tasks.skills import app_of
from skillweave.taxonomy.tree import Taxonomy

_CLOSED = ConfigDict(extra="forbid", frozen=True)


class Figures(BaseModel):
    """What a set of combinations is like, on average."""

    model_config = _CLOSED

    count: int = Field(description="combinations")
    information: float = Field(description="mean I(S) in bits")
    span: float | None = Field(description="mean span, null at k = 1")
    branches: float = Field(description="mean number of distinct branches")
    hub_share: float = Field(description="share of skill places held by the tenth of the skills with most volume")


class Shares(BaseModel):
    """What the tasks are like; families' atoms, pairs and bases are not counted."""

    model_config = _CLOSED

    tasks: int
    skills: int = Field(description="skills of the suite that some task uses")
    of_skills: int = Field(description="skills of the suite")
    apps: dict[str, float] = Field(description="share of the tasks in which an app takes part")
    cross_apps: float | None = Field(description="share of the k >= 3 tasks whose skills are of several apps")
    no_chain: float | None = Field(description="share of the tasks whose plan is no chain")
    no_chain_from_3: float | None = Field(description="the same among the k >= 3 tasks: below, a plan is a chain")
    write: float | None = Field(description="share of the tasks that write")
    answer: float | None = Field(description="share of the tasks that ask for an answer")


@dataclass(slots=True)
class Tally:
    """Sums over combinations."""

    taxonomy: Taxonomy
    hubs: frozenset[str]
    count: int = 0
    information: float = 0.0
    spans: int = 0
    spanned: int = 0
    branches: int = 0
    places: int = 0
    hub_places: int = 0

    def add(self, skills: Sequence[str]) -> None:
        """Count a combination."""
        self.count += 1
        self.information += self.taxonomy.information(skills)
        span = self.taxonomy.span(skills)
        self.spans += span or 0
        self.spanned += span is not None
        self.branches += len({self.taxonomy.branch(s) for s in skills})
        self.places += len(skills)
        self.hub_places += sum(s in self.hubs for s in skills)

    def figures(self) -> Figures:
        """Return the means; there must be a combination."""
        return Figures(
            count=self.count,
            information=self.information / self.count,
            span=self.spans / self.spanned if self.spanned else None,
            branches=self.branches / self.count,
            hub_share=self.hub_places / self.places,
        )


def hubs_of(taxonomy: Taxonomy) -> frozenset[str]:
    """Return the tenth of the skills with the most volume."""
    volume = {n.skill: n.volume for n in taxonomy.nodes if n.skill is not None}
    return frozenset(sorted(volume, key=lambda s: (-volume[s], s))[: max(1, len(volume) // 10)])


@dataclass(slots=True)
class TaskTally:
    """Counts over tasks."""

    tasks: int = 0
    skills: Counter[str] = field(default_factory=Counter)
    apps: Counter[str] = field(default_factory=Counter)
    long: int = 0
    """tasks of k >= 3"""
    cross: int = 0
    forks: int = 0
    writes: int = 0
    answers: int = 0

    def add(self, skills: Sequence[str], facts: Facts) -> None:
        """Count a task."""
        apps = {app_of(s) for s in skills}
        self.tasks += 1
        self.skills.update(skills)
        self.apps.update(apps)
        self.long += len(skills) >= 3
        self.cross += len(skills) >= 3 and len(apps) > 1
        self.forks += not facts.chain
        self.writes += facts.writes
        self.answers += facts.answers

    def shares(self, suite_skills: Sequence[str]) -> Shares:
        """Return the shares among the tasks counted."""

        def share(count: int, of: int) -> float | None:
            return round(count / of, 4) if of else None

        apps = sorted({app_of(s) for s in suite_skills})
        return Shares(
            tasks=self.tasks,
            skills=len(self.skills),
            of_skills=len(suite_skills),
            apps={a: share(self.apps[a], self.tasks) or 0.0 for a in apps},
            cross_apps=share(self.cross, self.long),
            no_chain=share(self.forks, self.tasks),
            no_chain_from_3=share(self.forks, self.long),
            write=share(self.writes, self.tasks),
            answer=share(self.answers, self.tasks),
        )
