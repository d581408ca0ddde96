"""What a set of trajectories covers, beside what other ways to select cover with the same budget."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skillweave.harness.trajectories.reading import claim_of_row, read_rows
from skillweave.taxonomy.coverage import Coverage, baselines, shuffled_coverage
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

_LABELS = {"steps": "beam search"}
"""synth calls its own default `steps` and STEPS' way `beam`; the plain samplers call STEPS' way `steps`"""
_COUNTED = ("k", "span", "strategy", "agent", "style", "split")


def measure(paths: Sequence[Path], taxonomy: Taxonomy, *, seed: int = 0, compare: bool = True) -> dict[str, Any]:
    """Return counts and coverage of each training set, and of the baselines at the budget of the largest.

    Rows without skills, or with skills that the taxonomy lacks, raise `UserError`: their coverage cannot be told.
    """
    sets, facts = {}, []
    for path, name in zip(paths, _names(paths), strict=True):
        combos, counted = _read(path)
        sets[name] = combos
        facts.append({"name": name, "path": str(path), "rows": len(combos), **counted})
    curves = {name: shuffled_coverage(taxonomy, combos, seed=seed) for name, combos in sets.items()}
    sizes = [len(combo) for combo in max(sets.values(), key=len)]
    others = baselines(taxonomy, sizes, seed=seed) if compare else {}
    return {
        "taxonomy": taxonomy.sha256,
        "sets": [{**fact, "coverage": curves[fact["name"]].to_json()} for fact in facts],
        "baselines": {name: curve.to_json() for name, curve in others.items()},
        "curves": {**curves, **{f"baseline: {_LABELS.get(n, n)}": curve for n, curve in others.items()}},
    }


def _names(paths: Sequence[Path]) -> list[str]:
    """Return short names of the files, made unique by their folders."""
    stems = [path.name if path.is_dir() else path.stem for path in paths]
    return [
        stem if stems.count(stem) == 1 else "/".join(path.parts[-2:]) for stem, path in zip(stems, paths, strict=True)
    ]


def _read(path: Path) -> tuple[list[tuple[str, ...]], dict[str, Any]]:
    combos = []
    counts: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
    tokens = 0
    for where, row in read_rows(path):
        claim = claim_of_row(where, row, {})
        if not claim.skills:
            raise UserError(f"{path}: row {where} does not say its skills", hint="stats needs rows with skills")
        combos.append(tuple(sorted(set(claim.skills))))
        said = {**row, **(row["extra"] if isinstance(row.get("extra"), dict) else {})}
        tokens += said["tokens"] if isinstance(said.get("tokens"), int) else 0
        for name, counter in counts.items():
            if name in said:
                counter[str(said[name])] += 1
    shown = {f"by_{name}": dict(sorted(counter.items())) for name, counter in counts.items() if counter}
    return combos, {"combinations": len(set(combos)), "tokens": tokens, **shown}


def last(curve: Coverage) -> dict[str, float]:
    """Return the shares at the full budget."""
    return {name: getattr(curve, name)[-1] for name in ("information", "skills", "pairs", "branch_pairs")}
