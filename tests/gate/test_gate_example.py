"""examples/release-gate: what it names exists, and its README's commands give what it says."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from skillweave.harness.rungate import run_options
from skillweave.reports.gate.config import read_config
from skillweave.tasks.suites.registry import world_suite
from skillweave.taxonomy.errors import UserError

EXAMPLE = Path(__file__).parents[2] / "examples" / "release-gate"


def commands() -> list[tuple[str, int]]:
    """Return the README's commands, each with the exit code that its comment states."""
    blocks = re.findall(r"```\n(.*?)```", (EXAMPLE / "README.md").read_text(), flags=re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("skillweave")]
    return [
        (line.split("#")[0].strip(), int(m[1]) if (m := re.search(r"exit code (\d)", line)) else 0) for line in lines
    ]


def test_the_examples_skills_tools_and_options_exist():
    suite = world_suite("office")
    named = {s for line in (EXAMPLE / "corpus.jsonl").read_text().splitlines() for s in json.loads(line)["skills"]}
    assert named <= set(suite.skills)
    guarded = re.search(r'GUARDED = \{"(\w+)"\}', (EXAMPLE / "agent_next.py").read_text())
    assert guarded is not None
    assert guarded[1] in suite.skills["expenses.assign_approver"].tools
    for name in ("gate.yaml", "gate_next.yaml"):
        config = read_config(EXAMPLE / name)
        options = run_options(config.run or {}, EXAMPLE, EXAMPLE / "logs")
        assert Path(options.agent.split(":")[0]).exists()
        assert Path(options.model_args["profile"]).exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"tasks": "t.jsonl", "colour": "red"}, "run: colour: Extra inputs are not permitted"),
        ({"tasks": "t.jsonl", "agents": ["react", "reflect"]}, "one agent with one model, this names 2 runs"),
        ({"tasks": "t.jsonl", "epochs": "many"}, "epochs: Input should be a valid integer"),
        ({}, "tasks: Field required"),
    ],
)
def test_a_run_section_with_a_mistake_is_refused(tmp_path, given, says):
    with pytest.raises(UserError, match=re.escape(says)):
        run_options(given, tmp_path, tmp_path / "logs")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_newcomers_ten_minutes(tmp_path):
    folder = tmp_path / "release-gate"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("logs*", "baselines", "tasks*", "taxonomy.json"))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    said = {}
    for line, code in commands():
        done = subprocess.run(
            line, shell=True, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, (line, done.stdout, done.stderr)
        said[line] = done.stdout
    worse = next(text for line, text in said.items() if "gate_next.yaml" in line)
    assert worse.startswith("REGRESSION")
    assert "new failures break first at expenses.assign_approver" in worse.split("\n\n")[0]
    assert re.search(r"candidate: assign_expense_approver\(.*\) -> ok", worse)
    # The one that fails stops at the first look or goes on to the second; the good one always takes both.
    good = json.loads(
        subprocess.run(
            "skillweave gate -c gate.yaml --json -q",
            shell=True,
            cwd=folder,
            env=os.environ | {"PATH": path},
            capture_output=True,
            check=True,
        ).stdout
    )
    assert [look["number"] for look in good["looks"]] == [1, 2]
