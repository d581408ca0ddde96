"""The other figures of a report: new skills, weights, flags, the model, the taxonomy's worth, ladders, power."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from made_logs import LEVELS, Planted, samples, taxonomy
from made_rollouts import one, run_of

from skillweave.reports.compare import compare
from skillweave.reports.explain import explain
from skillweave.reports.flags import decidable, flagged, flags
from skillweave.reports.intervals import success
from skillweave.reports.ladders import apps_taxonomy, exposed_combinations, other_ladders, perturbed, read_taxonomies
from skillweave.reports.paired import did, pair_up, slices
from skillweave.reports.power import DEFAULT, Prices, advice, plan, plans, variances
from skillweave.reports.records import Rollout
from skillweave.reports.regression import fit_logit, logit
from skillweave.reports.rows import rollout_of
from skillweave.reports.shared import new_skills
from skillweave.reports.weighted import weighted
from skillweave.taxonomy.alternatives import tree_of
from skillweave.taxonomy.errors import UserError


def _made(planted: Planted, **options: int) -> list[Rollout]:
    return [rollout_of(s.model_dump(), "made.eval") for s in samples(planted, **options)]


def _world(seed: int, *, bad_pair: float = 1.0, bad_span: float = 1.0, count: int = 250) -> list[Rollout]:
    """Return rollouts over twelve skills; the pair a, b and span 2 may be worse than the rest."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(count):
        k = int(rng.integers(2, 5))
        skills = "".join(sorted(chr(97 + int(s)) for s in rng.choice(12, k, replace=False)))
        span = int(rng.integers(1, 3))
        p = 0.95**k * (bad_pair if {"a", "b"} <= set(skills) else 1.0) * (bad_span if span == 2 else 1.0)
        for epoch in (1, 2, 3):
            won = bool(rng.random() < p)
            broken = None if won else str(rng.choice(list(skills)))
            facts = {"sample": str(i), "epoch": epoch, "span": span, "first_broken": broken}
            rows.append(one(skills, float(won), **facts))
    return rows


def test_a_statement_about_new_skills_is_less_certain_than_one_about_these() -> None:
    rng = np.random.default_rng(4)
    weak = set("abc")
    rows = [
        one("".join(c), float(rng.random() < (0.3 if weak & set(c) else 0.9)), sample="".join(c))
        for c in combinations("abcdefghijklmnop", 2)
    ]
    here, anew = success(rows), new_skills(rows)
    assert anew is not None
    assert anew.rate == here.rate
    assert (anew.high - anew.low) > 1.5 * (here.high - here.low)  # type: ignore[operator]


def test_of_three_skills_that_are_in_every_combination_nothing_can_be_said_of_new_ones() -> None:
    assert new_skills([one("abc", 1.0), one("abc", 0.0, sample="2"), one("ab", 1.0), one("bc", 0.0)]) is None


def test_weights_undo_a_choice_of_easy_combinations() -> None:
    # Half of the population is easy (1.0) and half hard (0.0); the easy half was four times as likely to be drawn.
    rows = [one(f"{chr(97 + i)}z", 1.0, log_probability=float(np.log(0.04))) for i in range(8)]
    rows += [one(f"{chr(97 + i)}y", 0.0, log_probability=float(np.log(0.01))) for i in range(2)]
    found = weighted(rows)
    assert found is not None
    assert found.estimate.rate == pytest.approx(0.5)
    assert found.effective < 10


def test_combinations_chosen_under_a_budget_have_no_weight_and_are_counted() -> None:
    rows = [one("ab", 1.0, log_probability=-3.0), one("cd", 0.0, log_probability=-3.0), one("ef", 0.0)]
    found = weighted(rows)
    assert found is not None
    assert (found.estimate.n, found.without) == (2, 1)
    assert weighted([one("ef", 0.0)]) is None


