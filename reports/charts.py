"""Where the marks of the page's charts stand. The templates draw them as SVG: x in percent, y in pixels.

With x in percent a chart takes the width it is given while its text keeps its size: readable on a phone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skillweave.reports.analysis import Analysis
from skillweave.reports.branches import Branch, leaf_order
from skillweave.reports.independence import AtK
from skillweave.reports.intervals import Estimate

TOP, BOTTOM = 26, 226
"""y of 100% and of 0%"""
LEFT = 9.0
"""percent of the width kept for the axis labels"""
BANDS = 10
"""bands of success that share a colour: cividis, from dark blue (failure) to yellow (success)"""
ROW = 22
MAX_ROWS = 120
CELL, LARGE_CELL, FEW_SKILLS = 15, 21, 26
"""pixels a side of a pair's cell: large with few skills"""
MAX_PAIR_SKILLS = 72
PAIR_ENOUGH = 5
"""rollouts from which a pair's cell is coloured"""


def height(rate: float) -> float:
    """Return the y of a rate."""
    return round(BOTTOM - (BOTTOM - TOP) * rate, 2)


def band(rate: float | None) -> int:
    """Return the colour band of a rate, -1 without one.

    >>> [band(r) for r in (0.0, 0.09, 0.3, 0.99, 1.0, None)]
    [0, 0, 3, 9, 9, -1]
    """
    return -1 if rate is None else min(BANDS - 1, int(rate * BANDS + 1e-9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A rate with its whisker."""

    x: float
    shift: int
    """pixels sideways, so that series do not hide each other"""
    y: float
    top: float
    bottom: float
    text: str
    title: str
    enough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One agent's marks."""

    label: str
    index: int
    marks: tuple[Mark, ...]
    kind: str = "observed"
    """observed (dots) or predicted (hollow diamonds)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Rates over ordered categories."""

    title: str
    categories: tuple[tuple[float, str, str], ...]
    """x, name, and what stands below it"""
    series: tuple[Series, ...]

    def summary(self) -> str:
        """Return the chart in words, for those who cannot see it."""
        parts = []
        for series in self.series:
            values = ", ".join(mark.title for mark in series.marks)
            parts.append(f"{series.label}: {values or 'nothing measured'}")
        return f"{self.title}. " + ". ".join(parts)


def _xs(count: int) -> list[float]:
    return [round(LEFT + (100 - LEFT) * (i + 0.5) / count, 3) for i in range(count)]


def _mark(
    x: float, shift: int, name: str, values: tuple[float | None, ...], *, note: str, enough: bool, labelled: bool
) -> Mark | None:
    rate, low, high = values
    if rate is None:
        return None
    low, high = (rate if low is None else low), (rate if high is None else high)
    said = f"{name}: {100 * rate:.1f}% [{100 * low:.1f}, {100 * high:.1f}]{note}"
    text = f"{100 * rate:.0f}" if labelled else ""
    return Mark(
        x=x,
        shift=shift,
        y=height(rate),
        top=height(high),
        bottom=height(low),
        text=text,
        title=said,
        enough=enough,
    )


def k_chart(analysis: Analysis, index: int = 0) -> Chart:
    """Return success by k beside the prediction from the skills alone; ``index`` is the agent's place in the report."""
    rows = analysis.by_k
    xs = _xs(len(rows))
    guesses = [_predicted(at, x) for at, x in zip(rows, xs, strict=True)]
    predicted = any(guesses)
    observed = [_observed(at, x, -7 if predicted else 0) for at, x in zip(rows, xs, strict=True)]
    series = [Series(label="observed", index=index, marks=tuple(m for m in observed if m))]
    if predicted:
        marks = tuple(m for m in guesses if m)
        series.append(
            Series(label="predicted, if the skills failed independently", index=index, marks=marks, kind="predicted")
        )
    return Chart(
        title=f"Success by number of skills, {analysis.record.label}",
        categories=tuple((x, f"k = {at.k}", f"n {at.observed.n}") for at, x in zip(rows, xs, strict=True)),
        series=tuple(series),
    )


def _observed(at: AtK, x: float, shift: int) -> Mark | None:
    e = at.observed
    note = f", n {e.n}, {e.combinations} combinations"
    return _mark(x, shift, f"k = {at.k}", (e.rate, e.low, e.high), note=note, enough=e.enough, labelled=True)


def _predicted(at: AtK, x: float) -> Mark | None:
    """Return the mark of a prediction; none where it rests on so few combinations that it has no interval."""
    if at.predicted_low is None:
        return None
    values = (at.predicted, at.predicted_low, at.predicted_high)
    return _mark(x, 9, f"k = {at.k}", values, note=" predicted", enough=not at.note, labelled=False)


def category_chart(
    title: str, analyses: Sequence[Analysis], cells: Sequence[Mapping[Any, Estimate]], name: str
) -> Chart:
    """Return success over the values of a cut, one series an agent; ``name`` words a value, with ``{}`` for it."""
    values = sorted({value for each in cells for value in each})
    xs = dict(zip(values, _xs(len(values)), strict=True)) if values else {}
    width = min(30, 150 // max(1, len(analyses)))
    series = []
    for i, (analysis, each) in enumerate(zip(analyses, cells, strict=True)):
        shift = round((i - (len(analyses) - 1) / 2) * width)
        marks = [
            _mark(
                xs[v],
                shift,
                name.format(v),
                (each[v].rate, each[v].low, each[v].high),
                note=f", n {each[v].n}, {each[v].combinations} combinations",
                enough=each[v].enough,
                labelled=len(analyses) <= 2,
            )
            for v in values
            if v in each
        ]
        series.append(Series(label=analysis.record.label, index=i, marks=tuple(m for m in marks if m)))
    below = {v: _sizes([each[v].n for each in cells if v in each]) for v in values}
    return Chart(
        title=title,
        categories=tuple((xs[v], name.format(v), below[v]) for v in values),
        series=tuple(series),
    )


def _sizes(counts: Sequence[int]) -> str:
    low, high = min(counts), max(counts)
    return f"n {low}" if low == high else f"n {low}–{high}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One node of the taxonomy map."""

    branch: Branch
    x: float
    width: float
    y: float
    height: float
    band: int
    """colour band, -1 where too little was tried"""
    text: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomyMap:
    """The tree from left (root) to right (skills), each node as high as the skills below it."""

    blocks: tuple[Block, ...]
    height: int
    hidden: int
    """levels left out because the tree has too many leaves to show"""


def taxonomy_map(nodes: Sequence[Branch]) -> TaxonomyMap:
    """Return the blocks of a taxonomy; levels below the deepest that fits in ``MAX_ROWS`` rows are left out."""
    children: dict[str | None, list[Branch]] = defaultdict(list)
    for node in nodes:
        children[node.parent].append(node)
    deepest = max((n.level for n in nodes), default=0)
    depth = deepest
    while depth > 1 and _ends(children, depth) > MAX_ROWS:
        depth -= 1
    first = 8.0
    step = (100 - first) / max(1, depth)
    blocks: list[Block] = []

    def place(node: Branch, row: int) -> int:
        below = children[node.id] if node.level < depth else []
        end = row
        for child in below:
            end = place(child, end)
        end = max(end, row + 1)
        left = 0.0 if node.level == 0 else first + step * (node.level - 1)
        width = first if node.level == 0 else (step if below or node.level == depth else 100 - left)
        blocks.append(_block(node, left, width, row, end))
        return end

    rows = sum(place(root, 0) for root in children[None])
    return TaxonomyMap(blocks=tuple(reversed(blocks)), height=rows * ROW, hidden=deepest - depth)


def _ends(children: Mapping[str | None, Sequence[Branch]], depth: int) -> int:
    nodes = [n for group in children.values() for n in group]
    return sum(n.level == depth or (n.level < depth and not children.get(n.id)) for n in nodes)


def _block(node: Branch, left: float, width: float, row: int, end: int) -> Block:
    e = node.success
    said = "never tried" if e.rate is None else f"{100 * e.rate:.0f}% of {e.n}"
    interval = "" if e.low is None or e.high is None else f" [{100 * e.low:.0f}, {100 * e.high:.0f}]"
    few = "" if e.enough or e.rate is None else ", too few to read"
    return Block(
        branch=node,
        x=round(left, 3),
        width=round(width, 3),
        y=row * ROW,
        height=(end - row) * ROW,
        band=band(e.rate) if e.enough else -1,
        text="" if e.rate is None else f"{100 * e.rate:.0f}",
        title=f"{node.name}: {said}{interval}, {e.combinations} combinations{few}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMap:
    """Success of tasks that contain both of two skills: the lower triangle, skills in the tree's order."""

    skills: tuple[str, ...]
    cells: tuple[tuple[int, int, int, str], ...]
    """row, column, colour band (-1 too few), words"""
    side: int
    left_out: int
    groups: bool
    """True where rows are groups of skills; then the diagonal holds tasks with two skills of one group"""


def pair_map(analysis: Analysis) -> PairMap:
    """Return the map, over groups of skills where there are many; beyond ``MAX_PAIR_SKILLS`` only the most tried."""
    pairs = analysis.group_pairs or analysis.pairs
    tried: dict[str, int] = defaultdict(int)
    for pair, e in pairs.items():
        for skill in pair:
            tried[skill] += e.n
    kept = set(sorted(tried, key=lambda s: (-tried[s], s))[:MAX_PAIR_SKILLS])
    order = [s for s in leaf_order(analysis.branches) if s in kept]
    order += sorted(kept - set(order), key=_by_number)
    place = {s: i for i, s in enumerate(order)}
    cells = []
    for (a, b), e in pairs.items():
        if a in place and b in place and e.rate is not None:
            row, column = max(place[a], place[b]), min(place[a], place[b])
            words = f"{order[row]} with {order[column]}: {100 * e.rate:.0f}% of {e.n}"
            cells.append((row, column, band(e.rate) if e.n >= PAIR_ENOUGH else -1, words))
    return PairMap(
        skills=tuple(order),
        cells=tuple(sorted(cells)),
        side=LARGE_CELL if len(order) <= FEW_SKILLS else CELL,
        left_out=len(tried) - len(kept),
        groups=bool(analysis.group_pairs),
    )


def _by_number(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts 'T.10' behind 'T.2'."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in name.replace(" ", ".").split(".")]
