"""The command `skillweave`: its groups, and the version."""

from typing import Annotated

import typer

from skillweave import __version__
from skillweave.harness.cli import (
    agent,
    attempt,
    audit,
    baseline,
    compare,
    demo,
    doctor,
    gate,
    init,
    local_model,
    logs,
    power,
    report,
    run,
    split,
    suite,
    synth,
    tasks,
    taxonomy,
    trajectories,
)

app = typer.Typer(
    name="skillweave",
    help="Measure whether a tool-using agent can combine the skills it has.",
    epilog="Example: skillweave demo",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        print(f"skillweave {__version__}")
        raise typer.Exit


@app.callback()
def skillweave(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Measure whether a tool-using agent can combine the skills it has."""


for module in (
    taxonomy,
    synth,
    audit,
    split,
    run,
    logs,
    report,
    compare,
    power,
    gate,
    baseline,
    trajectories,
    tasks,
    attempt,
    suite,
    init,
    agent,
    local_model,
    demo,
    doctor,
):
    module.register(app)


def main() -> None:
    """Run the command line: exit code 0 done, 1 done with a negative verdict, 2 usage or bad input."""
    app()
