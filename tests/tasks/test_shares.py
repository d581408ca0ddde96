"""What a task set is like: every skill used, no app forgotten, work across apps, forks, writes and answers."""

import subprocess
import sys
from pathlib import Path

import pytest

from skillweave.harness.sources import read_source
from skillweave.tasks.request import Request
from skillweave.tasks.suites.registry import world_suite
from skillweave.tasks.synthesis_report import SynthesisReport
from skillweave.tasks.synthesize import make_tasks
from skillweave.taxonomy.build import build_taxonomy


def report(ks: tuple[int, ...], n: int, processes: int) -> SynthesisReport:
    source = read_source(["suite:office"])
    tree = build_taxonomy(source.graph, seed=0, descriptions=source.descriptions, inputs=source.inputs)
    request = Request(ks=ks, n=n, seed=7)
    return make_tasks(world_suite("office"), tree, request, sink=lambda job, outcome: None, processes=processes)


def test_a_small_set_crosses_apps_forks_writes_and_asks() -> None:
    made = report((1, 2, 3, 4), 32, 1)
    shares = made.shares
    assert made.made == shares.tasks == 32
    assert (
        shares.skills >= 30
    )  # half of the combinations stay on the eight skills that k = 1 has: 35 to 70, by the seed
    assert (shares.cross_apps or 0) >= 0.5
    assert (shares.no_chain or 0) >= 0.3
    assert (shares.write or 0) >= 0.3
    assert (shares.answer or 0) >= 0.15


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_1000_tasks_use_every_skill_and_every_app_and_are_of_all_kinds() -> None:
    made = report((1, 2, 3, 4, 5), 1000, 2)
    shares = made.shares
    assert made.made == shares.tasks == 1000
    assert made.skills_unused == ()
    assert min(shares.apps.values()) >= 0.05, shares.apps
    assert (shares.cross_apps or 0) >= 0.6
    assert (shares.no_chain or 0) >= 0.4
    assert (shares.write or 0) >= 0.3
    assert (shares.answer or 0) >= 0.3


@pytest.mark.parametrize(("what", "marker"), [("speed", "speed"), ("acceptance", "acceptance")])
def test_the_benchmark_writes_the_tables_of_the_page(what: str, marker: str) -> None:
    root = Path(__file__).parents[2]
    options = ["-n", "3", "-k", "1", "--processes", "1", "--suite", "office-small"]
    command = [sys.executable, str(root / "benchmarks/synthesis.py"), what, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (root / "docs/synthesis.md").read_text(encoding="utf-8")
    assert done.stdout.split("\n")[0] == page.split(f"<!-- benchmark: {marker} -->\n")[1].split("\n")[0]
    assert len({line.count("|") for line in done.stdout.strip().split("\n")}) == 1
