"""Pictures of a taxonomy and of its graph (Matplotlib): icicle, radial tree, entropy against height, degrees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from skillweave.taxonomy.artifacts import atomic_write
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.graph import Floats
from skillweave.taxonomy.node import Node
from skillweave.taxonomy.tree import Taxonomy

GREY = "#e8e8e8"


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLaw:
    """A continuous power law fitted to the tail of a sample: density proportional to x^-alpha from ``start`` on."""

    alpha: float
    start: float
    tail: int
    """Number of values in the tail."""
    distance: float
    """Kolmogorov-Smirnov distance between the tail and the fit."""


def fit_power_law(values: Floats, *, least_tail: int = 10) -> PowerLaw:
    """Return the power law of the tail that the Kolmogorov-Smirnov distance picks (Clauset et al. 2009, eqs. 3.1, 3.9).

    >>> x = (1 - np.linspace(0, 1, 2001)[:-1]) ** (-1 / 1.5)
    >>> round(fit_power_law(x).alpha, 1)
    2.5
    """
    ordered = np.sort(values[values > 0])
    if len(ordered) < least_tail:
        raise UserError(f"a power law needs at least {least_tail} positive degrees, got {len(ordered)}")
    best: PowerLaw | None = None
    starts = np.unique(ordered[: len(ordered) - least_tail + 1])
    for start in starts[:: max(1, len(starts) // 200)]:
        tail = ordered[ordered >= start]
        spread = float(np.sum(np.log(tail / start)))
        if spread <= 0:
            continue
        alpha = 1 + len(tail) / spread
        model = 1 - (tail / start) ** (1 - alpha)
        steps = np.arange(len(tail) + 1) / len(tail)
        distance = float(max(np.max(np.abs(model - steps[1:])), np.max(np.abs(model - steps[:-1]))))
        if best is None or distance < best.distance:
            best = PowerLaw(alpha=float(alpha), start=float(start), tail=len(tail), distance=distance)
    if best is None:
        raise UserError("all degrees are the same: no tail to fit a power law to")
    return best


def extents(taxonomy: Taxonomy) -> dict[str, tuple[float, float]]:
    """Return where each node begins and ends on a line of width 1: every leaf gets the same width."""
    leaves: dict[str, int] = {}
    for node in reversed(taxonomy.nodes):
        leaves[node.id] = 1 if node.skill is not None else sum(leaves[c.id] for c in taxonomy.children[node.id])
    total = len(taxonomy.skills)
    start: dict[str, float] = {taxonomy.nodes[0].id: 0.0}
    for node in taxonomy.nodes:
        at = start[node.id]
        for child in taxonomy.children.get(node.id, ()):
            start[child.id] = at
            at += leaves[child.id] / total
    return {node.id: (start[node.id], start[node.id] + leaves[node.id] / total) for node in taxonomy.nodes}


def _colours(taxonomy: Taxonomy, values: Mapping[str, float] | None) -> dict[str, Any]:
    """Return a colour per node: of its branch, or of its value in 0..1 (grey where there is none)."""
    from matplotlib import colormaps

    if values is not None:
        scale = colormaps["RdYlGn"]
        return {n.id: scale(0.1 + 0.8 * values[n.id]) if n.id in values else GREY for n in taxonomy.nodes}
    palette = colormaps["tab20"].colors  # type: ignore[attr-defined]
    colours: dict[str, Any] = {}
    branches = 0
    for node in taxonomy.nodes:
        if node.parent is None:
            colours[node.id] = GREY
        elif node.level == 1:
            # lightened, so that black names can be read on it
            base = np.asarray(palette[(2 * branches + branches // 10) % 20])
            colours[node.id] = tuple(base + (1 - base) * 0.35)
            branches += 1
        else:
            base = np.asarray(colours[node.parent][:3])
            colours[node.id] = tuple(base + (1 - base) * 0.25)
    return colours


def shorten(text: str, room: float) -> str:
    """Return the text cut with an ellipsis to so many characters; nothing where under four fit.

    >>> shorten("accounting", 6.9)
    'accou…'
    """
    if len(text) <= room:
        return text
    return text[: int(room) - 1] + "…" if room >= 4 else ""


def icicle(taxonomy: Taxonomy, *, values: Mapping[str, float] | None = None, height: float | None = None) -> Any:
    """Return a figure of the tree as nested bars, the root on the left; ``values`` (0..1 by node id) colour it.

    With up to 400 skills every one is written out; beyond that names stay where they fit.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    inches = height or float(np.clip(0.13 * len(taxonomy.skills), 4, 40))
    figure = Figure(figsize=(3.2 * taxonomy.levels + 0.5, inches), layout="constrained")
    axes = figure.subplots()
    where, colours = extents(taxonomy), _colours(taxonomy, values)
    root = 0.12
    for node in taxonomy.nodes:
        low, high = where[node.id]
        left = node.level - 1 + root if node.level else 0.0
        width = 1.0 if node.level else root
        axes.add_patch(Rectangle((left, low), width, high - low, facecolor=colours[node.id], edgecolor="white", lw=0.6))
        points = (high - low) * inches * 72
        if not node.level:
            axes.text(root / 2, 0.5, node.name, va="center", ha="center", rotation=90, fontsize=9)
        elif points >= 6.5:
            size = float(np.clip(points * 0.75, 5, 9))
            text = shorten(node.name, 3.0 * 72 / (size * 0.56))
            axes.text(left + 0.02, (low + high) / 2, text, va="center_baseline", fontsize=size)
    axes.set(xlim=(0, taxonomy.levels + root), ylim=(1, 0))
    axes.set_axis_off()
    return figure


