"""Ways to choose combinations: the same filters for all, and probabilities that are what they say."""

from itertools import permutations
from math import comb, exp

import numpy as np
import pytest
from people_suite import APPS, taxonomy

from skillweave.harness.sources import read_source
from skillweave.tasks.shape import Realisable
from skillweave.tasks.skills import app_of
from skillweave.tasks.strategies import STRATEGIES, Ground, Steps, plackett_luce, spans_of
from skillweave.tasks.suites.registry import world_suite
from skillweave.tasks.synthesize import synthesize
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.select import Combination, Selector


def ground(seed: int = 3) -> Ground:
    return Ground(selector=Selector(taxonomy()), usable=frozenset(APPS.skills), realisable=Realisable(APPS), seed=seed)


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_every_strategy_proposes_distinct_realisable_sets_and_the_same_ones_again(name: str) -> None:
    here, again = STRATEGIES[name](ground()), STRATEGIES[name](ground())
    check = Realisable(APPS)
    for k in (1, 2, 3):
        found = here.propose(k, 5) + here.propose(k, 3)
        assert found
        assert all(check(c.skills) and len(c.skills) == k for c in found)
        assert len({c.skills for c in found}) == len(found)
        assert [c.skills for c in again.propose(k, 5) + again.propose(k, 3)] == [c.skills for c in found]


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_tasks_store_their_inclusion_probability_or_that_they_are_budgeted(name: str) -> None:
    made = synthesize(APPS, taxonomy(), ks=(2,), n=2, seed=3, select=name)
    exact = name in ("uniform", "random-k", "frequency")
    for task in made.tasks:
        assert task.selection.strategy == made.report.strategy == name
        assert task.selection.budgeted != exact
        assert (task.selection.log_probability is not None) == exact


def test_uniform_draws_have_one_probability_over_the_realisable_sets() -> None:
    here = ground()
    share = here.population(2).share
    found = STRATEGIES["uniform"](here).propose(2, 4)
    assert [exp(c.log_probability or 0.0) for c in found] == pytest.approx([1 / (comb(11, 2) * share)] * 4)


def test_the_chance_of_a_set_drawn_by_weight_is_the_sum_over_its_orders() -> None:
    weights = [0.5, 1.5, 3.0, 2.0, 1.0]
    by_hand = 0.0
    for order in permutations(weights[:3]):
        left, chance = sum(weights), 1.0
        for w in order:
            chance, left = chance * w / left, left - w
        by_hand += chance
    assert plackett_luce(weights[:3], sum(weights)) == pytest.approx(by_hand)


def test_the_shares_of_the_spans_are_those_of_uniform_sets() -> None:
    selector = Selector(taxonomy())
    drawn = selector.sample(2, 4000, rng=np.random.default_rng(1))
    for span, share in spans_of(selector, 2, ()).items():
        assert share == pytest.approx(np.mean([c.span == span for c in drawn]), abs=0.04)


def test_a_skill_whose_sets_fail_gets_its_turn_again_and_not_for_ever() -> None:
    steps = STRATEGIES["steps"](ground())
    counts = []
    steps.used.update(APPS.skills)  # type: ignore[attr-defined]
    for _ in range(10):
        for combination in steps.propose(2, 2):
            steps.settle(combination, made=False)
        counts.append(max(steps.budget.skills.values()))  # type: ignore[attr-defined]
    assert counts[0] == 0
    assert counts[-1] > 0


def test_an_app_that_is_in_too_few_tasks_gets_turns_of_its_own() -> None:
    source = read_source(["suite:office"])
    tree = build_taxonomy(source.graph, seed=0, descriptions=source.descriptions, inputs=source.inputs)
    suite = world_suite("office")
    realisable = Realisable(suite)
    selector = Selector(tree)

    def proposed(made: int) -> list[Combination]:
        steps = Steps(
            Ground(
                selector=selector,
                usable=frozenset(suite.skills),
                realisable=realisable,
                seed=3,
                beside=realisable.beside,
            )
        )
        for app in sorted({app_of(s) for s in suite.skills}):
            some = next(s for s in sorted(suite.skills) if app_of(s) == app)
            for _ in range(0 if app == "rates" else made):
                steps.settle(selector.describe((some,)), made=True)
        return steps.propose(2, 50)

    early, late = proposed(8), proposed(9)  # 96 and 108 tasks
    assert sum("rates" in map(app_of, c.skills) for c in late[:3]) == 3  # 6% of 50
    assert sum("rates" in map(app_of, c.skills) for c in early[:3]) < 3
    assert len({c.skills for c in late}) == len(late) == 50


def test_an_unknown_strategy_is_refused() -> None:
    with pytest.raises(UserError, match="no way to select 'luck'"):
        synthesize(APPS, taxonomy(), ks=(1,), n=1, seed=1, select="luck")
