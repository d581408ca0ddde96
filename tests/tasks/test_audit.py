"""The audit: it finds nothing in a good checker, and each planted fault of a checker or of a task set."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import toy_apps as toy
from ledger_suite import ledger_tasks
from people_suite import SUITE, taxonomy

from skillweave.tasks import appsuite
from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.audit import audit as audit_module
from skillweave.tasks.audit.audit import KINDS, audit_task, audit_tasks
from skillweave.tasks.audit.mutants import MUTANTS
from skillweave.tasks.audit.names import TRIVIAL
from skillweave.tasks.audit.play import Bench, Outcome, Trajectory
from skillweave.tasks.audit.report import AuditReport, Tally, broken_bounds, report_of, rows
from skillweave.tasks.audit.trivial import play_trivial
from skillweave.tasks.audit.variants import VARIANTS
from skillweave.tasks.check import Mismatch
from skillweave.tasks.pool import FORKS
from skillweave.tasks.skills import Call
from skillweave.tasks.spec import DescribedBinding, TaskSpec
from skillweave.tasks.suites import registry
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.synthesize import synthesize
from skillweave.tasks.tools import tool_of
from skillweave.tasks.trivial import AGENTS
from skillweave.taxonomy.artifacts import Provenance
from skillweave.taxonomy.errors import UserError


@pytest.fixture(scope="module")
def tasks() -> tuple[TaskSpec, ...]:
    """Eight tasks of the people app."""
    return synthesize(SUITE.apps, taxonomy(), ks=(1, 2, 3), n=8, seed=7).tasks


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> None:
    """The people app stands for the office."""
    monkeypatch.setattr(registry, "SUITES", {**registry.SUITES, "office": lambda: SUITE})


@pytest.fixture(scope="module")
def report(tasks: tuple[TaskSpec, ...]) -> AuditReport:
    """The audit of the eight tasks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "SUITES", {**registry.SUITES, "office": lambda: SUITE})
        return audit_tasks(tasks)


def test_a_good_checker_keeps_every_bound_and_every_kind_has_its_row(report: AuditReport) -> None:
    assert (report.broken, report.findings) == ((), ())
    assert (report.oracle.passed, report.oracle.of, report.oracle.tool_errors) == (8, 8, 0)
    assert [*report.trivial] == [*TRIVIAL, "naive_rules"]
    assert [*report.mutants] == [*MUTANTS]
    assert [*report.variants] == [*VARIANTS]
    assert all(p.of >= 8 for name, p in report.trivial.items() if name in TRIVIAL)
    tried = {"drop_call", "wrong_argument", "collateral_write", "off_by_one_answer"}
    assert all(report.mutants[kind].of for kind in tried)
    assert all(report.variants[k].of for k in ("extra_reads", "other_lookups", "value_forms"))
    assert report.guess.of > 0


@pytest.mark.skipif(not FORKS, reason="other processes load the whole office")
def test_the_order_of_the_tasks_and_the_number_of_processes_make_no_difference(
    tasks: tuple[TaskSpec, ...], report: AuditReport
) -> None:
    told: list[tuple[int, int]] = []
    again = audit_tasks(tasks[::-1], workers=2, progress=lambda done, total: told.append((done, total)))
    assert again == report
    assert (told[-1], len(told) > 1) == ((8, 8), True)


def _audit_with(monkeypatch: pytest.MonkeyPatch, tasks: Any, checker: Any) -> AuditReport:
    monkeypatch.setattr(appsuite, "compare", checker)
    return audit_tasks(tasks)


def test_a_checker_that_accepts_everything_is_found_out(
    monkeypatch: pytest.MonkeyPatch, tasks: tuple[TaskSpec, ...]
) -> None:
    # An answer that was not looked up fails whatever the checker says.
    writing = [t for t in tasks if t.expectation.answer is None][:3]
    found = _audit_with(monkeypatch, writing, lambda *args, **options: [])
    assert {name for name, p in found.trivial.items() if p.passed} >= {"refuse_all", "dump_everything"}
    assert all(k.killed < k.of for k in found.mutants.values() if k.of)
    assert any("drop_call mutants fail" in sentence for sentence in found.broken)
    assert {f.group for f in found.findings} == {"trivial", "mutants"}


