"""Splits: what may never happen, over random task sets; and the file."""

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.splits import SPLIT_NAMES, Splits
from skillweave.tasks.splitting import check_worlds, split_tasks
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

SKILLS = "abcdefgh"


@pytest.fixture(autouse=True, scope="module")
def _shared(tree: Taxonomy, make_task) -> None:
    global TREE, MAKE
    TREE, MAKE = tree, make_task


def task_set(combinations: list[tuple[str, int]]) -> list[TaskSpec]:
    """Return the given number of tasks of each combination."""
    return [MAKE(c, f"{c}-{i}") for c, n in combinations for i in range(n)]


def drawn(seed: int, size: int = 200) -> list[TaskSpec]:
    """Return tasks of k = 1..5 drawn without repetition."""
    rng = random.Random(seed)
    sets = {"".join(sorted(rng.sample(SKILLS, 1 + i % 5))) for i in range(size)}
    return task_set([(c, 1 + (len(c) == 1) * 2) for c in sorted(sets)])


task_sets = st.lists(
    st.tuples(
        st.sets(st.sampled_from(SKILLS), min_size=1, max_size=5).map(lambda s: "".join(sorted(s))), st.integers(1, 3)
    ),
    min_size=1,
    max_size=40,
    unique_by=lambda pair: pair[0],
).map(task_set)
shares = st.floats(0, 0.45)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tasks=task_sets, seed=st.integers(0, 99), test=shares, dev=shares)
def test_held_out_combinations_are_disjoint_from_train_and_lie_in_none_of_it(
    tasks: list[TaskSpec], seed: int, test: float, dev: float
) -> None:
    splits = split_tasks(tasks, TREE, seed=seed, test_share=test, dev_share=dev)
    by_id = {t.id: t for t in tasks}
    sets = {n: [frozenset(by_id[i].skills) for i in splits.splits[n] if by_id[i].k > 1] for n in SPLIT_NAMES}
    held = sets["test"] + sets["dev"]
    assert not any(h <= t for h in held for t in sets["train"])
    assert not set(sets["test"]) & set(sets["dev"])
    assert set(sets["control"]) <= set(sets["train"])  # new bindings of what train practises
    worlds = [{by_id[i].world_seed for i in ids} for ids in (splits.splits["train"], splits.samples("test"))]
    assert not worlds[0] & worlds[1]
    trained = {s for i in splits.splits["train"] for s in by_id[i].skills}
    assert {s for h in held for s in h} <= trained


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tasks=task_sets, seed=st.integers(0, 99))
def test_every_task_stands_in_one_split_or_is_dropped_with_a_reason(tasks: list[TaskSpec], seed: int) -> None:
    splits = split_tasks(tasks, TREE, seed=seed)
    placed = [i for ids in splits.splits.values() for i in ids]
    dropped = [d["id"] for d in splits.figures["dropped"]]
    assert Counter(placed + dropped) == Counter(t.id for t in tasks)
    assert all(d["reason"].startswith("contains the held-out ") for d in splits.figures["dropped"])
    assert splits.figures["containment"]["tasks"] == len(dropped)
    assert splits.rows.keys() == {t.id for t in tasks}
    for name, ids in splits.splits.items():
        assert all(splits.rows[i].split == name for i in ids)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tasks=task_sets, seed=st.integers(0, 99))
def test_rows_agree_with_the_exposure_that_is_train(tasks: list[TaskSpec], seed: int) -> None:
    splits = split_tasks(tasks, TREE, seed=seed)
    for row in splits.rows.values():
        if row.split == "train":
            assert (row.novelty, row.length, row.inside, row.practised) == (0, "seen", True, row.k)
        elif row.split in ("test", "dev"):
            assert row.novelty != 0
            assert not row.inside


def test_single_skills_are_never_held_out_and_shared_half_and_half() -> None:
    tasks = task_set([(c, 3) for c in SKILLS])
    splits = split_tasks(tasks, TREE, seed=1)
    assert not splits.splits["test"]
    assert len(splits.splits["train"]) == len(splits.splits["control"]) == 12
    for skill in SKILLS:  # an odd task goes to either side
        assert sum(i.startswith(skill) for i in splits.splits["train"]) in (1, 2)


