"""What one can do with documents."""

from typing import Annotated, Any, Literal

from pydantic import Field

from skillweave.tasks.suites.office.common import day_of, matches, need, paged
from skillweave.tasks.tools import ToolError
from skillweave.tasks.world import Row, World

Kind = Literal["policy", "contract", "report", "manual", "minutes"]
Status = Literal["draft", "in review", "approved", "archived"]
Role = Literal["viewer", "editor"]
Page = Annotated[int, Field(ge=1)]
Words = Annotated[str, Field(min_length=1)]

NEXT = {"draft": ("in review",), "in review": ("approved", "draft"), "approved": ("archived",), "archived": ()}


def search_documents(
    world: World,
    title: str | None = None,
    owner_id: str | None = None,
    department_id: str | None = None,
    kind: Kind | None = None,
    status: Status | None = None,
    page: Page = 1,
) -> dict[str, Any]:
    """Find documents, twenty a page, the most recently issued first.

    Args:
        title: words of the title
        owner_id: id of the person who owns the document
        department_id: id of the department to which the document belongs
        kind: policy, contract, report, manual or minutes
        status: draft, in review, approved or archived; all without it
        page: page of the result
    """
    sql = (
        "SELECT d.id, d.title, d.file_name, d.kind, d.status, d.version, d.pages, d.issued_on, p.name AS owner"
        " FROM documents d JOIN people p ON p.id = d.owner_id WHERE 1 = 1"
    )
    given = {"owner_id": owner_id, "department_id": department_id, "kind": kind, "status": status}
    filters = {name: value for name, value in given.items() if value is not None}
    sql += "".join(f" AND d.{name} = ?" for name in filters)
    rows = world.rows(f"{sql} ORDER BY d.issued_on DESC, d.id", *filters.values())
    return paged("documents", [r for r in rows if matches(title, r["title"])], page)


def get_document(world: World, document_id: str) -> dict[str, Any]:
    """Show what is known about one document: owner, department, status, dates, and with whom it is shared.

    Args:
        document_id: id of the document, as a search shows it
    """
    row = need(world, "documents", document_id, "document", "search_documents")
    shares = world.rows(
        "SELECT s.person_id, p.name, s.role FROM document_shares s JOIN people p ON p.id = s.person_id"
        " WHERE s.document_id = ? ORDER BY p.name, p.id",
        document_id,
    )
    return {**row, "confidential": bool(row["confidential"]), "shared_with": shares}


def list_document_comments(world: World, document_id: str) -> dict[str, Any]:
    """List the comments on a document, oldest first.

    Args:
        document_id: id of the document
    """
    need(world, "documents", document_id, "document", "search_documents")
    rows = world.rows(
        "SELECT c.id, c.author_id, p.name AS author, c.written_on, c.body FROM document_comments c JOIN people p"
        " ON p.id = c.author_id WHERE c.document_id = ? ORDER BY c.written_on, c.id",
        document_id,
    )
    return {"comments": rows}


def create_document(world: World, title: Words, kind: Kind, department_id: str) -> dict[str, Any]:
    """Create an empty draft that you own, in its first version and not confidential.

    Args:
        title: title of the document
        kind: policy, contract, report, manual or minutes
        department_id: id of the department to which it belongs
    """
    need(world, "departments", department_id, "department", "list_departments")
    key = world.insert(
        "documents",
        title=title,
        file_name=f"{title}.docx",
        kind=kind,
        owner_id=world.user,
        department_id=department_id,
        status="draft",
        version=1,
        pages=1,
        confidential=0,
        issued_on=world.today.isoformat(),
        review_on=None,
    )
    return get_document(world, key)


