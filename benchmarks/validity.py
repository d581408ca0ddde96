"""The tables of docs/validity.md, from the audit of a task set.

    python benchmarks/validity.py tasks.audit.json [--write]

Make the file with ``skillweave audit tasks.jsonl``; how the set was made is said beside the table. ``--write`` puts the
tables into docs/validity.md.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from skillweave.tasks.audit.report import AuditReport, rows
from skillweave.taxonomy.artifacts import read_json

sys.path.insert(0, str(Path(__file__).parent))
from taxonomy import table, write_between  # noqa: TID251

DOCS = Path(__file__).parents[1] / "docs/validity.md"
HEADER = ("group", "kind", "as it should be", "of", "share", "at least", "equal effect, not counted")
FOUND = ("group", "kind", "tasks", "an example")


def figures(report: AuditReport) -> list[dict[str, Any]]:
    """Return a row for each kind."""
    found = []
    for group, kind, good, of, bound, equal in rows(report):
        share = f"{100 * good / of:.2f}%" if of else "not tried"
        cells = (group, kind.replace("_", " "), good, of, share, bound, "" if equal is None else equal)
        found.append(dict(zip(HEADER, cells, strict=True)))
    return found


def findings(report: AuditReport) -> list[dict[str, Any]]:
    """Return a row for each kind of finding: how many, and the first one."""
    counts = Counter((f.group, f.kind) for f in report.findings)
    found = []
    for (group, kind), count in sorted(counts.items()):
        first = next(f for f in report.findings if (f.group, f.kind) == (group, kind))
        text = " ".join(f"{first.task}: {first.what} {first.why}".split()).replace("|", "/")[:240]
        found.append(dict(zip(FOUND, (group, kind.replace("_", " "), count, text), strict=True)))
    return found


def summary(report: AuditReport) -> str:
    """Return what was audited, in a sentence."""
    verdict = "All bounds hold." if not report.broken else f"Broken: {'; '.join(report.broken)}."
    return (
        f"{report.tasks} tasks of `{report.suite}` {report.suite_version}, audited with seed {report.provenance.seed}. "
        f"{verdict}"
    )


def main() -> None:
    """Print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("audit", type=Path, help="a STEM.audit.json")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/validity.md")
    options = parser.parse_args()
    report = AuditReport.model_validate(read_json(options.audit))
    first = f"{summary(report)}\n\n{table(figures(report), HEADER)}"
    second = table(findings(report), FOUND) if report.findings else "There were none."
    print(f"{first}\n\n{second}")
    if options.write:
        write_between(DOCS, "audit: figures", first)
        write_between(DOCS, "audit: findings", second)


if __name__ == "__main__":
    main()
