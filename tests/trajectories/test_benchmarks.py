"""The tables of docs/trajectories.md have the form that the benchmark scripts write."""

import subprocess
import sys
from pathlib import Path

import pytest
from people_suite import taxonomy

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("script", "marker", "options"),
    [
        ("task_coverage.py", "coverage", ["-n", "3", "-k", "2", "--only", "beam", "uniform", "--plot", "c.svg"]),
        ("trajectories.py", "export", ["--rows", "8", "--workers", "1"]),
    ],
)
def test_a_benchmark_writes_the_table_of_the_page(script: str, marker: str, options: list[str], tmp_path: Path) -> None:
    taxonomy().save(tmp_path / "taxonomy.json")
    command = [sys.executable, str(ROOT / "benchmarks" / script), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.strip().split("\n")
    page = (ROOT / "docs/trajectories.md").read_text(encoding="utf-8")
    assert lines[0] == page.split(f"<!-- benchmark: {marker} -->\n")[1].split("\n")[0]
    assert len({line.count("|") for line in lines}) == 1
    assert (tmp_path / "c.svg").is_file() == (marker == "coverage")
    assert (ROOT / "docs/coverage.svg").is_file()
