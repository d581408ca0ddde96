"""Worlds: private copies, and the change taken from them."""

from datetime import date

import pytest

from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.world import Column, Filler, Schema, Table, WorldTemplate

SCHEMA = Schema(
    tables=(
        Table(name="people", prefix="PER", columns=(Column(name="name", kind="exact"),)),
        Table(name="mails", prefix="MSG", columns=(Column(name="sender", references="people", kind="exact"),)),
        Table(name="visits", prefix="VIS", columns=(Column(name="who", kind="exact"),), log=True),
    )
)


@pytest.fixture
def template() -> WorldTemplate:
    into = Filler(SCHEMA)
    into.add("people", name="Ann")
    into.add("people", name="Bo")
    return WorldTemplate(schema=SCHEMA, seed=0, today=date(2026, 1, 5), user="PER-00001", rules={}, image=into.image())


def test_a_rollout_cannot_see_what_another_one_wrote(template: WorldTemplate) -> None:
    first, second = template.open(), template.open()
    first.update("people", "PER-00001", name="Zoe")
    assert second.get("people", "PER-00001") == {"id": "PER-00001", "name": "Ann"}
    assert second.changes() == []


def test_what_is_undone_is_no_change(template: WorldTemplate) -> None:
    world = template.open()
    world.delete("mails", world.insert("mails", sender="PER-00001"))
    world.update("people", "PER-00002", name="Cy")
    world.update("people", "PER-00002", name="Bo")
    world.insert("visits", who="me")
    assert world.changes() == []


def test_changes_are_net_and_whole(template: WorldTemplate) -> None:
    world = template.open()
    key = world.insert("mails", sender="PER-00001")
    world.update("mails", key, sender="PER-00002")
    assert [c.to_json() for c in world.changes()] == [
        {"table": "mails", "op": "insert", "key": key, "after": {"id": key, "sender": "PER-00002"}}
    ]


def test_references_are_enforced(template: WorldTemplate) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        template.open().insert("mails", sender="PER-00099")


def test_the_same_seed_gives_the_same_world_and_another_seed_another() -> None:
    factory = type(OFFICE)(name="office", version="1", apps=OFFICE.apps, plain_types=OFFICE.plain_types)
    assert factory.world(5).fingerprint() == OFFICE.world(5).fingerprint()
    assert OFFICE.world(5).fingerprint() != OFFICE.world(6).fingerprint()


def test_rules_differ_between_worlds() -> None:
    rules = [OFFICE.world(seed).rules for seed in range(6)]
    for skill in rules[0]:
        assert len({str(r[skill]) for r in rules}) > 1, skill


def test_a_change_in_one_app_leaves_the_rows_of_the_others_as_they_are() -> None:
    people = OFFICE.apps[0]
    alone = type(OFFICE)(name="office", version="1", apps=(people,), plain_types=OFFICE.plain_types)
    rows = "SELECT * FROM people ORDER BY id"
    assert alone.world(4).open().rows(rows) == OFFICE.world(4).open().rows(rows)
    assert alone.release != OFFICE.release
