"""Other taxonomies over the skills of one: from resampled corpora, and from descriptions."""

from collections.abc import Sequence
from pathlib import Path

from skillweave.harness.sources import embedding, read_source
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy


def make_alternatives(
    inputs: Sequence[str],
    of: Path,
    *,
    copies: int,
    weight: str = "count",
    skills_field: str | None = None,
    embed: str | None = None,
    seed: int = 0,
) -> dict[str, Taxonomy]:
    """Return taxonomies by name: ``resampled-1`` ..., and ``descriptions`` where the skills are described.

    ``embed`` names a function from texts to vectors; without one descriptions are compared by the words they use.
    Raises `UserError` where the inputs do not hold the taxonomy's skills, or an embedding has nothing to embed.
    """
    import numpy as np

    from skillweave.taxonomy.alternatives import described_tree, resampled_trees, words_of

    like = Taxonomy.load(of)
    source = read_source(list(inputs), skills_field=skills_field, weight=weight)
    if source.corpus is None or not set(like.skills) & set(source.corpus.names):
        raise UserError(
            f"the corpus holds none of the skills of {str(of)!r}", hint="name the inputs that it was built from"
        )
    found = {
        f"resampled-{i}": tree
        for i, tree in enumerate(resampled_trees(source.corpus, like, copies=copies, weight=weight, seed=seed), 1)
    }
    said = [source.descriptions.get(s, "") for s in like.skills]
    if all(said):
        vectors = words_of(said) if embed is None else np.asarray(embedding(embed)(said), dtype=np.float64)
        found["descriptions"] = described_tree(vectors, like)
    elif embed is not None:
        missing = next(s for s, text in zip(like.skills, said, strict=True) if not text)
        raise UserError(
            f"skill {missing!r} has no description to embed", hint="suites describe their skills: suite:office"
        )
    return found
