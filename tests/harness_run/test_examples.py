"""The page of examples says what a task asks, does and expects."""

from pathlib import Path

import pytest
from small_tasks import small_tasks

from skillweave.harness.examples import EACH, KS, examples
from skillweave.taxonomy.errors import UserError


def test_the_page_holds_instruction_plan_and_outcome_of_each_task() -> None:
    page = examples(small_tasks(), ks=(2, 3), each=2)
    assert page == examples(small_tasks()[::-1], ks=(2, 3), each=2)
    for task in small_tasks():
        assert f"### {task.id}" in page
        assert all(f"> {line}" in page for line in task.instruction.splitlines())
        assert all(f"- {step.id} `{step.skill}`(" in page for step in task.plan.steps)
        assert all(f"- {c.op} {c.table} {c.key}" in page for c in task.expectation.changes)
        if task.expectation.answer is not None:
            assert f"- answer: {task.expectation.answer.text}" in page


def test_too_few_tasks_are_refused() -> None:
    with pytest.raises(UserError, match="0 tasks of k = 6, 1 are wanted"):
        examples(small_tasks(), ks=(6,), each=1)


def test_the_page_of_the_docs_is_such_a_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "examples.md").read_text()
    assert page.count("\n### ") == EACH * len(KS)
    assert [line for line in page.splitlines() if line.startswith("## ")] == [f"## k = {k}" for k in KS]