def test_a_planted_bad_pair_is_flagged_beyond_its_skills() -> None:
    found = flags(_world(1, bad_pair=0.1, count=400))
    assert set(flagged(found, "pair")) == {"a + b"}
    assert not flagged(found, "span")


def test_a_planted_bad_span_is_flagged_and_no_skill_or_pair() -> None:
    found = [f for f in flags(_world(2, bad_span=0.6)) if f.flagged]
    assert [(f.kind, f.name) for f in found] == [("span", "span 2")]


def test_where_nothing_is_planted_hardly_anything_is_flagged() -> None:
    assert sum(any(f.flagged for f in flags(_world(seed))) for seed in range(6)) <= 2


def test_atoms_of_families_are_not_tested() -> None:
    rows = [one("a", 0.0, sample=str(i), role="atom", first_broken="a") for i in range(40)]
    assert flags(rows) == []


def test_slices_that_could_never_be_significant_do_not_burden_the_others() -> None:
    weak = ("pair", "x + y", -0.1, 10, 5, 0.2)
    strong = ("pair", "a + b", -0.5, 90, 9, 1e-6)
    assert decidable([(weak, 0.04), (strong, 1e-9)], others=10) == [strong]


def test_the_model_without_prior_is_that_of_statsmodels() -> None:
    from statsmodels.discrete.discrete_model import Logit

    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(300), rng.normal(size=(300, 2))])
    y = (rng.random(300) < 1 / (1 + np.exp(-(x @ [0.3, -0.8, 0.2])))).astype(float)
    beta, _, _ = fit_logit(y, x, np.full(3, np.inf))
    assert beta == pytest.approx(Logit(y, x).fit(disp=0).params, abs=1e-6)


def test_separated_outcomes_give_finite_coefficients_and_say_what_cannot_be_estimated() -> None:
    rows = [
        one("".join(c), 0.0 if "a" in c else float(i % 3 > 0), sample=str(i), span=1)
        for i, c in enumerate(combinations("abcdefgh", 2))
    ]
    found = logit(rows)
    assert found is not None
    assert all(np.isfinite([c.log_odds, c.low, c.high]).all() for c in found.coefficients)
    bad = next(c for c in found.coefficients if c.name == "a")
    assert bad.words == "a: not estimable: its tasks all fail."


def test_the_model_says_in_words_that_one_more_skill_lowers_success() -> None:
    found = logit(_made(Planted(base=0.85), per_k=80))
    assert found is not None
    assert found.coefficients[0].words.startswith("One more skill lowers success by ")


def test_a_tree_whose_branches_differ_explains_failure_and_a_random_one_does_not() -> None:
    rng = np.random.default_rng(6)
    tree = taxonomy()
    leaves = [n for n in tree["nodes"] if n["skill"]]
    top = {n["skill"]: n["id"].split(".")[1] for n in leaves}
    rows, plain = [], []
    for i in range(260):
        skills = tuple(sorted(rng.choice(sorted(top), 3, replace=False)))
        crossing = len({top[s] for s in skills})
        facts = {"sample": str(i), "k": 3, "combination": "|".join(skills), "skills": skills, "plan_length": 6}
        for epoch in (1, 2, 3):
            rows.append(one("xyz", float(rng.random() < {1: 0.95, 2: 0.85, 3: 0.25}[crossing]), epoch=epoch, **facts))
            plain.append(one("xyz", float(rng.random() < 0.7), epoch=epoch, **facts))
    found, nothing = explain(tree, rows), explain(tree, plain)
    assert found is not None
    assert nothing is not None
    assert found.p_base < 0.01
    assert found.p_shuffled == 1 / 40
    assert found.verdict.startswith("the taxonomy explains failure")
    assert nothing.p_base > 0.05


def test_too_few_combinations_explain_nothing() -> None:
    assert explain(taxonomy(), _made(Planted(), per_k=2)) is None


