"""The report as one self-contained HTML page: no network, no external file."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from skillweave import __version__
from skillweave.reports import charts, verdict
from skillweave.reports.analysis import Analysis, Report
from skillweave.reports.branches import Branch
from skillweave.reports.intervals import ENOUGH_COMBINATIONS, ENOUGH_ROLLOUTS, Estimate
from skillweave.reports.records import Failure, Rollout
from skillweave.reports.regression import Coefficient, Logit
from skillweave.reports.stats import stopped_by
from skillweave.reports.tables import audit_rows, gap_rows
from skillweave.reports.weighted import POPULATION

VIEWER = "http://127.0.0.1:7575/#/logs/"
"""of inspect view, at its default port"""
TEMPLATES = Path(__file__).parent / "templates"
CONTENTS = (
    ("verdict", "Verdict"),
    ("origin", "Whose tasks"),
    ("ladder", "Novelty ladder"),
    ("size", "Number of skills"),
    ("span", "Distance"),
    ("taxonomy", "Taxonomy"),
    ("pairs", "Pairs of skills"),
    ("breaks", "What breaks first"),
    ("cost", "Cost and steps"),
    ("validity", "Validity"),
    ("reading", "How to read this"),
)
_WEAKEST = 12
_SKILLS_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A node of the explorer: one estimate an agent, and the nodes below."""

    branch: Branch
    cells: tuple[Estimate, ...]
    children: tuple["Item", ...]


def render_page(report: Report) -> str:
    """Return the HTML text of a report. Everything that comes from logs is escaped."""
    import jinja2

    loader = jinja2.FileSystemLoader(TEMPLATES)
    env = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    env.filters |= {"percent": verdict.percent, "points": verdict.points, "plain": plain}
    env.globals |= {
        "interval": verdict.interval,
        "basis": verdict.basis,
        "findings": verdict.findings,
        "geometry": charts,
        "grouped": grouped,
        "weakest": weakest,
        "folder": lambda path: str(PurePath(path).parent),
        "gap_rows": gap_rows,
        "spoken": spoken,
        "stopped_by": stopped_by,
        "population": POPULATION,
        "words": _WORDS,
        "worth_showing": worth_showing,
        "viewer": viewer,
    }
    css = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return env.get_template("page.html.j2").render(css=_trusted(css), **_context(report)).strip() + "\n"


def _trusted(css: str) -> Any:
    """Mark our own style sheet as markup: nothing of a log is in it."""
    from markupsafe import Markup

    return Markup(css)


def _context(report: Report) -> dict[str, Any]:
    agents = report.measured
    record = report.runs[0].record
    figures = (record.splits or {}).get("figures", {})
    synthesis = record.synthesis or {}
    shared = [a for a in agents if a.branches]
    return {
        "report": report,
        "title": ", ".join(a.record.label for a in agents),
        "sentence": verdict.headline(report),
        "contents": [part for part in CONTENTS if part[0] != "origin" or has_origin(agents)],
        "origin": has_origin(agents),
        "charts_": {
            "k": [charts.k_chart(a, i) for i, a in enumerate(agents)],
            "span": charts.category_chart("Success by span", agents, [a.by_span for a in agents], "span {}"),
            "novelty": charts.category_chart(
                "Success by novelty", agents, [a.by_novelty for a in agents], "novelty {}"
            ),
        },
        "maps": [charts.taxonomy_map(a.branches) for a in agents] if len(shared) == len(agents) else [],
        "explorer": explorer(agents) if len(shared) == len(agents) else (),
        "pair_maps": [charts.pair_map(a) for a in agents],
        "passes": any(a.passes for a in agents),
        "synthesis": synthesis,
        "rejected": sorted(synthesis.get("rejected", {}).items(), key=lambda item: (-item[1], item[0])),
        "audit": audit_rows(report),
        "audited": record.audit or {},
        "sizes": figures.get("sizes", {}),
        "divergence": figures.get("divergence", {}),
        "enough": (ENOUGH_ROLLOUTS, ENOUGH_COMBINATIONS),
        "version": __version__,
        "total": f"{sum(len(a.rollouts) for a in report.runs):,}",
        "log_count": sum(len(a.record.logs) for a in report.runs),
    }


def has_origin(agents: Sequence[Analysis]) -> bool:
    """Return whether anything is to be said that only tasks have that others wrote."""
    return any(a.by_idle or a.by_group or a.measures for a in agents)


def explorer(agents: Sequence[Analysis]) -> tuple[Item, ...]:
    """Return the tree of the first agent's taxonomy, with every agent's figures where its own tree has the node."""
    figures = [{(b.id, b.name): b.success for b in a.branches} for a in agents]
    nothing = Estimate(rate=None, low=None, high=None, n=0, combinations=0)
    children: dict[str | None, list[Branch]] = defaultdict(list)
    for branch in agents[0].branches:
        children[branch.parent].append(branch)

    def item(branch: Branch) -> Item:
        cells = tuple(each.get((branch.id, branch.name), nothing) for each in figures)
        return Item(branch=branch, cells=cells, children=tuple(map(item, children[branch.id])))

    return tuple(map(item, children[None]))


def grouped(analysis: Analysis) -> list[tuple[str, list[Failure]]]:
    """Return the failures that are shown by the skill that broke first, in the order in which they were chosen."""
    found: dict[str, list[Failure]] = defaultdict(list)
    for failure in analysis.failures:
        found[failure.rollout.first_broken or ""].append(failure)
    return sorted(found.items(), key=lambda item: (-analysis.first_breaks.get(item[0], 0), item[0]))


def weakest(analysis: Analysis) -> list[tuple[tuple[str, str], Estimate]]:
    """Return the pairs with the lowest success among those with enough rollouts to colour."""
    tried = [(p, e) for p, e in analysis.pairs.items() if e.rate is not None and e.n >= charts.PAIR_ENOUGH]
    return sorted(tried, key=lambda item: (item[1].rate or 0.0, -item[1].n, item[0]))[:_WEAKEST]


def spoken(model: Logit) -> list[Coefficient]:
    """Return the coefficients that a page says in words: all steps, and the skills that matter beyond chance."""
    return [c for c in model.coefficients if c.kind != "skill" or (not c.note and (c.low > 0 or c.high < 0))]


def worth_showing(analysis: Analysis) -> int:
    """Return how many skills stand in the open: those that began failures, at most a dozen; at least three."""
    began = sum(row.flagged or analysis.first_breaks.get(row.skill, 0) > 0 for row in analysis.skills)
    return max(3, min(_SKILLS_SHOWN, began))


def viewer(rollout: Rollout) -> str:
    """Return where ``inspect view --log-dir FOLDER`` shows a rollout, with its log's own folder as FOLDER."""
    parts = (PurePath(rollout.log).name, "samples", "sample", rollout.sample, str(rollout.epoch))
    return VIEWER + "/".join(quote(part, safe="") for part in parts) + "/"


def plain(value: float | None, digits: int = 1) -> str:
    """Return a number with its digits, a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


_WORDS: Mapping[str, Any] = {
    "novelty": lambda v: f"novelty {v}",
    "span": lambda v: f"span {v}",
    "k_span": lambda v: f"k = {v[0]}, span {v[1]}",
    "plain": str,
}
