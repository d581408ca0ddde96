"""Instructions: every value, no tool name, references in words."""

from functools import cache

import numpy as np
import pytest

from skillweave.tasks.binding import BindingFailed, bind
from skillweave.tasks.build import enriched
from skillweave.tasks.rehearsal import rehearsal
from skillweave.tasks.reword import names_tool
from skillweave.tasks.shape import Realisable, shapes
from skillweave.tasks.spec import Plan
from skillweave.tasks.suites.office.suite import OFFICE, SUITE
from skillweave.tasks.validate import orders
from skillweave.tasks.wording import FORMS, STYLES, instruction


@cache
def plans(count: int = 40) -> tuple[Plan, ...]:
    """Return bound plans of one to three skills, some with a loop or a condition."""
    rng = np.random.default_rng(5)
    ids = sorted(OFFICE.skills)
    check = Realisable(OFFICE)
    template = rehearsal(OFFICE.world(1))
    found: list[Plan] = []
    while len(found) < count:
        skills = tuple(ids[int(i)] for i in rng.permutation(len(ids))[: int(rng.integers(1, 4))])
        if not check(skills):
            continue
        try:
            plan = bind(OFFICE, template, next(shapes(OFFICE, skills, rng)), rng)
        except (BindingFailed, StopIteration):
            continue
        found += enriched(OFFICE, template, plan, rng, pair=True)
    return tuple(found)


def wordings(plan: Plan, style: str) -> list[str]:
    return [instruction(OFFICE, plan, style, np.random.default_rng(3), form=form) for form in FORMS[style]]


@pytest.mark.parametrize("style", STYLES)
def test_no_instruction_names_a_tool_or_leaves_a_placeholder(style: str) -> None:
    for text in (text for plan in plans() for text in wordings(plan, style)):
        assert not names_tool(SUITE, text), text
        assert "{" not in text, text
        assert "that that" not in text, text


@pytest.mark.parametrize("style", STYLES)
def test_every_form_says_all_that_the_plan_needs_and_differs_from_the_others(style: str) -> None:
    assert len(FORMS[style]) >= 3
    told = [(plan, wordings(plan, style)) for plan in plans()]
    for plan, texts in told:
        given = [b.text for s in plan.steps for b in s.given()]
        limits = [s.when.text for s in plan.steps if s.when is not None]
        assert all(word.lower() in text.lower() for text in texts for word in (*given, *limits)), texts
    several = [
        texts
        for plan, texts in told
        if len(plan.steps) > 2 and sum(OFFICE.skills[s.skill].writes for s in plan.steps) > 1
    ]
    assert several
    assert all(len(set(texts)) >= 2 for texts in several)
    assert any(len(set(texts)) == len(FORMS[style]) for texts in several)


def test_a_condition_is_worded_with_both_ways_or_what_is_left_out() -> None:
    depending = [(p, s) for p in plans() for s in p.steps if s.when is not None]
    assert depending
    for plan, step in depending:
        for style in STYLES:
            for text in wordings(plan, style):
                assert "if " in text.lower()
                assert ("Otherwise" in text) >= bool(step.otherwise)


def test_a_set_is_worded_member_by_member() -> None:
    looped = [p for p in plans() if any(s.each for s in p.steps)]
    assert looped
    assert all("each of the " in text for p in looped for style in STYLES for text in wordings(p, style))


def test_an_equal_seed_words_another_order_in_the_same_clauses() -> None:
    plan = next(p for p in plans() if len(orders(p)) > 1)
    other = plan.model_copy(update={"steps": orders(plan)[-1]})
    lines = [
        sorted(
            line[2:]
            for line in instruction(OFFICE, p, "explicit", np.random.default_rng(1), form="bulleted").splitlines()
        )
        for p in (plan, other)
    ]
    assert len(set(lines[0]) & set(lines[1])) >= len(plan.steps) - 1


def test_no_phrase_of_any_skill_names_a_tool_or_skill() -> None:
    for skill in OFFICE.skills.values():
        for phrase in (*skill.phrases, *skill.nouns, skill.reference):
            assert not names_tool(SUITE, phrase), (skill.id, phrase)


def test_every_skill_has_three_wordings_that_mention_each_input() -> None:
    for skill in OFFICE.skills.values():
        assert len(set(skill.phrases)) >= 3, skill.id
        for phrase in skill.phrases + skill.nouns:
            for name in skill.inputs:
                assert f"{{{name}}}" in phrase, (skill.id, phrase)
        if skill.output:
            assert skill.reference, skill.id
            assert skill.writes or skill.nouns, skill.id


def test_a_question_says_by_which_name_an_entity_is_to_be_called() -> None:
    for style in STYLES:
        for skill, said in (("calendar.find_next_meeting", "the title of"), ("expenses.find_latest", "the id of")):
            rng = np.random.default_rng(1)
            plan = bind(OFFICE, OFFICE.world(1), next(shapes(OFFICE, (skill,), rng)), rng)
            assert said in instruction(OFFICE, plan, style, rng)
