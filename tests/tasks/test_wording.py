"""Instructions: every value, no tool name, references in words."""

import numpy as np
import pytest

from skillweave.tasks.binding import BindingFailed, bind
from skillweave.tasks.shape import Realisable, shapes
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.wording import STYLES, instruction


def instructions(style: str, count: int = 60) -> list[str]:
    rng = np.random.default_rng(5)
    ids = sorted(OFFICE.skills)
    check = Realisable(OFFICE)
    found: list[str] = []
    while len(found) < count:
        skills = tuple(ids[int(i)] for i in rng.permutation(len(ids))[: int(rng.integers(1, 4))])
        if not check(skills):
            continue
        try:
            plan = bind(OFFICE, OFFICE.world(1), next(shapes(OFFICE, skills, rng)), rng)
        except (BindingFailed, StopIteration):
            continue
        found.append(instruction(OFFICE, plan, style, rng))
    return found


@pytest.mark.parametrize("style", STYLES)
def test_no_instruction_names_a_tool_or_leaves_a_placeholder(style: str) -> None:
    tools = [name for name in OFFICE.tools if "_" in name]
    for text in instructions(style):
        assert not any(tool in text for tool in tools), text
        assert "{" not in text, text
        assert "that that" not in text, text


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
