"""Ways to point at a mail in words."""

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
        candidates="SELECT id AS key, subject FROM mails m"
        " WHERE sent_at = (SELECT min(o.sent_at) FROM mails o WHERE o.subject = m.subject)",
        text=('the oldest mail with the subject "{subject}"',),
        resolve=_oldest_of_subject,
    ),
    Describer(
        type="Mail",
        kind="superlative",
        candidates=f"SELECT m.id AS key, p.name AS sender, m.priority {_MAILS} WHERE m.sent_at = (SELECT min(o.sent_at)"
        " FROM mails o JOIN people q ON q.id = o.sender_id WHERE q.name = p.name AND o.priority = m.priority)",
        text=("the oldest mail of {priority} priority that {sender} sent",),
        resolve=_oldest_of_sender,
    ),
)
