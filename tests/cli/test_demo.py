"""The demo on the people app: what it makes, and when it fails."""

from dataclasses import replace
from pathlib import Path

import pytest

from skillweave.harness import demo as module
from skillweave.harness.demo import Demo, run_demo
from skillweave.harness.summary import RunResult


def result(agent: str, success: float | None, unscored: int = 0) -> RunResult:
    """Return a run's result."""
    return RunResult(
        success=success,
        scored=10 - unscored,
        unscored=unscored,
        errors=(),
        limited=0,
        stopped={},
        by_k={},
        tokens=0,
        log=Path("x.eval"),
        status="success",
        agent=agent,
        model="simulated/novice",
        simulated=True,
    )


def demo(oracle: RunResult, nop: RunResult) -> Demo:
    """Return a demo of these controls and a fair agent."""
    runs = {"oracle": oracle, "nop": nop, "react": result("react", 0.6)}
    return Demo(folder=Path("d"), report=Path("d/report/index.html"), model="simulated/novice", results=runs)


def test_the_demo_is_sound_only_where_oracle_scores_1_and_nop_0() -> None:
    good = demo(result("oracle", 1.0), result("nop", 0.0))
    assert good.sound
    for bad in (
        demo(result("oracle", 0.9), result("nop", 0.0)),
        demo(result("oracle", 1.0), result("nop", 0.1)),
        demo(result("oracle", 1.0, unscored=1), result("nop", 0.0)),
        demo(result("oracle", 1.0), result("nop", None, unscored=10)),
    ):
        assert not bad.sound
        assert bad.lines()[0].startswith("FAULT: ")
    unscored = replace(good, results={**good.results, "react": result("react", 0.5, unscored=2)})
    assert not unscored.sound


def test_the_demo_says_that_a_simulated_model_is_none(cli) -> None:
    lines = demo(result("oracle", 1.0), result("nop", 0.0)).lines()
    assert any("SIMULATED" in line for line in lines)
    assert lines[-1].strip().startswith("skillweave run ")


def test_the_demo_goes_the_whole_road_and_again_for_free(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TASKS", 10)
    monkeypatch.setattr(module, "SIZES", (1, 2))
    done = cli("demo", "-o", "d", "--json")
    assert done.code == 0, done.err
    assert done.value["sound"]
    assert "SIMULATED" in done.err
    assert Path(done.value["report"]).read_text().lstrip().lower().startswith("<!doctype html")
    assert {p.name for p in Path("d").iterdir()} >= {"taxonomy.json", "tasks.jsonl", "splits.json", "logs", "report"}
    before = done.value["runs"]["react"]["log"]
    assert run_demo(Path("d")).results["react"].log == Path(before)


def test_a_demo_that_is_not_sound_exits_with_1(cli, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = demo(result("oracle", 0.9), result("nop", 0.0))
    monkeypatch.setattr(module, "run_demo", lambda folder, model, tell: broken)
    done = cli("demo")
    assert done.code == 1
    assert "FAULT: oracle scored 0.9" in done.out


def test_the_demo_refuses_a_folder_that_is_a_file(refused, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    assert "it is a file" in refused("demo", "-o", "taken").err
