"""The workflows: two halves, every skill known and used, nothing told twice."""

from collections import Counter

import pytest
from pydantic import ValidationError

from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.suites.office.workflows import Workflow, read_workflows

WORKFLOWS = read_workflows()


def half(source: str) -> list[Workflow]:
    return [w for w in WORKFLOWS if w.source == source]


def test_both_halves_are_there_in_number() -> None:
    assert len(half("job")) >= 110
    assert len(half("app")) >= 110
    assert {w.id[:4] for w in half("job")} == {"job-"}
    assert {w.id[:4] for w in half("app")} == {"app-"}


def test_every_skill_of_a_workflow_exists_and_stands_once() -> None:
    for workflow in WORKFLOWS:
        assert set(workflow.skills) <= set(OFFICE.skills), workflow.id
        assert len(set(workflow.skills)) == len(workflow.skills), workflow.id
        assert 2 <= len(workflow.skills) <= 7, workflow.id
        assert 3 <= len(workflow.steps) <= 8, workflow.id


def test_every_skill_occurs_in_some_workflow() -> None:
    used = {skill for workflow in WORKFLOWS for skill in workflow.skills}
    assert sorted(set(OFFICE.skills) - used) == []


def test_each_app_has_ten_workflows_written_from_its_point_of_view() -> None:
    apps = Counter(app for w in half("app") for app in {skill.split(".")[0] for skill in w.skills})
    assert {app.name for app in OFFICE.apps if apps[app.name] < 10} == set()


def test_nothing_is_told_twice() -> None:
    for told in ([w.id for w in WORKFLOWS], [w.title for w in WORKFLOWS], [frozenset(w.skills) for w in WORKFLOWS]):
        assert [t for t, n in Counter(told).items() if n > 1] == []


def test_only_workflows_from_jobs_have_steps_without_a_skill_and_these_are_their_own() -> None:
    assert not any(w.unmapped for w in half("app"))
    for workflow in half("job"):
        assert set(workflow.unmapped) < set(workflow.steps), workflow.id
    unmapped = sum(len(w.unmapped) for w in half("job")) / sum(len(w.steps) for w in half("job"))
    assert 0 < unmapped < 1 / 3


def test_a_workflow_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Workflow.model_validate({**WORKFLOWS[0].model_dump(), "author": "?"})
