"""A graph of skills where nobody knows which go together: by what their tools take, give and say of themselves."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from typing import Any

import numpy as np

from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.graph import Floats, SkillGraph, from_edges

Embed = Callable[[Sequence[str]], np.ndarray]
Typed = frozenset[tuple[str, str]]
"""names of values with their types"""
PARTS = ("parameters", "flow", "words")
"""what an edge is made of, with equal weight"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A skill as its tools describe it."""

    skill: str
    text: str
    takes: Typed
    gives: Typed = field(default_factory=frozenset)


def typed(schema: Mapping[str, Any]) -> Typed:
    """Return the values of a JSON schema of an object, those in lists and objects included, by name and type.

    >>> sorted(typed({"properties": {"ids": {"type": "array", "items": {"type": "string"}}, "n": {"type": "integer"}}}))
    [('id', 'string'), ('n', 'integer')]
    """
    found: set[tuple[str, str]] = set()
    for name, given in (schema.get("properties") or {}).items():
        inner = given.get("items") if given.get("type") == "array" else given
        inner = inner if isinstance(inner, Mapping) else {}
        nested = typed(inner)
        found |= nested or {(_singular(name), str(inner.get("type", "any")))}
    return frozenset(found)


def likeness_graph(skills: Sequence[Described], *, embed: Embed | None = None) -> SkillGraph:
    """Return the graph whose edges are the mean of three likenesses between 0 and 1.

    ``parameters``: the weighted share of values that both take, where a value that n of N skills take weighs ln(N/n):
    what all take tells nothing. ``flow``: the same for what one gives and the other takes, in the better direction.
    ``words``: the cosine of the descriptions, by tf-idf of their words or by an embedding. Edges of 0 are left out.
    Fewer than two skills raise `UserError`.
    """
    ordered = sorted(skills, key=lambda s: s.skill)
    if len(ordered) < 2:
        raise UserError(f"{len(ordered)} skill has nothing to be like", hint="a taxonomy takes two skills or more")
    weights = _weights([s.takes for s in ordered])
    size = len(ordered)
    words = _cosines([s.text for s in ordered], embed)
    parts: dict[str, Floats] = {name: np.zeros((size, size)) for name in PARTS}
    for i, one in enumerate(ordered):
        for j, other in enumerate(ordered[:i]):
            parts["parameters"][i, j] = _shared(one.takes, other.takes, weights)
            parts["flow"][i, j] = max(
                _shared(one.gives, other.takes, weights), _shared(other.gives, one.takes, weights)
            )
            parts["words"][i, j] = words[i, j]
    whole = np.round(sum(parts.values()) / len(PARTS), 12)
    rows, columns = np.nonzero(whole > 0)
    return from_edges(
        [s.skill for s in ordered],
        rows.astype(np.int64),
        columns.astype(np.int64),
        whole[rows, columns],
        kind="likeness",
    )


def _weights(takes: Sequence[Typed]) -> Mapping[tuple[str, str], float]:
    counts = Counter(value for values in takes for value in values)
    return {value: log(len(takes) / count) for value, count in counts.items()}


def _shared(one: Typed, other: Typed, weights: Mapping[tuple[str, str], float]) -> float:
    """Return the weighted share of common values; one that no skill takes weighs nothing."""
    union = sum(weights.get(value, 0.0) for value in one | other)
    return sum(weights.get(value, 0.0) for value in one & other) / union if union > 0 else 0.0


def _cosines(texts: Sequence[str], embed: Embed | None) -> Floats:
    if embed is None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        try:
            vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(texts).toarray()
        except ValueError:  # no text has a word
            return np.zeros((len(texts), len(texts)))
    else:
        vectors = np.asarray(embed(texts), dtype=np.float64)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise UserError(f"the embedding gave shape {vectors.shape!r} for {len(texts)} texts, or is not finite")
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-300)
    return np.asarray(np.clip(unit @ unit.T, 0.0, 1.0), dtype=np.float64)


def _singular(name: str) -> str:
    return name[:-1] if len(name) > 2 and name.endswith("s") and not name.endswith("ss") else name