def test_the_ladder_is_measured_anew_on_the_tree_of_apps() -> None:
    tree = apps_taxonomy(["m.a", "m.b", "n.c", "n.d", "o.e"])
    assert (tree.levels, tree.span(["m.a", "m.b"]), tree.span(["m.a", "n.c"])) == (2, 0, 1)
    rows = [
        one("xy", 1.0, skills=("m.a", "n.c"), combination="m.a|n.c"),
        one("xy", 0.0, skills=("m.b", "n.d"), combination="m.b|n.d", sample="2"),
        one("xy", 0.0, skills=("m.a", "o.e"), combination="m.a|o.e", sample="3"),
    ]
    (found,) = other_ladders(rows, [("m.a", "n.c")], {"apps": tree})
    assert {rung: e.rate for rung, e in found.rungs.items()} == {0: 1.0, 1: 0.0, 2: 0.0}


def test_a_perturbed_tree_has_the_same_skills_and_shape_and_some_in_other_places() -> None:
    own = tree_of(taxonomy()["nodes"])
    other = perturbed(taxonomy(), np.random.default_rng(0))
    assert (sorted(other.skills), other.levels) == (sorted(own.skills), LEVELS)
    assert sum(own.path(s) != other.path(s) for s in own.skills) == 2


def test_practised_combinations_come_from_the_exposure_or_the_train_split() -> None:
    rows = {"1": {"split": "train", "combination": "a|b"}, "2": {"split": "test", "combination": "a|c"}}
    assert exposed_combinations({"name": "train"}, {"rows": rows}) == [("a", "b")]
    assert exposed_combinations({"name": "mine", "combinations": [["x", "y"]]}, {"rows": rows}) == [("x", "y")]
    assert exposed_combinations({"name": "mine"}, {"rows": rows}) == []


def _run(seed: int, gain: dict[int, float]) -> list[Rollout]:
    rng = np.random.default_rng(seed)
    rows = []
    for i, c in enumerate(combinations("abcdefghijklmno", 2)):
        for j in range(3):
            p = 0.4 + gain.get(i % 3, 0.0)
            rows.append(one("".join(c), float(rng.random() < p), sample=f"{i}-{j}", novelty=i % 3, span=1))
    return rows


def test_what_exposure_gains_is_compared_between_rungs_on_the_same_tasks() -> None:
    found = {e.name: e for e in did(_run(1, {}), _run(2, {0: 0.5, 1: 0.5, 2: 0.0}))}
    assert found["novelty 1"].low < 0 < found["novelty 1"].high
    assert found["novelty 2"].high < -0.2


def test_a_comparison_names_the_slice_that_got_worse_and_says_what_was_left_out() -> None:
    first, other = _run(3, {0: 0.4, 1: 0.4, 2: 0.4}), _run(4, {0: 0.4, 1: 0.4, 2: -0.3})
    found = compare(run_of(first, "before"), run_of(other[:-5], "after"))
    assert found.unpaired == 5
    assert found.difference is not None
    assert found.difference.tasks == len(first) - 5
    worse = {(s.cut, s.value) for s in found.slices if s.verdict == "lower" and s.cut != "skill"}
    assert worse == {("k", "2"), ("span", "1"), ("novelty", "2")}
    assert found.verdict.startswith("after succeeds less often than before")
    assert found.to_json()["schema"] == "skillweave.compare/1"


def test_a_slice_of_four_combinations_is_shown_and_not_judged() -> None:
    rows = [one(c, float(i), sample=f"{c}{i}") for c in ("ab", "ac", "ad", "bc") for i in (0, 1)]
    flipped = [one(r.combination.replace("|", ""), 1.0, sample=r.sample) for r in rows]
    assert {s.verdict for s in slices(pair_up(rows, flipped)) if s.cut == "k"} == {"too few combinations"}


def test_runs_without_a_common_task_are_refused() -> None:
    with pytest.raises(UserError, match="share no scored task"):
        compare(run_of([one("ab", 1.0)]), run_of([one("cd", 1.0)]))