def test_single_skill_tasks_of_one_world_stay_together() -> None:
    tasks = [MAKE(c, f"{c}-{i}", world_seed=10 * n + i // 2) for n, c in enumerate(SKILLS) for i in range(4)]
    splits = split_tasks(tasks, TREE, seed=1)
    assert len(splits.splits["train"]) == len(splits.splits["control"]) == 16
    sides = {(t.world_seed, splits.rows[t.id].split) for t in tasks}
    assert len(sides) == 16


def test_shares_are_met_in_every_stratum_where_containment_allows() -> None:
    tasks = drawn(3)
    splits = split_tasks(tasks, TREE, seed=3)
    size = sum(t.k > 1 for t in tasks)
    held = {n: splits.figures["sizes"][n]["tasks"] for n in ("test", "dev")}
    assert abs(held["test"] - 0.3 * size) <= 2
    assert abs(held["dev"] - 0.1 * size) <= 2
    strata = Counter((splits.rows[i].k, splits.rows[i].span) for i in splits.splits["test"])
    everything = Counter((r.k, r.span) for r in splits.rows.values() if r.k > 1)
    for stratum, count in everything.items():
        if count >= 10:
            assert 0.15 * count <= strata[stratum] <= 0.5 * count


def test_containment_costs_nothing_where_a_free_choice_exists() -> None:
    # every pair of a-d lies inside abcd, every pair of e-h in no larger one: only the latter are held out
    pairs = [x + y for part in ("abcd", "efgh") for i, x in enumerate(part) for y in part[i + 1 :]]
    tasks = task_set([("abcd", 5), *((p, 1) for p in pairs), *((s, 2) for s in SKILLS)])
    splits = split_tasks(tasks, TREE, seed=5, test_share=0.2, dev_share=0)
    assert splits.figures["containment"] == {"tasks": 0, "combinations": 0, "share": 0.0}
    assert splits.splits["test"]


def test_a_combination_is_dropped_from_train_for_the_held_out_one_it_contains() -> None:
    tasks = task_set([("ab", 2), ("abc", 1), *((s, 2) for s in "abc"), ("ac", 2), ("bc", 2)])
    splits = split_tasks(tasks, TREE, seed=0, test_share=0.35, dev_share=0)
    held = {i[:2] for i in splits.splits["test"] if not i.startswith("abc")}
    assert held
    if not any(i.startswith("abc") for i in splits.splits["test"]):
        assert splits.figures["containment"]["tasks"] == 1
        assert splits.rows["abc-0"].split is None


def test_same_seed_gives_the_same_bytes_and_another_seed_another_split(tmp_path: Path) -> None:
    tasks = drawn(1)
    one, two = (split_tasks(tasks, TREE, seed=7) for _ in range(2))
    one.save(tmp_path / "1.json")
    two.save(tmp_path / "2.json")
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    assert split_tasks(tasks, TREE, seed=8).splits != one.splits
    assert Splits.load(tmp_path / "1.json") == one


def test_order_of_the_tasks_does_not_change_who_is_held_out() -> None:
    tasks = drawn(2)
    forwards, backwards = split_tasks(tasks, TREE, seed=7), split_tasks(tasks[::-1], TREE, seed=7)
    assert forwards == backwards


def test_figures_add_up_and_name_the_divergences() -> None:
    splits = split_tasks(drawn(4), TREE, seed=4)
    strata = splits.figures["strata"]
    assert sum(line[n] for line in strata for n in SPLIT_NAMES) == sum(map(len, splits.splits.values()))
    divergence = splits.figures["divergence"]
    assert 0 <= divergence["test"]["atom"] < divergence["test"]["compound"]
    assert divergence["test"]["compound"] < 1
    assert divergence["control"]["compound"] is None
    assert splits.exposure.size == splits.figures["sizes"]["train"]["combinations"]


def test_held_out_splits_bring_the_control_along_unless_told_not_to() -> None:
    splits = split_tasks(drawn(5), TREE, seed=5)
    assert set(splits.samples("test")) == {*splits.splits["test"], *splits.splits["control"]}
    assert splits.samples("test", control=False) == splits.splits["test"]
    assert splits.samples("train") == splits.splits["train"]
    with pytest.raises(UserError, match="no split 'tset'; the file has train, dev, test, control"):
        splits.samples("tset")


def test_tasks_of_one_world_all_go_to_one_side() -> None:
    tasks = [MAKE(c, c, world_seed=3) for c in ("a", "ab", "cd", "c", "d", "b", "ac")]
    splits = split_tasks([*tasks, *drawn(7)], TREE, seed=0, test_share=0.5)
    sides = {splits.rows[t.id].split for t in tasks} - {None}
    assert sides in ({"train"}, {"test", "control"}, {"dev", "control"})  # single skills follow as control


def test_a_world_seed_shared_by_train_and_test_is_refused() -> None:
    with pytest.raises(UserError, match=r"'ab' .train. and 'cd' .test. share the world seed 3"):
        check_worlds([MAKE(c, c, world_seed=3) for c in ("ab", "cd")], {"ab": "train", "cd": "test"})


@pytest.mark.parametrize(("test", "dev"), [(0.7, 0.3), (-0.1, 0.1), (float("nan"), 0.1)])
def test_shares_that_leave_no_train_split_are_refused(test: float, dev: float) -> None:
    with pytest.raises(UserError, match="leave no train split"):
        split_tasks(drawn(1, 20), TREE, seed=0, test_share=test, dev_share=dev)


def test_a_file_of_another_schema_or_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "splits.json"
    path.write_text('{"schema": "skillweave.splits/2"}')
    with pytest.raises(
        UserError, match=r"has schema .skillweave\.splits/2., this version reads .skillweave\.splits/1."
    ):
        Splits.load(path)
    path.write_text('{"schema": "skillweave.splits/1", "splits": 3}')
    with pytest.raises(UserError, match="holds no splits"):
        Splits.load(path)


def test_combinations_that_share_a_world_stay_on_one_side() -> None:
    by_k: dict[int, list[TaskSpec]] = {}
    for task in drawn(6, 400):
        by_k.setdefault(task.k, []).append(task)
    tasks = [
        t.model_copy(update={"world_seed": 100 * k + i // 4}) for k, found in by_k.items() for i, t in enumerate(found)
    ]
    splits = split_tasks(tasks, TREE, seed=2)
    sides: dict[int, set[str | None]] = {}
    for task in tasks:
        sides.setdefault(task.world_seed, set()).add(splits.rows[task.id].split)
    assert all(len(found - {None}) <= 1 for found in sides.values())
    size = sum(t.k > 1 for t in tasks)
    assert abs(splits.figures["sizes"]["test"]["tasks"] - 0.3 * size) <= 8
