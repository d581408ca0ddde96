"""What one can do with mail."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skillweave.tasks.suites.office.common import day_of, matches, need, paged
from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import Row, World

Folder = Literal["Inbox", "Contracts", "Personnel", "Invoices", "Projects"]
Priority = Literal["low", "normal", "high"]
Page = Annotated[int, Field(ge=1)]
Words = Annotated[str, Field(min_length=1)]


def search_mails(
    world: World,
    subject: str | None = None,
    sender_id: str | None = None,
    recipient_id: str | None = None,
    folder: Folder | None = None,
    priority: Priority | None = None,
    from_date: str | None = None,
    to_date: str | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find mails in the company's mail archive, twenty a page, the newest first.

    Args:
        subject: words of the subject
        sender_id: id of the person who sent the mail
        recipient_id: id of a person to whom it was sent
        folder: folder of the archive: Inbox, Contracts, Personnel, Invoices or Projects
        priority: low, normal or high
        from_date: first day on which it was sent, YYYY-MM-DD
        to_date: last day on which it was sent, YYYY-MM-DD
        page: page of the result
    """
    sql = (
        "SELECT m.id, m.subject, p.name AS sender, m.recipients, m.folder, m.priority, m.sent_at, m.reply_to_id"
        " FROM mails m JOIN people p ON p.id = m.sender_id WHERE 1 = 1"
    )
    values: list[str] = []
    for clause, value in (
        ("m.sender_id = ?", sender_id),
        ("instr(m.recipients, ?) > 0", recipient_id),
        ("m.folder = ?", folder),
        ("m.priority = ?", priority),
        ("substr(m.sent_at, 1, 10) >= ?", from_date and day_of(from_date, "from_date").isoformat()),
        ("substr(m.sent_at, 1, 10) <= ?", to_date and day_of(to_date, "to_date").isoformat()),
    ):
        if value is not None:
            sql, values = f"{sql} AND {clause}", [*values, value]
    rows = world.rows(f"{sql} ORDER BY m.sent_at DESC, m.id DESC", *values)
    found = [{**r, "recipients": r["recipients"].split(",")} for r in rows if matches(subject, r["subject"])]
    return paged("mails", found, page)


def get_mail(world: World, mail_id: str) -> dict[str, Any]:
    """Show one mail with sender, recipients, text, folder, priority, attached document and the mail it answers.

    Args:
        mail_id: id of the mail, as a search shows it
    """
    row = need(world, "mails", mail_id, "mail", "search_mails")
    marks = ", ".join("?" * len(row["recipients"].split(",")))
    sql = f"SELECT id AS person_id, name, email FROM people WHERE id IN ({marks}) ORDER BY name, id"
    return {**row, "read": bool(row["read"]), "recipients": world.rows(sql, *row["recipients"].split(","))}


def list_mail_folders(world: World) -> dict[str, Any]:
    """List the folders of the mail archive with the number of mails in each."""
    return {"folders": world.rows("SELECT folder, count(*) AS mails FROM mails GROUP BY folder ORDER BY folder")}


def send_mail(
    world: World, to: list[str], subject: Words, body: Words, document_id: str | None = None
) -> dict[str, Any]:
    """Send a mail in your name.

    Args:
        to: mail addresses of the recipients, as the directory shows them
        subject: subject line
        body: text of the mail
        document_id: id of a document to attach
    """
    if document_id is not None:
        need(world, "documents", document_id, "document", "search_documents")
    return _send(world, _people(world, to), subject, body, document_id)


def reply_to_mail(world: World, mail_id: str, body: Words) -> dict[str, Any]:
    """Answer the sender of a mail in your name; the subject becomes "Re: " and its subject.

    Args:
        mail_id: id of the mail that is answered
        body: text of the answer
    """
    row = need(world, "mails", mail_id, "mail", "search_mails")
    sender = need(world, "people", row["sender_id"], "person", "search_people")
    if not sender["active"]:
        raise ToolError(f"{sender['name']}, who sent {row['subject']!r}, has left; the answer cannot be delivered.")
    subject = f"Re: {row['subject'].removeprefix('Re: ')}"
    return _send(world, [row["sender_id"]], subject, body, None, row["id"])


def forward_mail(world: World, mail_id: str, to: list[str]) -> dict[str, Any]:
    """Forward a mail with its text and attachment in your name; the subject becomes "Fwd: " and its subject.

    Args:
        mail_id: id of the mail
        to: mail addresses of the recipients, as the directory shows them
    """
    row = need(world, "mails", mail_id, "mail", "search_mails")
    return _send(world, _people(world, to), f"Fwd: {row['subject']}", row["body"], row["document_id"])


def update_mail(
    world: World,
    mail_id: str,
    folder: Folder | None = None,
    priority: Priority | None = None,
    follow_up_on: str | None = None,
) -> dict[str, Any]:
    """File a mail in another folder, change its priority or flag it for follow-up; only the given fields change.

    Args:
        mail_id: id of the mail
        folder: new folder: Inbox, Contracts, Personnel, Invoices or Projects
        priority: new priority: low, normal or high
        follow_up_on: day on which to come back to it, YYYY-MM-DD, not before today
    """
    need(world, "mails", mail_id, "mail", "search_mails")
    day = day_of(follow_up_on, "follow_up_on").isoformat() if follow_up_on is not None else None
    if day is not None and day < world.today.isoformat():
        raise ToolError(f"follow_up_on {day} is before today ({world.today}); choose a later day.")
    given = {"folder": folder, "priority": priority, "follow_up_on": day}
    values = {name: value for name, value in given.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides mail_id.")
    world.update("mails", mail_id, **values)
    return get_mail(world, mail_id)


def _people(world: World, addresses: list[str]) -> list[str]:
    if not addresses:
        raise ToolError("Give at least one mail address: to is empty.")
    return [str(_addressee(world, a)["id"]) for a in addresses]


def _addressee(world: World, address: str) -> Row:
    row = world.row("SELECT id, name, active FROM people WHERE email = ?", address.strip().lower())
    if row is None:
        raise ToolError(f"There is no mailbox {address!r}. Use get_person to see a person's mail address.")
    if not row["active"]:
        raise ToolError(f"{row['name']} has left; the mailbox {address!r} is closed. Choose another recipient.")
    return row


def _send(
    world: World, people: list[str], subject: str, body: str, document: str | None, answered: str | None = None
) -> dict[str, Any]:
    key = world.insert(
        "mails",
        sender_id=world.user,
        recipients=",".join(sorted(set(people))),
        subject=subject,
        body=body,
        folder="Inbox",
        priority="normal",
        document_id=document,
        reply_to_id=answered,
        follow_up_on=None,
        sent_at=f"{world.today.isoformat()} 12:00",
        read=1,
    )
    return get_mail(world, key)


TOOLS = (
    search_mails,
    get_mail,
    list_mail_folders,
    send_mail,
    reply_to_mail,
    forward_mail,
    update_mail,
)