HOLE, STRIP, NAMES = 0.6, 0.12, 1.5
"""Radial tree, in widths of a ring of groups: radius of the hole, width of the strip of a skill, room for its name."""


def radial(taxonomy: Taxonomy, *, values: Mapping[str, float] | None = None, inches: float | None = None) -> Any:
    """Return a figure of the tree as nested rings of groups, skills written outwards around it where they fit.

    With up to 450 skills every one is written out.
    """
    from matplotlib.figure import Figure

    rings = HOLE + taxonomy.levels - 1 + STRIP + NAMES
    rim = HOLE + taxonomy.levels - 1
    size = inches or float(np.clip(len(taxonomy.skills) * 7.5 / 72 * rings / (np.pi * rim), 9, 20))
    unit = size / 2 * 72 / rings
    figure = Figure(figsize=(size, size), layout="constrained")
    axes: Any = figure.add_subplot(projection="polar")
    where, colours = extents(taxonomy), _colours(taxonomy, values)
    for node in taxonomy.nodes[1:] or taxonomy.nodes:
        low, high = (2 * np.pi * edge for edge in where[node.id])
        angle, width, bottom = (low + high) / 2, high - low, HOLE + max(0, node.level - 1)
        skill = node.skill is not None
        thick = STRIP if skill else 1
        axes.bar(angle, thick, width=width, bottom=bottom, color=colours[node.id], edgecolor="white", lw=0.5)
        arc = width * (bottom + thick / 2) * unit
        if arc < 6:
            continue
        font = 6.0 if skill else float(np.clip(arc * 0.7, 6, 8))
        room = (rings - bottom - STRIP if skill else 0.94) * unit / (font * 0.55)
        turned = np.pi / 2 < angle < 3 * np.pi / 2
        axes.text(
            angle,
            bottom + (STRIP + 0.04 if skill else 0.5),
            shorten(node.name, room),
            rotation=np.degrees(angle) + (180 if turned else 0),
            rotation_mode="anchor",
            ha=("right" if turned else "left") if skill else "center",
            va="center_baseline",
            fontsize=font,
        )
    axes.set_ylim(0, rings)
    axes.set_axis_off()
    return figure


def entropy_by_height(figures: Sequence[Mapping[str, float]], h1: float, chosen: int | None = None) -> Any:
    """Return a figure of the entropy of each height and of what its tree foretells: the rows of ``quality.heights``."""
    from matplotlib.figure import Figure

    if not figures:
        raise UserError("no heights were compared", hint="build the taxonomy with --height auto")
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    heights = [1, *(int(row["height"]) for row in figures)]
    axes.plot(heights, [h1, *(row["entropy"] for row in figures)], "o-", color="#1f4e79", label="entropy")
    axes.set(xlabel="height of the tree", ylabel="structural entropy (bits)", xticks=heights, ylim=(0, None))
    second = axes.twinx()
    gains, errors = [row["foretold"] for row in figures], [row["error"] for row in figures]
    second.errorbar(heights[1:], gains, errors, fmt="s--", color="#c55a11", label="foretold", capsize=3)
    second.set(ylabel="bits gained on a left-out edge")
    if chosen is not None:
        axes.axvline(chosen, color="#999999", lw=1, zorder=0)
    figure.legend(loc="outside upper center", ncols=2, frameon=False)
    return figure


def degree_distribution(nodes: Sequence[Node]) -> Any:
    """Return a figure of how many skills have at least a given degree, with the power law of the tail."""
    from matplotlib.figure import Figure

    degrees = np.asarray([node.volume for node in nodes if node.skill is not None and node.volume > 0])
    fit = fit_power_law(degrees)
    ordered = np.sort(degrees)
    share = 1 - np.arange(len(ordered)) / len(ordered)
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.loglog(ordered, share, ".", color="#1f4e79", ms=4, label=f"{len(degrees)} skills")
    line = np.geomspace(fit.start, ordered[-1], 50)
    axes.loglog(line, fit.tail / len(ordered) * (line / fit.start) ** (1 - fit.alpha), "-", color="#c55a11")
    label = f"tail of {fit.tail}: alpha = {fit.alpha:.2f}, KS = {fit.distance:.3f}"
    axes.plot([], [], "-", color="#c55a11", label=label)
    axes.set(xlabel="weighted degree of a skill", ylabel="share of skills with at least this degree")
    axes.legend(frameon=False)
    return figure


def save(figure: Any, path: Path) -> None:
    """Write a figure as .svg, .png or .pdf, by its suffix; the same figure gives the same bytes."""
    import matplotlib

    kind = path.suffix.lower().removeprefix(".")
    # Without these the file would carry the time and the version of Matplotlib.
    metadata = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}.get(
        kind, {"CreationDate": None, "Creator": None, "Producer": None}
    )
    buffer = BytesIO()
    style: Any = {"svg.hashsalt": "skillweave", "svg.fonttype": "none"}
    with matplotlib.rc_context(style):
        figure.savefig(buffer, format=kind, dpi=160, metadata=metadata)
    with atomic_write(path, "wb") as stream:
        stream.write(buffer.getvalue())
