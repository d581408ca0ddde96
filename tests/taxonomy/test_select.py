"""Selection: everything against enumeration, the sampler by chi-square, refusals."""

import math
from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest
from scipy import stats

from skillweave.taxonomy.baselines import METHODS, beam, select_by
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.covering import Budget, covering
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.select import Selector
from skillweave.taxonomy.weights import from_records

RECORDS = [[*text] for text in ("ab", "abc", "de", "def", "fa", "z", "ghi", "gh", "ic", "jd")]
CASES = [(height, k) for height in (1, 2, 3, 4) for k in (1, 2, 3, 4)]


@pytest.fixture(scope="module")
def selectors() -> dict[int, Selector]:
    graph = from_records(RECORDS)
    return {height: Selector(build_taxonomy(graph, height=height)) for height in (1, 2, 3, 4)}


def allowed(
    selector: Selector, k: int, span: int | None, given: tuple[str, ...], forbid: tuple[str, ...]
) -> list[tuple[str, ...]]:
    return [
        names
        for names in combinations(selector.skills, k)
        if set(given) <= set(names)
        and not set(forbid) & set(names)
        and (span is None or selector.taxonomy.span(names) == span)
    ]


@pytest.mark.parametrize(("height", "k"), CASES)
def test_counts_and_all_sets_in_order_are_those_of_enumeration(
    selectors: dict[int, Selector], height: int, k: int
) -> None:
    selector = selectors[height]
    spans = sorted(set(selector.taxonomy.spans.values())) if k > 1 else []
    for span in [None, *spans]:
        for given, forbid in [((), ()), (("a",), ("b", "z")), (("a", "d"), ())]:
            if len(given) > k:
                continue
            sets = allowed(selector, k, span, given, forbid)
            count = selector.log_count(k, span=span, given=given, forbid=forbid)
            assert count == pytest.approx(math.log(len(sets)) if sets else -math.inf)
            if not sets:
                continue
            ordered = selector.n_best(k, 10_000, span=span, given=given, forbid=forbid)
            assert sorted(c.skills for c in ordered) == sorted(sets)
            bits = [c.information for c in ordered]
            assert all(one >= two - 1e-12 for one, two in pairwise(bits))
            assert bits[0] == pytest.approx(max(selector.taxonomy.information(s) for s in sets), abs=1e-12)


@pytest.mark.parametrize(
    ("height", "k", "span", "given", "beta"),
    [(1, 3, None, (), 0.0), (3, 3, None, (), 3.0), (3, 3, 2, (), 3.0), (3, 2, 0, (), 5.0), (2, 4, 1, ("a",), -2.0)],
)
def test_the_sampler_draws_in_proportion_to_exp_beta_information(
    selectors: dict[int, Selector], height: int, k: int, span: int | None, given: tuple[str, ...], beta: float
) -> None:
    selector, draws = selectors[height], 20_000
    sets = allowed(selector, k, span, given, ())
    weights = np.exp([beta * selector.taxonomy.information(s) for s in sets])
    expected = dict(zip(sets, weights / weights.sum(), strict=True))
    found = selector.sample(k, draws, rng=np.random.default_rng(3), beta=beta, span=span, given=given)
    counts = Counter(c.skills for c in found)
    assert set(counts) <= set(expected)
    observed = [counts[s] for s in sets]
    if len(sets) > 1:
        assert stats.chisquare(observed, [draws * expected[s] for s in sets]).pvalue > 1e-4
    for combination in found[:20]:
        assert combination.log_probability == pytest.approx(math.log(expected[combination.skills]), abs=1e-9)


def test_rejection_keeps_the_weights_exact_on_the_accepted_sets(selectors: dict[int, Selector]) -> None:
    selector = selectors[3]

    def even(names: tuple[str, ...]) -> bool:
        return sum(map(ord, names)) % 2 == 0

    sets = [s for s in combinations(selector.skills, 3) if even(s)]
    weights = np.exp([2.0 * selector.taxonomy.information(s) for s in sets])
    found = selector.sample(3, 20_000, rng=np.random.default_rng(5), beta=2.0, accept=even)
    counts = Counter(c.skills for c in found)
    expected = 20_000 * weights / weights.sum()
    assert stats.chisquare([counts[s] for s in sets], expected).pvalue > 1e-4
    first = found[0]
    assert first.log_probability == pytest.approx(math.log(expected[sets.index(first.skills)] / 20_000), abs=0.05)


@pytest.mark.parametrize(("height", "k"), [(h, k) for h, k in CASES if k > 1])
def test_the_best_set_around_every_skill_is_exact_and_the_beam_finds_no_better(
    selectors: dict[int, Selector], height: int, k: int
) -> None:
    selector = selectors[height]
    sets, bits = selector.best_for_each(k)
    for index, skill in enumerate(selector.skills):
        best = max(selector.taxonomy.information(s) for s in allowed(selector, k, None, (skill,), ()))
        assert bits[index] == pytest.approx(best, abs=1e-12)
        assert skill in selector.names(sets[index : index + 1])[0]
        assert (
            selector.taxonomy.information(selector.skills[i] for i in beam(selector.layout, index, k)) <= best + 1e-12
        )


