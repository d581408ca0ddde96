"""Names of groups by a model of Inspect's."""

from collections.abc import Callable
from dataclasses import dataclass

import anyio

from skillweave.harness.models import find_model
from skillweave.taxonomy.names import name_by_model
from skillweave.taxonomy.tree import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A taxonomy whose groups a model has named."""

    taxonomy: Taxonomy
    groups: int
    named: int
    """groups that got a name from the model; the others keep their words"""
    problem: str
    """the first call that failed, '' where none did"""


def named_by(
    taxonomy: Taxonomy,
    model: str,
    *,
    base_url: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Naming:
    """Return the taxonomy with names by a model (as Inspect names it); its provenance says which model, and how often.

    A call that fails costs its group the name, not the taxonomy. Raises `UserError` for a model that there is not.
    """
    from inspect_ai.model import GenerateConfig

    judge = find_model(model, base_url=base_url)
    total = sum(node.skill is None and node.parent is not None for node in taxonomy.nodes)
    asked = 0
    problems: list[str] = []

    async def ask(prompt: str) -> str:
        nonlocal asked
        asked += 1
        progress(asked, total)
        try:
            return (await judge.generate(prompt, config=GenerateConfig(temperature=0.0, max_tokens=64))).completion
        except Exception as error:  # whatever a provider raises: the words stand in
            problems.append(f"{type(error).__name__}: {error}".splitlines()[0])
            return ""

    found = anyio.run(name_by_model, taxonomy, ask)
    before = {node.id: node.name for node in taxonomy.nodes}
    named = sum(node.name != before[node.id] for node in found.nodes)
    options = {**found.provenance.options, "name_model": model, "named_by_model": named}
    provenance = found.provenance.model_copy(update={"options": options})
    return Naming(
        taxonomy=found.replaced(provenance=provenance),
        groups=total,
        named=named,
        problem=problems[0] if problems else "",
    )
