"""From a corpus to a graph: co-occurrence counts, and what an edge weighs."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from skillweave.taxonomy.corpus import Corpus, corpus_from_records
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.graph import Floats, SkillGraph

Weigh = Callable[[Floats, Floats, Floats, int], Floats]


def count(together: Floats, left: Floats, right: Floats, records: int) -> Floats:
    """Return the number of records with both skills: the default, and the best at recovering planted topics."""
    return together


def steps(together: Floats, left: Floats, right: Floats, records: int) -> Floats:
    """Return ``(n_ij + 2) / ((n_i + 1)(n_j + 1))`` (Wei et al. 2026, STEPS); favours rare skills."""
    return np.asarray((together + 2) / ((left + 1) * (right + 1)))


def ppmi(together: Floats, left: Floats, right: Floats, records: int) -> Floats:
    """Return positive pointwise mutual information, ``max(0, log2(n_ij N / (n_i n_j)))`` bits (Church & Hanks 1990)."""
    return np.maximum(0.0, np.log2(together * records / (left * right)))


def cosine(together: Floats, left: Floats, right: Floats, records: int) -> Floats:
    """Return ``n_ij / sqrt(n_i n_j)`` (Salton's cosine of the two columns of the incidence)."""
    return np.asarray(together / np.sqrt(left * right))


WEIGHTS: dict[str, Weigh] = {"count": count, "steps": steps, "ppmi": ppmi, "cosine": cosine}


def from_corpus(corpus: Corpus, *, weight: str = "count", min_count: int = 1, min_edge: int = 1) -> SkillGraph:
    """Return the graph of a corpus: one sparse product of the incidence with itself, then the edge weight.

    Skills in fewer than ``min_count`` records are left out, edges of fewer than ``min_edge`` records too (a skill
    stays even without any edge). What was left out is counted in the notes.
    """
    if weight not in WEIGHTS:
        raise UserError(f"no edge weight {weight!r}; there are {', '.join(WEIGHTS)}")
    incidence = corpus.incidence
    counts = np.asarray(incidence.sum(axis=0), dtype=np.float64).ravel()
    kept = np.flatnonzero(counts >= min_count)
    if kept.size == 0:
        raise UserError(f"no skill occurs in {min_count!r} records", hint="lower the threshold of rare skills")
    if kept.size < counts.size:
        incidence = sparse.csr_array(incidence[:, kept])
    product = sparse.coo_array(sparse.triu(_product(incidence), k=1))
    enough = product.data >= min_edge
    row, col = product.coords[0][enough], product.coords[1][enough]
    together = product.data[enough].astype(np.float64)
    values = WEIGHTS[weight](together, counts[kept][row], counts[kept][col], corpus.records)
    positive = values > 0
    edge = sparse.coo_array((values[positive], (row[positive], col[positive])), shape=(kept.size, kept.size))
    full = sparse.csr_array(edge + edge.T, dtype=np.float64)
    full.sort_indices()
    notes: dict[str, Any] = {
        **corpus.notes,
        "rare_skills": int(counts.size - kept.size),
        "rare_edges": int((~enough).sum()),
        "edges_without_weight": int((~positive).sum()),
    }
    return SkillGraph(names=tuple(corpus.names[i] for i in kept), adjacency=full, weight=weight, notes=notes)


def _product(incidence: sparse.csr_array[Any]) -> Any:
    """Return ``X^T X`` (skills, skills): in how many records two skills occur together."""
    entries = sparse.csr_array(incidence, dtype=np.int32)
    return entries.T.tocsr() @ entries


def from_records(
    records: Iterable[Sequence[str]], *, weight: str = "count", normalise: bool = True, min_count: int = 1
) -> SkillGraph:
    """Return the graph of an iterable of records, each a sequence of skill names.

    >>> from_records([["a", "b"], ["a", "b", "c"]]).degrees.tolist()
    [3.0, 3.0, 2.0]
    """
    corpus = corpus_from_records(records, normalise=normalise)
    return from_corpus(corpus, weight=weight, min_count=min_count)