def test_a_checker_that_accepts_collateral_change_is_found_out(
    monkeypatch: pytest.MonkeyPatch, tasks: tuple[TaskSpec, ...]
) -> None:
    real = appsuite.compare
    blind = lambda *args, **options: [m for m in real(*args, **options) if m.step is not None]  # noqa: E731
    found = _audit_with(monkeypatch, [t for t in tasks if t.expectation.answer][:3], blind)
    assert found.mutants["collateral_write"].killed < found.mutants["collateral_write"].of
    assert found.mutants["off_by_one_answer"].killed == found.mutants["off_by_one_answer"].of


def test_a_checker_that_compares_answers_as_texts_is_found_out(
    monkeypatch: pytest.MonkeyPatch, tasks: tuple[TaskSpec, ...]
) -> None:
    real = appsuite.compare

    def literal(schema: Any, expectation: Any, changes: Any, answer: Any, **options: Any) -> list[Mismatch]:
        found = real(schema, expectation, changes, answer, **options)
        same = expectation.answer is None or answer == expectation.answer.text
        return found if same else [*found, Mismatch(sentence="other text", step="answer")]

    found = _audit_with(monkeypatch, [t for t in tasks if t.expectation.answer][:3], literal)
    assert found.variants["value_forms"].accepted < found.variants["value_forms"].of
    assert any("value_forms variants pass" in sentence for sentence in found.broken)
    assert all(f.why == "other text" for f in found.findings if f.kind == "value_forms")


def test_a_checker_that_refuses_everything_fails_the_oracle(
    monkeypatch: pytest.MonkeyPatch, tasks: tuple[TaskSpec, ...]
) -> None:
    found = _audit_with(monkeypatch, tasks[:1], lambda *args, **options: [Mismatch(sentence="no", step=None)])
    assert found.oracle.passed == 0
    assert found.broken[0] == "the oracle passes 0 of 1 tasks, not all"


def test_a_task_whose_plan_cannot_be_played_any_more_is_an_error_of_the_oracle(tasks: tuple[TaskSpec, ...]) -> None:
    bench = Bench(SUITE, tasks[0], 0)
    gone = replace(bench.reference.calls[0], arguments={"person_id": "PER-99999"}, tool="get_person")
    bench.__dict__["reference"] = replace(bench.reference, calls=(gone, *bench.reference.calls))
    tally = audit_task(bench, {})
    assert tally.tool_errors == 1
    assert [(f.group, f.kind) for f in tally.findings] == [("oracle", "tool_errors")]
    step = tasks[0].plan.steps[0]
    name, binding = next((n, b) for n, b in step.inputs.items() if isinstance(b, DescribedBinding))
    nobody = binding.model_copy(update={"values": dict.fromkeys(binding.values, "nobody at all")})
    plan = tasks[0].plan.model_copy(
        update={"steps": (step.model_copy(update={"inputs": {**step.inputs, name: nobody}}), *tasks[0].plan.steps[1:])}
    )
    lost = audit_task(Bench(SUITE, tasks[0].model_copy(update={"plan": plan}), 0), {})
    assert (lost.of["oracle", "oracle"], lost.good["oracle", "oracle"], len(lost.findings)) == (1, 0, 1)
    assert lost.findings[0].why.startswith("the plan cannot be carried out")


def test_doing_an_update_twice_is_no_mutant_and_is_listed_apart(report: AuditReport) -> None:
    found = report.mutants["duplicate_write"]
    assert (found.of, found.killed) == (0, 0)  # the people app only sets fields
    assert found.equivalent > 0


