"""What a split holds out reaches no export, however it is dressed."""

import json
from pathlib import Path
from typing import Any

import pytest
from people_suite import SUITE, taxonomy

from skillweave.harness.trajectories.export import HeldOutError
from skillweave.tasks.leaks import Claim, Guard, claim_of
from skillweave.tasks.recognise import recogniser
from skillweave.tasks.spec import Rename, TaskSpec, write_tasks
from skillweave.tasks.splits import Splits
from skillweave.tasks.splitting import split_tasks
from skillweave.taxonomy.errors import UserError


def disguised(task: TaskSpec, number: int = 0, **changes: Any) -> TaskSpec:
    """Return a task under another name, in other words, as if it were new."""
    given = {"id": f"innocent-{number}", "instruction": f"Kindly. {task.instruction}", "world_seed": 987_654 + number}
    return task.model_copy(update={**given, **changes})


def test_a_split_followed_by_an_export_refuses_nothing(write: Any, rows: Any, bench: Any, tmp_path: Path) -> None:
    done = write()
    found = rows(tmp_path / "out")
    assert {row["task"] for row in found} == {t.id for t in bench.of("train")}
    assert done.report["kept"] == len(found) > 10
    assert done.report["dropped"] == {}
    assert all(row["success"] and row["held_out"] == [] and row["split"] == "train" for row in found)


def test_held_out_tasks_are_refused_with_the_list_and_nothing_is_written(call: Any, bench: Any, tmp_path: Path) -> None:
    arguments = ("export", "--reference", bench.tasks_file, "--splits", bench.splits_file, "--split", "test")
    done = call(*arguments, "-o", tmp_path / "out", "--json")
    assert done.exit_code == 2
    listed = {leak["row"].split(".")[0] for leak in json.loads(done.stdout)["refused"]}
    assert listed == {t.id for t in bench.of("test")}
    assert all(t.id in done.stderr for t in bench.of("test"))
    assert list(tmp_path.iterdir()) == []


def test_a_held_out_combination_in_other_words_and_another_world_is_refused(
    write: Any, bench: Any, tmp_path: Path
) -> None:
    leak = disguised(bench.of("test", 2)[0], world_seed=bench.of("train")[0].world_seed)
    write_tasks(tmp_path / "tasks.jsonl", [*bench.of("train"), leak])
    # The plan's ids need not exist in the other world: what counts is what the row says and what its plan is.
    guard = Guard(bench.splits)
    (found,) = guard.leaks(claim_of("r", leak, []))
    assert (found.evidence, "held out" in found.sentence) == ("combination", True)
    lying = Claim(id="r", skills=leak.skills[:1], plan=leak.plan.canonical())
    assert [found.evidence for found in guard.leaks(lying)] == ["plan"]
    same_world = disguised(bench.of("test", 2)[0], world_seed=bench.of("test", 2)[0].world_seed)
    write_tasks(tmp_path / "tasks.jsonl", [*bench.of("train"), same_world])
    with pytest.raises(HeldOutError) as refused:
        write(reference=tmp_path / "tasks.jsonl")
    assert {leak.row.split(".")[0] for leak in refused.value.leaks} == {"innocent-0"}
    assert not (tmp_path / "out").exists()


def test_a_superset_of_a_held_out_combination_is_refused(bench: Any) -> None:
    held = bench.of("test", 2)[0]
    other = next(s for s in SUITE.apps.skills if s not in held.skills)
    (found,) = Guard(bench.splits).leaks(Claim(id="r", skills=(*held.skills, other)))
    assert (found.evidence, found.sentence.startswith("the combination contains")) == ("combination", True)
    assert Guard(bench.splits).leaks(Claim(id="r", skills=held.skills[:1])) == []


def test_a_large_set_of_skills_is_looked_through_too(bench: Any) -> None:
    held = bench.of("test", 2)[0]
    many = (*held.skills, *(f"other.skill_{i}" for i in range(20)))
    (found,) = Guard(bench.splits).leaks(Claim(id="r", skills=many))
    assert "|".join(sorted(held.skills)) in found.sentence


def test_the_splits_of_another_seed_refuse_what_they_hold_out(write: Any, bench: Any, tmp_path: Path) -> None:
    def crossing(seed: int) -> tuple[Splits, set[str]]:
        """Return other splits, and the train tasks of ours that they hold out."""
        made = split_tasks(bench.tasks, taxonomy(), seed=seed)
        return made, {t.id for t in bench.of("train", 2) if made.rows[t.id].split in ("dev", "test")}

    other, crossed = next(found for seed in range(6, 60) if (found := crossing(seed))[1])
    renamed = [disguised(t, i, world_seed=t.world_seed) for i, t in enumerate(bench.of("train"))]
    write_tasks(tmp_path / "tasks.jsonl", renamed)
    other.save(tmp_path / "other.json")
    with pytest.raises(HeldOutError) as refused:
        write(reference=tmp_path / "tasks.jsonl", splits=tmp_path / "other.json")
    leaked = {leak.row.split(".")[0] for leak in refused.value.leaks}
    assert leaked >= {new.id for new, old in zip(renamed, bench.of("train"), strict=True) if old.id in crossed}


