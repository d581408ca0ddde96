"""Does an induced taxonomy find the 8 API classes of BFCL's multi-turn tasks?

    skillweave suite install bfcl && python benchmarks/bfcl_taxonomy.py --write docs/suites.md

A corpus knows which functions belong to the same task, not which class they are of. AMI is the adjusted mutual
information of the groups at level 1 with the classes: 1 the same grouping, 0 chance. There are two accounts of a task:
the path of functions that its authors made it from (not all of which exist), and the solution that they ended up
with. The suite's own corpus takes both together.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from marked import write_between
from sklearn.metrics import adjusted_mutual_info_score

from skillweave.tasks.suites.bfcl.entries import entries
from skillweave.tasks.suites.bfcl.suite import BfclSuite
from skillweave.tasks.suites.registry import load_suite
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.tree import Taxonomy
from skillweave.taxonomy.weights import WEIGHTS, from_corpus


def corpora() -> Mapping[str, Iterable[Sequence[str]]]:
    """Return the corpora by name; raises `UserError` where bfcl-eval is not installed."""
    suite = load_suite("bfcl")
    assert isinstance(suite, BfclSuite)
    return {
        "path": [entry.path for entry in entries()],
        "solution": [task.sequence for task in suite.tasks()],
        "both": suite.workflows(),
    }


def induced(records: Iterable[Sequence[str]], *, weight: str = "count", height: int = 2) -> Taxonomy:
    """Return the taxonomy of a corpus."""
    return build_taxonomy(
        from_corpus(corpus_from_records(records, normalise=False), weight=weight), height=height, seed=0
    )


def agreement(found: Taxonomy) -> float:
    """Return the AMI of the groups at level 1 with the classes."""
    classes = [skill.split(".")[0] for skill in found.skills]
    return float(adjusted_mutual_info_score(classes, [found.branch(skill) for skill in found.skills]))


def table(names: Sequence[str] = ("path", "solution", "both"), weights: Sequence[str] = tuple(WEIGHTS)) -> str:
    """Return the AMI by corpus, edge weight and height as Markdown."""
    lines = ["| corpus | edge weight | height | skills | groups | AMI | entropy off |", "|---|---|---|---|---|---|---|"]
    for name in names:
        for weight in weights:
            for height in (2, 3):
                found = induced(corpora()[name], weight=weight, height=height)
                groups = len({found.branch(skill) for skill in found.skills})
                lines.append(
                    f"| {name} | {weight} | {height} | {len(found.skills)} | {groups} | {agreement(found):.3f} | "
                    f"{found.entropy.ratio:.1%} |"
                )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table, or write it and the picture of the suite's own taxonomy."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="page to put the table into; the picture goes beside it")
    given = parser.parse_args()
    text = table()
    print(text, end="")
    if given.write:
        from skillweave.taxonomy.plots import radial, save

        write_between(given.write, "bfcl-taxonomy", text)
        save(radial(induced(corpora()["both"])), given.write.parent / "bfcl-taxonomy.svg")


if __name__ == "__main__":
    main()
