"""What is asked of a synthesis, and what of it can be met."""

from dataclasses import dataclass

from skillweave.tasks.strategies import STRATEGIES
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a synthesis."""

    ks: tuple[int, ...]
    n: int
    seed: int
    select: str = "steps"
    families: bool = False
    """whether each skill alone and each connected pair are made too, and k = 0 tasks; ``n`` does not count them"""
    commitment: str | None = None
    """stands in the tasks in place of a seed that is disclosed later"""
    apps: tuple[str, ...] = ()
    """apps whose skills alone are used; none stands for all"""

    def provenance(self, taxonomy: Taxonomy) -> Provenance:
        """Return what the tasks say of where they come from."""
        inputs = {"taxonomy": taxonomy.sha256}
        if self.commitment is None:
            return Provenance(seed=self.seed, inputs=inputs)
        return Provenance(inputs=inputs, options={"seed_commitment": self.commitment})


def check_request(suite: WorldSuite, taxonomy: Taxonomy, request: Request) -> set[str]:
    """Return the skills that may be used; raises `UserError` for what cannot be met."""
    usable = set(taxonomy.skills) & set(suite.skills)
    there = sorted({skill.app for skill in suite.skills.values()})
    unknown = next((app for app in request.apps if app not in there), None)
    if unknown is not None:
        raise UserError(f"suite {suite.name!r} has no app {unknown!r}", hint=f"it has {', '.join(there)}")
    if request.apps:
        usable = {s for s in usable if suite.skills[s].app in request.apps}
    if not usable:
        raise UserError(
            f"the taxonomy has no skill of suite {suite.name!r}; it has {', '.join(taxonomy.skills[:3])}, ...",
            hint=f"build it from suite:{suite.name}",
        )
    if request.n < 1:
        raise UserError(f"cannot make {request.n!r} tasks", hint="ask for 1 or more with -n")
    if request.select not in STRATEGIES:
        raise UserError(f"no way to select {request.select!r}", hint=f"there is {', '.join(STRATEGIES)}")
    for k in request.ks:
        if not 1 <= k <= len(usable):
            raise UserError(f"k = {k!r} does not fit: there are {len(usable)} skills", hint="use 1 <= k <= that")
    return usable
