"""What Inspect finds through the entry point ``inspect_ai``: import nothing from here."""

from inspect_ai.model import ModelAPI, modelapi

from skillweave.harness.evals import compose
from skillweave.harness.scoring import mean_by, outcome
from skillweave.harness.solvers import open_world, play_agent, play_oracle, play_trivial


@modelapi(name="simulated")
def simulated() -> type[ModelAPI]:
    """Return the provider of simulated models."""
    from skillweave.harness.simulated_model import SimulatedModel

    return SimulatedModel


__all__ = ["compose", "mean_by", "open_world", "outcome", "play_agent", "play_oracle", "play_trivial", "simulated"]
