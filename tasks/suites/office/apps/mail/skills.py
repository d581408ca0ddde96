"""The skills of the mail archive that need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.mail import procedures
from skillweave.tasks.suites.office.apps.mail.tables import FOLDERS, PRIORITIES
from skillweave.tasks.suites.office.common import ANY_FACT

ANY_MAIL = Input(types=("Mail",))
ANY_PERSON = Input(types=("Person",))
SUBJECT = Input(
    types=("Text",),
    values=("Your question", "For your files", "Quick update", "As promised", "What you asked for", "News for you"),
    literal=True,
)

READING = (
    Skill(
        id="mail.find_sender",
        description="Find out who sent a mail.",
        inputs={"mail": ANY_MAIL},
        output="Person",
        tools=("get_mail",),
        procedure=procedures.sender,
        phrases=(
            "Find out who sent {mail}.",
            "Look up the sender of {mail}.",
            "See from whom {mail} came.",
        ),
        nouns=("the sender of {mail}", "the person who sent {mail}"),
        reference="sender",
    ),
    Skill(
        id="mail.find_date",
        description="Find out on which day a mail was sent.",
        inputs={"mail": ANY_MAIL},
        output="PastDate",
        tools=("get_mail",),
        procedure=procedures.sent_date,
        phrases=(
            "Find out on which day {mail} was sent.",
            "Look up the date on which {mail} was sent.",
            "Check the sending date of {mail}.",
        ),
        nouns=("the date on which {mail} was sent", "the sending date of {mail}"),
        reference="sending date",
    ),
    Skill(
        id="mail.count_recipients",
        description="Count the recipients of a mail.",
        inputs={"mail": ANY_MAIL},
        output="Count",
        tools=("get_mail",),
        procedure=procedures.recipient_count,
        phrases=(
            "Count the recipients of {mail}.",
            "See to how many people {mail} was sent.",
            "Work out the number of recipients of {mail}.",
        ),
        nouns=("the number of recipients of {mail}", "the number of people to whom {mail} was sent"),
        reference="number of recipients",
    ),
    Skill(
        id="mail.find_attachment",
        description="Find the document that is attached to a mail.",
        inputs={"mail": ANY_MAIL},
        output="Document",
        tools=("get_mail",),
        procedure=procedures.attachment,
        phrases=(
            "Find the document attached to {mail}.",
            "Look up which document came with {mail}.",
            "See what document is attached to {mail}.",
        ),
        nouns=("the document attached to {mail}", "the document that came with {mail}"),
        reference="attachment",
    ),
    Skill(
        id="mail.count_received",
        description="Count the mails of a month that were sent to a person.",
        inputs={"person": ANY_PERSON, "month": Input(types=("Month",))},
        output="Count",
        tools=("search_mails",),
        procedure=procedures.received_count,
        phrases=(
            "Count the mails that were sent to {person} in {month}.",
            "See how many mails with {person} among the recipients were sent in {month}.",
            "Work out how many mails {person} received in {month}.",
        ),
        nouns=("the number of mails sent to {person} in {month}", "the number of mails {person} received in {month}"),
        reference="number of mails",
    ),
    Skill(
        id="mail.count_unanswered",
        description="Count the mails to a person that the person has not answered.",
        inputs={"person": ANY_PERSON},
        output="Count",
        tools=("search_mails",),
        procedure=procedures.unanswered_count,
        phrases=(
            "Count the mails to {person} in the archive to which {person} has sent no reply.",
            "See how many of all mails sent to {person} are still without a reply from that person.",
            "Work out the number of mails to {person} that {person} has not replied to.",
        ),
        nouns=(
            "the number of mails to {person} that got no reply from that person",
            "the number of mails in the archive to which {person}, as a recipient, has sent no reply",
        ),
        reference="number of unanswered mails",
    ),
    Skill(
        id="mail.find_latest_from",
        description="Find the last mail that a person sent before today.",
        inputs={"person": ANY_PERSON},
        output="Mail",
        tools=("search_mails",),
        procedure=procedures.latest_from,
        phrases=(
            "Find the last mail that {person} sent before today.",
            "Look up the newest mail from {person}, not counting today's.",
            "Among the mails {person} sent before today, find the most recent.",
        ),
        nouns=("the last mail that {person} sent before today", "the newest mail from {person} before today"),
        reference="latest mail",
    ),
    Skill(
        id="mail.find_latest_urgent_to",
        description="Find the last mail of high priority that a person received before today.",
        inputs={"person": ANY_PERSON},
        output="Mail",
        tools=("search_mails",),
        procedure=procedures.latest_urgent_to,
        phrases=(
            "Find the last mail of high priority that was sent to {person} before today.",
            "Look up the newest high-priority mail to {person}, not counting today's.",
            "Among the high-priority mails sent to {person} before today, find the most recent.",
        ),
        nouns=(
            "the last high-priority mail sent to {person} before today",
            "the newest mail of high priority to {person} from before today",
        ),
        reference="latest urgent mail",
    ),
)

WRITING = (
    Skill(
        id="mail.send_value",
        description="Mail a value to a person.",
        inputs={"person": ANY_PERSON, "subject": SUBJECT, "value": ANY_FACT},
        output="Mail",
        writes=True,
        states=("value",),
        tools=("get_person", "list_departments", "send_mail"),
        procedure=procedures.send_value,
        phrases=(
            'Send {person} a mail with the subject "{subject}" that states {value}.',
            'Mail {value} to {person}, with the subject "{subject}".',
            'Write to {person} by mail (subject "{subject}") and give {value} in the text.',
        ),
        nouns=('the mail "{subject}" to {person} with {value}',),
        reference="mail sent",
    ),
    Skill(
        id="mail.reply_with_value",
        description="Answer a mail with a value.",
        inputs={"mail": ANY_MAIL, "value": ANY_FACT},
        writes=True,
        states=("value",),
        tools=("get_mail", "get_person", "list_departments", "reply_to_mail"),
        procedure=procedures.reply_value,
        phrases=(
            "Reply to {mail} and state {value}.",
            "Answer {mail}, giving {value}.",
            "Write a reply to {mail} that states {value}.",
        ),
    ),
    Skill(
        id="mail.send_document",
        description="Mail a document to a person.",
        inputs={"person": ANY_PERSON, "document": Input(types=("Document",)), "subject": SUBJECT},
        writes=True,
        tools=("get_person", "send_mail"),
        procedure=procedures.send_document,
        phrases=(
            'Send {person} a mail with the subject "{subject}" and {document} attached.',
            'Attach {document} to a mail to {person} with the subject "{subject}".',
            'Mail {document} to {person} as an attachment, with the subject "{subject}".',
        ),
    ),
    Skill(
        id="mail.forward",
        description="Forward a mail to a person.",
        inputs={"mail": ANY_MAIL, "person": ANY_PERSON},
        writes=True,
        tools=("get_mail", "get_person", "forward_mail"),
        procedure=procedures.forward,
        phrases=(
            "Forward {mail} to {person}.",
            "Pass {mail} on to {person} by forwarding it.",
            "Let {person} have {mail} by forwarding it.",
        ),
    ),
    Skill(
        id="mail.introduce",
        description="Introduce two people to each other in a mail to both.",
        inputs={"person": ANY_PERSON, "other": ANY_PERSON},
        writes=True,
        states=("person", "other"),
        tools=("get_person", "send_mail"),
        procedure=procedures.introduce,
        phrases=(
            'Introduce {person} and {other} to each other in one mail to both, with the subject "Introduction", naming'
            " the two in the text.",
            'Send one mail with the subject "Introduction" to both {person} and {other}, and name both in the text.',
            'Write one mail (subject "Introduction") to {person} and {other} together that names them to each other.',
        ),
    ),
    Skill(
        id="mail.file",
        description="File a mail in another folder.",
        inputs={"mail": ANY_MAIL, "folder": Input(types=("Text",), values=FOLDERS[1:], literal=True)},
        writes=True,
        tools=("get_mail", "update_mail"),
        procedure=procedures.file_mail,
        phrases=(
            'File {mail} in the folder "{folder}".',
            'Move {mail} to the "{folder}" folder.',
            'Put {mail} into the mail folder "{folder}".',
        ),
    ),
    Skill(
        id="mail.change_priority",
        description="Give a mail another priority.",
        inputs={"mail": ANY_MAIL, "priority": Input(types=("Text",), values=PRIORITIES, literal=True)},
        writes=True,
        tools=("get_mail", "update_mail"),
        procedure=procedures.change_priority,
        phrases=(
            'Set the priority of {mail} to "{priority}".',
            'Give {mail} the priority "{priority}".',
            'Mark {mail} with "{priority}" as its priority.',
        ),
    ),
    Skill(
        id="mail.flag",
        description="Flag a mail for follow-up on a day.",
        inputs={"mail": ANY_MAIL, "day": Input(types=("Date",))},
        writes=True,
        tools=("get_mail", "update_mail"),
        procedure=procedures.flag,
        phrases=(
            "Flag {mail} for follow-up on {day}.",
            "Set the follow-up date of {mail} to {day}.",
            "Put a follow-up flag for {day} on {mail}.",
        ),
    ),
)

SKILLS = (*READING, *WRITING)
