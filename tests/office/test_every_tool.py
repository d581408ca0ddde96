"""Every tool does its work, and refuses for each reason that its source holds, leaving the world as it was."""

from collections.abc import Callable
from typing import Any
from zlib import crc32

import pytest
from guesses import Guess
from office_checks import Desk
from refusals import Refusal, possible, refusal_of, source_line

from skillweave.tasks.suites.office.suite import office
from skillweave.tasks.tools import Tool, ToolError

OFFICE = office("office-small")
TRIES = 300
SEED = 3

Case = tuple[str, Callable[[Desk], dict[str, Any]]]


def event_in_room(desk: Desk) -> dict[str, Any]:
    """Return a meeting to come, in a room, whose guests all have left it but one."""
    sql = "SELECT * FROM events WHERE room_id IS NOT NULL AND status = 'confirmed' AND date > ?"
    return dict(desk.world.row(sql, desk.world.today.isoformat()) or {})


def active(desk: Desk) -> str:
    return str(desk.one("SELECT id FROM people WHERE active = 1 AND id <> ?", desk.world.user))


def archived(desk: Desk) -> str:
    key = str(desk.one("SELECT id FROM channels"))
    desk.world.update("channels", key, archived=1)
    return key


def own_trip(desk: Desk) -> str:
    key = str(desk.one("SELECT id FROM trips WHERE status = 'planned'"))
    desk.world.update("trips", key, person_id=desk.world.user)
    return key


def mail_from_a_leaver(desk: Desk) -> str:
    key = str(desk.one("SELECT id FROM mails"))
    desk.world.update("mails", key, sender_id=desk.one("SELECT id FROM people WHERE active = 0"))
    return key


def taken(desk: Desk) -> dict[str, Any]:
    """Return a meeting in a room at a time at which the room is taken."""
    event = event_in_room(desk)
    return {
        "title": "Another talk",
        "date": event["date"],
        "time": event["time"],
        "minutes": 15,
        "attendee_ids": [active(desk)],
        "room_id": event["room_id"],
    }


def crowd(desk: Desk) -> list[str]:
    return [r["id"] for r in desk.world.rows("SELECT id FROM people WHERE active = 1 ORDER BY id LIMIT 25")]


def known_contact(desk: Desk) -> dict[str, Any]:
    row = desk.world.row("SELECT customer_id, name FROM contacts")
    return {**(row or {}), "role": "Plant Manager"}


def code(desk: Desk) -> str:
    """Return a currency's code, where a tool wants its id."""
    return str(desk.one("SELECT code FROM currencies"))


def task_again(desk: Desk) -> dict[str, Any]:
    row = desk.world.row(
        "SELECT t.project_id, t.title FROM tasks t JOIN projects p ON p.id = t.project_id WHERE p.status = 'active'"
    )
    return dict(row or {})


CASES: tuple[Case, ...] = (
    ("read_skill", lambda desk: {"name": "no-such-skill"}),
    ("read_skill", lambda desk: {"name": "mail-work-out-retention-date"}),
    ("add_channel_member", lambda desk: {"channel_id": archived(desk), "person_id": active(desk)}),
    ("remove_channel_member", lambda desk: {"channel_id": archived(desk), "person_id": active(desk)}),
    ("post_message", lambda desk: {"channel_id": archived(desk), "body": "Hello"}),
    ("update_channel", lambda desk: {"channel_id": archived(desk), "topic": "Hello"}),
    ("archive_channel", lambda desk: {"channel_id": archived(desk)}),
    ("create_channel", lambda desk: {"name": desk.one("SELECT name FROM channels"), "topic": "Again",
                                     "department_id": desk.one("SELECT id FROM departments")}),
    ("add_contact", known_contact),
    ("approve_trip", lambda desk: {"trip_id": own_trip(desk)}),
    ("create_customer", lambda desk: {"name": desk.one("SELECT name FROM customers"), "industry": "Food",
                                      "owner_id": active(desk)}),
    ("create_project", lambda desk: {"name": desk.one("SELECT name FROM projects"), "lead_id": active(desk),
                                     "budget": 10.0}),
    ("create_task", task_again),
    ("list_exchange_rates", lambda desk: {"currency_id": code(desk)}),
    ("list_currency_watchers", lambda desk: {"currency_id": code(desk)}),
    ("watch_currency", lambda desk: {"currency_id": code(desk), "person_id": active(desk)}),
    ("order_foreign_cash", lambda desk: {"currency_id": code(desk), "person_id": active(desk), "euro_amount": 100.0}),
    ("convert_currency", lambda desk: {"amount": 100.0, "currency_id": code(desk), "month": "2026-03",
                                       "into": "EUR"}),
    ("create_event", taken),
    ("create_event", lambda desk: {**taken(desk), "attendee_ids": crowd(desk)}),
    ("update_event", lambda desk: {"event_id": event_in_room(desk)["id"], "time": "nine"}),
    ("reply_to_mail", lambda desk: {"mail_id": mail_from_a_leaver(desk), "body": "Hello"}),
    ("send_mail", lambda desk: {"to": [desk.one("SELECT email FROM people WHERE active = 0")], "subject": "Hello",
                                "body": "Hello"}),
    ("forward_mail", lambda desk: {"mail_id": desk.one("SELECT id FROM mails"),
                                   "to": [desk.one("SELECT email FROM people WHERE active = 0")]}),
)  # fmt: skip
"""calls that chance hardly makes"""

