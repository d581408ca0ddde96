"""A gate's verdict as JSON and as Markdown."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from skillweave.reports.gate.broken import Broken, Suspect
from skillweave.reports.gate.config import GateConfig
from skillweave.reports.gate.decide import Gate, Verdict, exit_code
from skillweave.reports.gate.look import SliceResult, Status
from skillweave.reports.gate.parting import Parting
from skillweave.reports.gate.results import Results
from skillweave.reports.gate.slices import ALL

GATE_SCHEMA = "skillweave.gate/1"
SHOWN = 10
"""skills, branches and tasks listed in the summary; JSON has them all"""
_MARKS = {
    Verdict.PASS: "PASS",
    Verdict.REGRESSION: "REGRESSION",
    Verdict.INCONCLUSIVE: "INCONCLUSIVE",
    Verdict.UNDECIDABLE: "NOT DECIDABLE",
}


def to_json(gate: Gate, *, strict: bool, partings: Sequence[Parting] = ()) -> dict[str, Any]:
    """Return the verdict as plain JSON; ``exit_code`` is what the command exits with."""
    return {
        "schema": GATE_SCHEMA,
        "verdict": str(gate.verdict),
        "strict": strict,
        "exit_code": exit_code(gate.verdict, strict=strict),
        "reasons": list(gate.reasons),
        "baseline": _run(gate.baseline),
        "candidate": _run(gate.candidate),
        "config": gate.config.model_dump(mode="json", exclude={"baseline", "candidate", "quarantine", "run"}),
        "looks": [
            {
                "number": look.number,
                "alpha": look.alpha,
                "tasks": look.tasks,
                "slices": [_slice(s) for s in look.slices],
            }
            for look in gate.looks
        ],
        "broken": None if gate.broken is None else asdict(gate.broken),
        "partings": [asdict(p) for p in partings],
        "quarantined": dict(gate.quarantined),
        "warnings": list(gate.warnings),
    }


def _run(results: Results) -> dict[str, Any]:
    head = results.model_dump(mode="json", by_alias=True, exclude={"tasks", "schema_"})
    return head | {"tasks": len(results.tasks), "scored": sum(t.of for t in results.tasks)}


def _slice(s: SliceResult) -> dict[str, Any]:
    test = s.test
    return {
        "slice": str(s.key),
        "dimension": s.key.dimension,
        "value": s.key.value,
        "status": str(s.status),
        "blocks": s.blocks,
        "baseline": s.before,
        "candidate": s.after,
        "difference": None if test is None else test.mean,
        "low": None if test is None else test.low,
        "high": None if test is None else test.high,
        "p": None if test is None else test.worse,
        "alpha": s.alpha,
        "tasks": 0 if test is None else test.tasks,
        "combinations": 0 if test is None else test.combinations,
        "method": None if test is None else test.method,
        "detectable": s.detectable,
        "power": s.power,
    }


def to_markdown(gate: Gate, *, strict: bool, partings: Sequence[Parting] = ()) -> str:
    """Return the summary that a release engineer reads first."""
    code = exit_code(gate.verdict, strict=strict)
    parts = [f"## Skillweave gate: {_MARKS[gate.verdict]}", ""]
    parts += [f"- {reason}" for reason in gate.reasons]
    parts += ["", f"Baseline: {_line(gate.baseline)}  ", f"Candidate: {_line(gate.candidate)}  ", f"Exit code: {code}"]
    parts += ["", *(f"> {warning}" for warning in gate.warnings)] if gate.warnings else []
    parts += _looks(gate)
    parts += _broken(gate.broken) if gate.broken else []
    for parting in partings:
        parts += _parting(parting)
    if gate.quarantined:
        parts += ["", "### In quarantine (in no figure above)", ""]
        parts += [f"- `{task}`: {why}" for task, why in sorted(gate.quarantined.items())]
    return "\n".join(parts) + "\n"


def _line(results: Results) -> str:
    return f"{results.label}, {len(results.tasks)} tasks, {results.epochs} epochs, {results.created[:10]}"


def _looks(gate: Gate) -> list[str]:
    if not gate.looks:
        return []
    look = gate.looks[-1]
    found = [""]
    if gate.config.looks == 2:
        early = gate.looks[0].number == 1 and gate.looks[0].regressed
        found += [f"Look {look.number} of 2: {look.tasks} tasks{'; stopped early' if early else ''}.", ""]
    heads = headings(gate.config)
    rows = shown(gate)
    found += [_row(heads), _row(["---"] * len(heads)), *(_row(cells_of(s)) for s in rows)]
    hidden = len(look.slices) - len(rows)
    found += [
        "",
        "MDE: the smallest true drop, in points, seen with "
        f"{gate.config.power:.0%} probability at that slice's alpha. A slice that is *undecidable* has too few "
        "combinations for any outcome to be told from chance: it is no pass.",
    ]
    if hidden:
        found += [f"{hidden} further slices by {', '.join(gate.config.search)} are too small to be tested."]
    return found


def headings(config: GateConfig) -> list[str]:
    """Return the headings of the table of slices."""
    heads = ["slice", "verdict", "baseline", "candidate", "difference (95%)", "p", "alpha", "tasks", "comb.", "MDE"]
    return [*heads, f"power at {100 * config.target_drop:g}"]


def shown(gate: Gate) -> list[SliceResult]:
    """Return the slices that a reader sees: those searched in vain for want of combinations are only counted."""
    return [s for s in gate.slices if s.blocks or s.status is not Status.UNDECIDABLE]


def cells_of(s: SliceResult) -> list[str]:
    """Return a row of the table of slices."""
    name = "**all tasks**" if s.key.dimension == ALL else str(s.key)
    strong = s.status in (Status.REGRESSION, Status.MISSING)
    verdict = f"**{s.status}**" if strong else str(s.status)
    if s.test is None:
        return [name, verdict, *["-"] * 9]
    t = s.test
    return [
        name,
        verdict,
        _percent(s.before),
        _percent(s.after),
        f"{100 * t.mean:+.1f} ({100 * t.low:+.1f} to {100 * t.high:+.1f})",
        f"{t.worse:.4f}",
        "-" if s.alpha is None else f"{s.alpha:.4f}",
        str(t.tasks),
        str(t.combinations),
        "-" if s.detectable is None else f"{100 * s.detectable:.1f}",
        "-" if s.power is None else f"{s.power:.0%}",
    ]


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _broken(broken: Broken) -> list[str]:
    if not broken.worse:
        return ["", "No task went worse than in the baseline."]
    found = ["", "### What broke", ""]
    found += [f"{len(broken.worse)} tasks went worse, {len(broken.better)} better."]
    for title, rows in (("skill", broken.skills), ("branch", broken.branches)):
        found += ["", *_suspects(title, rows)] if rows else []
    found += ["", _row(("task", "baseline", "candidate", "broke first")), _row(["---"] * 4)]
    for flip in broken.worse[:SHOWN]:
        found.append(_row((f"`{flip.task}`", flip.before, flip.after, flip.broke or "-")))
    if len(broken.worse) > SHOWN:
        found += ["", f"and {len(broken.worse) - SHOWN} more"]
    return found


def _suspects(title: str, rows: Sequence[Suspect]) -> list[str]:
    heads = (
        title,
        "tasks worse",
        "tasks better",
        "of",
        *(("failures it broke first, more",) if title == "skill" else ()),
    )
    found = [_row(heads), _row(["---"] * len(heads))]
    for s in rows[:SHOWN]:
        cells = [s.name, str(s.worse), str(s.better), str(s.of)]
        found.append(_row([*cells, f"{s.broke_first:+d}"] if title == "skill" else cells))
    return found


def _parting(p: Parting) -> list[str]:
    """Return one task side by side, from where the two rollouts part."""
    start = f"the same {p.common} steps, up to `{_code(p.last)}`" if p.common else "from the start on"
    rows = max(len(p.baseline), len(p.candidate))
    cells = [(_at(p.baseline, i), _at(p.candidate, i)) for i in range(rows)]
    found = ["", f"`{p.task}`: {start}, then", "", _row(("baseline", "candidate")), _row(("---", "---"))]
    found += [_row(pair) for pair in cells]
    return [*found, "", f"The scorer: {p.finding}"] if p.finding else found


def _at(steps: Sequence[str], place: int) -> str:
    return f"`{_code(steps[place])}`" if place < len(steps) else ""


def _code(text: str) -> str:
    return text.replace("|", "\\|").replace("`", "'")
