"""The skills of the document store that need no rule."""

from skillweave.tasks.skills import Input, Skill
from skillweave.tasks.suites.office.apps.documents import procedures
from skillweave.tasks.suites.office.apps.documents.tables import KIND_NAMES, STATUSES
from skillweave.tasks.suites.office.common import ANY_FACT

ANY_DOCUMENT = Input(types=("Document",))
ANY_PERSON = Input(types=("Person",))
ANY_DEPARTMENT = Input(types=("Department",))
TITLE = Input(
    types=("Text",),
    values=("Relocation checklist", "Glossary of terms", "House rules", "Emergency contacts", "Style guide"),
    literal=True,
)
NAME = Input(types=("DocumentName",), values=("final-copy.pdf", "for-signature.docx", "reading-copy.pdf"))

READING = (
    Skill(
        id="documents.find_owner",
        description="Find out who owns a document.",
        inputs={"document": ANY_DOCUMENT},
        output="Person",
        tools=("get_document",),
        procedure=procedures.owner,
        phrases=(
            "Find out who owns {document}.",
            "Look up the owner of {document}.",
            "Check in the document store to whom {document} belongs.",
        ),
        nouns=("the owner of {document}", "the person who owns {document}"),
        reference="owner",
    ),
    Skill(
        id="documents.find_department",
        description="Find out to which department a document belongs.",
        inputs={"document": ANY_DOCUMENT},
        output="Department",
        tools=("get_document",),
        procedure=procedures.department,
        phrases=(
            "Find out under which department {document} is filed.",
            "Look up the department of {document} in the document store.",
            "Check for which department {document} is recorded.",
        ),
        nouns=("the department under which {document} is filed", "the department for which {document} is recorded"),
        reference="department of the document",
    ),
    Skill(
        id="documents.find_issue_date",
        description="Find out when the present version of a document was issued.",
        inputs={"document": ANY_DOCUMENT},
        output="PastDate",
        tools=("get_document",),
        procedure=procedures.issue_date,
        phrases=(
            "Find out on which day {document} was issued.",
            "Look up the date of issue of {document}.",
            "Check when {document} was issued.",
        ),
        nouns=("the date of issue of {document}", "the day on which {document} was issued"),
        reference="date of issue",
    ),
    Skill(
        id="documents.count_pages",
        description="Find out how many pages a document has.",
        inputs={"document": ANY_DOCUMENT},
        output="Count",
        tools=("get_document",),
        procedure=procedures.page_count,
        phrases=(
            "Find out how many pages {document} has.",
            "Look up the number of pages of {document}.",
            "Check the page count of {document}.",
        ),
        nouns=("the number of pages of {document}", "the page count of {document}"),
        reference="number of pages",
    ),
    Skill(
        id="documents.count_comments",
        description="Count the comments on a document.",
        inputs={"document": ANY_DOCUMENT},
        output="Count",
        tools=("list_document_comments",),
        procedure=procedures.comment_count,
        phrases=(
            "Count the comments that {document} has so far.",
            "See how many comments {document} has received until now.",
            "Work out the present number of comments on {document}.",
        ),
        nouns=("the present number of comments on {document}", "the number of comments that {document} has so far"),
        reference="number of comments",
    ),
    Skill(
        id="documents.find_last_commenter",
        description="Find out who commented on a document last.",
        inputs={"document": ANY_DOCUMENT},
        output="Person",
        tools=("list_document_comments",),
        procedure=procedures.last_commenter,
        phrases=(
            "Find out who wrote the newest of the comments now on {document}.",
            "Look up who has commented on {document} last so far.",
            "See from whom the most recent comment now on {document} is.",
        ),
        nouns=(
            "the author of the newest comment now on {document}",
            "the person who has commented last on {document} so far",
        ),
        reference="last commenter",
    ),
    Skill(
        id="documents.find_newest_of_owner",
        description="Find the document of a person that was issued last.",
        inputs={"person": ANY_PERSON},
        output="Document",
        tools=("search_documents",),
        procedure=procedures.newest_of_owner,
        phrases=(
            "Among the documents that {person} owns now, find the one issued last.",
            "Find the most recently issued of the documents now owned by {person}.",
            "Look for the document with the latest date of issue that {person} owns at present.",
        ),
        nouns=(
            "the most recently issued document that {person} owns now",
            "the document issued last among those that {person} owns at present",
        ),
        reference="newest document",
    ),
    Skill(
        id="documents.count_by_status",
        description="Count the documents of a department that have a status.",
        inputs={
            "department": ANY_DEPARTMENT,
            "status": Input(types=("Text",), values=STATUSES, literal=True),
        },
        output="Count",
        tools=("search_documents",),
        procedure=procedures.status_count,
        phrases=(
            'Count the documents of {department} that have the status "{status}" at present.',
            'See how many documents filed under {department} are now marked "{status}".',
            'Work out the present number of documents with the status "{status}" in {department}.',
        ),
        nouns=(
            'the present number of documents of {department} with the status "{status}"',
            'the number of documents filed under {department} and now marked "{status}"',
        ),
        reference="number of documents",
    ),
    Skill(
        id="documents.find_longest",
        description="Find the approved document of a department with the most pages.",
        inputs={"department": ANY_DEPARTMENT},
        output="Document",
        tools=("search_documents",),
        procedure=procedures.longest,
        phrases=(
            "Find the approved document of {department} that has the most pages.",
            "Among the approved documents filed under {department}, find the longest by pages.",
            "Look for the approved document with the highest page count in {department}.",
        ),
        nouns=(
            "the approved document of {department} with the most pages",
            "the longest approved document (by pages) filed under {department}",
        ),
        reference="longest document",
    ),
    Skill(
        id="documents.find_oldest_draft",
        description="Find the draft of a department that was issued first.",
        inputs={"department": ANY_DEPARTMENT},
        output="Document",
        tools=("search_documents",),
        procedure=procedures.oldest_draft,
        phrases=(
            "Find the draft of {department} with the earliest date of issue.",
            "Among the drafts filed under {department}, find the oldest by date of issue.",
            "Look for the document of {department} that has been a draft longest, going by the date of issue.",
        ),
        nouns=(
            "the draft of {department} with the earliest date of issue",
            "the oldest draft (by date of issue) filed under {department}",
        ),
        reference="oldest draft",
    ),
)

