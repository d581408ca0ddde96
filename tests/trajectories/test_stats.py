"""What a training set covers, beside other ways to select at the same budget."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from people_suite import taxonomy

from skillweave.taxonomy.coverage import MEASURES, baselines, budgets_up_to, coverage, shuffled_coverage
from skillweave.taxonomy.coverage_plot import plot_coverage
from skillweave.taxonomy.errors import UserError

TREE = taxonomy()
SKILLS = TREE.skills


def test_coverage_is_what_counting_by_hand_gives() -> None:
    sets = [SKILLS[:2], SKILLS[1:4]]
    found = coverage(TREE, sets, (1, 2))
    pairs = {p for own in sets for p in combinations(sorted(own), 2)}
    tops = {tuple(sorted((TREE.branch(a), TREE.branch(b)))) for a, b in pairs}
    branches = {TREE.branch(s) for s in SKILLS}
    n = len(SKILLS)
    assert found.skills == (2 / n, 4 / n)
    assert found.pairs == (1 / (n * (n - 1) / 2), len(pairs) / (n * (n - 1) / 2))
    assert found.branch_pairs[1] == len(tops) / (len(branches) * (len(branches) + 1) / 2)
    assert found.information[1] == pytest.approx(TREE.information(SKILLS[:4]) / TREE.entropy.ht)
    assert found.mean_information == pytest.approx((TREE.information(sets[0]) + TREE.information(sets[1])) / 2)


def test_all_skills_in_one_set_cover_everything() -> None:
    found = coverage(TREE, [SKILLS])
    assert [getattr(found, name)[-1] for name in ("skills", "pairs")] == [1.0, 1.0]
    assert found.information[-1] == pytest.approx(1.0)


def test_more_budget_never_covers_less_and_order_decides_nothing_at_the_end() -> None:
    sets = [SKILLS[i : i + 2] for i in range(len(SKILLS) - 1)]
    mixed = shuffled_coverage(TREE, sets, seed=1)
    plain = coverage(TREE, sets)
    for name in MEASURES:
        values = getattr(mixed, name)
        assert list(values) == sorted(values)
        assert values[-1] == pytest.approx(getattr(plain, name)[-1])


def test_baselines_have_the_sizes_of_the_set_and_are_drawn_by_seed() -> None:
    first, again = (baselines(TREE, (1, 2, 2, 3), seed=4, draws=2) for _ in range(2))
    assert first == again
    assert set(first) == {"covering", "uniform", "frequency", "random-k", "pairwise", "beam"}
    assert all(curve.budgets == budgets_up_to(4) for curve in first.values())


def test_skills_that_the_taxonomy_lacks_are_refused() -> None:
    with pytest.raises(UserError, match=r"lacks the skill 'fly'"):
        coverage(TREE, [("fly",)])
    with pytest.raises(UserError, match="no combinations"):
        shuffled_coverage(TREE, [], seed=0)


def test_stats_counts_draws_and_compares(call: Any, write: Any, bench: Any, tmp_path: Path) -> None:
    write(formats=("trl", "atif"))
    tree, plot = bench.folder / "taxonomy.json", tmp_path / "c.svg"
    done = call("stats", tmp_path / "out/trl", tmp_path / "out/atif", "--taxonomy", tree, "--plot", plot, "--json")
    assert done.exit_code == 0
    value = json.loads(done.stdout)
    first, second = value["sets"]
    train = bench.of("train")
    assert first["rows"] == len(train)
    assert first["by_k"] == {str(k): sum(t.k == k for t in train) for k in sorted({t.k for t in train})}
    assert first["by_strategy"] == {"steps": len(train)}
    assert first["tokens"] > 0
    assert (first["coverage"], first["by_k"]) == (second["coverage"], second["by_k"])
    used = len({s for t in train for s in t.skills})
    assert first["coverage"]["skills"][-1] == pytest.approx(used / len(SKILLS))
    assert "baselines" in value
    drawn = plot.read_text(encoding="utf-8")
    assert all(name in drawn for name in ("trl", "atif", "baseline: uniform", "structural information"))
    again = call("stats", tmp_path / "out/trl", "--taxonomy", tree, "--no-baselines")
    assert "Structural information by budget" in again.stdout


def test_rows_that_say_no_skills_have_no_coverage(call: Any, bench: Any, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"messages": []}\n')
    done = call("stats", tmp_path / "a.jsonl", "--taxonomy", bench.folder / "taxonomy.json")
    assert (done.exit_code, "does not say its skills" in done.stderr) == (2, True)


def test_pictures_are_the_same_bytes_and_of_known_kinds(tmp_path: Path) -> None:
    curve = {"one": coverage(TREE, [SKILLS[:2], SKILLS[2:4]])}
    for name in ("a.svg", "b.svg"):
        plot_coverage(tmp_path / name, curve)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    with pytest.raises(UserError, match="no picture"):
        plot_coverage(tmp_path / "a.gif", curve)
