"""synth, split, run, tasks show, suite show: the road on the people app, and what it refuses."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from skillweave.harness import run as run_module
from skillweave.harness.cli.run import parse_arguments
from skillweave.harness.cli.synth import parse_sizes
from skillweave.harness.summary import RunResult, UnscoredRollout
from skillweave.tasks.spec import read_tasks
from skillweave.tasks.splits import Splits
from skillweave.taxonomy.errors import UserError


def test_synth_writes_the_tasks_asked_for_evenly_over_k_and_the_report_beside_them(cli, tree_file: Path) -> None:
    call = ("synth", "--taxonomy", tree_file, "-k", "1-2", "-n", 5, "--seed", 7, "--json", "-o")
    done = cli(*call, "tasks.jsonl")
    tasks = read_tasks(Path("tasks.jsonl"))
    assert (done.code, done.value["made"]) == (0, 5)
    assert [sum(t.k == k for t in tasks) for k in (1, 2)] == [3, 2]
    report = json.loads(Path("tasks.synthesis.json").read_text())
    assert (report["schema"], report["asked"], report["made"]) == ("skillweave.synthesis/1", 5, 5)
    cli(*call, "again.jsonl")
    assert Path("again.jsonl").read_bytes() == Path("tasks.jsonl").read_bytes()
    assert Path("again.synthesis.json").read_bytes() == Path("tasks.synthesis.json").read_bytes()
    assert not list(Path().glob("*.unfinished.jsonl"))
    before = Path("tasks.jsonl").stat().st_mtime_ns
    assert cli(*call, "tasks.jsonl", "--resume").value["made"] == 5
    assert Path("tasks.jsonl").stat().st_mtime_ns == before, "a finished file was made again"


def test_synth_without_a_taxonomy_makes_the_one_of_the_suite_beside_the_tasks(cli) -> None:
    assert cli("synth", "-k", "1", "-n", 2, "-o", "tasks.jsonl", "-q").code == 0
    tree = Path("taxonomy.json").read_bytes()
    cli("taxonomy", "build", "suite:office", "-o", "built.json")
    assert Path("built.json").read_bytes() == tree
    cli("synth", "-k", "1", "-n", 2, "-o", "again.jsonl", "-q")
    assert Path("again.jsonl").read_bytes() == Path("tasks.jsonl").read_bytes()


def test_a_shortfall_exits_with_1_and_a_table_by_k_and_reason(cli, make_shortfall, tree_file: Path) -> None:
    done = cli("synth", "--taxonomy", tree_file, "-k", "1", "-n", 3)
    assert done.code == 1
    assert "only 2 of 3 tasks could be made" in done.err
    assert "a reason of the test's" in done.out
    shown = cli("synth", "--taxonomy", tree_file, "-k", "1", "-n", 3, "--json")
    assert (shown.code, shown.value["made"]) == (1, 2)
    assert shown.value["table"][-1] == {"k": 1, "reason": "a reason of the test's", "count": 5}


@pytest.fixture
def make_shortfall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let synthesis give one task less than asked."""
    from skillweave.tasks import synthesize as module
    from skillweave.tasks.synthesis_report import ReasonCount

    real = module.make_tasks

    def short(suite, taxonomy, request, **options):
        report = real(suite, taxonomy, replace(request, n=request.n - 1), **options)
        lost = ReasonCount(k=1, reason="a reason of the test's", count=5)
        return report.model_copy(update={"asked": request.n, "table": (*report.table, lost)})

    monkeypatch.setattr(module, "make_tasks", short)


@pytest.mark.parametrize(("text", "sizes"), [("3", [3]), ("1-5", [1, 2, 3, 4, 5]), ("1,2,4", [1, 2, 4])])
def test_sizes_are_a_number_a_range_or_a_list(text: str, sizes: list[int]) -> None:
    assert parse_sizes(text) == sizes


@pytest.mark.parametrize("text", ["", "0", "5-1", "a", "1-", "-3", "1,,2", "0-2"])
def test_sizes_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="-k"):
        parse_sizes(text)


def test_synth_refuses_k_beyond_the_skills_no_tasks_and_strange_suites(refused, tree_file: Path) -> None:
    base = ("synth", "--taxonomy", tree_file, "-o", "t.jsonl")
    assert "k = 99" in refused(*base, "-k", "99", "-n", 2).err
    assert "cannot make 0 tasks" in refused(*base, "-k", "1", "-n", 0).err
    assert "no suite 'offce'" in refused(*base, "--suite", "offce").err
    assert "has no app 'nowhere'" in refused(*base, "-k", "1", "-n", 1, "--apps", "people, nowhere").err


def test_synth_refuses_a_taxonomy_of_other_skills(refused, cli) -> None:
    Path("other.jsonl").write_text('{"skills": ["sum", "plot"]}\n')
    cli("taxonomy", "build", "other.jsonl", "-o", "other.json")
    assert "no skill of suite 'office'" in refused("synth", "--taxonomy", "other.json", "-o", "t.jsonl").err


def test_split_writes_splits_of_all_tasks_and_shows_their_figures(cli, tasks_file: Path, tree_file: Path) -> None:
    done = cli("split", tasks_file, "--taxonomy", tree_file, "--seed", 7, "-o", "splits.json", "--json")
    splits = Splits.load("splits.json")
    assert done.code == 0
    assert sum(s["tasks"] for s in done.value["sizes"].values()) + done.value["containment"]["tasks"] == 12
    assert splits.provenance.inputs.keys() == {"tasks", "taxonomy", "tasks_file", "taxonomy_file"}
    assert "compound divergence" in cli("split", tasks_file, "--taxonomy", tree_file, "-o", "splits.json").out