def test_the_mean_information_is_that_of_enumeration_and_beta_hits_its_quantile(selectors: dict[int, Selector]) -> None:
    selector = selectors[3]
    bits = np.asarray([selector.taxonomy.information(s) for s in combinations(selector.skills, 3)])
    weights = np.exp(1.5 * bits)
    assert selector.expected_information(3, 1.5) == pytest.approx(float(bits @ weights / weights.sum()), abs=1e-7)
    beta = selector.beta_for(3, quantile=0.75)
    assert selector.expected_information(3, beta) == pytest.approx(np.quantile(bits, 0.75), abs=0.02)


def test_a_budget_covers_skills_branches_and_spans_evenly(selectors: dict[int, Selector]) -> None:
    selector = selectors[3]
    budget = Budget(selector)
    found = budget.draw(2, 24, rng=np.random.default_rng(0))
    spans = Counter(c.span for c in found)
    possible = {c.span: math.exp(selector.log_count(2, span=c.span)) for c in found}
    assert len({c.skills for c in found}) == 24
    assert all(count >= min(6, possible[span] - 1) for span, count in spans.items())
    assert budget.shares()["skills_covered"] == len(selector.skills)
    assert all(c.log_probability is None for c in found)


def test_a_budget_honours_what_is_realisable_and_stops_when_nothing_is_left(selectors: dict[int, Selector]) -> None:
    selector = selectors[2]
    found = covering(selector, 2, 500, rng=np.random.default_rng(0), accept=lambda names: "a" in names)
    assert len(found) == len(selector.skills) - 1


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_gives_the_sets_asked_for_and_repeats_under_its_seed(
    selectors: dict[int, Selector], method: str
) -> None:
    one, two = (select_by(method, selectors[3], 3, 12, np.random.default_rng(1)) for _ in range(2))
    assert one == two
    assert len(one) == 12
    assert all(len(set(c.skills)) == 3 for c in one)


def test_skills_that_lead_nowhere_may_be_left_out_and_what_nobody_accepts_is_never_drawn(
    selectors: dict[int, Selector],
) -> None:
    selector = selectors[3]
    near = lambda given, k: set("abcde") if set(given) <= set("abcde") else ()  # noqa: E731
    accept = set("abcde").issuperset
    found = Budget(selector, beside=near).draw(3, 10, rng=np.random.default_rng(0), accept=accept)
    assert {c.skills for c in found} == set(combinations("abcde", 3))
    assert Budget(selector, beside=lambda given, k: ()).draw(3, 10, rng=np.random.default_rng(0)) == []


def test_pairwise_covering_meets_every_pair_soon(selectors: dict[int, Selector]) -> None:
    found = select_by("pairwise", selectors[2], 4, 16, np.random.default_rng(0))
    met = {pair for c in found for pair in combinations(c.skills, 2)}
    assert len(met) == math.comb(len(selectors[2].skills), 2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 0}, "at least 1 skill, got k = 0"),
        ({"k": 99}, "k = 99 is more than the 11 skills"),
        ({"k": 1, "span": 0}, "one skill has no span"),
        ({"k": 2, "span": 7}, "no span 7"),
        ({"k": 9, "span": 0}, "more than the . skills under any span 0"),
        ({"k": 1, "given": ("a", "b")}, "2 skills are given, but k = 1"),
        ({"k": 2, "given": ("a",), "forbid": ("a",)}, "'a' is both given and forbidden"),
        ({"k": 2, "given": ("nope",)}, "no skill 'nope'"),
        ({"k": 2, "span": 0, "given": ("a", "z")}, "no 2-set has span 0"),
    ],
)
def test_impossible_wishes_are_refused_in_one_line(
    selectors: dict[int, Selector], options: dict[str, object], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        selectors[3].sample(n=1, rng=np.random.default_rng(0), **options)  # type: ignore[arg-type]


def test_an_unrealisable_wish_is_refused_instead_of_running_forever(selectors: dict[int, Selector]) -> None:
    with pytest.raises(UserError, match="are realisable"):
        selectors[2].sample(3, 5, rng=np.random.default_rng(0), accept=lambda _: False)


def test_an_unknown_method_is_refused_with_those_there_are(selectors: dict[int, Selector]) -> None:
    with pytest.raises(UserError, match="no way to select 'best'; there are covering"):
        select_by("best", selectors[2], 2, 1, np.random.default_rng(0))


def test_arrays_of_draws_keep_to_the_constraints_and_have_the_law_of_the_named_draws(
    selectors: dict[int, Selector],
) -> None:
    selector, draws = selectors[3], 20_000
    sets = allowed(selector, 3, None, ("a",), ("b",))
    found = selector.sample_indices(3, draws, rng=np.random.default_rng(7), beta=2.0, given=("a",), forbid=("b",))
    assert found.shape == (draws, 3)
    counts = Counter(selector.names(found))
    assert set(counts) <= set(sets)
    weights = np.exp([2.0 * selector.taxonomy.information(s) for s in sets])
    assert stats.chisquare([counts[s] for s in sets], draws * weights / weights.sum()).pvalue > 1e-4
    few = found[:50]
    assert selector.information(few) == pytest.approx([selector.taxonomy.information(s) for s in selector.names(few)])


def test_beta_hits_its_quantile_under_the_constraints_too(selectors: dict[int, Selector]) -> None:
    selector = selectors[3]
    bits = [selector.taxonomy.information(s) for s in allowed(selector, 3, None, ("a",), ())]
    beta = selector.beta_for(3, quantile=0.7, given=("a",))
    assert selector.expected_information(3, beta, given=("a",)) == pytest.approx(np.quantile(bits, 0.7), abs=0.02)
