"""What follows a combination to its side: its family, and the variants of its tasks."""

from itertools import combinations

import pytest

from skillweave.tasks.spec import TaskSpec, Variant
from skillweave.tasks.splits import Splits
from skillweave.tasks.splitting import split_tasks
from skillweave.taxonomy.tree import Taxonomy


@pytest.fixture(scope="module")
def tasks(make_task) -> list[TaskSpec]:
    """Triples of eight skills, each with a family of three atoms, two pairs and a base, and a variant of each kind."""
    found: list[TaskSpec] = []
    for number, c in enumerate(combinations("abcdefgh", 3)):
        name = "".join(c)
        facts = {"world_seed": number}
        whole = make_task(c, name, **facts).model_copy(update={"family": name})
        parts = [("atom", s) for s in name] + [("pair", name[:2]), ("pair", name[1:]), ("base", "")]
        found += [whole]
        found += [
            make_task(skills, f"{name}-{role}-{skills}", **facts).model_copy(update={"family": name, "role": role})
            for role, skills in parts
        ]
        found += [
            whole.model_copy(update={"id": f"{name}-{kind}", "variant": Variant(kind=kind, of=name)})
            for kind in ("wording", "names")
        ]
    return found


@pytest.fixture(scope="module")
def splits(tasks: list[TaskSpec], tree: Taxonomy) -> Splits:
    return split_tasks(tasks, tree, seed=1)


def test_a_family_stays_on_one_side_and_is_a_control_where_its_combination_is_held_out(
    tasks: list[TaskSpec], splits: Splits
) -> None:
    for task in tasks:
        whole, row = splits.rows[str(task.family)], splits.rows[task.id]
        if task.role == "combination" and task.variant is None:
            continue
        if whole.split in ("test", "dev"):
            assert (row.split, row.of) == ("control", whole.split)
            assert row.control == ("variant" if task.variant else "family")
        else:
            assert row.split == whole.split


def test_atoms_pairs_and_variants_are_no_held_out_combinations(tasks: list[TaskSpec], splits: Splits) -> None:
    roles = {t.id: (t.role, t.variant) for t in tasks}
    held = (*splits.splits["test"], *splits.splits["dev"])
    assert held
    assert {roles[i] for i in held} == {("combination", None)}


def test_a_held_out_split_brings_the_families_and_variants_of_its_own_tasks(splits: Splits) -> None:
    asked = set(splits.samples("test"))
    for name in splits.splits["test"]:
        assert {f"{name}-wording", f"{name}-names", f"{name}-base-", f"{name}-atom-{name[0]}"} <= asked
    for name in splits.splits["dev"]:
        assert not {i for i in asked if i.startswith(name)}


def test_variants_do_not_count_when_shares_are_met(tasks: list[TaskSpec], splits: Splits) -> None:
    whole = sum(t.role == "combination" and t.variant is None for t in tasks)
    assert abs(len(splits.splits["test"]) - 0.3 * whole) <= 2
    assert splits.figures["controls"]["variant"] == 2 * (len(splits.splits["test"]) + len(splits.splits["dev"]))


def test_variants_of_single_skills_stay_with_their_base(make_task, tree: Taxonomy) -> None:
    alone = [make_task(s, f"{s}{i}", world_seed=100 * i + ord(s)) for s in "abcd" for i in range(4)]
    variants = [t.model_copy(update={"id": f"{t.id}-order", "variant": Variant(kind="order", of=t.id)}) for t in alone]
    splits = split_tasks([*alone, *variants], tree, seed=0)
    assert all(splits.rows[v.id].split == splits.rows[str(v.variant and v.variant.of)].split for v in variants)
