"""All that a report says, computed once: tables, figures and page only show it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from skillweave.reports import origins, stats
from skillweave.reports.adjusted import Effect, ladder
from skillweave.reports.branches import Branch, branches, units
from skillweave.reports.explain import Explained, explain
from skillweave.reports.families import Family, Gap, atom_rates, base_outcomes, families, gap, gaps
from skillweave.reports.flags import Flag, flagged, flags
from skillweave.reports.independence import AtK, by_k, overhead
from skillweave.reports.intervals import Estimate, success
from skillweave.reports.ladders import OtherLadder, alternatives, exposed_combinations, other_ladders
from skillweave.reports.logs import read_failures, read_logs
from skillweave.reports.paired import Difference, Slice, difference, exposed, exposure_gain, pair_up, slices
from skillweave.reports.records import Failure, Rollout, Run, RunRecord
from skillweave.reports.regression import Logit, logit
from skillweave.reports.shared import new_skills
from skillweave.reports.variants import Variation, variations
from skillweave.reports.weighted import Weighted, weighted
from skillweave.tasks.audit.names import TRIVIAL
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

SHOWN_SKILLS = 8
SHOWN_FAILURES = 3
MAP_SIDE = 40
"""skills beyond which the map of pairs is drawn over groups of skills"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """One run's figures."""

    record: RunRecord
    rollouts: tuple[Rollout, ...]
    headline: Estimate
    """over all tasks, the atoms and pairs of families left out"""
    composed: Estimate
    """over those that combine skills (k >= 2)"""
    new_skills: Estimate | None
    """the headline with an interval for skills like these; None where the skills are too few to say"""
    weighted: Weighted | None
    """inverse-probability weighted, over k >= 2; None where no probability is known"""
    leave_one_out: stats.LeaveOneOut | None
    overhead: float | None
    """r0, None where no k = 0 tasks were run"""
    by_k: tuple[AtK, ...]
    families: "FamilyFigures | None"
    """None where the run has no families"""
    atoms: Mapping[str, Estimate]
    """success of single skills by what they are: read, write, all inputs given, inputs to look up"""
    adjusted: tuple[Effect, ...]
    """the ladder at equal k, span, plan length and writes, against its lowest rung"""
    other_ladders: tuple[OtherLadder, ...]
    """the ladder on other taxonomies"""
    did: tuple[Effect, ...]
    """difference in differences against the first run, where one of the two is declared as exposed"""
    model: Logit | None
    explained: Explained | None
    flags: tuple[Flag, ...]
    variants: tuple[Variation, ...]
    """the same plans worded, ordered, named or offered otherwise, kind by kind"""
    by_span: Mapping[int, Estimate]
    by_novelty: Mapping[int, Estimate]
    """of combinations; single skills are a control and on no rung"""
    by_length: Mapping[str, Estimate]
    by_k_span: Mapping[tuple[int, int], Estimate]
    by_idle: Mapping[str, Estimate]
    """of tasks that doing nothing passes, and of the rest; empty where there are none of the former"""
    by_group: Mapping[str, Estimate]
    """by what their authors put tasks under; empty where that is one group or none"""
    measures: Mapping[str, Estimate]
    """what else verdicts found, by name"""
    skills: tuple[stats.SkillRow, ...]
    first_breaks: Mapping[str, int]
    """failures by the skill that broke first, '' where none broke"""
    branches: tuple[Branch, ...]
    """the taxonomy's nodes; empty where the run names no taxonomy"""
    pairs: Mapping[tuple[str, str], Estimate]
    group_pairs: Mapping[tuple[str, str], Estimate]
    """the same over groups of the taxonomy, where there are too many skills for a map; else empty"""
    steps: Mapping[int, stats.Steps]
    """by k"""
    endings: Mapping[str, int]
    passes: tuple[stats.Attempts, ...]
    against_first: Difference | None
    """paired difference to the first measured run of the report"""
    slices: tuple[Slice, ...]
    """the same slice by slice; () for the first"""
    failures: tuple[Failure, ...]
    """the ones shown, grouped by the skill that broke first"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyFigures:
    """What the families of a run say."""

    members: tuple[Family, ...]
    short: int
    """families left out: an atom is missing or has fewer than four scored attempts"""
    overall: Gap
    by_kind: Mapping[str, Gap]
    """of families that hold an atom of a kind"""
    pairs: Gap | None
    """of the connected pairs within families"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The runs of one report: the agents that are measured, and the controls that check the task set."""

    measured: tuple[Analysis, ...]
    controls: tuple[Analysis, ...]
    warnings: tuple[str, ...]

    @property
    def runs(self) -> tuple[Analysis, ...]:
        """All runs, the measured ones first."""
        return (*self.measured, *self.controls)

    @property
    def simulated(self) -> bool:
        """True where any measured agent was simulated."""
        return any(a.record.simulated for a in self.measured)

    @property
    def exposed(self) -> bool:
        """True where every measured agent is declared to have practised the exposure that novelty refers to."""
        return all(exposed(a.record) for a in self.measured)


