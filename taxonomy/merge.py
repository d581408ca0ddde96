"""Merging skills that mean the same, by an embedding that the user names."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from skillweave.taxonomy.corpus import Corpus
from skillweave.taxonomy.errors import UserError

Embed = Callable[[Sequence[str]], np.ndarray]


def merge_similar(corpus: Corpus, embed: Embed, *, threshold: float = 0.95) -> Corpus:
    """Return the corpus with skills merged whose embeddings have a cosine of at least the threshold, chains included.

    The most frequent skill of a cluster keeps its name; the others are added to ``merged``.
    """
    if not 0 < threshold <= 1:
        raise UserError(f"the threshold of similarity must lie in (0, 1], got {threshold!r}")
    vectors = np.asarray(embed(corpus.names), dtype=np.float64)
    if vectors.ndim != 2 or len(vectors) != len(corpus.names) or not np.isfinite(vectors).all():
        raise UserError(f"the embedding gave shape {vectors.shape!r} for {len(corpus.names)} skills, or is not finite")
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-300)
    rows, columns = [], []
    for start in range(0, len(vectors), 1024):
        near = np.argwhere(vectors[start : start + 1024] @ vectors.T >= threshold)
        rows.append(near[:, 0] + start)
        columns.append(near[:, 1])
    row, column = np.concatenate(rows), np.concatenate(columns)
    size = len(vectors)
    links = sparse.coo_array((np.ones(len(row)), (row, column)), shape=(size, size))
    label = connected_components(links, directed=False)[1]
    counts = np.asarray(corpus.incidence.sum(axis=0)).ravel()
    members: dict[int, list[int]] = {}
    for skill, own in enumerate(label.tolist()):
        members.setdefault(own, []).append(skill)
    heads = {own: min(group, key=lambda i: (-counts[i], corpus.names[i])) for own, group in members.items()}
    order = sorted(heads, key=lambda own: corpus.names[heads[own]])
    place = np.empty(len(members), dtype=np.int64)
    place[order] = np.arange(len(order))
    old = corpus.incidence
    data = np.ones(old.nnz, dtype=np.int32)
    incidence = sparse.csr_array((data, place[label[old.indices]], old.indptr), shape=(corpus.records, len(order)))
    incidence.sum_duplicates()
    incidence.data[:] = 1
    merged = dict(corpus.merged)
    for own, group in members.items():
        head = corpus.names[heads[own]]
        others = [corpus.names[i] for i in group if i != heads[own]]
        gone = [spelling for name in others for spelling in (name, *merged.pop(name, ()))]
        if gone:
            merged[head] = tuple(sorted((*merged.get(head, ()), *gone)))
    notes = {**corpus.notes, "merged_by_embedding": size - len(order)}
    names = tuple(corpus.names[heads[own]] for own in order)
    return Corpus(names=names, incidence=incidence, merged=dict(sorted(merged.items())), notes=notes)
