"""What one can do in the company chat."""

from typing import Annotated, Any

from pydantic import Field

from skillweave.tasks.suites.office.common import day_of, matches, need, paged
from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import Row, World

Page = Annotated[int, Field(ge=1)]
Words = Annotated[str, Field(min_length=1)]


def search_channels(
    world: World,
    name: str | None = None,
    department_id: str | None = None,
    member_id: str | None = None,
    archived: bool | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find chat channels, twenty a page, in order of name; archived ones are listed too unless left out.

    Args:
        name: part of the channel's name
        department_id: id of the department that the channel serves
        member_id: id of a person who is a member
        archived: true for archived channels only, false for open ones only
        page: page of the result
    """
    sql = (
        "SELECT c.id, c.name, c.topic, d.name AS department, p.name AS owner, c.archived,"
        " (SELECT count(*) FROM channel_members m WHERE m.channel_id = c.id) AS members"
        " FROM channels c JOIN people p ON p.id = c.owner_id JOIN departments d ON d.id = c.department_id WHERE 1 = 1"
    )
    values: list[Any] = []
    member = "EXISTS (SELECT 1 FROM channel_members m WHERE m.channel_id = c.id AND m.person_id = ?)"
    for clause, value in (
        ("c.department_id = ?", department_id),
        (member, member_id),
        ("c.archived = ?", None if archived is None else int(archived)),
    ):
        if value is not None:
            sql, values = f"{sql} AND {clause}", [*values, value]
    rows = world.rows(f"{sql} ORDER BY c.name", *values)
    return paged("channels", [{**r, "archived": bool(r["archived"])} for r in rows if matches(name, r["name"])], page)


def get_channel(world: World, channel_id: str) -> dict[str, Any]:
    """Show one channel with its topic, owner, department and members.

    Args:
        channel_id: id of the channel, as a search shows it
    """
    row = need(world, "channels", channel_id, "channel", "search_channels")
    members = world.rows(
        "SELECT p.id AS person_id, p.name, p.site FROM channel_members m JOIN people p ON p.id = m.person_id"
        " WHERE m.channel_id = ? ORDER BY p.name, p.id",
        channel_id,
    )
    return {**row, "archived": bool(row["archived"]), "members": members}


def list_messages(
    world: World,
    channel_id: str,
    author_id: str | None = None,
    from_date: str | None = None,
    to_date: str | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """List the messages of a channel, twenty a page, the newest first.

    Args:
        channel_id: id of the channel
        author_id: id of the person who wrote them
        from_date: first day, YYYY-MM-DD
        to_date: last day, YYYY-MM-DD
        page: page of the result
    """
    need(world, "channels", channel_id, "channel", "search_channels")
    rows = world.rows(
        "SELECT m.id, m.author_id, p.name AS author, m.posted_at, m.body FROM messages m JOIN people p"
        " ON p.id = m.author_id WHERE m.channel_id = ? ORDER BY m.posted_at DESC, m.id DESC",
        channel_id,
    )
    first = day_of(from_date, "from_date").isoformat() if from_date is not None else ""
    last = day_of(to_date, "to_date").isoformat() if to_date is not None else "9999"
    found = [r for r in rows if first <= r["posted_at"][:10] <= last and author_id in (None, r["author_id"])]
    return paged("messages", found, page)


def post_message(world: World, channel_id: str, body: Words) -> dict[str, Any]:
    """Post a message into a channel in your name; you need not be a member.

    Args:
        channel_id: id of the channel
        body: text of the message
    """
    _open(world, channel_id)
    key = world.insert(
        "messages",
        channel_id=channel_id,
        author_id=world.user,
        body=body,
        posted_at=f"{world.today.isoformat()} 12:00",
    )
    return {"id": key, "channel_id": channel_id, "body": body}


def create_channel(world: World, name: Words, topic: str, department_id: str) -> dict[str, Any]:
    """Open a channel that you own and of which you are the only member so far.

    Args:
        name: name of the channel: lower-case words joined by hyphens, not in use yet
        topic: what it is for
        department_id: id of the department that it serves
    """
    need(world, "departments", department_id, "department", "list_departments")
    if name != name.lower() or " " in name:
        raise ToolError(f"A channel's name is made of lower-case words joined by hyphens, got {name!r}.")
    if world.row("SELECT id FROM channels WHERE name = ?", name):
        raise ToolError(f"There is a channel {name!r} already; choose another name.")
    key = world.insert(
        "channels",
        name=name,
        topic=topic,
        owner_id=world.user,
        department_id=department_id,
        archived=0,
        created_on=world.today.isoformat(),
    )
    world.insert("channel_members", channel_id=key, person_id=world.user)
    return get_channel(world, key)


def update_channel(
    world: World, channel_id: str, topic: str | None = None, owner_id: str | None = None
) -> dict[str, Any]:
    """Change a channel's topic or owner; only the fields that are given change, and the members stay the same.

    Args:
        channel_id: id of the channel
        topic: new topic
        owner_id: id of the new owner
    """
    _open(world, channel_id)
    if owner_id is not None:
        _working(world, owner_id)
    values = {n: v for n, v in {"topic": topic, "owner_id": owner_id}.items() if v is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides channel_id.")
    world.update("channels", channel_id, **values)
    return get_channel(world, channel_id)


def add_channel_member(world: World, channel_id: str, person_id: str) -> dict[str, Any]:
    """Make a person a member of a channel.

    Args:
        channel_id: id of the channel
        person_id: id of the person
    """
    row = _open(world, channel_id)
    person = _working(world, person_id)
    if _member(world, channel_id, person_id):
        raise ToolError(f"{person['name']} is a member of {row['name']!r} already.")
    world.insert("channel_members", channel_id=channel_id, person_id=person_id)
    return get_channel(world, channel_id)


def remove_channel_member(world: World, channel_id: str, person_id: str) -> dict[str, Any]:
    """Take a person out of a channel; its owner cannot be taken out.

    Args:
        channel_id: id of the channel
        person_id: id of the person
    """
    row = _open(world, channel_id)
    if person_id == row["owner_id"]:
        raise ToolError(f"{person_id} owns {row['name']!r}; make someone else the owner first (update_channel).")
    member = _member(world, channel_id, person_id)
    if member is None:
        raise ToolError(f"{person_id!r} is not a member of {row['name']!r}; get_channel shows the members.")
    world.delete("channel_members", member["id"])
    return get_channel(world, channel_id)


def archive_channel(world: World, channel_id: str) -> dict[str, Any]:
    """Archive a channel: it can be read, but nobody can post or change it any more.

    Args:
        channel_id: id of the channel
    """
    _open(world, channel_id)
    world.update("channels", channel_id, archived=1)
    return get_channel(world, channel_id)


def _open(world: World, channel: str) -> Row:
    row = need(world, "channels", channel, "channel", "search_channels")
    if row["archived"]:
        raise ToolError(f"The channel {row['name']!r} is archived; it can only be read.")
    return row


def _working(world: World, person: str) -> Row:
    row = need(world, "people", person, "person", "search_people")
    if not row["active"]:
        raise ToolError(f"{row['name']} has left the company; choose someone whom search_people lists.")
    return row


def _member(world: World, channel: str, person: str) -> Row | None:
    return world.row("SELECT id FROM channel_members WHERE channel_id = ? AND person_id = ?", channel, person)


TOOLS = (
    search_channels,
    get_channel,
    list_messages,
    post_message,
    create_channel,
    update_channel,
    add_channel_member,
    remove_channel_member,
    archive_channel,
)
