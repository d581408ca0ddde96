"""How far can BFCL's multi-turn tasks be split apart? Compound divergence under a bound on atom divergence.

    skillweave suite install bfcl && python benchmarks/mcd.py

Atoms are the functions that a task's gold calls, compounds the pairs of functions called one after the other. Tasks
with
the same set of functions stay on one side. Beside the search of ``skillweave split --method mcd`` stands a plain one
that swaps two random sets and keeps the swap where it helps.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from marked import write_between

from skillweave.tasks.divergence import atom_divergence, compound_divergence
from skillweave.tasks.mcd import Item, search_mcd
from skillweave.tasks.suites.bfcl.entries import entries

SHARE = 0.3
SWAPS = 6_000


def gold_sequences() -> list[tuple[str, ...]]:
    """Return the functions that the gold of each multi-turn base task calls, in order."""
    return [entry.sequence() for entry in entries() if entry.group == "base"]


def units(sequences: Sequence[Sequence[str]]) -> tuple[list[frozenset[str]], list[Item]]:
    """Return the distinct sets of functions, and for each its tasks as one item."""
    grouped: dict[frozenset[str], list[Sequence[str]]] = {}
    for sequence in sequences:
        grouped.setdefault(frozenset(sequence), []).append(sequence)
    items = [
        Item(
            atoms=tuple(a for s in found for a in sorted(set(s))),
            compounds=tuple(e for s in found for e in sorted({p for p in pairwise(s) if p[0] != p[1]})),
            size=len(found),
        )
        for found in grouped.values()
    ]
    return list(grouped), items


def measure(items: Sequence[Item], held: set[int]) -> tuple[float, float, int]:
    """Return atom divergence, compound divergence, and how many held-out functions train lacks."""
    train, test = ([it for i, it in enumerate(items) if (i in held) == side] for side in (False, True))
    atom = atom_divergence([i.atoms for i in train], [i.atoms for i in test]) or 0.0
    compound = compound_divergence([i.compounds for i in train], [i.compounds for i in test]) or 0.0
    unseen = {a for i in test for a in i.atoms} - {a for i in train for a in i.atoms}
    return atom, compound, len(unseen)


def swap_search(items: Sequence[Item], share: float, bound: float, seed: int, swaps: int) -> set[int]:
    """Return the held-out items that random swaps end at: each kept where it does not make things worse."""
    rng = np.random.default_rng(seed)
    held = set(rng.permutation(len(items))[: round(share * len(items))].tolist())

    def value(chosen: set[int]) -> float:
        atom, compound, unseen = measure(items, chosen)
        return compound - 20 * max(0.0, atom - bound) - unseen

    best = value(held)
    for _ in range(swaps):
        out = int(rng.choice(sorted(held)))
        into = int(rng.choice([i for i in range(len(items)) if i not in held]))
        other = (held - {out}) | {into}
        found = value(other)
        if found >= best:
            held, best = other, found
    return held


def table(swaps: int = SWAPS, bounds: Sequence[float] = (0.05, 0.02)) -> str:
    """Return the comparison as Markdown."""
    sets, items = units(gold_sequences())
    above = {i: [j for j, other in enumerate(sets) if own < other] for i, own in enumerate(sets)}
    lines = ["| search | bound | atom divergence | compound divergence | unseen functions | CPU seconds |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
    for bound in bounds:
        for name, rule in (
            ("plain swaps", None),
            ("mcd, sets free", {}),
            ("mcd, no train set contains a held-out one", above),
        ):
            start = time.process_time()
            if rule is None:
                held = swap_search(items, SHARE, bound, 0, swaps)
            else:
                held = set(search_mcd(items, share=SHARE, bound=bound, seed=0, above=rule).held)
            spent = time.process_time() - start
            atom, compound, unseen = measure(items, held)
            lines.append(f"| {name} | {bound} | {atom:.3f} | {compound:.3f} | {unseen} | {spent:.0f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--swaps", type=int, default=SWAPS)
    parser.add_argument("--write", type=Path, help="page to put the table into")
    given = parser.parse_args()
    text = table(given.swaps)
    print(text, end="")
    if given.write:
        write_between(given.write, "mcd", text)


if __name__ == "__main__":
    main()
