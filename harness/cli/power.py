"""skillweave power: how large a run has to be."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skillweave.harness.cli.output import Output, command, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from skillweave.reports.power import Plan, Prices, Variances


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "power", example="skillweave power --baseline logs/react --effect 0.05")(power)


def power(
    out: Output,
    baseline: Annotated[
        Path | None, typer.Option(help="Logs, or a file of skillweave baseline save, to take spread and cost from.")
    ] = None,
    effect: Annotated[float, typer.Option(help="Difference in success to be seen, as a fraction.")] = 0.05,
    chance: Annotated[float, typer.Option("--power", help="Probability of seeing it.")] = 0.8,
    correlation: Annotated[
        float, typer.Option(help="How alike two agents find the same tasks hard: 0 not at all, 1 exactly.")
    ] = 0.5,
    price: Annotated[
        str | None,
        typer.Option(help="Price of a million tokens, read and written: 0.25,2. Needs --baseline.", metavar="IN,OUT"),
    ] = None,
) -> int | None:
    """Say how many combinations, tasks and epochs a paired comparison of two runs needs, and what it costs."""
    from skillweave.reports.power import DEFAULT, advice, plans

    spread = DEFAULT if baseline is None else _baseline(baseline)
    found = plans(spread, effect, power=chance, correlation=correlation, prices=_prices(price, spread))
    value = {
        "schema": "skillweave.power/1",
        "effect": effect,
        "power": chance,
        "correlation": correlation,
        "variances": asdict(spread),
        "plans": [asdict(p) for p in found],
        "advice": advice(found),
    }
    out.show(value, lambda console: _print(console, spread, found, advice(found)))
    return None


def _prices(given: str | None, spread: "Variances") -> "Prices | None":
    from skillweave.reports.power import Prices
    from skillweave.taxonomy.errors import UserError

    if given is None:
        return None
    try:
        read, written = (float(part) for part in given.split(","))
    except ValueError:
        raise UserError(f"no price {given!r}", hint="two numbers, of a million tokens each: --price 0.25,2") from None
    if not (0 <= read < float("inf") and 0 <= written < float("inf")):
        raise UserError(f"price {given!r} is not 0 or more")
    if spread.tokens is None:
        raise UserError("a price needs the tokens of a rollout", hint="give --baseline with the logs of a run")
    return Prices(input=read, output=written)


def _baseline(path: Path) -> "Variances":
    from skillweave.reports.gate.results import attempts_of, read_results, read_run
    from skillweave.reports.power import variances

    if path.suffix == ".json":
        saved = read_results(path)
        return variances(attempts_of(saved), source=saved.label)
    run = read_run(path)
    return variances(run.rollouts, source=run.record.label)


def _print(console: "Console", spread: "Variances", found: "Sequence[Plan]", words: str) -> None:
    console.print(f"Spread from {spread.source}")
    console.print(
        f"success {100 * spread.rate:.1f}%; variance between combinations {spread.combination:.3f}, "
        f"between their tasks {spread.task:.3f}, between attempts {spread.attempt:.3f}"
    )
    console.print()
    rows = [
        (
            p.tasks,
            p.epochs,
            None if p.combinations is None else p.combinations,
            None if p.rollouts is None else p.rollouts,
            "-" if p.tokens is None else f"{p.tokens / 1e6:,.1f}",
            "-" if p.seconds is None else f"{p.seconds / 3600:,.1f}",
            "-" if p.money is None else f"{p.money:,.2f}",
        )
        for p in found
    ]
    heads = ("tasks each", "epochs", "combinations", "rollouts a run", "M tokens", "rollout hours", "price")
    table(console, heads, rows)
    console.print()
    console.print("Tokens, hours and price are those of both runs.")
    console.print(words)