def test_an_answer_that_a_guess_hits_is_counted(tasks: tuple[TaskSpec, ...]) -> None:
    task = next(t for t in tasks if t.expectation.answer and t.expectation.answer.kind in ("number", "money"))
    fact = task.expectation.answer.model_copy(update={"value": 3.0, "text": "3"})
    lucky = task.model_copy(update={"expectation": task.expectation.model_copy(update={"answer": fact})})
    tally = Tally()
    audit_module._guess(Bench(SUITE, lucky, 0), tally, {})
    assert [f.what for f in tally.findings] == ["'3' guessed as '3'"]
    common = Tally()
    audit_module._guess(Bench(SUITE, task, 0), common, {fact.type: Counter({task.expectation.answer.text: 2})})
    assert len(common.findings) == 1  # tasks of other worlds have the same answer: the most common one hits
    rare = Tally()
    audit_module._guess(Bench(SUITE, task, 0), rare, {fact.type: Counter({"987654": 2, fact.text: 1})})
    assert rare.findings == []


def test_luck_with_a_member_of_a_family_is_counted_apart(tasks: tuple[TaskSpec, ...]) -> None:
    task = next(t for t in tasks if t.expectation.answer and t.expectation.answer.kind in ("number", "money"))
    atom = task.model_copy(update={"role": "atom", "family": "whole"})
    tally = Tally()
    audit_module._guess(
        Bench(SUITE, atom, 0), tally, {task.expectation.answer.type: Counter({task.expectation.answer.text: 2})}
    )
    audit_module._trivial(Bench(SUITE, atom, 0), tally)
    assert (tally.of["guess", "guess"], tally.findings) == (0, [])
    made = report_of(tally, suite="s", version="1", kinds=KINDS, provenance=Provenance(seed=0))
    assert made.members["guess"].model_dump() == {"passed": 1, "of": 1}
    assert {name: p.of for name, p in made.members.items()} == {"dump_everything": 1, "guess": 1, "random_calls": 1}
    assert (made.trivial["gold_text"].of, made.trivial["dump_everything"].of, made.broken) == (1, 0, ())
    assert ("members", "guess", 0, 1, "-", None) in rows(made)


def test_a_listing_read_before_a_row_is_made_does_not_say_what_the_row_is_called() -> None:
    def add_box(world: Any, name: str) -> dict[str, Any]:
        """Add a box.

        Args:
            name: its name
        """
        return {"id": world.insert("boxes", name=name, weight=1.0, shelf_id="SHF-00001", active=1, manager_id="x")}

    def newest_boxes(world: Any) -> dict[str, Any]:
        """List the boxes, the newest first."""
        return {"boxes": world.rows("SELECT id FROM boxes ORDER BY id DESC")}

    apps = toy.suite_of(toy.SET)
    apps.__dict__["tools"] = {**apps.tools, "add_box": tool_of(add_box), "newest_boxes": tool_of(newest_boxes)}
    bench = Bench(AppSuite(apps=apps, corpus=tuple), None, 0)  # type: ignore[arg-type]
    bench.__dict__.update(template=apps.world(3), made=frozenset({"BOX-00013"}))
    rows_then = [{"id": "BOX-00013"}, {"id": "BOX-00012"}]
    add = Call(tool="add_box", arguments={"name": "new"}, result={"id": "BOX-00013"})
    look = Call(tool="newest_boxes", arguments={}, result={"boxes": rows_then})
    weigh = Call(tool="set_weight", arguments={"box_id": "BOX-00013", "weight": 5.0}, result=None)
    first, other = (bench.play(Trajectory(calls=c, answer=None)) for c in ((add, look, weigh), (look, add, weigh)))
    assert first.changes == other.changes


def test_an_answer_without_any_call_is_refused_even_if_it_is_right(tasks: tuple[TaskSpec, ...]) -> None:
    task = next(t for t in tasks if t.expectation.answer and not t.expectation.changes)
    bench = Bench(SUITE, task, 0)
    assert bench.judge(bench.outcome) == []
    silent = Outcome(changes=[], calls=(), answer=bench.outcome.answer)
    assert bench.judge(silent) == ["the answer was given without any tool having shown it"]
    refused = tuple(replace(c, error="no") for c in bench.outcome.calls)
    assert bench.judge(replace(bench.outcome, calls=refused)) != []


