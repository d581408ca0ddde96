"""How stable the levels of a taxonomy are when the corpus is drawn anew."""

import numpy as np
from scipy import sparse

from skillweave.taxonomy.agreement import ami, level_labels
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import Corpus
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy
from skillweave.taxonomy.weights import from_corpus


def resampled(corpus: Corpus, rng: np.random.Generator) -> Corpus:
    """Return a bootstrap of the corpus: as many records, drawn with putting back; skills that do not occur stay out."""
    rows = rng.integers(corpus.records, size=corpus.records)
    incidence = sparse.csr_array(corpus.incidence[rows])
    present = np.flatnonzero(np.asarray(incidence.sum(axis=0)).ravel())
    return Corpus(names=tuple(corpus.names[i] for i in present), incidence=sparse.csr_array(incidence[:, present]))


def stability(
    corpus: Corpus, taxonomy: Taxonomy, *, copies: int, weight: str = "count", seed: int = 0
) -> tuple[float, ...]:
    """Return the mean AMI of levels 1..L-1 with taxonomies of the same height over resampled corpora.

    Skills that a resampled corpus does not hold are left out of its comparison.
    """
    if copies < 1:
        raise UserError(f"stability needs at least 1 resampled corpus, got {copies!r}")
    rng = np.random.default_rng(seed)
    own = level_labels(taxonomy)
    position = {skill: i for i, skill in enumerate(taxonomy.skills)}
    found: list[list[float]] = []
    for copy in range(copies):
        graph = from_corpus(resampled(corpus, rng), weight=weight)
        other = build_taxonomy(graph, height=taxonomy.levels, seed=seed + copy)
        shared = [i for i, skill in enumerate(other.skills) if skill in position]
        at = [position[other.skills[i]] for i in shared]
        pairs = zip(own, level_labels(other), strict=True)
        found.append([ami([mine[i] for i in at], [theirs[i] for i in shared]) for mine, theirs in pairs])
    return tuple(float(value) for value in np.mean(found, axis=0)) if own else ()


def with_stability(taxonomy: Taxonomy, values: tuple[float, ...]) -> Taxonomy:
    """Return the taxonomy with its stability noted."""
    return taxonomy.replaced(quality=taxonomy.quality.model_copy(update={"stability": values}))
