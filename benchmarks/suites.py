"""The tables and pictures of docs/suites.md.

    python benchmarks/suites.py [--suite office] [--write]

Prints the tables; with --write they go into docs/suites.md, and the world's schema and the induced taxonomy beside it
as docs/suites-schema.svg and docs/taxonomy.svg. CPU seconds are medians in this process.
"""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from skillweave.tasks.skills import skill_document
from skillweave.tasks.suites.office.suite import OFFICE, SIZES, office
from skillweave.tasks.suites.office.workflows import Workflow, read_workflows
from skillweave.tasks.world import Table
from skillweave.taxonomy.agreement import ami, level_labels
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.entropy import degree_entropy, tree_entropy
from skillweave.taxonomy.plots import radial, save
from skillweave.taxonomy.tree import Taxonomy
from skillweave.taxonomy.weights import from_corpus

DOCS = Path(__file__).parents[1] / "docs"
COLOURS = {"exact": "#222222", "typed": "#1f5fa8", "set": "#8a3ca0", "volatile": "#9a9a9a", "free": "#2e7d32"}
HALVES = ("job", "app", "both")
SEED = 0
TOOLS = ("search_tickets", "share_document", "book_hours")
SKILLS = ("calendar.find_local_time", "orders.reorder", "travel.work_out_per_diem")

Rows = list[list[str]]


def table(rows: Rows) -> str:
    """Return a Markdown table whose first row is its header."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def app_of(skill: str) -> str:
    """Return the app of a skill."""
    return skill.partition(".")[0]


def half(workflows: Iterable[Workflow], source: str) -> list[tuple[str, ...]]:
    """Return the skills of the workflows of one half, or of both."""
    return [w.skills for w in workflows if source in (w.source, "both")]


def induced(told: Sequence[Sequence[str]], height: int) -> tuple[Taxonomy, float, float]:
    """Return the taxonomy of a corpus, and the shares of H^1 that its level 1 alone and that the apps take off."""
    graph = from_corpus(corpus_from_records(told, normalise=False))
    found = build_taxonomy(graph, height=height, seed=SEED)
    whole = degree_entropy(graph.degrees)
    names = dict(zip(found.skills, level_labels(found)[0], strict=True))
    kept = [1 - tree_entropy(graph, [_numbers([of[s] for s in graph.names])]) / whole for of in (names, _Apps())]
    return found, kept[0], kept[1]


class _Apps(dict[str, str]):
    def __missing__(self, skill: str) -> str:
        return app_of(skill)


def _numbers(labels: Sequence[str]) -> Any:
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def agreement_rows(workflows: Sequence[Workflow], heights: Sequence[int]) -> Rows:
    """Return, for each half of the corpus, how far the induced groups are the apps."""
    rows = [["workflows from", "number", "across apps", "skills", "height", "groups", "AMI with apps by level",
             "entropy off by level 1", "by apps"]]  # fmt: skip
    for source in HALVES:
        told = half(workflows, source)
        across = sum(len({app_of(s) for s in skills}) > 1 for skills in told) / len(told)
        for height in heights:
            found, own, apps = induced(told, height)
            levels = level_labels(found)
            rows.append(
                [
                    {"job": "job descriptions", "app": "apps", "both": "both"}[source],
                    str(len(told)),
                    f"{across:.0%}",
                    str(len(found.skills)),
                    str(height),
                    " / ".join(str(len(set(labels))) for labels in levels),
                    " / ".join(f"{ami(labels, [app_of(s) for s in found.skills]):.2f}" for labels in levels),
                    f"{own:.1%}",
                    f"{apps:.1%}",
                ]
            )
    return rows


def size_rows(names: Sequence[str], times: int) -> Rows:
    """Return rows and times of the worlds of each size."""
    rows = [["suite", "rows", "fill (CPU ms)", "start (CPU ms)", "change of 3 writes (CPU ms)"]]
    for name in names:
        suite = office(name)
        start = process_time()
        template = suite.make_world(SEED)
        filled = process_time() - start
        opened, changed = [], []
        for _ in range(times):
            start = process_time()
            world = template.open()
            opened.append(process_time() - start)
            for key in [r["id"] for r in world.rows("SELECT id FROM orders LIMIT 3")]:
                world.update("orders", key, discount=39.0)
            start = process_time()
            assert len(world.changes()) == 3
            changed.append(process_time() - start)
            world.close()
        world = template.open()
        count = sum(int(world.rows(f"SELECT count(*) AS n FROM {t.name}")[0]["n"]) for t in suite.schema.tables)
        world.close()
        figures = (filled, median(opened), median(changed))
        rows.append([name, f"{count:,}", *(f"{1000 * seconds:.3g}" for seconds in figures)])
    return rows


def app_rows() -> Rows:
    """Return what each app has."""
    rows = [["app", "tables", "tools", "skills", "procedural", "workflows that touch it"]]
    told = [w.skills for w in read_workflows()]
    for app in OFFICE.apps:
        touching = sum(any(app_of(s) == app.name for s in skills) for skills in told)
        rules = sum(s.rule is not None for s in app.skills)
        rows.append([app.name, *map(str, (len(app.tables), len(app.tools), len(app.skills), rules, touching))])
    return rows


def tool_text(name: str) -> str:
    """Return a tool as the page shows it: what the agent is told."""
    tool = OFFICE.tools[name]
    needed = tool.parameters["required"]
    lines = [f"**`{name}`** {tool.description}", ""]
    for key, field in tool.parameters["properties"].items():
        kind = " / ".join(field["enum"]) if "enum" in field else field.get("format", field.get("type", ""))
        lines.append(f"- `{key}` ({kind}{'' if key in needed else ', optional'}): {field['description']}")
    return "\n".join(lines)


def skill_text(name: str) -> str:
    """Return a skill as the page shows it, with its SKILL.md in the world of seed 0 where it is procedural."""
    skill = OFFICE.skills[name]
    inputs = ", ".join(f"{key}: {' or '.join(given.types[:3])}" for key, given in skill.inputs.items())
    output = f" -> {skill.output}" if skill.output else ", writes" if skill.writes else ""
    lines = [
        f"**`{name}`** ({inputs}){output}, with {', '.join(f'`{t}`' for t in skill.tools)}: {skill.description}",
        "",
        *(f"- {phrase}" for phrase in skill.phrases),
    ]
    if skill.rule is not None:
        document = skill_document(skill, OFFICE.world(SEED).rules[name])
        lines += ["", f"Naive rules: {', '.join(skill.rule.naive)}. Its SKILL.md in the world of seed {SEED}:", "",
                  "````", document.strip(), "````"]  # fmt: skip
    return "\n".join(lines)


def schema_figure() -> Figure:
    """Return the world's tables as boxes, a panel for each app; columns in the colour of their class."""
    columns, line, width = 5, 0.155, 3.6
    panels = [(app.name, app.tables) for app in OFFICE.apps]
    heights = [sum(len(t.columns) + 2.1 for t in tables) * line + 0.5 for _, tables in panels]
    stacks: list[list[int]] = [[] for _ in range(columns)]
    for place in sorted(range(len(panels)), key=lambda i: -heights[i]):
        min(stacks, key=lambda stack: sum(heights[i] for i in stack)).append(place)
    tall = max(sum(heights[i] for i in stack) for stack in stacks) + 0.6
    figure = Figure(figsize=(columns * width, tall))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, columns * width), ylim=(0, tall))
    axes.axis("off")
    for x, (kind, colour) in enumerate(COLOURS.items()):
        axes.text(0.2 + 1.1 * x, tall - 0.3, kind, color=colour, fontsize=11, weight="bold")
    legend = "? may be empty    → refers to a row of that table    every table has an id"
    axes.text(columns * width - 0.25, tall - 0.3, legend, fontsize=10, ha="right", color="#555555")
    for column, stack in enumerate(stacks):
        top = tall - 0.55
        for place in sorted(stack):
            _panel(axes, *panels[place], column * width, top, width, line)
            top -= heights[place]
    return figure


