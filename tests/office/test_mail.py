"""Mail: what the tools do and refuse, and that skills and descriptions hold on several worlds."""

from datetime import date

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.skills import Toolbox
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(5)


def address(desk: Desk, active: int = 1) -> str:
    return str(desk.one("SELECT email FROM people WHERE active = ? AND id <> ? ORDER BY id", active, desk.world.user))


def mail(desk: Desk) -> str:
    return str(desk.one("SELECT id FROM mails ORDER BY id"))


def test_mails_are_searched_newest_first(desk: Desk) -> None:
    shown = desk.get_mail(mail_id=mail(desk))
    recipient = shown["recipients"][0]["person_id"]
    found = desk.search_mails(recipient_id=recipient, sender_id=shown["sender_id"], priority=shown["priority"])["mails"]
    assert shown["id"] in [m["id"] for m in found]
    day = shown["sent_at"][:10]
    same = desk.search_mails(subject=shown["subject"], from_date=day, to_date=day, folder=shown["folder"])["mails"]
    assert shown["id"] in [m["id"] for m in same]
    times = [m["sent_at"] for m in desk.search_mails()["mails"]]
    assert times == sorted(times, reverse=True)
    with pytest.raises(ToolError, match="Use search_mails"):
        desk.get_mail(mail_id="MAI-99999")
    with pytest.raises(ToolError, match="must be a day"):
        desk.search_mails(from_date="yesterday")
    assert len(desk.list_mail_folders()["folders"]) == 5


def test_a_mail_goes_out_in_the_users_name_to_open_mailboxes_only(desk: Desk) -> None:
    document = desk.one("SELECT id FROM documents ORDER BY id")
    sent = desk.send_mail(to=[address(desk)], subject="Hi", body="Hello", document_id=document)
    assert (sent["sender_id"], sent["document_id"], sent["folder"]) == (desk.world.user, document, "Inbox")
    for arguments, complaint in (
        ({"to": []}, "at least one"),
        ({"to": ["nobody@meridian.example"]}, "no mailbox"),
        ({"to": [address(desk, active=0)]}, "mailbox .* is closed"),
        ({"document_id": "DOC-99999"}, "search_documents"),
    ):
        with pytest.raises(ToolError, match=complaint):
            desk.send_mail(**{"to": [address(desk)], "subject": "Hi", "body": "Hello", **arguments})


def test_answers_and_forwards_carry_the_subject_on(desk: Desk) -> None:
    shown = desk.get_mail(mail_id=mail(desk))
    answer = desk.reply_to_mail(mail_id=shown["id"], body="Yes.")
    assert (answer["subject"], answer["reply_to_id"]) == (f"Re: {shown['subject']}", shown["id"])
    assert [r["person_id"] for r in answer["recipients"]] == [shown["sender_id"]]
    again = desk.reply_to_mail(mail_id=answer["id"], body="Yes.")
    assert again["subject"] == answer["subject"]
    forwarded = desk.forward_mail(mail_id=shown["id"], to=[address(desk)])
    assert (forwarded["subject"], forwarded["body"]) == (f"Fwd: {shown['subject']}", shown["body"])
    desk.world.update("people", shown["sender_id"], active=0)
    with pytest.raises(ToolError, match="cannot be delivered"):
        desk.reply_to_mail(mail_id=shown["id"], body="Yes.")


def test_a_mail_is_filed_and_flagged(desk: Desk) -> None:
    changed = desk.update_mail(
        mail_id=mail(desk), folder="Contracts", priority="low", follow_up_on=desk.world.today.isoformat()
    )
    assert (changed["folder"], changed["priority"]) == ("Contracts", "low")
    with pytest.raises(ToolError, match="Nothing to change"):
        desk.update_mail(mail_id=mail(desk))
    with pytest.raises(ToolError, match="before today"):
        desk.update_mail(mail_id=mail(desk), follow_up_on="2020-01-01")
    with pytest.raises(ToolError, match="folder"):
        desk.update_mail(mail_id=mail(desk), folder="Bin")


@pytest.mark.parametrize(
    ("sent_at", "hours", "day"),
    [
        ("2024-03-01 10:00", 6, "2024-03-01"),  # a Friday; business hours end at 16:00
        ("2024-03-01 10:00", 7, "2024-03-04"),
        ("2024-03-02 10:00", 8, "2024-03-04"),
        ("2024-03-01 17:00", 9, "2024-03-05"),
    ],
)
def test_the_clock_for_answers_runs_in_business_hours_only(desk: Desk, sent_at: str, hours: int, day: str) -> None:
    desk.world.update("mails", mail(desk), sent_at=sent_at, priority="high")
    desk.world.today = date(2024, 3, 1)
    rule = {"hours": {"high": hours}, "opens": 8, "closes": 16}
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools, rule=rule)
    assert OFFICE.skills["mail.work_out_answer_deadline"].procedure(use, mail=mail(desk)) == day


def test_skills_apply_to_random_bindings_and_do_what_they_declare() -> None:
    for skill, counts in outcomes("mail", range(1, 4), 12).items():
        assert set(counts) <= {"done", "not applicable"}, (skill, counts)
        assert counts["done"] >= 0.15 * counts.total(), (skill, counts)


def test_every_unique_description_leads_to_its_mail() -> None:
    assert [misled("Mail", seed, 30) for seed in (1, 2)] == [[], []]


@pytest.mark.parametrize("skill", [s.id for s in OFFICE.procedural.values() if s.app == "mail"])
def test_who_did_not_read_the_rule_is_usually_wrong(skill: str) -> None:
    assert min(naive_share(skill, range(1, 5), 10).values()) > 0.6
