"""skillweave taxonomy select."""

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from skillweave.harness.cli.output import Output, command, table
from skillweave.harness.cli.taxonomy.common import TaxonomyFile, group
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    import numpy as np

    from skillweave.taxonomy.select import Combination, Selector


@command(group, "select", example="skillweave taxonomy select taxonomy.json -k 4 -n 100 --span 1 --json")
def select(
    out: Output,
    taxonomy: TaxonomyFile,
    k: Annotated[int, typer.Option("-k", min=1, help="Skills in a combination.", show_default=False)],
    n: Annotated[int, typer.Option("-n", min=1, help="Number of combinations.")] = 10,
    method: Annotated[
        Literal["sample", "best", "cover", "uniform", "frequency", "random-k", "pairwise", "beam"],
        typer.Option(
            help="sample: exactly in proportion to exp(beta * bits). best: the most informative, exactly. cover: a "
            "sample under a budget that gives every skill, pair of branches and span its share. The others are "
            "baselines; beam is the search of STEPS."
        ),
    ] = "sample",
    best: Annotated[bool, typer.Option("--best", help="Short for --method best.")] = False,
    beta: Annotated[
        float | None, typer.Option(help="Weight of a bit in a sample; 0 is uniform (the default).", show_default=False)
    ] = None,
    quantile: Annotated[
        float | None,
        typer.Option(
            help="Set beta so that the mean is this quantile of the bits of uniform sets.", show_default=False
        ),
    ] = None,
    span: Annotated[int | None, typer.Option(min=0, help="How far apart: 0 in one group, more across.")] = None,
    given: Annotated[str, typer.Option(help="Skills that every combination has: a,b.")] = "",
    forbid: Annotated[str, typer.Option(help="Skills that none has: a,b.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sample.")] = 0,
) -> int | None:
    """Select combinations of skills: an exact sample by information, the exact best, under a budget, or a baseline."""
    import numpy as np

    from skillweave.taxonomy.select import Selector
    from skillweave.taxonomy.tree import Taxonomy

    how = "best" if best else method
    if best and method not in ("sample", "best"):
        raise UserError(f"--best and --method {method} exclude each other", hint="give one of them")
    wishes = Wishes(span=span, given=_listed(given), forbid=_listed(forbid), beta=beta, quantile=quantile)
    _check(how, wishes)
    found = _select(Selector(Taxonomy.load(taxonomy)), how, k, n, wishes, np.random.default_rng(seed), seed)
    rows = [
        {"skills": list(c.skills), "information": c.information, "span": c.span, "log_probability": c.log_probability}
        for c in found
    ]
    if len(found) < n:
        out.note(f"only {len(found)} of {n}: there are no further sets under these constraints")
    out.show(
        {"method": how, "combinations": rows},
        lambda console: table(
            console, ("bits", "span", "skills"), [(c.information, c.span, ", ".join(c.skills)) for c in found]
        ),
    )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """Constraints on the sets, and how much a bit weighs in a sample."""

    span: int | None
    given: tuple[str, ...]
    forbid: tuple[str, ...]
    beta: float | None
    quantile: float | None


def _check(how: str, wishes: Wishes) -> None:
    """Raise `UserError` for wishes that the method cannot meet, rather than let them pass unheard."""
    if wishes.beta is not None and wishes.quantile is not None:
        raise UserError("--beta and --quantile both set the weight of a bit", hint="give one of them")
    if wishes.beta is not None and not isfinite(wishes.beta):
        raise UserError(f"beta must be a finite number, got {wishes.beta!r}")
    weighted = "--beta" if wishes.beta is not None else "--quantile" if wishes.quantile is not None else ""
    if weighted and how not in ("sample", "cover"):
        raise UserError(f"{weighted} has no meaning with method {how!r}", hint="it weighs a sample or a cover")
    if how in ("sample", "best"):
        return
    for option, value in (("--span", wishes.span), ("--given", wishes.given or None)):
        if value is not None:
            raise UserError(f"method {how!r} takes no {option}", hint="use --method sample or best")
    if wishes.forbid and how != "cover":
        raise UserError(f"method {how!r} takes no --forbid", hint="use --method sample, best or cover")


def _select(
    selector: "Selector", how: str, k: int, n: int, wishes: Wishes, rng: "np.random.Generator", seed: int
) -> "list[Combination]":
    from skillweave.taxonomy.baselines import select_by
    from skillweave.taxonomy.covering import covering

    beta = wishes.beta or 0.0
    if wishes.quantile is not None:
        beta = selector.beta_for(k, quantile=wishes.quantile, span=wishes.span, seed=seed)
    if how == "best":
        return selector.n_best(k, n, given=wishes.given, forbid=wishes.forbid, span=wishes.span)
    if how == "sample":
        return selector.sample(k, n, rng=rng, beta=beta, span=wishes.span, given=wishes.given, forbid=wishes.forbid)
    if how == "cover":
        return covering(selector, k, n, rng=rng, beta=beta, forbid=wishes.forbid)
    return select_by("steps" if how == "beam" else how, selector, k, n, rng)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
