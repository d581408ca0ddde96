"""skillweave audit: what it prints, writes and refuses, and that runs and reports carry its figures."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from skillweave.harness.taskset import load_taskset
from skillweave.reports import page
from skillweave.tasks import appsuite
from skillweave.tasks.check import Mismatch
from skillweave.tasks.spec import read_tasks, write_tasks

ROOT = Path(__file__).parents[2]


def test_audit_prints_and_stores_the_figures_in_the_shape_that_is_promised(cli, tasks_file: Path) -> None:
    done = cli("audit", tasks_file, "--workers", 1, "--limit", 3, "--json")
    assert done.code == 0, done.out
    value = done.value
    assert value["oracle"] == {"passed": 3, "of": 3, "tool_errors": 0}
    assert set(value["trivial"]["nop"]) == {"passed", "of"}
    assert set(value["mutants"]["drop_call"]) >= {"killed", "of"}
    assert set(value["variants"]["defaults"]) == {"accepted", "of"}
    assert set(value["guess"]) == {"hit", "of"}
    stored = json.loads(Path("tasks.audit.json").read_text())
    assert {k: stored[k] for k in ("oracle", "mutants", "variants")} == {
        k: value[k] for k in ("oracle", "mutants", "variants")
    }
    assert "All bounds hold" in cli("audit", tasks_file, "--workers", 1, "--limit", 1, "-o", "a.json").out
    assert Path("a.json").is_file()


def test_a_broken_bound_exits_with_1_and_names_the_task(cli, tasks_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appsuite, "compare", lambda *a, **o: [Mismatch(sentence="never right", step=None)])
    done = cli("audit", tasks_file, "--workers", 1, "--limit", 1)
    assert done.code == 1
    assert "BROKEN: the oracle passes 0 of 1 tasks, not all" in done.out
    assert f"oracle {read_tasks(tasks_file)[0].id}: the plan never right" in done.out


def test_audit_refuses_what_it_cannot_read_or_write(refused, tasks_file: Path) -> None:
    assert "missing.jsonl" in refused("audit", "missing.jsonl").err
    assert "it is a folder" in refused("audit", tasks_file, "-o", ".").err
    rows = [{**t.to_json(), "suite_version": "0"} for t in read_tasks(tasks_file)]
    tasks_file.write_text("".join(json.dumps(r) + "\n" for r in rows))
    assert "make the tasks again" in refused("audit", tasks_file).err


def test_the_figures_go_with_runs_and_reports_of_these_very_tasks(
    cli, tasks_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "figures", lambda report: {})
    assert load_taskset(tasks_file).audit is None
    audited = cli("audit", tasks_file, "--workers", 1, "--limit", 2, "--json").value
    carried = load_taskset(tasks_file).audit
    assert carried is not None
    assert (carried["tasks"], carried["findings"]) == (2, [])
    cli("run", tasks_file, "--agent", "nop", "--log-dir", "logs")
    cli("report", "logs", "-o", "report")
    table = Path("report/tables/audit.csv").read_text().splitlines()
    killed = audited["mutants"]["drop_call"]
    assert any(line.startswith(f"mutants,drop_call,{killed['killed']},{killed['of']},99%") for line in table)
    shown = Path("report/index.html").read_text()
    assert "2 of these tasks were audited" in shown
    assert "All bounds hold." in shown
    write_tasks(tasks_file, read_tasks(tasks_file)[:5])
    assert load_taskset(tasks_file).audit is None


def test_the_tables_of_the_page_are_written_by_the_script(cli, tasks_file: Path, tmp_path: Path) -> None:
    cli("audit", tasks_file, "--workers", 1, "--limit", 1)
    command = [sys.executable, str(ROOT / "benchmarks/validity.py"), "tasks.audit.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    kinds = [line.split("|")[1:3] for line in done.stdout.splitlines() if line.startswith("| ")]
    docs = (ROOT / "docs/validity.md").read_text()
    figures = docs.split("<!-- audit: figures -->")[1].split("<!-- /audit: figures -->")[0]
    assert [line.split("|")[1:3] for line in figures.splitlines() if line.startswith("| ")] == kinds
    assert "All bounds hold." in done.stdout
    assert done.stdout.rstrip().endswith("There were none.")


def test_every_test_that_the_page_names_exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+)::(\w+)`", (ROOT / "docs/validity.md").read_text())
    assert len(named) >= 19
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(), (file, name)
