"""Private seeds: committed to, kept apart, and checked when they are disclosed."""

import json
from pathlib import Path

import pytest

from skillweave.tasks.seeds import load_seed, private_seed, seed_path
from skillweave.tasks.spec import read_tasks
from skillweave.taxonomy.errors import UserError


def test_a_private_seed_stands_in_no_task_and_makes_the_same_tasks_once_disclosed(cli, tree_file: Path) -> None:
    call = ("synth", "--taxonomy", tree_file, "-k", "1-2", "-n", 4, "--json")
    done = cli(*call, "--seed", "private", "-o", "tasks.jsonl")
    secret = load_seed(Path("tasks.seed.json"))
    assert done.value["provenance"]["seed"] is None
    assert str(secret.value) not in Path("tasks.jsonl").read_text() + Path("tasks.synthesis.json").read_text()
    options = [t.provenance.options for t in read_tasks(Path("tasks.jsonl"))]
    assert options == [{"seed_commitment": secret.commitment}] * 4
    cli(*call, "--seed", "tasks.seed.json", "-o", "again.jsonl")
    assert Path("again.jsonl").read_bytes() == Path("tasks.jsonl").read_bytes()
    assert not seed_path(Path("again.jsonl")).exists()
    other = cli(*call, "--seed", "private", "-o", "other.jsonl")
    assert other.value["provenance"] != done.value["provenance"]


def test_a_seed_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tasks.seed.json"
    private_seed().save(path)
    said = json.loads(path.read_text())
    path.write_text(json.dumps({**said, "seed": str(int(said["seed"]) + 1)}))
    with pytest.raises(UserError, match="contradicts itself"):
        load_seed(path)
    path.write_text(json.dumps({**said, "seed": "x"}))
    with pytest.raises(UserError, match="holds no seed"):
        load_seed(path)


def test_seeds_that_are_none_are_refused(refused, tree_file: Path) -> None:
    for text in ("-1", "luck", "7 or so"):
        assert "seed" in refused("synth", "--taxonomy", tree_file, f"--seed={text}", "-o", "t.jsonl").err
    assert "no file 'none.json'" in refused("synth", "--taxonomy", tree_file, "--seed", "none.json").err


def test_every_task_carries_the_canary(cli, tree_file: Path) -> None:
    cli("synth", "--taxonomy", tree_file, "-k", "1", "-n", 2, "-o", "tasks.jsonl", "-q")
    assert all("skillweave canary" in line for line in Path("tasks.jsonl").read_text().splitlines())