def test_reading_everything_changes_nothing() -> None:
    assert {n for n in OFFICE.tools if n.startswith(("list_", "get_", "search_", "read_"))} >= {
        "get_mail",
        "list_rooms",
    }
    for skill in OFFICE.skills.values():
        if not skill.writes:
            writing = {t for t in skill.tools if not t.startswith(("list_", "get_", "search_", "read_", "convert_"))}
            assert not writing, f"{skill.id} reads with {writing}"


def test_the_agents_are_those_of_the_list_and_draw_alike_every_time(tasks: tuple[TaskSpec, ...]) -> None:
    assert tuple(AGENTS) == TRIVIAL
    first, again = (play_trivial(Bench(SUITE, tasks[0], 5), "random_calls") for _ in range(2))
    other = play_trivial(Bench(SUITE, tasks[0], 6), "random_calls")
    assert first == again
    assert first != other
    assert len(play_trivial(Bench(SUITE, tasks[0], 5), "dump_everything").answer or "") > 200


def test_bounds_are_broken_from_the_first_pass_of_a_trivial_agent_and_the_second_percent() -> None:
    tally = Tally(tasks=100)
    for i in range(100):
        tally.note("oracle", "oracle", "t", "", "", good=True)
        tally.note("mutants", "drop_call", "t", "", "", good=i > 0)
        tally.note("variants", "defaults", "t", "", "", good=i > 1)
        tally.note("guess", "guess", "t", "", "", good=i > 0)
        tally.note("trivial", "nop", "t", "", "", good=i > 0)
    made = report_of(tally, suite="s", version="1", kinds=KINDS, provenance=Provenance(seed=0))
    assert made.broken == (
        "nop passes 1 of 100 tasks, not 0",
        "98 of 100 defaults variants pass, under 99%",
    )
    assert broken_bounds(made.model_copy(update={"oracle": made.oracle.model_copy(update={"tool_errors": 2})}))[0] == (
        "the oracle's calls were refused 2 times, not 0"
    )
    assert AuditReport.model_validate(json.loads(json.dumps(made.to_json()))) == made


def test_tasks_of_other_suites_or_versions_are_refused(
    monkeypatch: pytest.MonkeyPatch, tasks: tuple[TaskSpec, ...]
) -> None:
    old = tasks[0].model_copy(update={"suite_version": "0-old"})
    with pytest.raises(UserError, match="'0-old'"):
        audit_tasks([old])
    with pytest.raises(UserError, match="several suites"):
        audit_tasks([tasks[0], *ledger_tasks(1)])


def test_the_same_effect_is_told_without_the_checker_and_up_to_what_nobody_can_tell(
    tasks: tuple[TaskSpec, ...],
) -> None:
    bench = Bench(SUITE, tasks[0], 0)
    person = {"id": "PER-90001", "name": "New", "email": "n@x.example", "manager_id": "PER-90002"}

    def row(key: str, **values: Any) -> dict[str, Any]:
        return {"table": "people", "op": "insert", "key": key, "after": {**person, "id": key, **values}}

    def plain(*changes: dict[str, Any]) -> str:
        return bench._plain(changes)

    first, second = row("PER-90001", name="A"), row("PER-90005", name="B")
    assert plain(first, second) == plain(row("PER-90005", name="A"), row("PER-90001", name="B"))
    assert plain(first) != plain(row("PER-90001", name="B"))
    boss = row("PER-90002", name="Boss", manager_id=None)
    assert plain(first, boss) != plain(first, {**boss, "key": "PER-90009"})  # another row speaks of it
    assert plain({"table": "people", "op": "update", "key": "PER-00001", "after": {"site": "Oslo"}}) != plain()
