"""The tables of docs/taxonomy.md have the form that the benchmark scripts write."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def header_in_docs(marker: str) -> str:
    text = (ROOT / "docs/taxonomy.md").read_text(encoding="utf-8")
    return text.split(f"<!-- benchmark: {marker} -->\n")[1].split("\n")[0]


@pytest.mark.parametrize(
    ("script", "marker", "options"),
    [
        ("taxonomy.py", "taxonomy", ["--graphs", "tiny", "--heights", "2", "--engines", "skillweave"]),
        ("corpus.py", "corpus", ["--records", "500", "--skills", "60"]),
        ("heights.py", "heights", ["--shapes", "tiny"]),
        ("selection.py", "selection", ["-n", "60", "-k", "3", "--starts", "2", "--draws", "100"]),
    ],
)
def test_a_benchmark_writes_the_table_of_the_page(script: str, marker: str, options: list[str]) -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / script), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[0] == header_in_docs(marker)
    assert len({line.count("|") for line in done.stdout.strip().split("\n")}) == 1


def test_no_peer_finds_less_entropy_on_hard_graphs() -> None:
    for package in ("infomap", "sknetwork"):
        pytest.importorskip(package, reason="needs the extra 'bench'")
    graphs = "star;path;one clique;chain of triangles;islands"
    command = [sys.executable, str(ROOT / "benchmarks/hard.py"), "--graphs", graphs, "--heights", "2,4"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    head, _, *rows = done.stdout.strip().split("\n")
    assert head == header_in_docs("hard graphs")
    for row in rows:
        ours, *peers = ([float(h) for h in cell.split("/") if h.strip() != "-"] for cell in row.split("|")[4:7])
        for theirs in peers:
            assert all(one <= other for one, other in zip(ours, theirs, strict=False)), row
