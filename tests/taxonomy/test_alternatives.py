"""Other trees over the same skills."""

import numpy as np
import pytest

from skillweave.taxonomy.alternatives import described_tree, resampled_trees, tree_of, words_of
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy
from skillweave.taxonomy.weights import from_corpus

RECORDS = [["a", "b", "c"], ["a", "b"], ["b", "c"], ["d", "e", "f"], ["d", "e"], ["e", "f"], ["c", "d"], ["a", "z"]]


@pytest.fixture(scope="module")
def tree() -> Taxonomy:
    return build_taxonomy(from_corpus(corpus_from_records(RECORDS)), height=2, seed=0)


def test_resampled_trees_hold_all_skills_at_the_same_height_and_are_seeded(tree: Taxonomy) -> None:
    corpus = corpus_from_records(RECORDS)
    one, two = (list(resampled_trees(corpus, tree, copies=4, seed=1)) for _ in range(2))
    assert one == two
    assert all(set(found.skills) == set(tree.skills) for found in one)
    assert all(found.levels <= tree.levels for found in one)
    assert any("z" in [n.skill for n in found.nodes if n.level == 1] for found in one)  # not drawn: under the root
    with pytest.raises(UserError, match="at least 1 copy"):
        list(resampled_trees(corpus, tree, copies=0))


def test_a_described_tree_groups_what_is_alike_with_as_many_groups(tree: Taxonomy) -> None:
    like = tree_of(
        [{"id": "T", "parent": None, "level": 0, "name": "all", "skill": None}]
        + [{"id": f"T.{g}", "parent": "T", "level": 1, "name": g, "skill": None} for g in "xy"]
        + [
            {"id": f"T.{g}.{s}", "parent": f"T.{g}", "level": 2, "name": s, "skill": s}
            for g, members in (("x", "ab"), ("y", "cd"))
            for s in members
        ]
    )
    texts = ["send a mail to a person", "refund an order", "forward a mail to a team", "refund a late order"]
    found = described_tree(words_of(texts), like)
    assert found.skills == like.skills == ("a", "b", "c", "d")
    assert found.branch("a") == found.branch("c") != found.branch("b") == found.branch("d")
    with pytest.raises(UserError, match=r"expected 4 vectors, a row a skill, got an array of shape \(3, 2\)"):
        described_tree(np.zeros((3, 2)), like)
