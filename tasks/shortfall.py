"""What a split could not give, in sentences with the way out: a part that is small or empty must not go unnoticed."""

from collections import Counter
from typing import Any

from skillweave.tasks.splits import Splits

ENOUGH = 0.8
"""share of the tasks that were asked for below which it is said"""
_FEW_SKILLS = "make more tasks over fewer skills: skillweave synth --apps A,B -n N"


def shortfalls(splits: Splits) -> list[str]:
    """Return a sentence for each part that is smaller than was asked for; [] where all is there."""
    found = [sentence for name in ("test", "dev") if (sentence := _held_out(splits.figures, name))]
    return [*found, *_in_distribution(splits)]


def _held_out(figures: dict[str, Any], name: str) -> str:
    asked, got = figures["asked"].get(name, 0), figures["sizes"][name]["tasks"]
    if got >= ENOUGH * asked:
        return ""
    return (
        f"{name} holds {got} of the {asked} tasks that were asked for: of the rest each holds a skill that train would "
        f"lose, or would cost train too many tasks; {_FEW_SKILLS}"
    )


def _in_distribution(splits: Splits) -> list[str]:
    """Say why there is no control of new bindings, where one was asked for and anything is in train."""
    share = (splits.provenance.options or {}).get("control_share", 0)
    if not share or splits.figures["controls"]["in-distribution"] or not splits.splits["train"]:
        return []
    rows = [r for r in splits.rows.values() if r.split == "train" and r.role == "combination" and r.k >= 2]
    several = sum(count > 1 for count in Counter(r.combination for r in rows).values())
    why = (
        f"only {several} of its combinations have several tasks, too few for a share of {share}"
        if several
        else "each of its combinations has one task"
    )
    return [f"no control has new bindings of train combinations: {why}; {_FEW_SKILLS}, or raise --control-share"]
