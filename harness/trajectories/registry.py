"""The formats that there are."""

from collections.abc import Mapping

from skillweave.harness.trajectories.atif import ATIF
from skillweave.harness.trajectories.evallog import INSPECT
from skillweave.harness.trajectories.formats import OPENAI, TRL, Format
from skillweave.harness.trajectories.sharegpt import LLAMAFACTORY


def formats() -> Mapping[str, Format]:
    """Return each format by name."""
    return {form.name: form for form in (OPENAI, TRL, LLAMAFACTORY, ATIF, INSPECT)}
