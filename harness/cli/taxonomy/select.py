"""skillweave taxonomy select."""

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Literal

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
    selector = Selector(Taxonomy.load(taxonomy))
    weight = _beta(selector, how, k, wishes, seed)
    found, extra = _select(selector, how, k, n, wishes, weight, np.random.default_rng(seed))
    rows = [
        {"skills": list(c.skills), "information": c.information, "span": c.span, "log_probability": c.log_probability}
        for c in found
    ]
    if len(found) < n:
        out.note(f"only {len(found)} of {n}: there are no further sets under these constraints")
    out.show(
        {"method": how, "beta": weight, **extra, "combinations": rows},
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
    taken = {"sample": ("--span", "--given", "--forbid"), "cover": ("--span", "--forbid")}
    taken["best"] = taken["sample"]
    values = {"--span": wishes.span is not None, "--given": wishes.given, "--forbid": wishes.forbid}
    for option, value in values.items():
        if value and option not in taken.get(how, ()):
            able = [name for name, options in taken.items() if option in options]
            raise UserError(f"method {how!r} takes no {option}", hint=f"these do: --method {', '.join(able)}")


def _beta(selector: "Selector", how: str, k: int, wishes: Wishes, seed: int) -> float | None:
    """Return the weight of a bit, in 1/bits; None for methods that weigh none."""
    if how not in ("sample", "cover"):
        return None
    if wishes.quantile is not None:
        span, given, forbid = wishes.span, wishes.given, wishes.forbid
        return selector.beta_for(k, quantile=wishes.quantile, span=span, given=given, forbid=forbid, seed=seed)
    return wishes.beta or 0.0


def _select(
    selector: "Selector", how: str, k: int, n: int, wishes: Wishes, beta: float | None, rng: "np.random.Generator"
) -> "tuple[list[Combination], dict[str, Any]]":
    """Return the combinations, and what else there is to say of them: how much a cover covers."""
    from skillweave.taxonomy.baselines import select_by
    from skillweave.taxonomy.covering import Budget

    if how == "best":
        return selector.n_best(k, n, given=wishes.given, forbid=wishes.forbid, span=wishes.span), {}
    if how == "sample":
        span, given, forbid = wishes.span, wishes.given, wishes.forbid
        return selector.sample(k, n, rng=rng, beta=beta or 0.0, span=span, given=given, forbid=forbid), {}
    if how == "cover":
        budget = Budget(selector, forbid=wishes.forbid)
        found = budget.draw(k, n, rng=rng, beta=beta or 0.0, span=wishes.span)
        return found, {"covered": budget.shares()}
    return select_by(how, selector, k, n, rng), {}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
