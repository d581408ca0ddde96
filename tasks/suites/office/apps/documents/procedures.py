"""How the skills of the document store are carried out."""

from typing import Any

from skillweave.tasks.skills import Toolbox, applicable
from skillweave.tasks.suites.office.apps.steps import every, foremost
from skillweave.tasks.suites.office.common import said


def owner(use: Toolbox, document: str) -> str:
    """Return who owns a document."""
    return str(use.get_document(document_id=document)["owner_id"])


def department(use: Toolbox, document: str) -> str:
    """Return the department to which a document belongs."""
    return str(use.get_document(document_id=document)["department_id"])


def issue_date(use: Toolbox, document: str) -> str:
    """Return when the present version was issued."""
    return str(use.get_document(document_id=document)["issued_on"])


def page_count(use: Toolbox, document: str) -> int:
    """Return how many pages a document has."""
    return int(use.get_document(document_id=document)["pages"])


def comment_count(use: Toolbox, document: str) -> int:
    """Return how many comments a document has."""
    found = len(use.list_document_comments(document_id=document)["comments"])
    applicable(found, "no comments")
    return found


def last_commenter(use: Toolbox, document: str) -> str:
    """Return who wrote the newest comment."""
    found = use.list_document_comments(document_id=document)["comments"]
    applicable(found, "no comments")
    applicable(len(found) == 1 or found[-1]["written_on"] != found[-2]["written_on"], "tie")
    return str(found[-1]["author_id"])


def newest_of_owner(use: Toolbox, person: str) -> str:
    """Return the document that a person owns and that was issued last."""
    found = every(use.search_documents, "documents", owner_id=person)
    applicable(found, "owns no document")
    return str((found[0] if len(found) == 1 else foremost(found, "issued_on"))["id"])


def status_count(use: Toolbox, department: str, status: str) -> int:
    """Return how many documents of a department have a status."""
    found = every(use.search_documents, "documents", department_id=department, status=status)
    applicable(found, "none")
    return len(found)


def longest(use: Toolbox, department: str) -> str:
    """Return the approved document of a department with the most pages."""
    found = every(use.search_documents, "documents", department_id=department, status="approved")
    return str(foremost(found, "pages")["id"])


def oldest_draft(use: Toolbox, department: str) -> str:
    """Return the draft of a department that was issued first."""
    found = every(use.search_documents, "documents", department_id=department, status="draft")
    return str(foremost(found, "issued_on", largest=False)["id"])


def create(use: Toolbox, title: str, kind: str, department: str) -> str:
    """Create a draft."""
    return str(use.create_document(title=title, kind=kind, department_id=department)["id"])


def _unarchived(use: Toolbox, document: str) -> dict[str, Any]:
    found: dict[str, Any] = use.get_document(document_id=document)
    applicable(found["status"] != "archived", "archived")
    return found


def _shareable(use: Toolbox, document: str, person: str, role: str) -> None:
    found, reader = _unarchived(use, document), use.get_person(person_id=person)
    applicable(reader["active"] and found["owner_id"] != person, "has left, or is the owner")
    applicable(not found["confidential"] or reader["department_id"] == found["department_id"], "confidential")
    held = [s["role"] for s in found["shared_with"] if s["person_id"] == person]
    applicable(not {role, "editor"} & set(held), "has it already")


def share_to_read(use: Toolbox, document: str, person: str) -> None:
    """Let a person read a document."""
    _shareable(use, document, person, "viewer")
    use.share_document(document_id=document, person_id=person, role="viewer")


def share_to_edit(use: Toolbox, document: str, person: str) -> None:
    """Let a person edit a document."""
    _shareable(use, document, person, "editor")
    use.share_document(document_id=document, person_id=person, role="editor")


def change_owner(use: Toolbox, document: str, person: str) -> None:
    """Give a document to another owner."""
    found, new = _unarchived(use, document), use.get_person(person_id=person)
    applicable(new["active"] and found["owner_id"] != person, "has left, or no change")
    use.update_document(document_id=document, owner_id=person)


def set_review(use: Toolbox, document: str, day: str) -> None:
    """Set when a document is to be reviewed."""
    applicable(_unarchived(use, document)["review_on"] != day, "no change")
    applicable(day >= use.today.isoformat(), "in the past")
    use.update_document(document_id=document, review_on=day)


def rename_file(use: Toolbox, document: str, name: str) -> None:
    """Give the file of a document another name."""
    applicable(_unarchived(use, document)["file_name"] != name, "no change")
    use.update_document(document_id=document, file_name=name)


def move(use: Toolbox, document: str, department: str) -> None:
    """Let a document belong to another department."""
    applicable(_unarchived(use, document)["department_id"] != department, "no change")
    use.update_document(document_id=document, department_id=department)


_FORWARD = {"draft": "in review", "in review": "approved", "approved": "archived"}


def advance(use: Toolbox, document: str) -> None:
    """Move a document on by one status."""
    status = _unarchived(use, document)["status"]
    use.set_document_status(document_id=document, status=_FORWARD[status])


def comment(use: Toolbox, document: str, value: Any) -> None:
    """Leave a comment with a value."""
    use.comment_on_document(document_id=document, body=f"To be taken into account here: {said(use, value)}.")
