"""The benchmark of overhead plays what it says, and the documentation holds a table that it could have written."""

import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]


def test_the_table_in_the_documentation_keeps_the_promised_ratios() -> None:
    text = (ROOT / "docs/agents.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- overhead -->\n(.*?)\n<!-- end -->", text, re.DOTALL)
    assert found is not None
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()[2:]]
    ratios: dict[str, list[float]] = {}
    for _, way, _, ratio, *_ in rows:
        ratios.setdefault(way, []).append(float(ratio))
    assert set(ratios) == {"Inspect `react()`", "ours, direct", "ours, bridge"}
    assert set(ratios["Inspect `react()`"]) == {1.0}
    assert all(len(found) == 3 for found in ratios.values())
    assert median(ratios["ours, direct"]) >= 0.8
    assert median(ratios["ours, bridge"]) >= 0.5


@pytest.mark.slow
@pytest.mark.parametrize("way", ["native", "direct", "bridge"])
def test_each_way_makes_its_calls(way: str) -> None:
    command = [sys.executable, str(ROOT / "benchmarks/overhead.py"), "--way", way, "--samples", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
