"""The report in sentences: what a reader should take away, each with its number and its limits."""

from collections.abc import Sequence

from skillweave.reports.analysis import Analysis, Report
from skillweave.reports.independence import AtK
from skillweave.reports.intervals import Estimate
from skillweave.reports.origins import IDLE, REST


def percent(value: float | None, digits: int = 1) -> str:
    """Return a fraction as a percentage, a dash where there is none.

    >>> percent(0.625), percent(None), percent(1.0, 0)
    ('62.5%', '–', '100%')
    """
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """Return an interval of fractions in percent.

    >>> interval(0.5123, 0.6)
    '51.2–60.0%'
    """
    return "–" if low is None or high is None else f"{100 * low:.{digits}f}–{100 * high:.{digits}f}%"


def points(value: float | None, digits: int = 1) -> str:
    """Return a difference of fractions in percentage points, with its sign.

    >>> points(-0.084), points(0.02)
    ('−8.4', '+2.0')
    """
    if value is None:
        return "–"
    text = f"{100 * abs(value):.{digits}f}"
    return ("−" if value < 0 and float(text) else "+") + text


def headline(report: Report) -> str:
    """Return the one sentence that the report opens with."""
    first = report.measured[0]
    who = "The simulated agent " if first.record.simulated else ""
    tasks = len({r.sample for r in first.rollouts})
    text = f"{who}{first.record.label} completed {percent(first.headline.rate)} of {tasks} tasks"
    text += f" that need {_sizes(first)} at once." if first.composed.n else " of one skill each."
    if len(report.measured) > 1:
        order = sorted(report.measured, key=lambda a: -(a.headline.rate or 0.0))
        best, rest = order[0], order[1:]
        others = [f"{a.record.label} {percent(a.headline.rate)}" for a in (rest if len(rest) < 4 else rest[-1:])]
        between = "" if len(rest) < 4 else f"{len(rest) - 1} agents in between, "
        text = (
            f"{best.record.label} completes {percent(best.headline.rate)} of its tasks, {between}{', '.join(others)}."
        )
    return text


def _sizes(analysis: Analysis) -> str:
    sizes = sorted(analysis.steps)
    return f"{sizes[0]} skills" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]} skills"


