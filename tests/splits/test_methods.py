"""The ways to choose what is held out: what each promises, and what it refuses."""

import json
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from skillweave.tasks.shortfall import shortfalls
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.splits import Splits
from skillweave.tasks.splitting import Plan, split_tasks
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

SKILLS = "abcdefgh"


@pytest.fixture(scope="module")
def tasks(make_task) -> list[TaskSpec]:
    """Every pair and triple of eight skills, two bindings of each pair, and each skill alone four times."""
    sets = ["".join(c) for k in (2, 3) for c in combinations(SKILLS, k)]
    return [
        *(make_task(c, f"{c}-{i}") for c in sets for i in range(2 if len(c) == 2 else 1)),
        *(make_task(s, f"{s}-{i}") for s in SKILLS for i in range(4)),
    ]


def sound(splits: Splits, tasks: list[TaskSpec]) -> None:
    """Check the rules that every way to split keeps to."""
    by_id = {t.id: t for t in tasks}
    train = [by_id[i] for i in splits.splits["train"]]
    held = [by_id[i] for name in ("test", "dev") for i in splits.splits[name]]
    assert held
    assert not any(set(h.skills) <= set(t.skills) for h in held for t in train)
    assert {s for h in held for s in h.skills} <= {s for t in train for s in t.skills}
    evaluated = [by_id[i] for name in ("test", "dev", "control") for i in splits.splits[name]]
    assert not {t.world_seed for t in train} & {t.world_seed for t in evaluated}


@pytest.mark.parametrize("method", ["stratified", "mcd", "by-branch", "by-pair", "by-length"])
def test_every_way_to_split_keeps_the_rules_and_is_deterministic(
    method: str, tasks: list[TaskSpec], tree: Taxonomy
) -> None:
    bound = 0.1 if method == "mcd" else 0.02
    one, two = (split_tasks(found, tree, seed=3, method=method, atom_bound=bound) for found in (tasks, tasks[::-1]))
    sound(one, tasks)
    assert one == two
    assert one.figures["method"] == method


def test_by_pair_holds_out_everything_with_the_pair(tasks: list[TaskSpec], tree: Taxonomy) -> None:
    splits = split_tasks(tasks, tree, seed=3, method="by-pair")
    themes = splits.figures["choice"]["themes"]
    assert themes
    train = [set(splits.skills(i)) for i in splits.splits["train"]]
    for held in themes:
        assert not any(set(held["theme"]) <= skills for skills in train)


def test_by_branch_holds_out_everything_that_touches_the_pair_of_branches(make_task, make_tree) -> None:
    branches = {b: {f"{b}{i}": None for i in range(3)} for b in "wxyz"}
    tree = make_tree(branches, 2)
    skills = [s for b in branches.values() for s in b]
    tasks = [make_task(c, "+".join(c)) for c in combinations(skills, 2)]
    splits = split_tasks(tasks, tree, seed=3, method="by-branch")
    held = {(tuple(h["theme"]), h["split"]) for h in splits.figures["choice"]["themes"]}
    assert {side for _, side in held} == {"test", "dev"}
    for task in tasks:
        pair = tuple(sorted(tree.branch(s) for s in task.skills))
        expected = next((side for theme, side in held if theme == pair), "train")
        assert splits.rows[task.id].split == expected


def test_by_length_trains_up_to_a_size_and_tests_beyond(tasks: list[TaskSpec], tree: Taxonomy) -> None:
    splits = split_tasks(tasks, tree, seed=3, method="by-length", longest=2)
    assert {splits.rows[i].k for i in splits.splits["train"]} == {1, 2}
    assert {splits.rows[i].k for i in (*splits.splits["test"], *splits.splits["dev"])} == {3}
    assert {splits.rows[i].length for i in splits.splits["test"]} == {"longer"}
    assert {splits.rows[i].novelty for i in splits.splits["test"]} == {None}
    assert splits.figures["choice"] == {"train_up_to": 2}
    assert splits.figures["containment"]["tasks"] == 0
    sound(splits, tasks)


def test_by_length_holds_out_a_combination_and_one_that_contains_it(make_task, tree: Taxonomy) -> None:
    tasks = [make_task(c, c) for c in ("ab", "cd", "ac", "bd", "abc", "abcd")]
    splits = split_tasks(tasks, tree, seed=0, method="by-length", longest=2)
    assert {splits.rows[c].split for c in ("abc", "abcd")} <= {"test", "dev"}
    assert splits.figures["containment"]["tasks"] == 0


def test_by_length_drops_what_needs_a_skill_that_nothing_shorter_practises(make_task, tree: Taxonomy) -> None:
    tasks = [make_task(c, c) for c in ("ab", "cd", "abc", "abh")]
    splits = split_tasks(tasks, tree, seed=0, method="by-length")
    assert splits.rows["abh"].split is None
    assert splits.figures["dropped"][0]["reason"] == "has h, which nothing of k <= 2 practises"


