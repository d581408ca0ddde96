"""How the skills of the mail archive are carried out."""

from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every
from skillweave.tasks.suites.office.common import days_of, said


def sender(use: Toolbox, mail: str) -> str:
    """Return who sent a mail."""
    return str(use.get_mail(mail_id=mail)["sender_id"])


def sent_date(use: Toolbox, mail: str) -> str:
    """Return the day on which a mail was sent."""
    return str(use.get_mail(mail_id=mail)["sent_at"][:10])


def recipient_count(use: Toolbox, mail: str) -> int:
    """Return to how many people a mail was sent."""
    return len(use.get_mail(mail_id=mail)["recipients"])


def attachment(use: Toolbox, mail: str) -> str:
    """Return the document attached to a mail."""
    found = use.get_mail(mail_id=mail)["document_id"]
    applicable(found, "no attachment")
    return str(found)


def received_count(use: Toolbox, person: str, month: str) -> int:
    """Return how many mails of a month were sent to a person."""
    first, last = days_of(month)
    found = every(use.search_mails, "mails", recipient_id=person, from_date=first, to_date=last)
    applicable(found, "no mails")
    return len(found)


def unanswered_count(use: Toolbox, person: str) -> int:
    """Return how many mails sent to a person are answered by no mail of that person."""
    received = every(use.search_mails, "mails", recipient_id=person)
    answered = {m["reply_to_id"] for m in every(use.search_mails, "mails", sender_id=person)}
    applicable(any(m["id"] in answered for m in received), "has answered nothing")
    found = sum(m["id"] not in answered for m in received)
    applicable(found, "has answered everything")
    return found


def _newest(mails: list[dict[str, Any]]) -> str:
    applicable(mails, "no mails")
    applicable(len(mails) == 1 or mails[0]["sent_at"] != mails[1]["sent_at"], "tie")
    return str(mails[0]["id"])


def latest_from(use: Toolbox, person: str) -> str:
    """Return the last mail that a person sent before today."""
    found = every(use.search_mails, "mails", sender_id=person)
    return _newest([m for m in found if m["sent_at"][:10] < use.today.isoformat()])


def latest_urgent_to(use: Toolbox, person: str) -> str:
    """Return the last mail of high priority that was sent to a person before today."""
    found = every(use.search_mails, "mails", recipient_id=person, priority="high")
    return _newest([m for m in found if m["sent_at"][:10] < use.today.isoformat()])


def _address(use: Toolbox, person: str) -> str:
    found = use.get_person(person_id=person)
    applicable(found["active"] and person != use.user, "has left, or is the user")
    return str(found["email"])


def send_value(use: Toolbox, person: str, subject: str, value: Any) -> str:
    """Mail a value to a person."""
    body = f"Hello,\n\nhere is what you need to know: {said(use, value)}.\n\nKind regards"
    return str(use.send_mail(to=[_address(use, person)], subject=subject, body=body)["id"])


def reply_value(use: Toolbox, mail: str, value: Any) -> None:
    """Answer a mail with a value."""
    _address(use, use.get_mail(mail_id=mail)["sender_id"])
    use.reply_to_mail(mail_id=mail, body=f"Hello,\n\nthe answer is: {said(use, value)}.\n\nKind regards")


def send_document(use: Toolbox, person: str, document: str, subject: str) -> None:
    """Mail a document to a person."""
    body = "Hello,\n\nplease find the document attached.\n\nKind regards"
    use.send_mail(to=[_address(use, person)], subject=subject, body=body, document_id=document)


def forward(use: Toolbox, mail: str, person: str) -> None:
    """Forward a mail to a person."""
    found = use.get_mail(mail_id=mail)
    known = [found["sender_id"], *(r["person_id"] for r in found["recipients"])]
    applicable(person not in known, "has it already")
    use.forward_mail(mail_id=mail, to=[_address(use, person)])


def introduce(use: Toolbox, person: str, other: str) -> None:
    """Introduce two people to each other by mail."""
    applicable(person != other, "the same person")
    first, second = use.get_person(person_id=person), use.get_person(person_id=other)
    applicable(first["name"] != second["name"], "namesakes")
    applicable(first["active"] and second["active"] and use.user not in (person, other), "has left, or is the user")
    body = f"Hello,\n\nplease meet: {first['name']} and {second['name']}.\n\nKind regards"
    use.send_mail(to=[first["email"], second["email"]], subject="Introduction", body=body)


def file_mail(use: Toolbox, mail: str, folder: str) -> None:
    """File a mail in a folder."""
    applicable(use.get_mail(mail_id=mail)["folder"] != folder, "no change")
    use.update_mail(mail_id=mail, folder=folder)


def change_priority(use: Toolbox, mail: str, priority: str) -> None:
    """Give a mail another priority."""
    applicable(use.get_mail(mail_id=mail)["priority"] != priority, "no change")
    use.update_mail(mail_id=mail, priority=priority)


def flag(use: Toolbox, mail: str, day: str) -> None:
    """Flag a mail for follow-up."""
    applicable(day >= use.today.isoformat(), "in the past")
    applicable(use.get_mail(mail_id=mail)["follow_up_on"] != day, "no change")
    use.update_mail(mail_id=mail, follow_up_on=day)
