"""Every number of a report as a row of a table: pandas frames, written as CSV and as Markdown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from skillweave.reports.adjusted import Effect
from skillweave.reports.analysis import Analysis, Report
from skillweave.reports.families import Family, Gap
from skillweave.reports.intervals import Estimate
from skillweave.reports.origins import REST
from skillweave.reports.records import Rollout
from skillweave.tasks.audit.report import AuditReport
from skillweave.tasks.audit.report import rows as audited

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


def tables(report: Report) -> dict[str, "pd.DataFrame"]:
    """Return every table by name; rates are fractions, intervals 95%, times wall-clock seconds."""
    import pandas as pd

    makers: dict[str, Callable[[Analysis], Iterable[Row]]] = {
        "runs": _runs,
        "by_k": _by_k,
        "by_span": lambda a: _cells(a.by_span, "span"),
        "by_k_span": lambda a: ({"k": k, "span": s, **cell(e)} for (k, s), e in a.by_k_span.items()),
        "by_novelty": lambda a: _cells(a.by_novelty, "novelty"),
        "by_idle": lambda a: _cells(a.by_idle, "tasks"),
        "by_group": lambda a: _cells(a.by_group, "group"),
        "measures": lambda a: _cells(a.measures, "measure"),
        "by_length": lambda a: _cells(a.by_length, "length"),
        "skills": _skills,
        "first_breaks": lambda a: ({"skill": s, "failures": n} for s, n in a.first_breaks.items()),
        "taxonomy": _taxonomy,
        "pairs": lambda a: ({"skill_a": x, "skill_b": y, **cell(e)} for (x, y), e in a.pairs.items()),
        "group_pairs": lambda a: ({"a": x, "b": y, **cell(e)} for (x, y), e in a.group_pairs.items()),
        "steps": lambda a: ({"k": k, **asdict(s)} for k, s in a.steps.items()),
        "endings": lambda a: ({"ending": name, "rollouts": n} for name, n in a.endings.items()),
        "attempts": _attempts,
        "adjusted": lambda a: map(_effect, a.adjusted),
        "did": lambda a: map(_effect, a.did),
        "gaps": _gaps,
        "families": lambda a: ({**asdict(f), "kinds": ", ".join(sorted(f.kinds))} for f in _members(a)),
        "atoms": lambda a: _cells(a.atoms, "kind"),
        "model": lambda a: ({**asdict(c), "words": c.words} for c in a.model.coefficients) if a.model else (),
        "variants": _variants,
        "flags": lambda a: ({**asdict(f), "flagged": f.flagged} for f in a.flags),
        "explained": lambda a: [{**asdict(a.explained), "verdict": a.explained.verdict}] if a.explained else (),
        "other_ladders": _other_ladders,
        "slices": _slices,
        "failures": _failures,
        "rollouts": _rollouts,
        "logs": lambda a: (asdict(log) for log in a.record.logs),
    }
    found = {
        name: pd.DataFrame([{"run": a.record.label, **row} for a in report.runs for row in make(a)])
        for name, make in makers.items()
    }
    found |= {"synthesis": pd.DataFrame(_synthesis(report)), "splits": pd.DataFrame(_splits(report))}
    found |= {"audit": pd.DataFrame(audit_rows(report))}
    return {name: frame for name, frame in found.items() if len(frame)}


def cell(estimate: Estimate) -> Row:
    """Return an estimate as columns."""
    return {
        "rate": estimate.rate,
        "low": estimate.low,
        "high": estimate.high,
        "n": estimate.n,
        "combinations": estimate.combinations,
        "unscored": estimate.unscored,
        "interval": estimate.method,
        "enough": estimate.enough,
    }


def _attempts(a: Analysis) -> Iterable[Row]:
    for at in a.passes:
        yield {
            "attempts": at.attempts,
            "pass_at": at.some.rate,
            "pass_at_low": at.some.low,
            "pass_at_high": at.some.high,
            "pass_all": at.every.rate,
            "pass_all_low": at.every.low,
            "pass_all_high": at.every.high,
            "tasks": at.some.n,
            "combinations": at.some.combinations,
        }


def _effect(e: Effect) -> Row:
    return {**asdict(e), "enough": e.enough}


def _members(a: Analysis) -> Iterable[Family]:
    return a.families.members if a.families else ()


def gap_rows(a: Analysis) -> list[tuple[str, Gap]]:
    """Return what gaps are over, with the gaps; [] without families."""
    if a.families is None:
        return []
    found = [("all families", a.families.overall)]
    found += [("pairs within families", a.families.pairs)] if a.families.pairs else []
    return found + [(f"families with an atom: {kind}", gap) for kind, gap in a.families.by_kind.items()]


def _gaps(a: Analysis) -> Iterable[Row]:
    return ({"over": name, **asdict(gap)} for name, gap in gap_rows(a))


def _other_ladders(a: Analysis) -> Iterable[Row]:
    for other in a.other_ladders:
        adjusted = {e.name: e for e in other.adjusted}
        for rung, e in other.rungs.items():
            effect = adjusted.get(f"novelty {rung}")
            yield {
                "taxonomy": other.taxonomy,
                "novelty": rung,
                **cell(e),
                "adjusted": effect.difference if effect else None,
                "adjusted_low": effect.low if effect else None,
                "adjusted_high": effect.high if effect else None,
            }


def _variants(a: Analysis) -> Iterable[Row]:
    for v in a.variants:
        d = v.difference
        yield {
            "kind": v.kind,
            "base": v.base.rate,
            "variant": v.variant.rate,
            "difference": d.mean if d else 0.0,
            "low": d.low if d else None,
            "high": d.high if d else None,
            "n": v.base.n + v.variant.n,
            "combinations": v.base.combinations,
            "holm": v.holm,
            "verdict": v.verdict,
        }


def _slices(a: Analysis) -> Iterable[Row]:
    for s in a.slices:
        yield {"cut": s.cut, "value": s.value, **asdict(s.difference), "holm": s.holm, "verdict": s.verdict}


def _cells(cells: Mapping[Any, Estimate], name: str) -> Iterable[Row]:
    return ({name: value, **cell(e)} for value, e in cells.items())


def _runs(a: Analysis) -> Iterable[Row]:
    r, out, gap = a.record, a.leave_one_out, a.against_first
    yield {
        "agent": r.agent,
        "model": r.model,
        "simulated": bool(r.simulated),
        "control": r.control,
        "suite": f"{r.suite} {r.suite_version}",
        "scorer": r.scorer,
        "split": r.split,
        "epochs": r.epochs,
        **cell(a.headline),
        "composed_rate": a.composed.rate,
        "composed_low": a.composed.low,
        "composed_high": a.composed.high,
        "composed_n": a.composed.n,
        "new_skills_low": a.new_skills.low if a.new_skills else None,
        "new_skills_high": a.new_skills.high if a.new_skills else None,
        "weighted_rate": a.weighted.estimate.rate if a.weighted else None,
        "weighted_low": a.weighted.estimate.low if a.weighted else None,
        "weighted_high": a.weighted.estimate.high if a.weighted else None,
        "weighted_n": a.weighted.estimate.n if a.weighted else None,
        "weighted_effective_n": a.weighted.effective if a.weighted else None,
        "one_skill_out_low": out.low if out else None,
        "low_without": out.low_without if out else None,
        "one_skill_out_high": out.high if out else None,
        "high_without": out.high_without if out else None,
        **_beside(a),
        "against_first": gap.mean if gap else None,
        "against_first_low": gap.low if gap else None,
        "against_first_high": gap.high if gap else None,
        "against_first_tasks": gap.tasks if gap else None,
        "failures": sum(a.first_breaks.values()),
        "limited_failures": sum(x.limit is not None and x.score == 0.0 for x in a.rollouts),
        "tasks": len({x.sample for x in a.rollouts}),
        "overhead": a.overhead,
        "families": len(a.families.members) if a.families else None,
        "families_left_out": a.families.short if a.families else None,
        "missing": r.missing,
        "superseded": r.superseded,
    }


def _beside(a: Analysis) -> Row:
    """Return columns for what only tasks have that others wrote."""
    rest = a.by_idle.get(REST)
    found = {} if rest is None else {"not_idle_rate": rest.rate, "not_idle_low": rest.low, "not_idle_high": rest.high}
    found |= {} if rest is None else {"not_idle_n": rest.n}
    for name, e in a.measures.items():
        found |= {name: e.rate, f"{name}_low": e.low, f"{name}_high": e.high, f"{name}_n": e.n}
    return found


def _by_k(a: Analysis) -> Iterable[Row]:
    for at in a.by_k:
        rest = asdict(at)
        del rest["observed"], rest["k"]
        yield {"k": at.k, **cell(at.observed), **rest}


def _skills(a: Analysis) -> Iterable[Row]:
    for row in a.skills:
        yield {
            "skill": row.skill,
            **cell(row.tasks),
            "alone": row.alone.rate,
            "alone_n": row.alone.n,
            "achieved": row.achieved.rate,
            "achieved_low": row.achieved.low,
            "achieved_high": row.achieved.high,
            "achieved_n": row.achieved.n,
            "broke_first": row.broke_first.rate,
            "broke_first_low": row.broke_first.low,
            "broke_first_high": row.broke_first.high,
            "broke_first_count": a.first_breaks.get(row.skill, 0),
            "flagged": row.flagged,
        }


def _taxonomy(a: Analysis) -> Iterable[Row]:
    for b in a.branches:
        facts = {key: getattr(b, key) for key in ("id", "parent", "level", "name", "skill", "skills", "tried")}
        yield {**facts, **cell(b.success)}


def _failures(a: Analysis) -> Iterable[Row]:
    for f in a.failures:
        r = f.rollout
        yield {
            "task": r.sample,
            "epoch": r.epoch,
            "k": r.k,
            "first_broken": r.first_broken,
            "limit": r.limit,
            "why": " ".join(f.mismatches) or f.explanation,
            "answer": f.answer,
            "instruction": f.instruction,
            "log": r.log,
        }


def _rollouts(a: Analysis) -> Iterable[Row]:
    left_out = {"skills", "achieved", "mismatches", "edges", "branches", "answer", "group", "labels", "measures"}
    shown = [field.name for field in fields(Rollout) if field.name not in left_out]
    foreign = any(r.group or r.labels for r in a.rollouts)
    for r in a.rollouts:  # asdict would copy every value deeply
        row = {name: getattr(r, name) for name in shown} | dict(r.measures)
        yield {**row, "group": r.group, "labels": ",".join(r.labels)} if foreign else row


def _synthesis(report: Report) -> list[Row]:
    made = report.runs[0].record.synthesis or {}
    counts = made.get("table") or [{"k": None, "reason": r, "count": c} for r, c in made.get("rejected", {}).items()]
    return [{"k": row.get("k"), "reason": row["reason"], "rejected": row["count"]} for row in counts]


def audit_rows(report: Report) -> list[Row]:
    """Return the audit of the task set that the logs carry, kind by kind; none where they carry none."""
    found = report.runs[0].record.audit
    if not found:
        return []
    names = ("group", "kind", "as_it_should_be", "of", "bound", "equal_effect")
    return [dict(zip(names, row, strict=True)) for row in audited(AuditReport.model_validate(found))]


def _splits(report: Report) -> list[Row]:
    figures = (report.runs[0].record.splits or {}).get("figures", {})
    divergence = figures.get("divergence", {})
    return [
        {
            "split": name,
            "tasks": size["tasks"],
            "combinations": size["combinations"],
            "atom_divergence": divergence.get(name, {}).get("atom"),
            "compound_divergence": divergence.get(name, {}).get("compound"),
        }
        for name, size in figures.get("sizes", {}).items()
    ]


def to_csv(frame: "pd.DataFrame") -> str:
    """Return CSV text; floats with all their digits, missing values empty."""
    return str(frame.to_csv(index=False, lineterminator="\n"))


def to_markdown(frame: "pd.DataFrame") -> str:
    """Return a Markdown table; floats with four digits, missing values as a dash."""
    lines = ["| " + " | ".join(map(str, frame.columns)) + " |", "|" + " --- |" * len(frame.columns)]
    lines += ["| " + " | ".join(map(_plain, row)) + " |" for row in frame.itertuples(index=False)]
    return "\n".join(lines) + "\n"


def _plain(value: Any) -> str:
    if value is None or value != value:
        return "-"
    text = f"{value:.4f}" if isinstance(value, float) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")