def test_allowed_rows_are_stamped_and_the_warning_is_loud(call: Any, rows: Any, bench: Any, tmp_path: Path) -> None:
    arguments = ("export", "--reference", bench.tasks_file, "--splits", bench.splits_file, "--split", "test", "-q")
    done = call(*arguments, "-o", tmp_path / "out", "--allow-held-out")
    assert (done.exit_code, "WARNING" in done.stderr) == (0, True)
    found = rows(tmp_path / "out")
    assert len(found) == len(bench.of("test"))
    assert all(row["held_out"] for row in found)
    assert "touch combinations that the splits" in (tmp_path / "out/README.md").read_text()


def splits_holding_out(bench: Any, *skills: str) -> Splits:
    """Return the splits with one more held-out combination."""
    row = bench.splits.rows[bench.of("test", 2)[0].id]
    extra = row.model_copy(update={"combination": "|".join(sorted(skills)), "k": len(skills)})
    return bench.splits.model_copy(update={"rows": {**bench.splits.rows, "extra": extra}})


def reading_task(bench: Any) -> TaskSpec:
    """Return a train task of one skill that needs neither the writing tool nor a procedure."""
    return next(t for t in bench.of("train") if t.k == 1 and not {"update_person", "read_skill"} & set(t.tools))


def test_calls_beyond_the_plan_that_amount_to_held_out_work_are_refused(bench: Any) -> None:
    writer = "people.change_title"
    task = reading_task(bench)
    guard = Guard(splits_holding_out(bench, writer, task.skills[0]), skills_of=recogniser("office"))
    own = [(tool, {}, False) for tool in task.tools]
    more = [(tool, {}, False) for tool in SUITE.apps.skills[writer].tools]
    assert guard.leaks(claim_of("r", task, own)) == []
    assert [leak.evidence for leak in guard.leaks(claim_of("r", task, [*own, *more]))] == ["calls"]
    refused = [(tool, arguments, True) for tool, arguments, _ in more]
    assert guard.leaks(claim_of("r", task, [*own, *refused])) == []


def test_what_the_plans_own_calls_suffice_for_is_no_leak(bench: Any) -> None:
    skills_of = recogniser("office")
    assert skills_of is not None
    for task in bench.of("train"):
        twins = skills_of(task.tools, task.skills) - set(task.skills)
        if not twins:
            continue
        guard = Guard(splits_holding_out(bench, min(twins), task.skills[0]), skills_of=skills_of)
        assert guard.leaks(claim_of("r", task, [(tool, {}, False) for tool in task.tools])) == []
        return
    pytest.fail("no task shares its tools with another skill")


def test_a_task_in_a_held_out_world_is_refused(bench: Any) -> None:
    held = bench.of("test", 2)[0]
    task = disguised(bench.of("train")[0], world_seed=held.world_seed)
    (found,) = Guard(bench.splits, tasks=bench.tasks).leaks(claim_of("r", task, []), "office")
    assert found.evidence == "world"


def test_splits_of_other_tasks_put_nothing_into_a_split(write: Any, bench: Any, tmp_path: Path) -> None:
    write_tasks(tmp_path / "tasks.jsonl", [disguised(bench.of("train")[0])])
    from skillweave.harness.trajectories.filters import Rules

    with pytest.raises(UserError, match="puts no task of"):
        write(reference=tmp_path / "tasks.jsonl", rules=Rules(split="train"))


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--format", "csv"), "no format 'csv'"),
        (("--epochs", "2"), "--epochs is for a curriculum"),
        (("--shares", "1=1"), "--shares is for a curriculum"),
        (("--curriculum", "k", "--shares", "x"), "'x' is none"),
        (("--tools", "none"), "no tool offer 'none'"),
        (("--tool-errors", "mask", "--format", "llamafactory"), "cannot say"),
        (("--tokenizer", "."), "holds no tokenizer|--tokenizer needs transformers"),
        (("logs",), "give logs, or --reference"),
    ],
)
def test_what_cannot_be_exported_is_a_users_mistake_and_writes_nothing(
    words: tuple[str, ...], problem: str, call: Any, bench: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call("export", *words, "--reference", bench.tasks_file, "--splits", bench.splits_file, "-o", "out")
    assert (done.exit_code, done.stdout) == (2, "")
    assert any(said in done.stderr for said in problem.split("|"))
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_export_is_replaced_and_other_files_never(write: Any, rows: Any, tmp_path: Path) -> None:
    write(formats=("trl", "atif"))
    write(formats=("openai",))
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["README.md", "data", "export.json", "jsonl"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/letter.txt").write_text("dear")
    with pytest.raises(UserError, match="holds other files"):
        write(output=tmp_path / "mine")
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="it is a file"):
        write(output=tmp_path / "file")
    assert sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith(".data")) == ["file", "mine", "out"]


def test_a_tool_under_another_name_hides_nothing(bench: Any) -> None:
    writer = "people.change_title"
    task = reading_task(bench)
    guard = Guard(splits_holding_out(bench, writer, task.skills[0]), skills_of=recogniser("office"))
    names = {
        tool: Rename(name=f"my_{tool}", description="d") for tool in (*task.tools, *SUITE.apps.skills[writer].tools)
    }
    variant = task.model_copy(update={"renames": names})
    calls = [(rename.name, {}, False) for rename in names.values()]
    assert [leak.evidence for leak in guard.leaks(claim_of("r", variant, calls))] == ["calls"]
