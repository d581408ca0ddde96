"""skillweave doctor: is this environment fit to run."""

from typing import TYPE_CHECKING

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, Output, command, table

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.harness.doctor import Finding


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "doctor", example="skillweave doctor")(doctor)


def doctor(out: Output) -> int | None:
    """Check this environment: packages that belong together, models and keys, suites; exits with 1 on a fault."""
    from skillweave.harness.doctor import examine

    findings = examine()
    fit = not any(f.state == "fault" for f in findings)
    value = {
        "fit": fit,
        "findings": [{"what": f.what, "state": f.state, "detail": f.detail, "hint": f.hint} for f in findings],
    }
    out.show(value, lambda console: _print(console, findings))
    return OK if fit else NEGATIVE


def _print(console: "Console", findings: "tuple[Finding, ...]") -> None:
    table(console, ("", "what", "detail"), [(f.state, f.what, f.detail) for f in findings])
    for finding in findings:
        if finding.hint:
            console.print(f"{finding.what}: {finding.hint}")
