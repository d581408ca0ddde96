"""The report's charts for print and slides: Matplotlib, as SVG and PNG. The same figures give the same bytes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from skillweave.reports import charts
from skillweave.reports.analysis import Report
from skillweave.reports.intervals import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, GRID = "#16191d", "#575f69", "#e2e5e8"
SERIES = ("#0a6459", "#b04a00", "#5a45a8", "#8a1e5c", "#49606f", "#6d6300")
MARKERS = "os^DvP"
FEW = "#dadde0"
MAX_SKILLS = 30
_STYLE: dict[str, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": MUTED,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "svg.hashsalt": "skillweave",
    "svg.fonttype": "none",
    "figure.constrained_layout.use": True,
}


def figures(report: Report) -> dict[str, bytes]:
    """Return file name -> bytes: each figure as .svg and .png; figures without data are left out."""
    drawn: dict[str, Callable[[Report], Figure | None]] = {
        "by_k": _by_k,
        "by_span": lambda r: _by(r, "by_span", "span"),
        "by_novelty": lambda r: _by(r, "by_novelty", "novelty"),
        "skills": _skills,
        "taxonomy": _taxonomy,
        "pairs": _pairs,
    }
    found: dict[str, bytes] = {}
    with _style():
        for name, draw in drawn.items():
            figure = draw(report)
            if figure is not None:
                if any(a.record.simulated for a in report.measured[: None if name.startswith("by_") else 1]):
                    figure.suptitle("SIMULATED, not a real result", color="#8f3a00", fontsize=9, fontweight="bold")
                figure.draw_without_rendering()
                figure.set_layout_engine("none")
                found |= {f"{name}.{kind}": _bytes(figure, kind) for kind in ("svg", "png")}
    return found


@contextmanager
def _style() -> Iterator[None]:
    import matplotlib

    style: Any = _STYLE
    with matplotlib.rc_context(style):
        yield


def _new(rows: int, columns: int, size: tuple[float, float]) -> tuple["Figure", list["Axes"]]:
    """Return a figure that no window and no global state knows of."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size)
    return figure, list(figure.subplots(rows, columns, squeeze=False).flat)


def _bytes(figure: "Figure", kind: str) -> bytes:
    buffer = BytesIO()
    # Without these the file would carry the time and the version of Matplotlib.
    metadata = {"Date": None, "Creator": None} if kind == "svg" else {"Software": None}
    figure.savefig(buffer, format=kind, dpi=160, metadata=metadata)
    return buffer.getvalue()


def _rates(axes: "Axes") -> None:
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100%"])
    axes.grid(axis="y", color=GRID)


def _whiskers(axes: "Axes", xs: Sequence[float], cells: Sequence[Estimate], index: int, **options: Any) -> None:
    """Draw rates with intervals; cells that rest on too little are grey."""
    known = [(x, e) for x, e in zip(xs, cells, strict=True) if e.rate is not None]
    axes.plot([x for x, _ in known], [e.rate or 0.0 for _, e in known], color=SERIES[index % 6], lw=0.9, alpha=0.5)
    for x, e in known:
        rate, low, high = e.rate or 0.0, e.low or 0.0, e.high or 0.0
        axes.errorbar(
            x,
            rate,
            yerr=[[max(0.0, rate - low)], [max(0.0, high - rate)]],
            fmt=MARKERS[index % 6],
            color=SERIES[index % 6] if e.enough else MUTED,
            mfc=None if e.enough else "white",
            ms=5,
            lw=1.6,
            **options,
        )


def _by_k(report: Report) -> "Figure | None":
    agents = report.measured
    figure, panels = _new(1, len(agents), (max(4.6, 3.3 * len(agents)), 3.2))
    for i, (axes, a) in enumerate(zip(panels, agents, strict=True)):
        xs = [float(at.k) for at in a.by_k]
        _whiskers(axes, [x - 0.07 for x in xs], [at.observed for at in a.by_k], i)
        known = [at for at in a.by_k if at.predicted_low is not None]
        for at in known:
            axes.plot([at.k + 0.09] * 2, [at.predicted_low or 0.0, at.predicted_high or 0.0], color=MUTED, lw=1)
        axes.plot(
            [at.k + 0.09 for at in known],
            [at.predicted or 0.0 for at in known],
            "D",
            ls=":",
            color=MUTED,
            mfc="white",
            ms=5,
            lw=1,
            label="if the skills failed independently",
        )
        axes.set_xticks(xs, [f"{at.k}\nn {at.observed.n}" for at in a.by_k])
        axes.set_xlim(min(xs) - 0.5, max(xs) + 0.5)
        axes.set_xlabel("skills in the task (k)")
        axes.set_title(a.record.label)
        _rates(axes)
        if known:
            axes.legend(frameon=False, fontsize=8, loc="lower left")
    return figure


