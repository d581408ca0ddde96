"""The tables of docs/statistics.md: all kinds of figures that the script measures, and what they have to hold."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

calibration = pytest.importorskip("calibration", reason="benchmarks are not installed")


def rows() -> dict[str, list[str]]:
    """Return the cells of each line of the page's tables by name."""
    page = (ROOT / "docs/statistics.md").read_text(encoding="utf-8").split("<!-- calibration -->")[1]
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("|")]
    return {line[0]: line[1:] for line in lines}


def test_the_page_shows_every_figure_and_world_that_the_script_measures() -> None:
    found = calibration.coverage(calibration.WORLDS[1], 2)
    assert rows()["figure"] == [world.name for world in calibration.WORLDS]
    assert set(found) <= set(rows())
    assert set(calibration.PLANTED) <= set(rows())


def test_every_interval_on_the_page_holds_in_93_to_97_of_100_and_the_naive_ones_do_not() -> None:
    shares = {
        name: [float(cell.split()[0]) for cell in cells if cell]
        for name, cells in rows().items()
        if name not in ("figure", "planted", "---") and name not in calibration.PLANTED
    }
    honest = {name: found for name, found in shares.items() if "ignores" not in name}
    assert len(honest) >= 20
    assert {name: found for name, found in honest.items() if not 93 <= min(found) <= max(found) <= 97} == {}
    naive = [found for name, found in shares.items() if "ignores" in name]
    assert min(map(min, naive)) < 90


def test_what_is_planted_is_found_and_nothing_else_beyond_the_stated_rate() -> None:
    for name in calibration.PLANTED:
        found, other = rows()[name]
        assert float(other.rstrip("%")) <= 5.0
        assert name.startswith("nothing") or float(found.rstrip("%")) >= 95.0
