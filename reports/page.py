"""Write a report: the page, its tables and figures, Markdown and JSON, each file whole or not at all."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from skillweave import __version__
from skillweave.reports import verdict
from skillweave.reports.analysis import Analysis, Report, read_report
from skillweave.reports.figures import figures
from skillweave.reports.html import render_page
from skillweave.reports.intervals import Estimate
from skillweave.reports.ladders import read_taxonomies
from skillweave.reports.tables import tables, to_csv, to_markdown
from skillweave.reports.weighted import POPULATION
from skillweave.tasks.garbage import RECORDS, seldom_collected
from skillweave.taxonomy.artifacts import atomic_write, canonical_json, write_json
from skillweave.taxonomy.errors import UserError

REPORT_SCHEMA = "skillweave.report/1"
_IN_MARKDOWN = {
    "runs": "Runs",
    "by_idle": "Tasks that doing nothing passes, and the rest",
    "by_group": "Groups of tasks",
    "measures": "Further measures",
    "flags": "What was tested for being worse than the rest (one-sided, Holm)",
    "slices": "Differences to the first agent, slice by slice (paired, Holm)",
    "by_novelty": "Novelty ladder, as a difficulty control",
    "adjusted": "The ladder at equal k, span, plan length and writes, against its lowest rung",
    "did": "Difference in differences along the ladder",
    "other_ladders": "The ladder on other taxonomies",
    "by_k": "Number of skills, with the independence prediction",
    "gaps": "Combinations against their own parts",
    "variants": "The same plans in another guise (variant less base, paired)",
    "atoms": "Single skills by what they are",
    "by_span": "Span",
    "by_k_span": "k and span",
    "model": "A logistic model of success",
    "explained": "Does the taxonomy explain failure? (out-of-sample deviance)",
    "skills": "Skills",
    "first_breaks": "What breaks first (empty: no single skill)",
    "steps": "Cost and steps (means per rollout; seconds are median wall clock)",
    "endings": "How rollouts ended",
    "attempts": "Several attempts",
    "synthesis": "Tries that synthesis turned down",
    "audit": "Audit of the task set and its checker",
    "splits": "Splits",
}


def write_report(log_dirs: Sequence[Path], out: Path, *, taxonomies: Sequence[Path] = ()) -> dict[str, Any]:
    """Write the report of folders of logs into ``out`` and return its summary, as `report.json` has it.

    The novelty ladder is repeated on ``taxonomies``.

    Writes index.html, report.md, report.json, tables/*.csv and figures/*.{svg,png}; everything is made before the first
    byte is written. Raises `UserError` where the logs cannot be read or compared, or ``out`` is a file.
    """
    if not log_dirs:
        raise UserError("no folder of logs was given", hint="name one, such as logs/")
    if out.exists() and not out.is_dir():
        raise UserError(f"{str(out)!r} is a file, not a folder", hint="name a folder for the report")
    with seldom_collected(RECORDS):
        report = read_report(log_dirs, read_taxonomies(taxonomies))
        files = _files(report)
        summary = summarise(report)
    canonical_json(summary)
    for name, data in files.items():
        with atomic_write(out / name, "wb") as stream:
            stream.write(data)
    _drop_old(out, set(files))
    write_json(out / "report.json", summary)
    return {**summary, "page": str(out / "index.html"), "out": str(out)}


def _files(report: Report) -> dict[str, bytes]:
    """Return the files of a report but for its summary, by their names in its folder."""
    frames = tables(report)
    files = {f"tables/{name}.csv": to_csv(frame).encode() for name, frame in frames.items()}
    files |= {f"figures/{name}": data for name, data in figures(report).items()}
    files["report.md"] = _markdown(report, {n: to_markdown(frames[n]) for n in _IN_MARKDOWN if n in frames}).encode()
    files["index.html"] = render_page(report).encode()
    return files


def _drop_old(out: Path, written: set[str]) -> None:
    """Remove tables and figures of an earlier report in the same folder: they would belie this one."""
    for folder, kinds in (("tables", ("*.csv",)), ("figures", ("*.svg", "*.png"))):
        for kind in kinds:
            for old in (out / folder).glob(kind):
                if f"{folder}/{old.name}" not in written:
                    old.unlink()


def summarise(report: Report) -> dict[str, Any]:
    """Return the report as one plain JSON object."""
    return {
        "schema": REPORT_SCHEMA,
        "version": __version__,
        "verdict": verdict.headline(report),
        "simulated": report.simulated,
        "exposed": report.exposed,
        "runs": [_run(a) for a in report.runs],
        "warnings": list(report.warnings),
    }


def _run(a: Analysis) -> dict[str, Any]:
    r = a.record
    return {
        "label": r.label,
        "agent": r.agent,
        "model": r.model or None,
        "simulated": dict(r.simulated) if r.simulated else None,
        "control": r.control,
        "suite": f"{r.suite} {r.suite_version}",
        "scorer": r.scorer,
        "split": r.split,
        "hashes": dict(r.hashes),
        "success": _plain(a.headline),
        "composed": _plain(a.composed),
        "by_k": [
            {
                "k": at.k,
                **_plain(at.observed),
                "predicted": at.predicted,
                "gap": at.gap,
                "gap_low": at.gap_low,
                "gap_high": at.gap_high,
                "basis": at.basis,
                "note": at.note,
            }
            for at in a.by_k
        ],
        "by_span": [{"span": span, **_plain(e)} for span, e in a.by_span.items()],
        "by_novelty": [{"novelty": novelty, **_plain(e)} for novelty, e in a.by_novelty.items()],
        "by_idle": [{"tasks": name, **_plain(e)} for name, e in a.by_idle.items()],
        "by_group": [{"group": name, **_plain(e)} for name, e in a.by_group.items()],
        "measures": {name: _plain(e) for name, e in a.measures.items()},
        "new_skills": _plain(a.new_skills) if a.new_skills else None,
        "weighted": {**_plain(a.weighted.estimate), "population": POPULATION} if a.weighted else None,
        "leave_one_skill_out": asdict(a.leave_one_out) if a.leave_one_out else None,
        "against_first": asdict(a.against_first) if a.against_first else None,
        "adjusted": [asdict(e) for e in a.adjusted],
        "difference_in_differences": [asdict(e) for e in a.did],
        "gap": asdict(a.families.overall) if a.families else None,
        "explained": {**asdict(a.explained), "verdict": a.explained.verdict} if a.explained else None,
        "flags": [asdict(f) for f in a.flags if f.flagged],
        "weak_skills": [row.skill for row in a.skills if row.flagged],
        "first_breaks": dict(a.first_breaks),
        "missing": r.missing,
        "findings": verdict.findings(a),
        "logs": [log.path for log in r.logs],
    }


def _plain(e: Estimate) -> dict[str, Any]:
    facts = {"rate": e.rate, "low": e.low, "high": e.high, "n": e.n, "combinations": e.combinations}
    return {**facts, "unscored": e.unscored}


def _markdown(report: Report, parts: dict[str, str]) -> str:
    lines = [f"# {verdict.headline(report)}", ""]
    if report.simulated:
        lines += ["> **SIMULATED, not a real result.** Weaknesses were planted to check this report.", ""]
    for a in report.measured:
        shown = f"{verdict.percent(a.headline.rate)} ({verdict.interval(a.headline.low, a.headline.high)})"
        lines += [f"**{a.record.label}**: {shown}; {verdict.basis(a)}.", ""]
        lines += [f"- {finding}" for finding in verdict.findings(a)] + [""]
    lines += [f"> {warning}\n" for warning in report.warnings]
    titles = _IN_MARKDOWN | ({"by_novelty": "The novelty ladder"} if report.exposed else {})
    for name, table in parts.items():
        lines += [f"## {titles[name]}", "", table]
    return "\n".join(lines)
