"""skillweave audit: what it prints, writes and refuses, and that runs and reports carry its figures."""

import json
from pathlib import Path

import pytest

from skillweave.harness.taskset import load_taskset
from skillweave.tasks import appsuite
from skillweave.tasks.check import Mismatch
from skillweave.tasks.spec import read_tasks, write_tasks


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


def test_the_figures_go_with_runs_of_these_very_tasks(cli, tasks_file: Path) -> None:
    assert load_taskset(tasks_file).audit is None
    cli("audit", tasks_file, "--workers", 1, "--limit", 2)
    carried = load_taskset(tasks_file).audit
    assert carried is not None
    assert (carried["tasks"], carried["findings"]) == (2, [])
    write_tasks(tasks_file, read_tasks(tasks_file)[:5])
    assert load_taskset(tasks_file).audit is None
