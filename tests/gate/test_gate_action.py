"""The GitHub action: its own shell steps, run by bash with inputs filled in as GitHub does."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from made_logs import Planted, samples, write_log

ACTION = Path(__file__).parents[2] / "action.yml"
INPUTS = {"package": "", "strict": "false", "output": "out"}


def fill(text: str, inputs: dict[str, str], outputs: dict[str, str]) -> str:
    """Return a text with ``${{ inputs.x }}`` and ``${{ steps.gate.outputs.x }}`` filled in."""
    text = re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda m: inputs[m[1]], text)
    return re.sub(r"\$\{\{ steps\.gate\.outputs\.(\w+) \}\}", lambda m: outputs.get(m[1], ""), text)


def play(folder: Path, inputs: dict[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    """Run the action's shell steps in a folder; return their exit codes and the gate's outputs."""
    said = yaml.safe_load(ACTION.read_text())
    codes: dict[str, int] = {}
    outputs: dict[str, str] = {}
    for step in said["runs"]["steps"]:
        wanted = step.get("if", "")
        if "run" not in step or ("inputs.package" in wanted and not inputs["package"]):
            continue
        if "candidate != ''" in wanted and not outputs.get("candidate"):
            continue
        env = {name: fill(value, inputs, outputs) for name, value in step.get("env", {}).items()}
        files = {"GITHUB_OUTPUT": str(folder / "output.txt"), "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder,
            env=os.environ | env | files | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        codes[step["name"]] = done.returncode
        if (folder / "output.txt").exists():
            outputs = dict(line.split("=", 1) for line in (folder / "output.txt").read_text().splitlines())
    return codes, outputs


@pytest.fixture
def team(tmp_path: Path) -> Path:
    for name, factor, seed in (("main", 1.0, 0), ("good", 1.0, 1), ("bad", 0.2, 2)):
        write_log(tmp_path / name, samples(Planted(base=0.98 * factor), per_k=24, ks=(2, 3), epochs=2, seed=seed))
    for name in ("good", "bad"):
        text = f"baseline: main\ncandidate: {name}\nblock: [k]\ntarget_drop: 0.3\n"
        (tmp_path / f"{name}.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize(("name", "code", "verdict"), [("good", 0, "pass"), ("bad", 1, "regression")])
def test_the_steps_gate_write_the_summary_and_make_the_report(team, name, code, verdict):
    codes, outputs = play(team, INPUTS | {"config": f"{name}.yaml"})
    assert codes == {"Gate": code, "Report": 0}
    assert outputs["verdict"] == verdict
    assert f"Skillweave gate: {verdict.upper()}" in (team / "summary.md").read_text()
    assert json.loads((team / "out/gate.json").read_text())["exit_code"] == code
    assert (team / "out/gate.xml").exists()
    assert (team / "out/report/index.html").exists()


def test_a_config_with_a_mistake_fails_the_step_and_makes_no_report(team):
    (team / "bad.yaml").write_text("colour: red\n")
    codes, outputs = play(team, INPUTS | {"config": "bad.yaml"})
    assert codes == {"Gate": 2}
    assert outputs == {}
