"""Names, stability, pictures."""

import asyncio

import numpy as np
import pytest

from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.names import name_by_model
from skillweave.taxonomy.plots import degree_distribution, entropy_by_height, fit_power_law, icicle, radial
from skillweave.taxonomy.stability import stability
from skillweave.taxonomy.tree import Taxonomy
from skillweave.taxonomy.weights import from_corpus

MAIL = ["send mail", "read mail", "forward mail"]
TRAVEL = ["book flight", "cancel flight", "change flight"]
RECORDS = [MAIL, TRAVEL, MAIL[:2], TRAVEL[1:], [MAIL[0], MAIL[2]], [TRAVEL[0], TRAVEL[2]], [MAIL[0], TRAVEL[0]]] * 5


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return build_taxonomy(from_corpus(corpus_from_records(RECORDS)), height=2)


def test_groups_are_named_by_the_words_that_tell_them_from_their_siblings(taxonomy: Taxonomy) -> None:
    names = {taxonomy.by_id[taxonomy.branch(skill)].name for skill in ("send mail", "book flight")}
    assert len(names) == 2
    assert taxonomy.by_id[taxonomy.branch("send mail")].name == "mail"


def test_a_model_names_groups_and_words_stay_where_its_answer_is_no_name(taxonomy: Taxonomy) -> None:
    async def ask(prompt: str) -> str:
        return '"Correspondence"\n' if "send mail" in prompt else "Sure! Here are\nsome names"

    found = asyncio.run(name_by_model(taxonomy, ask))
    assert found.by_id[found.branch("send mail")].name == "Correspondence"
    assert found.by_id[found.branch("book flight")].name == taxonomy.by_id[taxonomy.branch("book flight")].name


def test_a_clear_corpus_gives_a_stable_taxonomy(taxonomy: Taxonomy) -> None:
    found = stability(corpus_from_records(RECORDS), taxonomy, copies=2)
    assert len(found) == 1
    assert found[0] == pytest.approx(1.0)
    with pytest.raises(UserError, match="at least 1 resampled corpus, got 0"):
        stability(corpus_from_records(RECORDS), taxonomy, copies=0)


def test_the_power_law_of_a_long_tail_is_recovered() -> None:
    values = (1 - np.random.default_rng(0).random(5_000)) ** (-1 / 1.5)
    assert fit_power_law(values).alpha == pytest.approx(2.5, abs=0.1)
    with pytest.raises(UserError, match="at least 10 positive degrees, got 3"):
        fit_power_law(np.ones(3))


def test_pictures_show_every_name(taxonomy: Taxonomy) -> None:
    for draw in (icicle, radial):
        figure = draw(taxonomy)
        shown = {text.get_text() for text in figure.axes[0].texts}
        assert set(taxonomy.skills) <= shown
    rows = [{"height": h, "entropy": 1.5 - h / 4, "foretold": 0.5, "error": 0.1} for h in (2, 3)]
    assert len(entropy_by_height(rows, 2.0, 2).axes) == 2
    with pytest.raises(UserError, match="no heights were compared"):
        entropy_by_height([], 2.0)
    with pytest.raises(UserError, match="at least 10 positive degrees"):
        degree_distribution(taxonomy.nodes)
