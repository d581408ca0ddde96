"""skillweave taxonomy: build, show, compare, export, plot, select, alternatives."""

import typer

from skillweave.harness.cli.taxonomy import alternatives, build, plot, select, show
from skillweave.harness.cli.taxonomy.common import group

COMMANDS = (build, show, plot, select, alternatives)
"""modules whose import adds their commands to the group"""


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.add_typer(group, name="taxonomy", epilog="Example: skillweave taxonomy build suite:office -o taxonomy.json")
