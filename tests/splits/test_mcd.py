"""The search for maximum compound divergence: against trying everything, and the rules it keeps."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from skillweave.tasks.divergence import atom_divergence, compound_divergence
from skillweave.tasks.mcd import Found, Item, search_mcd
from skillweave.tasks.splitting import split_tasks
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy


def chains(words: list[str]) -> list[Item]:
    """Return items whose atoms are letters and whose compounds are neighbouring letters."""
    return [Item(atoms=tuple(w), compounds=tuple(pairwise(w))) for w in words]


def drawn(seed: int, count: int, letters: str = "abcdef", size: int = 3) -> list[Item]:
    rng = np.random.default_rng(seed)
    return chains(["".join(rng.choice(list(letters), size, replace=False)) for _ in range(count)])


def divergences(items: list[Item], held: tuple[int, ...]) -> tuple[float, float]:
    """Return (atom, compound) as the package measures them, computed anew."""
    train = [it for i, it in enumerate(items) if i not in held]
    test = [items[i] for i in held]
    atom = atom_divergence([it.atoms for it in train], [it.atoms for it in test])
    compound = compound_divergence([it.compounds for it in train], [it.compounds for it in test])
    return atom or 0.0, compound or 0.0


def best_of_all(items: list[Item], count: int, bound: float) -> float:
    """Return the largest compound divergence of all held-out sets of a size, under the bound, no atom unseen."""
    best = 0.0
    for held in combinations(range(len(items)), count):
        seen = {a for i, it in enumerate(items) if i not in held for a in it.atoms}
        if all(a in seen for i in held for a in items[i].atoms):
            atom, compound = divergences(items, held)
            if atom <= bound:
                best = max(best, compound)
    return best


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_on_small_sets_the_search_finds_the_best_of_all_splits(seed: int) -> None:
    items = drawn(seed, 14)
    found = search_mcd(items, share=4 / 14, bound=0.1, seed=0, steps=400)
    assert found.feasible
    assert 3 <= len(found.held) <= 5  # the wanted four, or one item off
    assert found.compound >= best_of_all(items, 4, 0.1) - 1e-9
    assert found.compound <= 1.0


def test_what_it_says_of_its_split_is_what_the_divergences_are() -> None:
    items = drawn(4, 120, "abcdefghij", 4)
    found = search_mcd(items, share=0.3, bound=0.05, seed=0)
    assert (found.atom, found.compound) == pytest.approx(divergences(items, found.held))
    assert found.atom <= 0.05
    assert found.compound > 0.3
    assert len(found.held) == 36


def test_the_search_is_deterministic_under_its_seed() -> None:
    items = drawn(5, 60, "abcdefgh")
    one, two, other = (search_mcd(items, share=0.3, bound=0.05, seed=s, steps=300) for s in (0, 0, 1))
    assert one == two
    assert isinstance(other, Found)


def test_no_atom_is_held_out_that_train_lacks() -> None:
    items = chains(["ab", "ab", "cd", "ce", "cf"])
    found = search_mcd(items, share=0.4, bound=1.0, seed=0)
    train = {a for i, it in enumerate(items) if i not in found.held for a in it.atoms}
    assert all(set(items[i].atoms) <= train for i in found.held)


def test_what_contains_an_item_is_held_out_before_it() -> None:
    items = chains(["ab", "abc", "abd", "cd", "cb", "da", "bd", "ca", "db", "ac"])
    above = {0: [1, 2]}
    found = search_mcd(items, share=0.5, bound=1.0, seed=0, above=above)
    assert 0 not in found.held or {1, 2} <= set(found.held)


def test_a_bound_that_cannot_be_held_is_refused_with_the_lowest_found(make_task, tree: Taxonomy) -> None:
    tasks = [make_task(c, c) for c in ("abc", "abd", "cde", "efg", "fgh", "ach", "beg", "dfh")]
    with pytest.raises(UserError, match=r"no split was found with an atom divergence of 0.001 or less; the lowest was"):
        split_tasks(tasks, tree, seed=0, method="mcd", atom_bound=0.001)
    with pytest.raises(UserError, match="needs combinations in two worlds or more, got 1"):
        split_tasks([make_task("ab", "ab")], tree, seed=0, method="mcd")


def test_mcd_diverges_more_than_a_stratified_split_and_keeps_the_bound(make_task, tree: Taxonomy) -> None:
    tasks = [make_task(c, "".join(c)) for k in (3, 5) for c in combinations("abcdefgh", k)]
    mcd = split_tasks(tasks, tree, seed=1, method="mcd", atom_bound=0.02)
    plain = split_tasks(tasks, tree, seed=1)
    assert mcd.figures["divergence"]["test"]["atom"] <= 0.02
    assert mcd.figures["divergence"]["test"]["compound"] > plain.figures["divergence"]["test"]["compound"]
    assert mcd.figures["containment"]["tasks"] == 0
