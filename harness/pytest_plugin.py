"""A gate inside a team's own test suite: ``@pytest.mark.skillweave_gate("release.yaml")`` or the fixture.

pytest loads this in every run where the package is installed: nothing of weight is imported until a gate is held.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from skillweave.reports.gate.decide import Gate

MARK = "skillweave_gate"


def pytest_configure(config: pytest.Config) -> None:
    """Say what the marker is, for --strict-markers and ``pytest --markers``."""
    config.addinivalue_line(
        "markers",
        f"{MARK}(config, strict=False): fail unless the candidate that a gate.yaml names passes against its baseline; "
        "the path is taken from the folder of the test's file",
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hold a marked test's gate before its body runs."""
    mark = item.get_closest_marker(MARK)
    if mark is None:
        return
    if not mark.args:
        raise pytest.UsageError(f'{item.nodeid}: say which gate: @pytest.mark.{MARK}("release.yaml")')
    hold(item, mark.args[0], **mark.kwargs)


@pytest.fixture
def skillweave_gate(request: pytest.FixtureRequest) -> "Callable[..., Gate]":
    """Return a function that holds a gate: ``skillweave_gate("release.yaml", strict=True)``; it returns the verdict.

    A regression or an undecidable gate fails the test with the summary; an inconclusive one warns, or fails with
    ``strict``. ``baseline`` and ``candidate`` take the place of the config's paths.
    """

    def held(config: str | Path, **given: Any) -> "Gate":
        return hold(request.node, config, **given)

    return held


def hold(
    item: pytest.Item,
    config: str | Path,
    *,
    strict: bool = False,
    baseline: str | Path | None = None,
    candidate: str | Path | None = None,
) -> "Gate":
    """Judge a candidate and fail the test where its release should stop; see `skillweave_gate`."""
    from skillweave.harness.gating import configure, judge
    from skillweave.reports.gate.decide import Verdict, exit_code
    from skillweave.reports.gate.export import to_markdown
    from skillweave.taxonomy.errors import UserError

    folder = item.path.parent
    paths = [None if p is None else folder / p for p in (baseline, candidate)]
    try:
        found = judge(configure(folder / config, *paths))
    except UserError as error:
        pytest.fail(f"{error.message}\n{error.hint or ''}".strip(), pytrace=False)
    item.user_properties.append((MARK, str(found.gate.verdict)))
    text = to_markdown(found.gate, strict=strict, partings=found.partings)
    if exit_code(found.gate.verdict, strict=strict):
        pytest.fail(text, pytrace=False)
    if found.gate.verdict is Verdict.INCONCLUSIVE:
        item.warn(pytest.PytestWarning(f"the gate could not tell: {'; '.join(found.gate.reasons)}"))
    return found.gate
