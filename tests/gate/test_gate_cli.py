"""The command: exit codes, one verdict in four forms, and refusals."""

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml
from made_logs import Planted, samples, write_log
from typer.testing import CliRunner

from skillweave.harness.cli.app import app


def call(*arguments):
    done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


def logs(folder: Path, planted: Planted, *, seed: int = 0, per_k: int = 24, **changes) -> Path:
    write_log(folder, samples(planted, per_k=per_k, ks=(2, 3), epochs=2, seed=seed), **changes)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return folders: main, the same agent again, one with a dead branch of skills, and one of another scorer."""
    base = tmp_path_factory.mktemp("runs")
    money = dict.fromkeys(("expenses.sum_month", "expenses.approve", "orders.refund", "orders.late_orders"), 0.0)
    return {
        "main": logs(base / "main", Planted(base=0.98)),
        "again": logs(base / "again", Planted(base=0.98), seed=1),
        "broken": logs(base / "broken", Planted(base=0.98, skills=money), seed=2),
        "other": logs(base / "other", Planted(base=0.98), scorer="outcome 99"),
        "unscored": logs(base / "unscored", Planted(base=0.98, errors=0.3), seed=3),
    }


CONFIG = "block: [k]\ntarget_drop: 0.3\n"


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "gate.yaml"
    path.write_text(CONFIG)
    return path


@pytest.mark.parametrize(
    ("candidate", "strict", "code", "verdict"),
    [
        ("again", False, 0, "pass"),
        ("broken", False, 1, "regression"),
        ("other", False, 3, "not decidable"),
        ("unscored", False, 3, "not decidable"),
        ("again", True, 0, "pass"),
    ],
)
def test_text_json_junit_markdown_and_exit_code_say_the_same(runs, config, tmp_path, candidate, strict, code, verdict):
    given = ["gate", "-c", config, "--baseline", runs["main"], "--candidate", runs[candidate], "-q"]
    given += ["--strict"] if strict else []
    files = ["--junit", tmp_path / "gate.xml", "--markdown", tmp_path / "gate.md"]
    found, text, _ = call(*given, *files)
    assert found == code
    assert text.startswith(verdict.upper())
    again, out, _ = call(*given, "--json")
    value = json.loads(out)
    assert (again, value["exit_code"], value["verdict"]) == (code, code, verdict)
    assert (tmp_path / "gate.md").read_text().startswith(f"## Skillweave gate: {verdict.upper()}")
    xml = JUnitXml.fromfile(str(tmp_path / "gate.xml"))
    assert (xml.failures + xml.errors > 0) == (code != 0)
    slices = value["looks"][-1]["slices"] if value["looks"] else []
    names = {case.name for suite in xml for case in suite}
    assert {("all tasks" if s["dimension"] == "all" else s["slice"]) for s in slices} <= names
    assert xml.tests == 1 + len(slices)
    for s in slices:
        if s["status"] == "regression":
            assert f"**{s['status']}**" in (tmp_path / "gate.md").read_text()


def test_inconclusive_warns_and_fails_only_where_strict(runs, tmp_path):
    config = tmp_path / "gate.yaml"
    config.write_text("block: [k, span, branch]\ntarget_drop: 0.01\n")
    given = ["gate", "-c", config, "--baseline", runs["main"], "--candidate", runs["again"]]
    code, out, err = call(*given)
    assert (code, out.split("\n")[0]) == (0, "INCONCLUSIVE")
    assert "the gate could not tell" in err
    assert call(*given, "--strict", "-q", "--junit", tmp_path / "g.xml")[0] == 3
    assert JUnitXml.fromfile(str(tmp_path / "g.xml")).errors == 1


def test_a_saved_baseline_gives_the_verdict_of_its_logs(runs, config, tmp_path):
    saved = tmp_path / "main.json"
    code, out, _ = call("baseline", "save", runs["main"], "-o", saved, "--json")
    assert (code, json.loads(out)["tasks"]) == (0, 48)
    for candidate in ("again", "broken"):
        one, two = (
            json.loads(call("gate", "-c", config, "--baseline", b, "--candidate", runs[candidate], "--json", "-q")[1])
            for b in (saved, runs["main"])
        )
        assert one["looks"] == two["looks"]
        assert one["broken"] == two["broken"]


def test_a_saved_baseline_holds_a_line_a_task_and_the_same_bytes_each_time(runs, tmp_path):
    for name in ("a.json", "b.json"):
        call("baseline", "save", runs["main"], "-o", tmp_path / name, "-q")
    text = (tmp_path / "a.json").read_text()
    assert text == (tmp_path / "b.json").read_text()
    assert len([line for line in text.split("\n") if '"id":' in line]) == 48
    json.loads(text)


def test_the_broken_branch_is_named_with_tasks_side_by_side(runs, config):
    _, out, _ = call("gate", "-c", config, "--baseline", runs["main"], "--candidate", runs["broken"], "-q", "--json")
    value = json.loads(out)
    first = {s["name"] for s in value["broken"]["skills"][:4]}
    assert first == {"expenses.sum_month", "expenses.approve", "orders.refund", "orders.late_orders"}
    assert value["broken"]["branches"][0]["name"] == "T.1 money"
    assert len(value["partings"]) == 3
    assert all("was expected" in p["finding"] for p in value["partings"])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("min_drop: lots", "min_drop: Input should be a valid number"),
        ("colour: red", "colour: Extra inputs are not permitted"),
        ("block: [taste]", "block.0: Input should be 'k', 'span'"),
        ("block: [k]\nsearch: [k]", "k stands twice"),
        ("alpha: 0", "alpha: Input should be greater than 0"),
        ("[1, 2", "is no YAML"),
        ("quarantine: nowhere.yaml", "no file"),
    ],
)
def test_a_config_with_a_mistake_is_refused_in_one_line(runs, tmp_path, text, says):
    path = tmp_path / "gate.yaml"
    path.write_text(text)
    code, out, err = call("gate", "-c", path, "--baseline", runs["main"], "--candidate", runs["again"])
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") <= 2


def test_what_is_missing_or_no_baseline_is_refused(runs, tmp_path):
    assert call("gate", "--candidate", runs["again"])[0] == 2
    (tmp_path / "bad.json").write_text('{"schema": "skillweave.tasks/1"}')
    code, _, err = call("gate", "--baseline", tmp_path / "bad.json", "--candidate", runs["again"])
    assert (code, "skillweave.baseline/1" in err) == (2, True)
    code, _, err = call("gate", "--baseline", tmp_path / "none.json", "--candidate", runs["again"])
    assert (code, "no file" in err) == (2, True)
    code, _, err = call("gate", "--baseline", runs["main"], "--candidate", runs["again"], "--run")
    assert (code, "no run section" in err) == (2, True)


def test_a_run_that_did_not_end_is_no_baseline(tmp_path):
    made = samples(Planted(), per_k=4)
    write_log(tmp_path / "cut", made[:6], status="started", planned=8)
    code, _, err = call("baseline", "save", tmp_path / "cut", "-o", tmp_path / "b.json")
    assert (code, "2 rollouts never ran" in err) == (2, True)
    assert not (tmp_path / "b.json").exists()


QUARANTINE = "- {task: t2-000, reason: flaky, added: 2020-01-01, expires: 2099-01-01}\n"


def test_quarantine_is_read_from_the_file_that_the_config_names(runs, tmp_path):
    (tmp_path / "q.yaml").write_text(QUARANTINE)
    (tmp_path / "gate.yaml").write_text(CONFIG + "quarantine: q.yaml\n")
    given = ["gate", "-c", tmp_path / "gate.yaml", "--baseline", runs["main"], "--candidate", runs["again"], "--json"]
    assert json.loads(call(*given, "-q")[1])["quarantined"] == {"t2-000": "flaky"}
    (tmp_path / "q.yaml").write_text(QUARANTINE * 2)
    code, _, err = call(*given)
    assert (code, "names task 't2-000' twice" in err) == (2, True)


def test_power_takes_a_saved_baseline_as_it_takes_its_logs(runs, tmp_path):
    saved = tmp_path / "b.json"
    call("baseline", "save", runs["again"], "-o", saved, "-q")
    one, two = (
        json.loads(call("power", "--baseline", path, "--effect", "0.1", "--json")[1]) for path in (saved, runs["again"])
    )
    assert [p["combinations"] for p in one["plans"]] == [p["combinations"] for p in two["plans"]]
    for name in ("rate", "combination", "task", "attempt"):
        assert one["variances"][name] == two["variances"][name]
