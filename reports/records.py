"""What a report is made of: one run of one agent, and its rollouts. Plain values, no Inspect in sight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skillweave.tasks.audit.names import TRIVIAL

CONTROLS = ("oracle", *TRIVIAL)
"""agents that need no model and check the task set rather than being measured"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """One agent attempt on one sample in one epoch."""

    sample: str
    """id of the task"""
    epoch: int
    k: int
    combination: str
    """the skills, sorted, joined by '|'"""
    skills: tuple[str, ...]
    span: int | None = None
    """L minus the level of the lowest common ancestor of the skills; None where k = 1"""
    novelty: int | None = None
    """0 = practised ... L = new at the coarsest level; None without an exposure, or for sizes never practised"""
    length: str | None = None
    """seen, interpolated, shorter or longer than what was practised"""
    family: str = ""
    """the combination with its bound atoms and pairs; '' where none was made"""
    role: str = "combination"
    """combination; or, within a family, atom, pair, or base (k = 0): control samples that are in no headline"""
    variant: str = ""
    """wording, order, names or distractors; '' where the task is no variant of another"""
    variant_of: str = ""
    """id of the task that this one is a variant of"""
    literal_inputs: bool | None = None
    """for an atom: all of its inputs stand in the instruction; None where that is not said"""
    pair: str = ""
    """what two tasks share whose rule condition is once true and once false"""
    practised: int | None = None
    """size of the largest subset of the skills that was practised together"""
    new_edges: float | None = None
    """share of the plan's data-flow edges that no practised plan has"""
    log_probability: float | None = None
    """of drawing this combination, natural logarithm; None where it was chosen under a budget"""
    branches: tuple[str, ...] = ()
    """level-1 nodes of the taxonomy that the combination touches"""
    split: str | None = None
    group: str = ""
    """what its authors put the task under; '' for a task that was synthesised"""
    labels: tuple[str, ...] = ()
    """what is known of a task that others wrote, such as nop: doing nothing passes it"""
    measures: Mapping[str, float] = field(default_factory=dict)
    """what else the verdict found, such as security: by name, 1 where it holds"""
    wording: str = ""
    edges: tuple[tuple[str, str], ...] = ()
    """data-flow edges of the plan, as pairs of skills"""
    score: float | None = None
    """1.0 success, 0.0 failure, None unscored (excluded from rates, and shown)"""
    error: str | None = None
    """what stopped the rollout from being scored"""
    limit: str | None = None
    """what ended it before an answer counted, as a limit or the agent's own error says it; it is scored all the same"""
    submitted: bool | None = None
    """whether an answer was handed over; None where the log does not say"""
    first_broken: str | None = None
    achieved: Mapping[str, bool] = field(default_factory=dict)
    """for each skill: was it achieved"""
    mismatches: tuple[str, ...] = ()
    """the scorer's sentences; long lists may be cut here, `skillweave.reports.logs.read_failures` has them in full"""
    answer: str = ""
    tool_calls: int | None = None
    tool_errors: int | None = None
    plan_length: int | None = None
    """tool calls of the reference run"""
    writes: int | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    wall_clock_seconds: float | None = None
    """depends on the machine and its load; not a property of the agent alone"""
    log: str = ""
    """path of the log file"""

    @property
    def main(self) -> bool:
        """True for a combination's own task: no atom, pair or base of a family, and no variant of another task."""
        return self.role == "combination" and not self.variant

    @property
    def scored(self) -> bool:
        """True where the rollout has a score."""
        return self.score is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFile:
    """One .eval file that went into a run."""

    path: str
    status: str
    """success, error, cancelled or started (interrupted)"""
    error: str | None
    rollouts: int
    """rollouts of this file that count; those that a retry replaced do not"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What was run: the agent, the task set and the versions that make scores comparable."""

    label: str
    """unique among the runs of a report, as shown to readers"""
    agent: str
    model: str
    simulated: Mapping[str, Any] | None
    suite: str
    suite_version: str
    scorer: str
    version: str
    """of the package that ran it"""
    split: str | None
    epochs: int
    created: str
    tools: Any
    taxonomy: Mapping[str, Any] | None
    splits: Mapping[str, Any] | None
    synthesis: Mapping[str, Any] | None
    hashes: Mapping[str, str | None]
    exposure: Mapping[str, Any] | None
    logs: tuple[LogFile, ...]
    superseded: int = 0
    """rollouts left out because a later attempt at the same sample and epoch replaced them"""
    audit: Mapping[str, Any] | None = None
    """figures of the audit of the task set"""
    missing: int = 0
    """rollouts that were planned and never ran, in logs that did not finish"""

    @property
    def control(self) -> bool:
        """True for the agents that check the task set (oracle, nop)."""
        return self.agent in CONTROLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One agent's rollouts with what was run."""

    record: RunRecord
    rollouts: tuple[Rollout, ...]

    @property
    def main(self) -> tuple[Rollout, ...]:
        """The rollouts that headlines are made of; all of them where none is of a combination's own task."""
        return tuple(r for r in self.rollouts if r.main) or self.rollouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failed rollout as the page shows it, read in full from its log."""

    rollout: Rollout
    instruction: str
    explanation: str
    mismatches: tuple[str, ...]
    answer: str