def _panel(axes: Any, name: str, tables: Sequence[Table], left: float, top: float, width: float, line: float) -> None:
    axes.text(left + 0.12, top - 0.2, name, fontsize=12, weight="bold", color="#b35c00")
    top -= 0.3
    for entry in tables:
        tall = (len(entry.columns) + 1.4) * line
        box = FancyBboxPatch(
            (left + 0.12, top - tall), width - 0.3, tall, boxstyle="round,pad=0.02", fc="#fbfaf7", ec="#c9c2b4", lw=0.8
        )
        axes.add_patch(box)
        axes.text(left + 0.2, top - 0.8 * line, entry.name, fontsize=9, weight="bold")
        axes.text(left + width - 0.25, top - 0.8 * line, f"{entry.prefix}-…", fontsize=8, ha="right", color="#777777")
        for place, column in enumerate(entry.columns):
            y = top - (place + 1.9) * line
            optional = "" if "NOT NULL" in column.sql else " ?"
            axes.text(left + 0.26, y, column.name + optional, fontsize=8, color=COLOURS[column.kind])
            if column.references:
                axes.text(left + width - 0.25, y, f"→ {column.references}", fontsize=8, ha="right", color="#b35c00")
        top -= (len(entry.columns) + 2.1) * line


def put(text: str, marker: str, body: str) -> str:
    """Return the text with what stands between ``<!-- marker -->`` and ``<!-- /marker -->`` replaced."""
    before, rest = text.split(f"<!-- {marker} -->\n")
    return f"{before}<!-- {marker} -->\n{body}\n<!-- /{marker} -->{rest.split(f'<!-- /{marker} -->')[1]}"


def main() -> None:
    """Print the tables, or write them and the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--heights", nargs="+", type=int, default=[2, 3])
    parser.add_argument("--times", type=int, default=51, help="starts of a world that are timed")
    parser.add_argument("--write", action="store_true", help="put tables and pictures into docs/")
    given = parser.parse_args()
    workflows = read_workflows()
    tables = {
        "apps": table(app_rows()),
        "sizes": table(size_rows(given.sizes, given.times)),
        "agreement": table(agreement_rows(workflows, given.heights)),
        "tools": "\n\n".join(map(tool_text, TOOLS)),
        "skills": "\n\n".join(map(skill_text, SKILLS)),
    }
    for marker, body in tables.items():
        print(f"{marker}\n{body}\n")
    if given.write:
        page = DOCS / "suites.md"
        text = page.read_text(encoding="utf-8")
        for marker, body in tables.items():
            text = put(text, marker, body)
        page.write_text(text, encoding="utf-8")
        save(schema_figure(), DOCS / "suites-schema.svg")
        save(radial(induced(half(workflows, "both"), 3)[0]), DOCS / "taxonomy.svg")


if __name__ == "__main__":
    main()
