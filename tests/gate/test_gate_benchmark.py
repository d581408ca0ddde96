"""docs/gate.md holds the table of benchmarks/gate.py, which runs small here."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gate_benchmark", ROOT / "benchmarks" / "gate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table_of_the_page() -> list[list[str]]:
    text = (ROOT / "docs" / "gate.md").read_text()
    block = text.split("<!-- benchmark: gate -->\n")[1].split("<!-- /benchmark: gate -->")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in block.strip().splitlines()]


def test_the_page_has_the_scripts_columns_and_changes(benchmark):
    heads, _, *rows = table_of_the_page()
    assert tuple(heads) == benchmark.HEADER
    assert [re.sub(r" \(\d+\)$", "", row[0]) for row in rows] == [change.name for change in benchmark.CHANGES]


def test_the_page_keeps_the_bound_on_false_alarms(benchmark):
    row = table_of_the_page()[2]
    assert row[0] == "none (1000)"
    assert float(row[2].rstrip("%")) <= 6.7


def test_a_comparison_tells_for_each_method_whether_it_fails(benchmark):
    dead = next(change for change in benchmark.CHANGES if change.name == "one skill dead")
    same = next(change for change in benchmark.CHANGES if change.name == "none")
    rows = [benchmark.compare((seed, change, 150)) for seed, change in ((1, dead), (1, same))]
    assert all(set(benchmark.HEADER[1:]) - {"change"} <= set(row) for row in rows)
    assert rows[0]["average"] < rows[1]["average"]
    assert rows[0]["named"] == 1.0