def update_document(
    world: World,
    document_id: str,
    title: Words | None = None,
    file_name: Words | None = None,
    owner_id: str | None = None,
    department_id: str | None = None,
    review_on: str | None = None,
) -> dict[str, Any]:
    """Change what is recorded about a document; only the fields that are given change.

    Args:
        document_id: id of the document
        title: new title
        file_name: new name of the file, extension included
        owner_id: id of the new owner
        department_id: id of the new department
        review_on: day on which it is to be reviewed next, YYYY-MM-DD
    """
    _unarchived(world, document_id)
    if owner_id is not None:
        _working(world, owner_id)
    if department_id is not None:
        need(world, "departments", department_id, "department", "list_departments")
    day = day_of(review_on, "review_on").isoformat() if review_on is not None else None
    if day is not None and day < world.today.isoformat():
        raise ToolError(f"review_on {day} is before today ({world.today}); choose a later day.")
    given = {"title": title, "file_name": file_name, "owner_id": owner_id, "department_id": department_id}
    values = {name: value for name, value in {**given, "review_on": day}.items() if value is not None}
    if not values:
        raise ToolError("Nothing to change: give at least one field besides document_id.")
    world.update("documents", document_id, **values)
    return get_document(world, document_id)


def set_document_status(world: World, document_id: str, status: Status) -> dict[str, Any]:
    """Move a document on: draft to in review, in review to approved or back to draft, approved to archived.

    Args:
        document_id: id of the document
        status: the new status
    """
    row = need(world, "documents", document_id, "document", "search_documents")
    allowed = NEXT[row["status"]]
    if status not in allowed:
        ways = f"can only become {' or '.join(allowed)}" if allowed else "stays as it is"
        raise ToolError(f"{row['title']!r} is {row['status']} and {ways}, not {status!r}.")
    world.update("documents", document_id, status=status)
    return get_document(world, document_id)


def share_document(world: World, document_id: str, person_id: str, role: Role) -> dict[str, Any]:
    """Give a person access to a document, or change the access that the person has.

    A confidential document is shared only with people of the department to which it belongs.

    Args:
        document_id: id of the document
        person_id: id of the person
        role: viewer (may read) or editor (may read and write)
    """
    row = _unarchived(world, document_id)
    person = _working(world, person_id)
    if person_id == row["owner_id"]:
        raise ToolError(f"{person['name']} owns {row['title']!r} and has every right to it already.")
    if row["confidential"] and person["department_id"] != row["department_id"]:
        raise ToolError(f"{row['title']!r} is confidential; {person['name']} works in another department.")
    share = _share(world, document_id, person_id)
    if share is None:
        world.insert("document_shares", document_id=document_id, person_id=person_id, role=role)
    else:
        world.update("document_shares", share["id"], role=role)
    return get_document(world, document_id)


def unshare_document(world: World, document_id: str, person_id: str) -> dict[str, Any]:
    """Take away a person's access to a document.

    Args:
        document_id: id of the document
        person_id: id of the person
    """
    row = need(world, "documents", document_id, "document", "search_documents")
    share = _share(world, document_id, person_id)
    if share is None:
        raise ToolError(f"{row['title']!r} is not shared with {person_id!r}; get_document shows who has access.")
    world.delete("document_shares", share["id"])
    return get_document(world, document_id)


def comment_on_document(world: World, document_id: str, body: Words) -> dict[str, Any]:
    """Add a comment to a document.

    Args:
        document_id: id of the document
        body: text of the comment
    """
    need(world, "documents", document_id, "document", "search_documents")
    today = world.today.isoformat()
    key = world.insert("document_comments", document_id=document_id, author_id=world.user, body=body, written_on=today)
    return {"id": key, "document_id": document_id, "body": body}


def _unarchived(world: World, document: str) -> Row:
    row = need(world, "documents", document, "document", "search_documents")
    if row["status"] == "archived":
        raise ToolError(f"{row['title']!r} ({document}) is archived; it can no longer be changed or shared.")
    return row


def _working(world: World, person: str) -> Row:
    row = need(world, "people", person, "person", "search_people")
    if not row["active"]:
        raise ToolError(f"{row['name']} has left the company; choose someone whom search_people lists.")
    return row


def _share(world: World, document: str, person: str) -> Row | None:
    return world.row("SELECT id FROM document_shares WHERE document_id = ? AND person_id = ?", document, person)


TOOLS = (
    search_documents,
    get_document,
    list_document_comments,
    create_document,
    update_document,
    set_document_status,
    share_document,
    unshare_document,
    comment_on_document,
)
