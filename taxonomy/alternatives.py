"""Other trees over the same skills: does what was found on the induced one hold on them too?

Resampled: the corpus is drawn anew, so that the tree differs by what chance puts into a corpus. Described: skills are
grouped by what is said of them rather than by what they occur with.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import Corpus
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.node import Entropies, GraphFacts, Node
from skillweave.taxonomy.stability import resampled
from skillweave.taxonomy.tree import Taxonomy
from skillweave.taxonomy.weights import from_corpus


def tree_of(nodes: Sequence[Mapping[str, Any]]) -> Taxonomy:
    """Return the tree of given nodes (id, parent, level, name, skill); its entropies are of no graph and stand at 0."""
    kept = ("id", "parent", "level", "name", "skill")
    return Taxonomy(
        levels=max(1, *(int(n["level"]) for n in nodes)),
        nodes=tuple(Node(**{key: n[key] for key in kept}, volume=0.0, cut=0.0, entropy=0.0) for n in nodes),
        entropy=Entropies(h1=0.0, ht=0.0, ratio=0.0, lower_bound=0.0),
        graph=GraphFacts(
            skills=sum(n["skill"] is not None for n in nodes), edges=0, volume=0.0, weight="given", sha256=""
        ),
    )


def resampled_trees(
    corpus: Corpus, like: Taxonomy, *, copies: int, weight: str = "count", seed: int = 0
) -> Iterator[Taxonomy]:
    """Yield trees over corpora drawn anew, as high as ``like`` and with all its skills.

    A skill that a drawn corpus does not hold stands alone under the root. Raises `UserError` for fewer than one copy.
    """
    if copies < 1:
        raise UserError(f"resampling needs at least 1 copy, got {copies!r}")
    rng = np.random.default_rng(seed)
    for copy in range(copies):
        found = build_taxonomy(from_corpus(resampled(corpus, rng), weight=weight), height=like.levels, seed=seed + copy)
        nodes = [{key: getattr(n, key) for key in ("id", "parent", "level", "name", "skill")} for n in found.nodes]
        root = next(n["id"] for n in nodes if n["parent"] is None)
        missing = sorted(set(like.skills) - set(found.skills))
        nodes += [
            {"id": f"{root}.alone-{i}", "parent": root, "level": 1, "name": s, "skill": s}
            for i, s in enumerate(missing, 1)
        ]
        yield tree_of(nodes)


def described_tree(vectors: NDArray[np.float64], like: Taxonomy) -> Taxonomy:
    """Return the tree that groups skills by their vectors, with as many groups at each level as ``like`` has.

    A row a skill, in the order of ``like.skills``. Average linkage on cosine distance, cut into nested groups.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    skills = list(like.skills)
    if vectors.shape[0] != len(skills) or vectors.ndim != 2:
        raise UserError(f"expected {len(skills)} vectors, a row a skill, got an array of shape {vectors.shape!r}")
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    distance = np.clip(pdist(vectors / np.where(norms > 0, norms, 1.0), "sqeuclidean") / 2, 0, None)
    joined = linkage(distance, "average")
    nodes: list[dict[str, Any]] = [{"id": "D", "parent": None, "level": 0, "name": "all", "skill": None}]
    above = ["D"] * len(skills)
    for level in range(1, like.levels):
        count = len({like.ancestor(s, level) for s in skills})
        labels = fcluster(joined, count, "maxclust")
        groups: dict[str, str] = {}
        for i, label in enumerate(labels.tolist()):
            name = groups.setdefault(f"{above[i]}.{label}", f"{above[i]}.{label}")
            above[i] = name
        parent = {name: name.rpartition(".")[0] for name in groups}
        nodes += [
            {"id": name, "parent": parent[name], "level": level, "name": name, "skill": None} for name in sorted(groups)
        ]
    nodes += [
        {"id": f"{above[i]}.{s}", "parent": above[i], "level": like.levels, "name": s, "skill": s}
        for i, s in enumerate(skills)
    ]
    return tree_of(nodes)


def words_of(descriptions: Sequence[str]) -> NDArray[np.float64]:
    """Return vectors of texts by the words they use (TF-IDF): an embedding that needs no model."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    found = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(descriptions)
    return np.asarray(found.toarray(), dtype=np.float64)
