"""Chat: what the tools do and refuse, and that skills and descriptions hold on several worlds."""

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(6)


def channel(desk: Desk, archived: int = 0) -> str:
    return str(desk.one("SELECT id FROM channels WHERE archived = ? ORDER BY id", archived))


def outsider(desk: Desk, key: str, active: int = 1) -> str:
    members = "SELECT person_id FROM channel_members WHERE channel_id = ?"
    return str(desk.one(f"SELECT id FROM people WHERE active = ? AND id NOT IN ({members}) ORDER BY id", active, key))


def test_channels_are_searched_by_name_department_and_member(desk: Desk) -> None:
    shown = desk.get_channel(channel_id=channel(desk))
    for filters in (
        {"name": shown["name"]},
        {"department_id": shown["department_id"], "archived": False},
        {"member_id": shown["members"][0]["person_id"]},
    ):
        found = [c for c in desk.search_channels(**filters)["channels"] if c["id"] == shown["id"]]
        assert [c["members"] for c in found] == [len(shown["members"])]
    assert desk.search_channels()["next_page"] == 2
    with pytest.raises(ToolError, match="Use search_channels"):
        desk.get_channel(channel_id="CHN-99999")


def test_messages_are_listed_newest_first_by_author_and_day(desk: Desk) -> None:
    key = channel(desk)
    desk.post_message(channel_id=key, body="Hello")
    newest = desk.list_messages(channel_id=key)["messages"][0]
    assert (newest["body"], newest["author_id"]) == ("Hello", desk.world.user)
    today = desk.world.today.isoformat()
    same = desk.list_messages(channel_id=key, author_id=desk.world.user, from_date=today, to_date=today)["messages"]
    assert same == [newest]
    with pytest.raises(ToolError, match="must be a day"):
        desk.list_messages(channel_id=key, from_date="today")


def test_a_new_channel_belongs_to_the_user_and_needs_a_free_name(desk: Desk) -> None:
    department = desk.one("SELECT id FROM departments ORDER BY id")
    made = desk.create_channel(name="city-run", topic="Sport", department_id=department)
    assert made["owner_id"] == desk.world.user
    assert [m["person_id"] for m in made["members"]] == [desk.world.user]
    for name, where, complaint in (
        ("city-run", department, "already"),
        ("City run", department, "lower-case"),
        ("other", "DEP-99999", "list_departments"),
    ):
        with pytest.raises(ToolError, match=complaint):
            desk.create_channel(name=name, topic="Sport", department_id=where)


def test_members_come_and_go_but_the_owner_stays(desk: Desk) -> None:
    key = channel(desk)
    newcomer = outsider(desk, key)
    assert newcomer in [m["person_id"] for m in desk.add_channel_member(channel_id=key, person_id=newcomer)["members"]]
    with pytest.raises(ToolError, match="already"):
        desk.add_channel_member(channel_id=key, person_id=newcomer)
    left = desk.remove_channel_member(channel_id=key, person_id=newcomer)
    assert newcomer not in [m["person_id"] for m in left["members"]]
    with pytest.raises(ToolError, match="is not a member"):
        desk.remove_channel_member(channel_id=key, person_id=newcomer)
    with pytest.raises(ToolError, match="owns"):
        desk.remove_channel_member(channel_id=key, person_id=left["owner_id"])
    with pytest.raises(ToolError, match="has left"):
        desk.add_channel_member(channel_id=key, person_id=outsider(desk, key, active=0))


def test_topic_and_owner_are_changed(desk: Desk) -> None:
    key = channel(desk)
    changed = desk.update_channel(channel_id=key, topic="News", owner_id=outsider(desk, key))
    assert (changed["topic"], changed["owner_id"]) == ("News", outsider(desk, key))
    with pytest.raises(ToolError, match="Nothing to change"):
        desk.update_channel(channel_id=key)
    with pytest.raises(ToolError, match="Use search_people"):
        desk.update_channel(channel_id=key, owner_id="PER-99999")


def test_an_archived_channel_can_only_be_read(desk: Desk) -> None:
    key = channel(desk)
    assert desk.archive_channel(channel_id=key)["archived"] is True
    assert desk.list_messages(channel_id=key)["total"]
    for call in (
        lambda: desk.post_message(channel_id=key, body="Hello"),
        lambda: desk.update_channel(channel_id=key, topic="News"),
        lambda: desk.add_channel_member(channel_id=key, person_id=outsider(desk, key)),
        lambda: desk.archive_channel(channel_id=key),
    ):
        with pytest.raises(ToolError, match="can only be read"):
            call()


def test_skills_apply_to_random_bindings_and_do_what_they_declare() -> None:
    for skill, counts in outcomes("chat", range(1, 4), 12).items():
        assert set(counts) <= {"done", "not applicable"}, (skill, counts)
        assert counts["done"] >= 0.3 * counts.total(), (skill, counts)


def test_every_unique_description_leads_to_its_channel() -> None:
    assert [misled("Channel", seed, 30) for seed in (1, 2)] == [[], []]


@pytest.mark.parametrize("skill", [s.id for s in OFFICE.procedural.values() if s.app == "chat"])
def test_who_did_not_read_the_rule_is_usually_wrong(skill: str) -> None:
    assert min(naive_share(skill, range(1, 5), 10).values()) > 0.6