def test_split_refuses_shares_without_train_and_tasks_of_another_version(
    refused, tasks_file: Path, tree_file: Path
) -> None:
    base = ("split", tasks_file, "--taxonomy", tree_file, "-o", "s.json")
    assert "leave no train split" in refused(*base, "--test-share", "0.9", "--dev-share", "0.1").err
    row = json.loads(tasks_file.read_text().splitlines()[0])
    Path("old.jsonl").write_text(json.dumps({**row, "schema": "skillweave.tasks/0"}) + "\n")
    done = refused("split", "old.jsonl", "--taxonomy", tree_file, "-o", "s.json")
    assert "old.jsonl:1 has schema 'skillweave.tasks/0'" in done.err


def test_oracle_scores_1_and_nop_0_on_a_split_with_its_control(cli, tasks_file: Path, tree_file: Path) -> None:
    cli("split", tasks_file, "--taxonomy", tree_file, "-o", "splits.json", "-q")
    splits = Splits.load("splits.json")
    base = ("run", tasks_file, "--splits", "splits.json", "--split", "test", "--json")
    oracle = cli(*base, "--agent", "oracle", "--log-dir", "oracle")
    assert (oracle.code, oracle.value["success"], oracle.value["unscored"]) == (0, 1.0, 0)
    assert oracle.value["scored"] == len(splits.samples("test"))
    assert Path(oracle.value["log"]).is_file()
    nop = cli(*base, "--agent", "nop", "--log-dir", "nop", "--no-control")
    assert (nop.code, nop.value["success"], nop.value["scored"]) == (0, 0.0, len(splits.splits["test"]))


def test_a_run_with_unscored_rollouts_exits_with_1(cli, tasks_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = RunResult(
        success=1.0,
        scored=11,
        unscored=1,
        errors=(UnscoredRollout(id="t", epoch=1, message="the model broke\nTraceback"),),
        limited=0,
        stopped={},
        by_k={},
        tokens=0,
        log=Path("logs/x.eval"),
        status="success",
        agent="react",
        model="m",
        simulated=True,
    )
    monkeypatch.setattr(run_module, "run_tasks", lambda options, listener: result)
    done = cli("run", tasks_file, "--model", "m")
    assert done.code == 1
    assert "1 rollouts could not be scored" in done.out
    assert "simulated" in done.out
    assert cli("run", tasks_file, "--model", "m", "--json").value["unscored"] == 1


def test_run_refuses_a_missing_model_key_split_and_file(refused, tasks_file: Path) -> None:
    base = ("run", tasks_file, "--log-dir", "logs")
    assert "needs a model" in refused(*base).err
    assert "OPENAI_API_KEY" in refused(*base, "--model", "openai/gpt-5-mini").err
    assert "no-such-provider" in refused(*base, "--model", "no-such-provider/m").err
    assert "split 'test' needs a splits file" in refused(*base, "--agent", "oracle", "--split", "test").err
    assert "no file 'none.jsonl'" in refused("run", "none.jsonl", "--agent", "oracle").err
    assert "'sage'" in refused(*base, "--agent", "sage", "--model", "simulated/novice").err


def test_arguments_of_a_model_are_pairs() -> None:
    assert parse_arguments(["profile=p.json", "seed=3", "on=true"]) == {"profile": "p.json", "seed": 3, "on": True}
    for wrong in ("profile", "=x"):
        with pytest.raises(UserError, match="is no NAME=VALUE"):
            parse_arguments([wrong])


def test_a_report_on_a_folder_without_logs_is_refused(refused, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "empty" in refused("report", "empty", "-o", "report").err
    refused("report", "missing", "-o", "report")


def test_tasks_show_prints_instruction_plan_change_and_checks(cli, tasks_file: Path) -> None:
    task = next(t for t in read_tasks(tasks_file) if t.k == 3)
    shown = cli("tasks", "show", tasks_file, task.id)
    assert task.instruction.splitlines()[0] in shown.out
    assert all(f"{step.id} {step.skill}" in shown.out for step in task.plan.steps)
    assert "necessary: passed" in shown.out
    value = cli("tasks", "show", tasks_file, task.id[-6:], "--json").value
    assert value["id"] == task.id
    assert set(value["checks"].values()) == {"passed"}


def test_an_unknown_task_is_refused_with_some_that_exist(refused, tasks_file: Path) -> None:
    done = refused("tasks", "show", tasks_file, "office-k1-nowhere")
    assert "no task 'office-k1-nowhere'" in done.err
    assert "hint: there is office-k" in done.err


def test_suite_show_lists_tools_skills_workflows_and_tables(cli) -> None:
    value = cli("suite", "show", "office", "--json").value
    assert {"read_skill", "get_person"} <= {t["name"] for t in value["tools"]}
    procedural = {s["id"] for s in value["skills"] if s["procedural"]}
    assert procedural == {"people.work_out_service_bonus"}
    assert value["tables"]["people"] > 10
    assert ["people.find_department_head", "people.count_staff", "people.find_department"] in value["workflows"]
    assert "people.find_manager" in cli("suite", "show", "office").out


def test_only_suites_with_an_installer_can_be_installed(refused) -> None:
    assert "no installer for suite 'tau3'" in refused("suite", "install", "tau3").err


def test_doctor_finds_this_environment_fit(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    done = cli("doctor", "--json")
    assert (done.code, done.value["fit"]) == (0, True)
    monkeypatch.setenv("OPENAI_API_KEY", "never-shown")
    shown = cli("doctor")
    assert "set: OPENAI_API_KEY" in shown.out
    assert "never-shown" not in shown.out


def test_doctor_exits_with_1_and_the_way_out_on_a_fault(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    done = cli("doctor")
    assert done.code == 1
    assert "pip install openai==" in done.out