def analyse(runs: Sequence[Run], taxonomies: Mapping[str, Taxonomy] | None = None) -> Report:
    """Return the figures of all runs; raises `UserError` where a run has no scored rollout.

    Oracle and nop are controls, unless nothing else was run. The ladder is repeated on ``taxonomies``.
    """
    for run in runs:
        if not any(r.scored for r in run.rollouts):
            first = next((r.error for r in run.rollouts if r.error), "no score was written")
            raise UserError(
                f"none of the {len(run.rollouts)} rollouts of {run.record.label!r} has a score: {first}",
                hint=f"look at the first with inspect view --log-dir {_folder(run)}",
            )
    measured = [run for run in runs if not run.record.control] or list(runs)
    controls = [run for run in runs if run not in measured]
    others = taxonomies or {}
    return Report(
        measured=tuple(_analysis(run, measured[0] if i else None, others) for i, run in enumerate(measured)),
        controls=tuple(_analysis(run, None, {}) for run in controls),
        warnings=tuple(_warnings(runs)),
    )


def read_report(log_dirs: Sequence[Path], taxonomies: Mapping[str, Taxonomy] | None = None) -> Report:
    """Return the figures of folders of logs."""
    return analyse(read_logs(log_dirs), taxonomies)


def _folder(run: Run) -> str:
    return run.record.logs[-1].path.rpartition("/")[0] or "."


def _analysis(run: Run, first: Run | None, taxonomies: Mapping[str, Taxonomy]) -> Analysis:
    rows, main = run.rollouts, run.main
    plain = [r for r in rows if not r.variant]
    sizes = sorted({r.k for r in rows})
    tested = [] if run.record.control else flags(main)
    breaks = stats.first_breaks(main)
    tree = tuple(branches(run.record.taxonomy, main)) if run.record.taxonomy else ()
    groups = units(tree, MAP_SIDE)
    inside = _families(plain)
    return Analysis(
        record=run.record,
        rollouts=rows,
        headline=success(main),
        composed=success(r for r in main if r.k >= 2),
        new_skills=new_skills(main),
        weighted=weighted(main),
        leave_one_out=stats.leave_one_skill_out(main),
        overhead=overhead(plain),
        by_k=_by_k(plain, inside),
        families=inside,
        atoms=atom_rates(plain),
        adjusted=tuple(ladder(main)),
        other_ladders=() if run.record.control else _others(run, main, taxonomies),
        did=() if first is None else tuple(exposure_gain(first, run)),
        model=None if run.record.control else logit(main),
        explained=None if run.record.control or not tree else explain(run.record.taxonomy or {}, main),
        flags=tuple(tested),
        variants=tuple(variations(rows)),
        by_span=stats.by(main, lambda r: r.span),
        by_novelty=stats.by(main, lambda r: r.novelty if r.k >= 2 else None),
        by_length=stats.by(main, lambda r: r.length if r.k >= 2 else None),
        by_k_span=stats.by(main, lambda r: None if r.span is None else (r.k, r.span)),
        by_idle=origins.by_idle(main),
        by_group=origins.by_group(main),
        measures=origins.measures(main),
        skills=tuple(stats.skills(plain, flagged(tested, "skill"))),
        first_breaks=dict(sorted(breaks.items(), key=lambda item: (-item[1], item[0]))),
        branches=tree,
        pairs=stats.pairs(main),
        group_pairs=stats.pairs(main, groups) if groups else {},
        steps={k: stats.steps([r for r in rows if r.k == k]) for k in sizes},
        endings=stats.endings(rows),
        passes=tuple(stats.pass_curves(main)),
        against_first=None if first is None else difference(first.main, main),
        slices=() if first is None else tuple(slices(pair_up(first.main, main))),
        failures=() if run.record.agent in TRIVIAL else tuple(read_failures(_shown(main))),
    )


