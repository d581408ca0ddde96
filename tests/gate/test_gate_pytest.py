"""The pytest plugin, in a pytest of its own: what passes, fails and warns, also under xdist."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_logs import Planted, samples, write_log

SUITE = """
import pytest

@pytest.mark.skillweave_gate("gate.yaml")
def test_release():
    pass

@pytest.mark.skillweave_gate("broken.yaml")
def test_broken():
    raise AssertionError("the body must not run")

def test_fixture(skillweave_gate):
    assert skillweave_gate("gate.yaml", strict=True).verdict == "pass"

def test_fixture_fails(skillweave_gate):
    skillweave_gate("gate.yaml", candidate="broken")

def test_no_config(skillweave_gate):
    skillweave_gate("nowhere.yaml")
"""


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """Return a team's folder: logs, two configs and a test file."""
    for name, factor, seed in (("main", 1.0, 0), ("good", 1.0, 1), ("broken", 0.2, 2)):
        rows = samples(Planted(base=0.98 * factor), per_k=24, ks=(2, 3), epochs=2, seed=seed)
        write_log(tmp_path / name, rows)
    for name, candidate in (("gate", "good"), ("broken", "broken")):
        text = f"baseline: main\ncandidate: {candidate}\nblock: [k]\ntarget_drop: 0.3\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "test_team.py").write_text(SUITE)
    return tmp_path


@pytest.mark.parametrize("workers", [(), pytest.param(("-n", "2"), marks=pytest.mark.slow)])
def test_a_teams_own_suite_holds_the_gate(team, workers):
    plugins = ["-p", "skillweave.harness.pytest_plugin", *(("-p", "xdist", *workers) if workers else ())]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-p", "no:cacheprovider", "--strict-markers", "-v", "test_team.py"],
        cwd=team,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 1
    said = done.stdout
    assert "2 passed, 2 failed, 1 error" in said or "2 failed, 2 passed, 1 error" in said
    assert said.count("\n## Skillweave gate: REGRESSION\n") == 2
    assert "the body must not run" not in said
    assert "no file" in said
    assert "Traceback" not in said
