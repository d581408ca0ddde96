"""The figures of an audit, and the bounds that a task set must keep to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from skillweave.tasks.answers import GUESSED
from skillweave.taxonomy.artifacts import Provenance

Group = Literal["oracle", "trivial", "mutants", "variants", "guess", "members"]
KILLED = 0.99
"""least share of the mutants of a kind that must fail"""
ACCEPTED = 0.99
"""least share of the variants of a kind that must pass"""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Oracle(_Frozen):
    """The reference plans."""

    passed: int
    of: int
    tool_errors: int


class Passed(_Frozen):
    """A trivial agent."""

    passed: int
    of: int


class Killed(_Frozen):
    """A kind of mutant."""

    killed: int
    of: int = Field(description="mutants with another effect than the reference")
    equivalent: int = Field(description="mutants, not counted, that leave the same world and answer")


class Accepted(_Frozen):
    """A kind of harmless variant."""

    accepted: int
    of: int


class Hit(_Frozen):
    """Guessed answers."""

    hit: int
    of: int = Field(description="tasks with an answer")


class Finding(_Frozen):
    """One outcome that is not as it should be."""

    group: Group
    kind: str
    task: str
    what: str = Field(description="what was done")
    why: str = Field(description="what the checker said; empty where it accepted what it should refuse")


class AuditReport(_Frozen):
    """``<stem>.audit.json``: how a task set and its checker stood up to what must fail and what must pass."""

    schema_: Literal["skillweave.audit/1"] = Field(default="skillweave.audit/1", alias="schema")
    suite: str
    suite_version: str
    tasks: int
    oracle: Oracle
    trivial: dict[str, Passed]
    mutants: dict[str, Killed]
    variants: dict[str, Accepted]
    guess: Hit
    members: dict[str, Passed] = Field(
        default_factory=dict,
        description="atoms and pairs of families that calls at random or a dump pass, or a guess hits: without a bound",
    )
    broken: tuple[str, ...] = Field(description="bounds that do not hold, in words")
    findings: tuple[Finding, ...]
    provenance: Provenance

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain JSON."""
        return self.model_dump(mode="json", by_alias=True)


@dataclass(slots=True)
class Tally:
    """Counts of one or more tasks; adding two gives those of both."""

    good: Counter[tuple[str, str]] = field(default_factory=Counter)
    """outcomes as they should be"""
    of: Counter[tuple[str, str]] = field(default_factory=Counter)
    equivalent: Counter[str] = field(default_factory=Counter)
    tool_errors: int = 0
    tasks: int = 0
    findings: list[Finding] = field(default_factory=list)

    def note(self, group: Group, kind: str, task: str, what: str, why: str, *, good: bool) -> None:
        """Count one outcome; one that is not as it should be becomes a finding."""
        self.of[group, kind] += 1
        self.good[group, kind] += good
        if not good:
            self.findings.append(Finding(group=group, kind=kind, task=task, what=what, why=why))

    def note_member(self, kind: str, *, passed: bool) -> None:
        """Count a member of a family, which stands in no headline and may be passed by luck."""
        self.of["members", kind] += 1
        self.good["members", kind] += not passed

    def __iadd__(self, other: "Tally") -> "Tally":
        self.good += other.good
        self.of += other.of
        self.equivalent += other.equivalent
        self.tool_errors += other.tool_errors
        self.tasks += other.tasks
        self.findings += other.findings
        return self


def report_of(
    tally: Tally,
    *,
    suite: str,
    version: str,
    kinds: Mapping[Group, Iterable[str]],
    provenance: Provenance,
) -> AuditReport:
    """Return the report of a tally; every kind has its row, also where no task gave it an occasion."""
    passed = {k: tally.of["trivial", k] - tally.good["trivial", k] for k in kinds["trivial"]}
    oracle = Oracle(
        passed=tally.good["oracle", "oracle"], of=tally.of["oracle", "oracle"], tool_errors=tally.tool_errors
    )
    found = AuditReport(
        suite=suite,
        suite_version=version,
        tasks=tally.tasks,
        oracle=oracle,
        trivial={k: Passed(passed=passed[k], of=tally.of["trivial", k]) for k in kinds["trivial"]},
        mutants={
            k: Killed(killed=tally.good["mutants", k], of=tally.of["mutants", k], equivalent=tally.equivalent[k])
            for k in kinds["mutants"]
        },
        variants={
            k: Accepted(accepted=tally.good["variants", k], of=tally.of["variants", k]) for k in kinds["variants"]
        },
        guess=Hit(hit=tally.of["guess", "guess"] - tally.good["guess", "guess"], of=tally.of["guess", "guess"]),
        members={
            kind: Passed(passed=of - tally.good[group, kind], of=of)
            for (group, kind), of in sorted(tally.of.items())
            if group == "members"
        },
        broken=(),
        findings=tuple(tally.findings),
        provenance=provenance,
    )
    return found.model_copy(update={"broken": tuple(broken_bounds(found))})


def broken_bounds(report: AuditReport) -> list[str]:
    """Return the bounds that a report breaks, each as a sentence; what was never tried breaks none.

    Only the counts are looked at.
    """
    found = []
    oracle = report.oracle
    if oracle.passed < oracle.of:
        found.append(f"the oracle passes {oracle.passed} of {oracle.of} tasks, not all")
    if oracle.tool_errors:
        found.append(f"the oracle's calls were refused {oracle.tool_errors} times, not 0")
    found += [f"{name} passes {p.passed} of {p.of} tasks, not 0" for name, p in report.trivial.items() if p.passed]
    for name, k in report.mutants.items():
        if k.killed < KILLED * k.of:
            found.append(f"{k.killed} of {k.of} {name} mutants fail, under {KILLED:.0%}")
    for name, a in report.variants.items():
        if a.accepted < ACCEPTED * a.of:
            found.append(f"{a.accepted} of {a.of} {name} variants pass, under {ACCEPTED:.0%}")
    if report.guess.hit > GUESSED * report.guess.of:
        found.append(f"{report.guess.hit} of {report.guess.of} answers can be guessed, over {GUESSED:.0%}")
    return found


def rows(report: AuditReport) -> list[tuple[str, str, int, int, str, int | None]]:
    """Return the table: group, kind, outcomes as they should be, outcomes in all, bound, mutants of equal effect."""
    guess = report.guess
    found: list[tuple[str, str, int, int, str, int | None]] = [
        ("oracle", "passes", report.oracle.passed, report.oracle.of, "all", None)
    ]
    found += [("trivial", name, p.of - p.passed, p.of, "all", None) for name, p in report.trivial.items()]
    found += [("mutants", n, k.killed, k.of, f"{KILLED:.0%}", k.equivalent) for n, k in report.mutants.items()]
    found += [("variants", n, a.accepted, a.of, f"{ACCEPTED:.0%}", None) for n, a in report.variants.items()]
    found.append(("guess", "not guessed", guess.of - guess.hit, guess.of, f"{1 - GUESSED:.0%}", None))
    return [*found, *(("members", name, p.of - p.passed, p.of, "-", None) for name, p in report.members.items())]