def test_the_components_of_a_baseline_are_recovered() -> None:
    rng = np.random.default_rng(7)
    rows = []
    for c in range(300):
        name = f"{chr(97 + c % 26)}{chr(97 + c // 26)}"
        at = rng.beta(2, 2)
        for t in range(3):
            rows += [one(name, float(rng.random() < at), sample=f"{c}-{t}", epoch=e, combination=name) for e in (1, 2)]
    found = variances(rows)
    # Beta(2, 2) has variance 0.05 around 0.5; tasks of one combination do not differ; the rest is 0.2.
    assert found.combination == pytest.approx(0.05, abs=0.015)
    assert found.task == pytest.approx(0.0, abs=0.015)
    assert found.attempt == pytest.approx(0.2, abs=0.015)


def test_the_number_of_combinations_has_the_power_that_was_asked_for() -> None:
    needed = plan(DEFAULT, 0.08, tasks=2, epochs=1, power=0.8, correlation=0.5).combinations
    assert needed is not None
    rng = np.random.default_rng(8)
    seen = 0
    sd = [np.sqrt(v) for v in (DEFAULT.combination / 2, DEFAULT.task / 2, DEFAULT.attempt)]
    for _ in range(400):
        gap = 0.08
        for _agent in (1, -1):
            gap = gap + rng.normal(0, sd[0], needed) + rng.normal(0, (sd[1] ** 2 / 2 + sd[2] ** 2 / 2) ** 0.5, needed)
        seen += abs(gap.mean()) / (gap.std(ddof=1) / needed**0.5) > 1.97
    assert 0.74 < seen / 400 < 0.86


def test_more_combinations_beat_more_tasks_a_combination() -> None:
    found = {(p.tasks, p.epochs): p for p in plans(DEFAULT, 0.05)}
    assert found[1, 1].rollouts < found[4, 1].rollouts < found[8, 4].rollouts  # type: ignore[operator]
    assert found[1, 1].combinations > found[4, 1].combinations  # type: ignore[operator]


@pytest.mark.parametrize(("given", "said"), [({"effect": 0.0}, "effect"), ({"effect": 0.1, "power": 1.0}, "power")])
def test_an_effect_or_a_power_that_makes_no_sense_is_refused(given: dict[str, float], said: str) -> None:
    with pytest.raises(UserError, match=f"the {said} must"):
        plans(DEFAULT, **given)


def test_a_baseline_that_never_fails_says_nothing_of_spread() -> None:
    with pytest.raises(UserError, match="every rollout of the baseline succeeded"):
        variances([one("ab", 1.0), one("cd", 1.0)])


def test_a_plan_says_what_both_runs_cost_at_given_prices() -> None:
    rows = [
        one(c, float(i), sample=f"{c}{i}", input_tokens=2000, output_tokens=100)
        for c in ("ab", "cd", "ef")
        for i in (0, 1)
    ]
    found = plans(variances(rows), 0.2, prices=Prices(input=0.5, output=10.0))
    lean = found[0]
    assert lean.rollouts is not None
    assert lean.money == pytest.approx(2 * lean.rollouts * (2000 * 0.5 + 100 * 10.0) / 1e6)
    assert plans(DEFAULT, 0.2, prices=Prices(input=0.5, output=10.0))[0].money is None
    assert f"instead of {lean.money:,.2f} for both" in advice(found) or "does it" in advice(found)


def test_a_folder_of_taxonomies_is_read_whole(tmp_path: Path) -> None:
    for name in ("one", "two"):
        tree_of(taxonomy()["nodes"]).save(tmp_path / f"{name}.json")
    assert sorted(read_taxonomies([tmp_path])) == ["one", "two"]
    (tmp_path / "none").mkdir()
    with pytest.raises(UserError, match=r"holds no \.json"):
        read_taxonomies([tmp_path / "none"])
