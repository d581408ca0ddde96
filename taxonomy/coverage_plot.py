"""Picture of what sets of combinations cover, at equal budgets (Matplotlib)."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from skillweave.taxonomy.artifacts import atomic_write
from skillweave.taxonomy.coverage import Coverage
from skillweave.taxonomy.errors import UserError

PANELS = {
    "information": "structural information\n(share of the taxonomy's entropy)",
    "skills": "skills",
    "pairs": "pairs of skills",
    "branch_pairs": "pairs of branches",
}


def plot_coverage(path: Path, curves: Mapping[str, Coverage], *, bold: frozenset[str] = frozenset()) -> None:
    """Draw one panel a measure, one line a set of combinations; those in ``bold`` are drawn thicker.

    The suffix of the path decides the kind of picture (.svg, .png, .pdf). Raises `UserError` for another one.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    kind = path.suffix.removeprefix(".")
    if kind not in ("svg", "png", "pdf"):
        raise UserError(f"no picture can be written as {path.name!r}", hint="name it .svg, .png or .pdf")
    with mpl.rc_context({"svg.hashsalt": "skillweave", "font.size": 8}):
        figure = Figure(figsize=(11, 3.2), layout="constrained")
        for axes, (measure, title) in zip(figure.subplots(1, len(PANELS)), PANELS.items(), strict=True):
            for name, curve in curves.items():
                width = 2.4 if name in bold else 1.1
                axes.plot(curve.budgets, getattr(curve, measure), marker=".", linewidth=width, label=name)
            axes.set_xscale("log")
            axes.set_xlabel("trajectories")
            axes.set_title(title)
            axes.set_ylim(bottom=0)
            axes.grid(alpha=0.3)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=len(curves), frameon=False)
        buffer = BytesIO()
        metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(kind, {})
        figure.savefig(buffer, format=kind, dpi=150, metadata=metadata)
    with atomic_write(path, "wb") as stream:
        stream.write(buffer.getvalue())
