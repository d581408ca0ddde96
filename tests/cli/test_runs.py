"""run with a file, dry runs, logs, rescore and doctor, from the command line."""

from pathlib import Path
from typing import Any

import pytest

from skillweave.harness.cli.run import text_or_file
from skillweave.taxonomy.errors import UserError


def test_a_run_file_is_run_listed_and_scored_again(cli: Any, tasks_file: Path, tmp_path: Path) -> None:
    (tmp_path / "skillweave.yaml").write_text(
        "tasks: tasks.jsonl\nagents: [oracle, react]\nmodels: [simulated/hopeless]\nlog_dir: out\nlimit: 5\n"
    )
    done = cli("run", "-c", "skillweave.yaml", "--limit", "3", "--json")
    assert done.code == 0, done.err
    assert [(r["agent"], r["success"], r["scored"]) for r in done.value["runs"]] == [
        ("oracle", 1.0, 3),
        ("react", 0.0, 3),
    ]
    listed = cli("logs", "out", "--json").value["runs"]
    assert [(r["agent"], r["done"], r["status"]) for r in listed] == [("oracle", 3, "success"), ("react", 3, "success")]
    assert "oracle" in cli("logs", "out").out
    again = cli("rescore", "out", "--json").value["logs"]
    assert [(r["scored"], r["changed"]) for r in again] == [(3, 0), (3, 0)]


def test_a_dry_run_writes_nothing(cli: Any, tasks_file: Path, tmp_path: Path) -> None:
    done = cli("run", tasks_file, "--model", "simulated/novice", "--dry-run", "--epochs", "2", "--json")
    assert done.code == 0, done.err
    assert done.value["rollouts"] == 24
    assert done.value["cost"] is None
    assert done.value["runs"][0]["input_tokens"] > 1000
    assert not (tmp_path / "logs").exists()
    assert "nothing was run or written" in cli("run", tasks_file, "--model", "simulated/novice", "--dry-run").out


@pytest.mark.parametrize("words", [("run",), ("run", "tasks.jsonl", "-c", "x.yaml"), ("run", "-c", "gone.yaml")])
def test_a_run_needs_tasks_or_a_run_file(refused: Any, words: tuple[str, ...]) -> None:
    assert "tasks.jsonl" in refused(*words).err or "gone.yaml" in refused(*words).err


def test_a_system_prompt_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("Be quick.")
    assert text_or_file(f"@{tmp_path / 'words.txt'}") == "Be quick."
    assert text_or_file("Be slow.") == "Be slow."
    with pytest.raises(UserError, match="cannot be read"):
        text_or_file("@gone.txt")


def test_doctor_tells_env_files_proxies_and_extras(cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_KEY=x\n")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = {f["what"]: f for f in cli("doctor", "--json").value["findings"]}
    assert "sets OPENAI_API_KEY" in found[".env"]["detail"]
    assert found["proxies"]["state"] == "note"
    assert "NO_PROXY" in found["proxies"]["hint"]
    assert {"extra mcp", "extra local"} <= set(found)