WRITING = (
    Skill(
        id="documents.create",
        description="Create a draft for a department.",
        inputs={
            "title": TITLE,
            "kind": Input(types=("Text",), values=KIND_NAMES, literal=True),
            "department": ANY_DEPARTMENT,
        },
        output="Document",
        writes=True,
        tools=("create_document",),
        procedure=procedures.create,
        phrases=(
            'Create a new document "{title}" of the kind "{kind}" for {department}.',
            'Start a new draft titled "{title}" (kind: "{kind}") and file it under {department}.',
            'Put a new document into the store: title "{title}", kind "{kind}", filed under {department}.',
        ),
        nouns=('the new document "{title}" of the kind "{kind}" for {department}',),
        reference="new document",
    ),
    Skill(
        id="documents.share_to_read",
        description="Let a person read a document.",
        inputs={"document": ANY_DOCUMENT, "person": ANY_PERSON},
        writes=True,
        tools=("get_document", "get_person", "share_document"),
        procedure=procedures.share_to_read,
        phrases=(
            "Share {document} with {person} as a viewer.",
            "Give {person} viewer access to {document}.",
            "Let {person} read {document}, without the right to edit it.",
        ),
    ),
    Skill(
        id="documents.share_to_edit",
        description="Let a person edit a document.",
        inputs={"document": ANY_DOCUMENT, "person": ANY_PERSON},
        writes=True,
        tools=("get_document", "get_person", "share_document"),
        procedure=procedures.share_to_edit,
        phrases=(
            "Share {document} with {person} as an editor.",
            "Give {person} editor access to {document}.",
            "Let {person} edit {document}.",
        ),
    ),
    Skill(
        id="documents.change_owner",
        description="Give a document to another owner.",
        inputs={"document": ANY_DOCUMENT, "person": ANY_PERSON},
        writes=True,
        tools=("get_document", "get_person", "update_document"),
        procedure=procedures.change_owner,
        phrases=(
            "Make {person} the owner of {document}.",
            "Hand {document} over to {person} as its new owner.",
            "Change the owner of {document} to {person}.",
        ),
    ),
    Skill(
        id="documents.set_review_date",
        description="Set when a document is to be reviewed next.",
        inputs={"document": ANY_DOCUMENT, "day": Input(types=("Date",))},
        writes=True,
        tools=("get_document", "update_document"),
        procedure=procedures.set_review,
        phrases=(
            "Set the next review of {document} to {day}.",
            "Record {day} as the review date of {document}.",
            "Put the review of {document} down for {day}.",
        ),
    ),
    Skill(
        id="documents.rename_file",
        description="Give the file of a document another name.",
        inputs={"document": ANY_DOCUMENT, "name": NAME},
        writes=True,
        tools=("get_document", "update_document"),
        procedure=procedures.rename_file,
        phrases=(
            "Change the file name of {document} to {name}.",
            "Rename the file of {document}; the new file name is {name}.",
            "Give the file of {document} this name: {name}.",
        ),
    ),
    Skill(
        id="documents.move_to_department",
        description="File a document under another department.",
        inputs={"document": ANY_DOCUMENT, "department": ANY_DEPARTMENT},
        writes=True,
        tools=("get_document", "update_document"),
        procedure=procedures.move,
        phrases=(
            "File {document} under {department}.",
            "Move {document} to {department} in the document store.",
            "Record {department} as the department of {document}.",
        ),
    ),
    Skill(
        id="documents.advance_status",
        description="Move a document on by one status.",
        inputs={"document": ANY_DOCUMENT},
        writes=True,
        tools=("get_document", "set_document_status"),
        procedure=procedures.advance,
        phrases=(
            "Move {document} on to its next status (draft, in review, approved, archived).",
            "Take {document} one step further in the order draft, in review, approved, archived.",
            "Give {document} the status that follows its present one: draft, in review, approved, archived.",
        ),
    ),
    Skill(
        id="documents.comment",
        description="Leave a comment with a value on a document.",
        inputs={"document": ANY_DOCUMENT, "value": ANY_FACT},
        writes=True,
        states=("value",),
        tools=("get_person", "list_departments", "comment_on_document"),
        procedure=procedures.comment,
        phrases=(
            "Add a comment to {document} that states {value}.",
            "Comment on {document}, giving {value}.",
            "Leave {value} in a comment on {document}.",
        ),
    ),
)

SKILLS = (*READING, *WRITING)