STORED = "what is stored was checked when it was stored"
NEVER: dict[tuple[str, str, str], str] = {
    ("add_attendee", "need", 'row["room_id"] and need'): STORED,
    ("create_event", "minute_of", "_check_room("): "the time was checked two lines before",
    ("update_event", "minute_of", "_check_room("): "the time was checked two lines before",
    ("get_task", "need", '_project(world, row["project_id"])'): STORED,
    ("list_room_bookings", "minute_of", "_bookings("): STORED,
    ("reply_to_mail", "need", 'row["sender_id"]'): STORED,
    ("request_leave", "need", "get_leave_balance("): "the person was looked up before",
    ("request_leave", "_account", "get_leave_balance("): "whoever works here has an account",
    ("set_leave_allowance", "_account", "_account("): "whoever works here has an account",
}
"""(tool, where it is raised, words of the tool's line) -> why no call can make this refusal"""


def excused(tool: Tool, refusal: Refusal) -> bool:
    line = source_line(tool.function, refusal.line)
    return any(
        (tool.name, refusal.raised.split(":")[0]) == (name, where) and words in line for name, where, words in NEVER
    )


def attempt(tool: Tool, desk: Desk, arguments: dict[str, Any], reached: set[Refusal]) -> bool:
    """Call a tool; note which refusal came of it. Return whether it did its work."""
    before = desk.world.changes()
    try:
        tool.call(desk.world, arguments)
    except ToolError as error:
        said, refusal = str(error), refusal_of(tool, error)
    else:
        return True
    assert desk.world.changes() == before, f"{tool.name} refuses and changes the world: {said}"
    if refusal is not None:
        reached.add(refusal)
        assert said.endswith("."), f"no sentence: {said}"
    return False


@pytest.mark.parametrize("name", sorted(OFFICE.tools))
def test_a_tool_does_its_work_and_refuses_for_each_of_its_reasons(name: str) -> None:
    tool, template = OFFICE.tools[name], OFFICE.world(SEED)
    wanted = {r for r in possible({name: tool}) if not excused(tool, r)}
    reached: set[Refusal] = set()
    worked = False
    for of, make in CASES:
        if of == name:
            desk = Desk(SEED, OFFICE)
            worked |= attempt(tool, desk, make(desk), reached)
    for i in range(TRIES):
        if worked and wanted <= reached:
            break
        desk = Desk(SEED, OFFICE)
        worked |= attempt(tool, desk, Guess(desk.world, crc32(name.encode()) + i).arguments(tool), reached)
        desk.world.close()
    assert worked, f"no call of {name} went well"
    missing = [f"{r.raised} by {source_line(tool.function, r.line)!r}" for r in sorted(wanted - reached)]
    assert not missing, f"no test makes {name} refuse: {missing}"
    assert reached <= possible({name: tool})
    assert template.today == desk.world.today


def test_no_excuse_is_stale() -> None:
    found = possible(OFFICE.tools)
    for name, where, words in NEVER:
        lines = [source_line(OFFICE.tools[name].function, r.line) for r in found
                 if (r.tool, r.raised.split(":")[0]) == (name, where)]  # fmt: skip
        assert any(words in line for line in lines), (name, where, words)


def _inner(key: str) -> None:
    raise ToolError(f"There is no {key!r}.")


def _outer(key: str) -> None:
    if not key:
        raise ToolError("Give a key.")
    _inner(key)


def _tool(world: Any, one: str, other: str) -> None:
    _outer(one)
    _outer(other)


def test_two_checks_that_share_a_helper_are_two_refusals() -> None:
    """The enumeration itself: else a new reason to refuse could go untested."""
    tool = type("Fake", (), {"name": "tool", "function": staticmethod(_tool)})()
    assert sorted(r.raised.split(":")[0] for r in possible({"tool": tool})) == ["_inner", "_inner", "_outer", "_outer"]


@pytest.mark.parametrize("name", sorted(n for n, t in OFFICE.tools.items() if n.startswith("search_")))
def test_a_search_has_filters_and_pages(name: str) -> None:
    tool, desk = OFFICE.tools[name], Desk(SEED)
    assert tool.parameters["required"] == []
    assert len(tool.parameters["properties"]) >= 3
    first, second = (tool.call(desk.world, {"page": page}) for page in (1, 2))
    rows = next(key for key, value in first.items() if isinstance(value, list))
    assert (len(first[rows]), first["next_page"]) == (20, 2)
    assert not {r["id"] for r in first[rows]} & {r["id"] for r in second[rows]}
    last = tool.call(desk.world, {"page": -(-first["total"] // 20)})
    assert "next_page" not in last
    assert len(last[rows]) == (first["total"] - 1) % 20 + 1
