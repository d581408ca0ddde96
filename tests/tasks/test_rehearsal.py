"""Worlds that remember do what other worlds do, with less work."""

from types import SimpleNamespace
from typing import Any

import pytest
from people_suite import APPS, SUITE, taxonomy

from skillweave.tasks import world as world_module
from skillweave.tasks.rehearsal import rehearsal
from skillweave.tasks.skills import NotApplicable
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.synthesize import synthesize
from skillweave.tasks.tools import Tool, ToolError
from skillweave.tasks.world import World, WorldTemplate

TEMPLATE: WorldTemplate = APPS.world(3)
SCRIPT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("get_person", {"person_id": "PER-00002"}),
    ("update_person", {"person_id": "PER-00002", "title": "Head of Tea"}),
    ("get_person", {"person_id": "PER-00002"}),
    ("get_person", {"person_id": "PER-99999"}),
    ("update_person", {"person_id": "PER-00003", "title": "Head of Tea"}),
    ("search_people", {"title": "Head of Tea"}),
)


def carry_out(world: World, script: tuple[tuple[str, dict[str, Any]], ...]) -> list[Any]:
    done: list[Any] = []
    for tool, arguments in script:
        try:
            done.append(world.call(APPS.tools[tool], arguments))
        except ToolError as refusal:
            done.append(str(refusal))
        done.append(world.changes())
        done.append(world.row("SELECT title FROM people WHERE id = 'PER-00002'"))
    world.close()
    return done


def test_a_world_that_remembers_gives_what_a_plain_one_gives_the_first_time_and_again() -> None:
    template = rehearsal(TEMPLATE)
    for script in (SCRIPT, SCRIPT, SCRIPT[::-1], SCRIPT[2:] + SCRIPT[:2], SCRIPT):
        assert carry_out(template.open(), script) == carry_out(TEMPLATE.open(), script)


def nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on fail where a tool is run, or a database opened or asked."""

    def fail(*_: Any) -> None:
        raise AssertionError("something was done")

    monkeypatch.setattr(Tool, "call", fail)
    for name in ("__init__", "rows", "changes"):
        monkeypatch.setattr(world_module.World, name, fail)


def test_what_is_known_is_not_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    template = rehearsal(TEMPLATE)
    first = carry_out(template.open(), SCRIPT)
    nothing_is_done(monkeypatch)
    assert carry_out(template.open(), SCRIPT) == first


def test_worlds_that_are_open_at_once_keep_apart() -> None:
    template = rehearsal(TEMPLATE)
    worlds, plain = [template.open() for _ in range(6)], [TEMPLATE.open() for _ in range(6)]
    for round_ in range(3):
        for number, pair in enumerate(zip(worlds, plain, strict=True)):
            for world in pair:
                person, title = f"PER-0000{round_ + 2}", f"Head {number % 5}"
                world.call(APPS.tools["update_person"], {"person_id": person, "title": title})
    for known, fresh in zip(worlds, plain, strict=True):
        assert known.changes() == fresh.changes()
        assert len(known.changes()) == 3
    assert len(template.memory.desks) <= 3


def test_a_call_that_breaks_off_leaves_no_trace() -> None:
    def break_off(world: World, arguments: Any) -> None:
        world.update("people", "PER-00002", title="Half done")
        raise RuntimeError("broke off")

    template = rehearsal(TEMPLATE)
    carry_out(template.open(), SCRIPT)
    with pytest.raises(RuntimeError):
        template.open().call(SimpleNamespace(name="break_off", call=break_off), {})
    assert carry_out(template.open(), SCRIPT[2:]) == carry_out(TEMPLATE.open(), SCRIPT[2:])
    world = template.open()
    assert world.row("SELECT count(*) AS n FROM people WHERE title = 'Half done'") == {"n": 0}


def test_work_is_done_once_in_each_state_it_can_tell_apart() -> None:
    template, done = rehearsal(TEMPLATE), list[str]()

    def title(world: World) -> str:
        def work() -> str:
            done.append("looked")
            return str(world.call(APPS.tools["get_person"], {"person_id": "PER-00002"})["title"])

        return world.once(("title",), work)

    def renamed() -> World:
        world = template.open()
        world.once(("rename",), lambda: world.call(*rename))
        return world

    rename = (APPS.tools["update_person"], {"person_id": "PER-00002", "title": "Head of Tea"})
    before = title(template.open())
    assert (title(template.open()), done) == (before, ["looked"])
    for _ in range(2):
        world = renamed()
        assert (title(world), done) == ("Head of Tea", ["looked"] * 2)
        assert [c.after for c in world.changes()] == [{"title": "Head of Tea"}]


def test_work_that_is_refused_is_refused_again() -> None:
    template, done = rehearsal(TEMPLATE), list[str]()

    def work() -> None:
        done.append("tried")
        raise NotApplicable("nothing to do")

    for _ in range(2):
        with pytest.raises(NotApplicable, match="nothing to do"):
            template.open().once(("idle",), work)
    assert done == ["tried"]


def test_a_result_that_its_reader_changes_stays_as_it_was_for_the_next() -> None:
    template = rehearsal(TEMPLATE)
    for _ in range(2):
        world = template.open()
        person = world.call(APPS.tools["get_person"], {"person_id": "PER-00002"})
        assert "spoiled" not in person
        person["spoiled"] = True
        world.close()


def test_a_change_that_no_tool_makes_leaves_nothing_known() -> None:
    template = rehearsal(TEMPLATE)
    carry_out(template.open(), SCRIPT)
    world, plain = template.open(), TEMPLATE.open()
    for one in (world, plain):
        one.update("people", "PER-00002", title="Cook")
    assert world.changes() == plain.changes()
    assert carry_out(world, SCRIPT) == carry_out(plain, SCRIPT)


def test_synthesis_makes_the_same_tasks_in_worlds_that_remember_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from skillweave.tasks import jobs

    remembering = synthesize(APPS, taxonomy(), ks=(2, 3), n=6, seed=5)
    monkeypatch.setattr(jobs, "rehearsal", lambda template: template)
    monkeypatch.setattr(jobs, "KEPT", 99)
    assert synthesize(SUITE.apps, taxonomy(), ks=(2, 3), n=6, seed=5) == remembering


def test_independent_writes_lead_to_one_state_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    template = rehearsal(OFFICE.world(3))
    world = template.open()
    ids = [world.rows(f"SELECT min(id) AS id FROM {table}")[0]["id"] for table in ("people", "products")]
    world.close()
    independent = (
        ("update_person", {"person_id": ids[0], "title": "Head of Tea"}),
        ("set_product_price", {"product_id": ids[1], "price": 12.5}),
    )
    first, second = template.open(), template.open()
    for world, order in ((first, (0, 1)), (second, (1, 0))):
        for place in order:
            tool, arguments = independent[place]
            world.call(OFFICE.tools[tool], arguments)
    made = first.changes()
    assert second.changes() == made
    third = template.open()
    nothing_is_done(monkeypatch)
    for tool, arguments in independent[::-1]:
        third.call(OFFICE.tools[tool], arguments)
    assert third.changes() == made
    assert len(made) == 2