def _families(rows: Sequence[Rollout]) -> FamilyFigures | None:
    members, short = families(rows)
    base = base_outcomes(rows)
    if not members:
        return None
    kinds = sorted({kind for f in members for kind in f.kinds})
    pairs, _ = families(rows, role="pair")
    return FamilyFigures(
        members=tuple(members),
        short=short,
        overall=gap(members, base),
        by_kind={kind: gap([f for f in members if kind in f.kinds], base) for kind in kinds},
        pairs=gap(pairs, base) if pairs else None,
    )


def _by_k(rows: Sequence[Rollout], inside: FamilyFigures | None) -> tuple[AtK, ...]:
    """Return success by k, with the prediction of the same families where there are any."""
    found = by_k(rows)
    if inside is None:
        return tuple(found)
    own = gaps(inside.members, base_outcomes(rows), lambda f: f.k)
    return tuple(_of_families(at, own[at.k]) if at.k in own else at for at in found)


def _of_families(at: AtK, own: Gap) -> AtK:
    return replace(
        at,
        covered=own.n,
        covered_rate=own.observed,
        predicted=own.predicted,
        predicted_low=own.predicted_low,
        predicted_high=own.predicted_high,
        gap=own.gap,
        gap_low=own.low,
        gap_high=own.high,
        note=own.note,
        basis="bound atoms of the same families",
        units=own.families,
    )


def _others(run: Run, rows: Sequence[Rollout], given: Mapping[str, Taxonomy]) -> tuple[OtherLadder, ...]:
    practised = exposed_combinations(run.record.exposure, run.record.splits)
    if not practised:
        return ()
    skills = {s for r in rows for s in r.skills} | {s for c in practised for s in c}
    trees = {**given, **alternatives(run.record.taxonomy, sorted(skills))}
    return tuple(other_ladders(rows, practised, trees))


def _shown(rollouts: Sequence[Rollout]) -> list[Rollout]:
    """Return the failures that a page shows: of the skills that break first most often, the simplest ones."""
    grouped: dict[str, list[Rollout]] = defaultdict(list)
    for r in rollouts:
        if r.score == 0.0:
            grouped[r.first_broken or ""].append(r)
    worst = sorted(grouped, key=lambda skill: (-len(grouped[skill]), skill))[:SHOWN_SKILLS]
    return [r for s in worst for r in _simplest(grouped[s])[:SHOWN_FAILURES]]


def _simplest(failures: Sequence[Rollout]) -> list[Rollout]:
    """Return the first failed attempt at each task, the smallest combinations first."""
    first: dict[str, Rollout] = {}
    for r in sorted(failures, key=lambda r: (r.k, r.sample, r.epoch)):
        first.setdefault(r.sample, r)
    return list(first.values())


def _warnings(runs: Sequence[Run]) -> list[str]:
    found = []
    for run in runs:
        for log in run.record.logs:
            if log.status != "success" and (run.record.missing or log.rollouts):
                reason = f": {log.error.splitlines()[0][:160]}" if log.error else ""
                found.append(f"{run.record.label}: a log ended with status {log.status!r}{reason}")
        if run.record.missing:
            found.append(f"{run.record.label}: {run.record.missing} planned rollouts never ran")
        if run.record.superseded:
            found.append(f"{run.record.label}: {run.record.superseded} rollouts were replaced by a later attempt")
    for what in ("taxonomy", "splits", "tasks"):
        if len({run.record.hashes.get(what) for run in runs}) > 1:
            found.append(f"the runs used different {what}: compare them with care")
    return found
