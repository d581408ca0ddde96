"""A graph of how alike tools are: by what they take, give and say."""

from math import log

import numpy as np
import pytest

from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.likeness import Described, likeness_graph, typed

PATH, SIZE, TEXT, ID = ("path", "string"), ("size", "integer"), ("text", "string"), ("id", "string")


def graph_of(*skills: Described, **how: object) -> dict[tuple[str, str], float]:
    graph = likeness_graph(skills, **how)  # type: ignore[arg-type]
    rows, columns = graph.adjacency.nonzero()
    names = graph.names
    return {(names[i], names[j]): float(graph.adjacency[i, j]) for i, j in zip(rows, columns, strict=True) if i < j}


def skill(name: str, text: str, takes: object = (), gives: object = ()) -> Described:
    return Described(skill=name, text=text, takes=frozenset(takes), gives=frozenset(gives))  # type: ignore[arg-type]


def test_an_edge_is_the_mean_of_three_likenesses_worked_out_by_hand() -> None:
    one = skill("a", "alpha", [PATH, SIZE, TEXT], [ID])
    other = skill("b", "beta", [PATH, SIZE])
    third = skill("c", "gamma", [PATH, ID])
    # path, which all three take, weighs ln 1 = 0; size ln 3/2; text and id ln 3
    both = log(1.5) / (log(1.5) + log(3))
    assert graph_of(one, other, third) == {("a", "b"): pytest.approx(both / 3), ("a", "c"): pytest.approx(1 / 3)}


def test_words_that_all_descriptions_share_tell_less_than_rare_ones() -> None:
    edges = graph_of(
        skill("a", "fetch orders within permitted folders"),
        skill("b", "ship orders within permitted folders"),
        skill("c", "paint walls within permitted folders"),
    )
    assert edges["a", "b"] > edges["a", "c"] > 0


def test_an_embedding_takes_the_place_of_words() -> None:
    edges = graph_of(skill("a", "x"), skill("b", "y"), skill("c", "z"), embed=lambda texts: np.eye(3)[[0, 0, 1]])
    assert edges == {("a", "b"): pytest.approx(1 / 3)}
    with pytest.raises(UserError, match="gave shape"):
        likeness_graph([skill("a", "x"), skill("b", "y")], embed=lambda texts: np.zeros(3))


def test_values_within_lists_and_objects_count_and_plurals_are_singular() -> None:
    schema = {
        "properties": {
            "paths": {"type": "array", "items": {"type": "string"}},
            "edit": {"type": "object", "properties": {"text": {"type": "string"}}},
            "anything": {},
        }
    }
    assert typed(schema) == {PATH, TEXT, ("anything", "any")}
    assert typed({}) == frozenset()


def test_one_skill_alone_is_refused() -> None:
    with pytest.raises(UserError, match="1 skill has nothing to be like"):
        likeness_graph([skill("a", "x")])
