"""Ways to point at a mail in words."""

from collections.abc import Mapping
from typing import Any

from skillweave.tasks.skills import Describer, Toolbox, applicable, only
from skillweave.tasks.suites.office.apps.steps import every


def _sent_by(use: Toolbox, sender: str, **filters: Any) -> list[dict[str, Any]]:
    people = [p for p in every(use.search_people, "people", name=sender) if p["name"] == sender]
    return [m for p in people for m in every(use.search_mails, "mails", sender_id=p["id"], **filters)]


def _by_subject(use: Toolbox, subject: str, sender: str) -> str:
    found = _sent_by(use, sender, subject=subject)
    return str(only([m for m in found if m["subject"] == subject], "mails")["id"])


def _by_subject_and_day(use: Toolbox, subject: str, date: str) -> str:
    found = every(use.search_mails, "mails", subject=subject, from_date=date, to_date=date)
    return str(only([m for m in found if m["subject"] == subject], "mails")["id"])


def _by_recipient_and_day(use: Toolbox, recipient: str, date: str) -> str:
    people = [p for p in every(use.search_people, "people", name=recipient) if p["name"] == recipient]
    found = {
        m["id"]
        for p in people
        for m in every(use.search_mails, "mails", recipient_id=p["id"], from_date=date, to_date=date)
    }
    return str(only(sorted(found), "mails"))


def _oldest_of_sender(use: Toolbox, sender: str, priority: str) -> str:
    found = _sent_by(use, sender, priority=priority)
    applicable(found, "no mails")
    return str(min(found, key=lambda m: m["sent_at"])["id"])


def _oldest_of_subject(use: Toolbox, subject: str) -> str:
    found = [m for m in every(use.search_mails, "mails", subject=subject) if m["subject"] == subject]
    applicable(found, "no mails")
    return str(min(found, key=lambda m: m["sent_at"])["id"])


_MAILS = "FROM mails m JOIN people p ON p.id = m.sender_id"


def _oldest(columns: Mapping[str, str], source: str) -> str:
    """Return the query for the oldest mails that are alike in these columns; one pass, not one for each mail."""
    shown = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    place = f"rank() OVER (PARTITION BY {', '.join(columns.values())} ORDER BY m.sent_at) AS place"
    inner = f"SELECT m.id AS key, {shown}, {place} {source}"
    return f"SELECT key, {', '.join(columns)} FROM ({inner}) WHERE place = 1 ORDER BY key"


DESCRIBERS = (
    Describer(
        type="Mail",
        kind="name",
        candidates=f"SELECT m.id AS key, m.subject, p.name AS sender {_MAILS}",
        text=('the mail "{subject}" from {sender}',),
        resolve=_by_subject,
    ),
    Describer(
        type="Mail",
        kind="attribute",
        candidates="SELECT id AS key, subject, substr(sent_at, 1, 10) AS date FROM mails",
        text=('the mail "{subject}" of {date}',),
        resolve=_by_subject_and_day,
    ),
    Describer(
        type="Mail",
        kind="relation",
        candidates="SELECT m.id AS key, p.name AS recipient, substr(m.sent_at, 1, 10) AS date FROM mails m"
        " JOIN people p ON instr(m.recipients, p.id) > 0",
        text=("the mail sent to {recipient} on {date}",),
        resolve=_by_recipient_and_day,
    ),
    Describer(
        type="Mail",
        kind="superlative",
        candidates=_oldest({"subject": "m.subject"}, "FROM mails m"),
        text=('the oldest mail with the subject "{subject}"',),
        resolve=_oldest_of_subject,
    ),
    Describer(
        type="Mail",
        kind="superlative",
        candidates=_oldest({"sender": "p.name", "priority": "m.priority"}, _MAILS),
        text=("the oldest mail of {priority} priority that {sender} sent",),
        resolve=_oldest_of_sender,
    ),
)
