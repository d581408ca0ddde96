"""gate --run and baseline promote on real rollouts: half first, and no further where that half has failed."""

import json
from pathlib import Path

CONFIG = """
baseline: main.json
candidate: candidate
block: [k]
target_drop: 0.5
looks: 2
run:
  tasks: tasks.jsonl
  models: [simulated/{model}]
"""


def config(model: str) -> Path:
    path = Path(f"{model}.yaml")
    path.write_text(CONFIG.format(model=model).replace("candidate: candidate", f"candidate: {model}"))
    return path


def test_a_clear_regression_is_run_only_half_and_a_good_candidate_whole(cli, tree_file: Path) -> None:
    cli("synth", "--taxonomy", tree_file, "-k", "1-2", "-n", 32, "-o", "tasks.jsonl", "-q")
    cli("run", "tasks.jsonl", "--model", "simulated/perfect", "--log-dir", "main", "-q")
    assert cli("baseline", "save", "main", "-o", "main.json", "-q").code == 0
    worse = cli("gate", "-c", config("hopeless"), "--run", "--json", "-q")
    assert worse.code == 1
    assert [look["number"] for look in worse.value["looks"]] == [1]
    assert 0 < worse.value["candidate"]["scored"] < worse.value["baseline"]["scored"]
    good = cli("gate", "-c", config("perfect"), "--run", "--json", "-q")
    assert good.code == 0
    assert [look["number"] for look in good.value["looks"]] == [1, 2]
    assert good.value["candidate"]["scored"] == good.value["baseline"]["scored"]
    refused = cli("baseline", "promote", "-c", "hopeless.yaml", "-o", "next.json")
    assert (refused.code, Path("next.json").exists()) == (1, False)
    promoted = cli("baseline", "promote", "-c", "perfect.yaml", "-o", "next.json", "--json", "-q")
    assert promoted.code == 0
    assert json.loads(Path("next.json").read_text())["created"] >= good.value["candidate"]["created"]
    assert list(Path("perfect-promoted").glob("*.eval"))