@pytest.mark.parametrize(
    ("content", "held"),
    [
        (["a|b", ["c", "d"]], {"test": {"ab", "cd"}, "dev": set()}),
        ({"test": ["a|b"], "dev": ["ef-0"]}, {"test": {"ab"}, "dev": {"ef"}}),
    ],
)
def test_user_holds_out_exactly_what_the_file_names(
    content: Any, held: dict[str, set[str]], tasks: list[TaskSpec], tree: Taxonomy, tmp_path: Path
) -> None:
    file = tmp_path / "held.json"
    file.write_text(json.dumps(content))
    splits = split_tasks(tasks, tree, seed=3, method="user", file=file)
    for side, expected in held.items():
        assert {"".join(splits.skills(i)) for i in splits.splits[side]} == expected
    sound(splits, tasks)
    gone = {"".join(sorted(d["combination"].split("|"))) for d in splits.figures["dropped"]}
    pairs = [set(c) for found in held.values() for c in found]
    assert gone == {"".join(c) for c in combinations(SKILLS, 3) if any(p <= set(c) for p in pairs)}
    assert splits.figures["containment"]["combinations"] == len(gone)


def test_a_combination_for_dev_may_contain_one_for_test(tasks: list[TaskSpec], tree: Taxonomy, tmp_path: Path) -> None:
    file = tmp_path / "held.json"
    file.write_text('{"test": ["a|b"], "dev": ["a|b|c"]}')
    splits = split_tasks(tasks, tree, seed=3, method="user", file=file)
    assert {splits.rows[i].combination for i in splits.splits["dev"]} == {"a|b|c"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (["a|zzz"], "'a|zzz' is none of the tasks"),
        (["a"], "is k = 1, which is never held out"),
        ({"test": ["a|b"], "dev": ["b|a"]}, "names 'a|b' for both test and dev"),
        ({"tset": ["a|b"]}, "names the split 'tset'"),
        ([], "names nothing to hold out"),
    ],
)
def test_a_file_that_names_what_cannot_be_held_out_is_refused(
    content: Any, said: str, tasks: list[TaskSpec], tree: Taxonomy, tmp_path: Path
) -> None:
    file = tmp_path / "held.json"
    file.write_text(json.dumps(content))
    with pytest.raises(UserError, match=said.replace("|", r"\|")):
        split_tasks(tasks, tree, seed=3, method="user", file=file)


def test_a_user_list_that_takes_a_skill_out_of_train_is_refused(make_task, tree: Taxonomy, tmp_path: Path) -> None:
    file = tmp_path / "held.txt"
    file.write_text("a|b\n")
    with pytest.raises(UserError, match=r"skill 'a' of the held-out 'a\|b' would be in no train task"):
        split_tasks([make_task(c, c) for c in ("ab", "bc", "cd")], tree, seed=0, method="user", file=file)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "best"}, "no method 'best'"),
        ({"method": "user"}, "needs a file"),
        ({"longest": 2}, "--longest is for --method by-length"),
        ({"file": Path("x.json")}, "--file is for --method user"),
        ({"method": "mcd", "atom_bound": 0.0}, "atom bound 0.0"),
        ({"control_share": 1.0}, "control share 1.0"),
        ({"method": "by-length", "longest": 5}, "nothing to split at length 5"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    options: dict[str, Any], said: str, tasks: list[TaskSpec], tree: Taxonomy
) -> None:
    with pytest.raises(UserError, match=said):
        split_tasks(tasks, tree, seed=0, plan=Plan(**options))


def test_the_in_distribution_control_binds_train_combinations_anew(tasks: list[TaskSpec], tree: Taxonomy) -> None:
    splits = split_tasks(tasks, tree, seed=3, control_share=0.3)
    beside = [i for i, row in splits.rows.items() if row.control == "in-distribution"]
    assert beside
    assert splits.figures["controls"]["in-distribution"] == len(beside)
    train = {splits.rows[i].combination for i in splits.splits["train"]}
    assert {splits.rows[i].combination for i in beside} <= train
    assert {splits.rows[i].novelty for i in beside} == {0}


def test_no_held_out_combination_means_no_split_of_themes(make_task, tree: Taxonomy) -> None:
    with pytest.raises(UserError, match="no pair of skills can be held out"):
        split_tasks([make_task("ab", "ab"), make_task("cd", "cd")], tree, seed=0, method="by-pair")


def test_an_empty_control_and_small_held_out_parts_are_said_with_the_way_out(make_task, tree: Taxonomy) -> None:
    chain = [make_task("".join(c), "".join(c)) for c in pairwise(SKILLS)]
    few = shortfalls(split_tasks(chain, tree, seed=3, test_share=0.5))
    assert [sentence.split()[0] for sentence in few] == ["test", "no"]
    assert "4 tasks that were asked for" in few[0]
    assert "each of its combinations has one task" in few[1]
    assert all("synth --apps" in sentence for sentence in few)


def test_a_split_that_gives_what_was_asked_for_has_no_shortfall(tasks: list[TaskSpec], tree: Taxonomy) -> None:
    assert shortfalls(split_tasks(tasks, tree, seed=3, control_share=0.3)) == []
    assert shortfalls(split_tasks(tasks, tree, seed=3, control_share=0.0)) == []


def test_a_control_share_too_small_for_one_task_is_named(make_task, tree: Taxonomy) -> None:
    sets = ["".join(c) for c in combinations(SKILLS, 2)]
    twice = [make_task(sets[0], f"{sets[0]}-again"), *(make_task(c, c) for c in sets)]
    (sentence,) = shortfalls(split_tasks(twice, tree, seed=1, test_share=0.1, dev_share=0.0))
    assert "only 1 of its combinations have several tasks, too few for a share of 0.1" in sentence