def basis(analysis: Analysis) -> str:
    """Return what a headline rests on."""
    e = analysis.headline
    text = f"{_count(e.n, 'rollout')}, {_count(e.combinations, 'combination')}"
    return text + (f", {e.unscored} unscored and left out" if e.unscored else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def findings(analysis: Analysis) -> list[str]:
    """Return what stands out in one run, the most useful first; each sentence keeps to what the intervals allow."""
    made = (
        _idle(analysis),
        _over_k(analysis.by_k),
        _independence(analysis.by_k),
        _weak(analysis),
        _slices(analysis),
        _variants(analysis),
        _ladder(analysis),
        _span(analysis),
    )
    return [sentence for sentence in (*made, _limits(analysis)) if sentence]


def _idle(analysis: Analysis) -> str:
    """Say what is left of success where doing nothing does not pass."""
    rest, free = analysis.by_idle.get(REST), analysis.by_idle.get(IDLE)
    if free is None:
        return ""
    if rest is None or rest.rate is None:
        return f"Doing nothing passes every task ({_count(free.n, 'rollout')})."
    between = f"95% interval {interval(rest.low, rest.high)}, n {rest.n}"
    return (
        f"Doing nothing passes the tasks of {_count(free.n, 'rollout')}, of which {percent(free.rate)} succeed; "
        f"of the rest {percent(rest.rate)} ({between})."
    )


def _over_k(rows: Sequence[AtK]) -> str:
    read = [at for at in rows if at.observed.enough and at.k >= 1]
    if len(read) < 2:
        return ""
    first, last = read[0], read[-1]
    return (
        f"Success goes from {percent(first.observed.rate)} at k = {first.k} "
        f"to {percent(last.observed.rate)} at k = {last.k}."
    )


def _independence(rows: Sequence[AtK]) -> str:
    measured = [at for at in rows if at.gap is not None]
    if not measured:
        return ""
    at = measured[-1]
    between = f"{points(at.gap)} points, 95% interval {points(at.gap_low)} to {points(at.gap_high)}"
    seen = f"observed {percent(at.covered_rate)} ({between})"
    part = f", over the {_count(at.covered, 'rollout')} whose every skill was run alone,"
    over = "" if at.covered == at.observed.n else part
    said = f"At k = {at.k}{over} the skills alone predict {percent(at.predicted)}; {seen}"
    if at.gap_high is not None and at.gap_high < 0:
        return f"{said}: combining costs more than the skills' own failures."
    if at.gap_low is not None and at.gap_low > 0:
        return f"{said}: combinations do better than the skills alone predict, so the single-skill tasks may be harder."
    return f"{said}: no difference from independent failures can be told."


def _weak(analysis: Analysis) -> str:
    flagged = [row for row in analysis.skills if row.flagged]
    failures = sum(analysis.first_breaks.values())
    if not failures:
        return "No rollout failed."
    if not flagged:
        return f"No skill breaks first more often than the others ({_count(failures, 'failure')})."
    named = [f"{row.skill} ({analysis.first_breaks.get(row.skill, 0)})" for row in flagged[:4]]
    verb = "breaks" if len(flagged) == 1 else "break"
    more = f" and {len(flagged) - 4} more" if len(flagged) > 4 else ""
    return f"{', '.join(named)}{more} {verb} first more often than the other skills, of {_count(failures, 'failure')}."


def _slices(analysis: Analysis) -> str:
    """Name the pairs, spans and rungs that are worse than the rest, all else equal."""
    found = [f for f in analysis.flags if f.flagged and f.kind != "skill"]
    if not found:
        return ""
    named = [f"{f.name} ({points(f.difference)} points)" for f in found[:4]]
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    return f"Worse than the rest, all else equal: {', '.join(named)}{more}."


def _variants(analysis: Analysis) -> str:
    """Name the guises of the same plans that change success."""
    told = [v for v in analysis.variants if v.verdict in ("lower", "higher") and v.difference]
    if not told:
        return ""
    named = [f"{v.kind} ({points(v.difference.mean)} points)" for v in told if v.difference]
    return f"The same plans fare differently with other {', '.join(named)}."


def _ladder(analysis: Analysis) -> str:
    """Say what the difference in differences, or else the adjusted ladder, allows to say."""
    rows = [e for e in (analysis.did or analysis.adjusted) if e.enough]
    if not rows:
        return ""
    last = rows[-1]
    where = f"{points(last.difference)} points, 95% interval {points(last.low)} to {points(last.high)}"
    if analysis.did:
        told = last.high < 0 or last.low > 0
        said = "what exposure gains reaches less far" if last.high < 0 else "exposure gains more there"
        return f"At {last.name}, {said if told else 'no change in what exposure gains can be told'} ({where})."
    if last.high < 0:
        return f"At equal k, span and plan length, {last.name} is harder than the lowest rung ({where})."
    return f"At equal k, span and plan length, {last.name} is not told apart from the lowest rung ({where})."


def _span(analysis: Analysis) -> str:
    cells = [(span, e) for span, e in analysis.by_span.items() if e.enough]
    if len(cells) < 2:
        return ""
    (near, a), (far, b) = cells[0], cells[-1]
    apart = _apart(a, b)
    text = f"Span {near}: {percent(a.rate)}, span {far}: {percent(b.rate)}"
    return f"{text}; wide combinations are also larger ones, see the table by k and span." if apart else ""


def _apart(a: Estimate, b: Estimate) -> bool:
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return False
    return a.high < b.low or b.high < a.low


def _limits(analysis: Analysis) -> str:
    limited = sum(r.limit is not None and r.score == 0.0 for r in analysis.rollouts)
    return f"{_count(limited, 'failure')} ran into a limit; they count as failures." if limited else ""
