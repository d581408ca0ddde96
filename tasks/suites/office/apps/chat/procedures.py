"""How the skills of the chat are carried out."""

from collections import Counter
from datetime import timedelta
from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import days_of, said


def owner(use: Toolbox, channel: str) -> str:
    """Return who owns a channel."""
    return str(use.get_channel(channel_id=channel)["owner_id"])


def department(use: Toolbox, channel: str) -> str:
    """Return the department that a channel serves."""
    return str(use.get_channel(channel_id=channel)["department_id"])


def member_count(use: Toolbox, channel: str) -> int:
    """Return how many members a channel has."""
    return len(use.get_channel(channel_id=channel)["members"])


def message_count(use: Toolbox, channel: str, month: str) -> int:
    """Return how many messages of a month a channel has."""
    first, last = days_of(month)
    found = every(use.list_messages, "messages", channel_id=channel, from_date=first, to_date=last)
    applicable(found, "no messages")
    return len(found)


def past_messages(use: Toolbox, channel: str) -> list[dict[str, Any]]:
    """Return the messages of a channel from before today, the newest first."""
    yesterday = (use.today - timedelta(days=1)).isoformat()
    return every(use.list_messages, "messages", channel_id=channel, to_date=yesterday)


def last_author(use: Toolbox, channel: str) -> str:
    """Return who wrote the newest message from before today."""
    found = past_messages(use, channel)
    applicable(found, "no messages")
    applicable(len(found) == 1 or found[0]["posted_at"] != found[1]["posted_at"], "tie")
    return str(found[0]["author_id"])


def last_day(use: Toolbox, channel: str) -> str:
    """Return the day of the newest message from before today."""
    found = past_messages(use, channel)
    applicable(found, "no messages")
    return str(found[0]["posted_at"][:10])


def top_author(use: Toolbox, channel: str) -> str:
    """Return who wrote most of the messages from before today."""
    ranked = Counter(m["author_id"] for m in past_messages(use, channel)).most_common(2)
    applicable(len(ranked) > 1 and ranked[0][1] != ranked[1][1], "tie")
    return str(ranked[0][0])


def largest(use: Toolbox, department: str) -> str:
    """Return the open channel of a department with the most members."""
    found = every(use.search_channels, "channels", department_id=department, archived=False)
    return str(foremost(found, "members")["id"])


def _open_channel(use: Toolbox, channel: str) -> dict[str, Any]:
    found: dict[str, Any] = use.get_channel(channel_id=channel)
    applicable(not found["archived"], "archived")
    return found


def post_value(use: Toolbox, channel: str, value: Any) -> None:
    """Post a value."""
    _open_channel(use, channel)
    use.post_message(channel_id=channel, body=f"For everybody to know: {said(use, value)}.")


def create(use: Toolbox, name: str, topic: str, department: str) -> str:
    """Open a channel."""
    taken = [c["name"] for c in every(use.search_channels, "channels", name=name)]
    applicable(name not in taken, "the name is taken")
    return str(use.create_channel(name=name, topic=topic, department_id=department)["id"])


def add_member(use: Toolbox, channel: str, person: str) -> None:
    """Make a person a member."""
    found = _open_channel(use, channel)
    applicable(use.get_person(person_id=person)["active"], "has left")
    applicable(person not in [m["person_id"] for m in found["members"]], "is a member already")
    use.add_channel_member(channel_id=channel, person_id=person)


def change_owner(use: Toolbox, channel: str, person: str) -> None:
    """Give a channel to another owner."""
    applicable(_open_channel(use, channel)["owner_id"] != person, "no change")
    applicable(use.get_person(person_id=person)["active"], "has left")
    use.update_channel(channel_id=channel, owner_id=person)


def set_topic(use: Toolbox, channel: str, topic: str) -> None:
    """Give a channel another topic."""
    applicable(_open_channel(use, channel)["topic"] != topic, "no change")
    use.update_channel(channel_id=channel, topic=topic)


def archive(use: Toolbox, channel: str) -> None:
    """Archive a channel."""
    _open_channel(use, channel)
    use.archive_channel(channel_id=channel)