def _by(report: Report, field: str, name: str) -> "Figure | None":
    cells: list[Mapping[Any, Estimate]] = [getattr(a, field) for a in report.measured]
    values = sorted({v for each in cells for v in each})
    if not values:
        return None
    figure, (axes,) = _new(1, 1, (5.2, 3.2))
    for i, (a, each) in enumerate(zip(report.measured, cells, strict=True)):
        shift = (i - (len(cells) - 1) / 2) * 0.12
        here = [v for v in values if v in each]
        _whiskers(axes, [values.index(v) + shift for v in here], [each[v] for v in here], i)
        axes.plot([], [], MARKERS[i % 6], color=SERIES[i % 6], label=a.record.label, ms=5)
    axes.set_xticks(range(len(values)), [str(v) for v in values])
    axes.set_xlim(-0.6, len(values) - 0.4)
    axes.set_xlabel(name)
    _rates(axes)
    axes.legend(frameon=False, fontsize=8, loc="lower left")
    return figure


def _skills(report: Report) -> "Figure | None":
    a = report.measured[0]
    rows = [row for row in a.skills if row.broke_first.rate is not None][:MAX_SKILLS]
    if not rows:
        return None
    figure, (axes,) = _new(1, 1, (6.0, 0.9 + 0.22 * len(rows)))
    for y, row in enumerate(rows):
        e = row.broke_first
        colour = "#8f3a00" if row.flagged else (SERIES[0] if e.enough else MUTED)
        axes.plot([e.low or 0.0, e.high or 0.0], [y, y], color=colour, lw=1.6)
        axes.plot(e.rate or 0.0, y, "o", color=colour, ms=5)
    axes.set_yticks(range(len(rows)), [f"{row.skill}  (n {row.broke_first.n})" for row in rows])
    axes.invert_yaxis()
    axes.set_xlim(-0.01, 1)
    axes.grid(axis="x", color=GRID)
    axes.set_xlabel("how often it broke first (brown: more than the others)")
    axes.set_title(a.record.label)
    return figure


def _taxonomy(report: Report) -> "Figure | None":
    a = report.measured[0]
    if not a.branches:
        return None
    shown = charts.taxonomy_map(a.branches)
    figure, (axes,) = _new(1, 1, (9.0, max(2.0, shown.height / 92)))
    _tiles(axes, [(b.x, b.y, b.width, b.height, b.band) for b in shown.blocks])
    for block in shown.blocks:
        ink = _colour(block.band)[1]
        name = block.branch.name if block.branch.level else "all"
        text = f"{name}  {block.text}" if block.width > 10 else block.text
        axes.text(block.x + 0.6, block.y + block.height / 2, text, va="center", color=ink, fontsize=7, clip_on=True)
    axes.set_xlim(0, 100)
    axes.set_ylim(shown.height, 0)
    axes.axis("off")
    axes.set_title(f"Success (%) of tasks that touch a branch, {a.record.label}")
    return figure


def _pairs(report: Report) -> "Figure | None":
    a = report.measured[0]
    shown = charts.pair_map(a)
    if not shown.skills:
        return None
    size = len(shown.skills)
    side = max(3.5, 0.17 * size + 1.6)
    figure, (axes,) = _new(1, 1, (side + 1, side))
    _tiles(axes, [(column - 0.5, row - 0.5, 1.0, 1.0, band) for row, column, band, _ in shown.cells])
    for i, skill in enumerate(shown.skills):
        axes.text(i - 0.4 + shown.groups, i, skill, va="center", fontsize=6, color=MUTED)
    axes.set_xlim(-0.6, size + 6)
    axes.set_ylim(size - 0.4, -0.6)
    axes.set_aspect("equal")
    axes.axis("off")
    what = "skills of both groups" if shown.groups else "both skills"
    axes.set_title(f"Success of tasks with {what}, {a.record.label}")
    return figure


def _tiles(axes: "Axes", tiles: Sequence[tuple[float, float, float, float, int]]) -> None:
    """Draw rectangles given as (x, y, width, height, band) in one go: many single ones are slow to lay out."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    shapes = [Rectangle((x, y), width, height) for x, y, width, height, _ in tiles]
    faces = [_colour(band)[0] for *_, band in tiles]
    axes.add_collection(PatchCollection(shapes, facecolors=faces, edgecolors="white", linewidths=1))


def _colour(band: int) -> tuple[str, str]:
    """Return the fill of a band and the ink that can be read on it."""
    import matplotlib
    from matplotlib.colors import to_hex

    if band < 0:
        return FEW, MUTED
    return to_hex(matplotlib.colormaps["cividis"](band / (charts.BANDS - 1))), "#ffffff" if band < 5 else "#0c0e10"
