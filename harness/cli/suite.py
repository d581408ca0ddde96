"""skillweave suite: look at a suite, install one that others wrote."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, Output, command, table

if TYPE_CHECKING:
    from rich.console import Console

group = typer.Typer(
    help="Look at tool suites, check them, and install others' suites.", no_args_is_help=True, rich_markup_mode=None
)

Suite = Annotated[str, typer.Argument(help="Name of a suite, or your own as file.py:SUITE.", metavar="SUITE")]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.add_typer(group, name="suite", epilog="Example: skillweave suite show office")


@command(group, "show", example="skillweave suite show office --json")
def show(
    out: Output,
    name: Suite = "office",
) -> int | None:
    """Show a suite: counts, tools, skills, workflows and tables; of others' suites their tasks by group."""
    from skillweave.harness.describe import describe_suite

    value = describe_suite(name)
    out.show(value, lambda console: _print(console, value, out.verbose))
    return None


def _print(console: "Console", suite: Mapping[str, Any], verbose: bool) -> None:
    tools, skills, workflows, tables = (suite[key] for key in ("tools", "skills", "workflows", "tables"))
    procedural = sum(s["procedural"] for s in skills)
    own = sum(group["tasks"] for group in suite["groups"])
    held = f"{own} tasks" if own else f"{len(tables)} tables with {sum(tables.values())} rows"
    console.print(
        f"{suite['suite']} {suite['version']}: {len(tools)} tools, {len(skills)} skills ({procedural} procedural), "
        f"{len(workflows)} workflows, {held}\n"
    )
    if own:
        _print_groups(console, suite["groups"])
        table(console, ("skill", "tools"), [(s["id"], ", ".join(s["tools"])) for s in skills])
    else:
        table(
            console,
            ("skill", "", "output", "description"),
            [(s["id"], "procedural" if s["procedural"] else "", s["output"], s["description"]) for s in skills],
        )
    if tables:
        console.print()
        table(console, ("table", "rows"), list(tables.items()))
    if verbose:
        console.print()
        table(console, ("tool", "description"), [(t["name"], t["description"]) for t in tools])


def _print_groups(console: "Console", groups: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        (g["group"], g["tasks"], g["combinations"], *("-".join(map(str, sorted({*g[what]}))) for what in RANGES))
        for g in groups
    ]
    table(console, ("tasks of", "number", "combinations", *RANGES), rows)
    console.print()


RANGES = ("k", "turns", "calls")
"""what is shown of a group's tasks as the least and the most"""


@command(group, "check", example="skillweave suite check depot.py:SUITE")
def check(
    out: Output,
    name: Suite = "office",
) -> int | None:
    """Check a suite: types connect, every skill is part of some plan, phrases mention their inputs, and the like.

    Exit code 1 where something is wrong, with the list of it.
    """
    from skillweave.harness.describe import examine_suite

    value = examine_suite(name)
    out.show(value, lambda console: _print_check(console, value))
    return NEGATIVE if value["problems"] else OK


def _print_check(console: "Console", value: Mapping[str, Any]) -> None:
    numbers = ", ".join(f"{number} {what}" for what, number in value["counts"].items())
    console.print(f"{value['suite']} {value['version'] or ''}: {numbers or 'no world can be filled'}")
    problems = value["problems"]
    if not problems:
        console.print(f"All checks passed: {', '.join(value['checks'])}")
        return
    console.print(f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}:\n")
    table(console, ("check", "where", "problem"), [(p["check"], p["where"], p["problem"]) for p in problems])


@command(group, "install", example="skillweave suite install bfcl")
def install(
    out: Output,
    name: Annotated[str, typer.Argument(help="agentdojo, bfcl or tau2: see docs/suites.md.", metavar="NAME")],
) -> int | None:
    """Install a suite that others wrote, with pip: into this Python environment, or into one of its own."""
    from skillweave.harness.suite_install import install_suite, own_environment

    done = install_suite(name)
    place = own_environment(name)
    value = {"suite": name, "command": list(done), "environment": None if place is None else str(place)}
    how = " ".join(done) if place is None else f"in an environment of its own, {place}"
    out.show(value, lambda console: console.print(f"Installed {name}: {how}", soft_wrap=True))
    return None
