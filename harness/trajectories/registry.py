"""The formats that there are."""

from collections.abc import Mapping

from skillweave.harness.trajectories.formats import OPENAI, TRL, Format


def formats() -> Mapping[str, Format]:
    """Return each format by name."""
    return {form.name: form for form in (OPENAI, TRL)}
