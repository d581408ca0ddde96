"""Ways to point at a document in words."""

from skillweave.tasks.skills import Describer, Toolbox, only
from skillweave.tasks.suites.office.apps.steps import every, foremost


def _department(use: Toolbox, name: str) -> str:
    return str(next(d["id"] for d in use.list_departments()["departments"] if d["name"] == name))


def _by_title(use: Toolbox, title: str) -> str:
    found = every(use.search_documents, "documents", title=title)
    return str(only([d for d in found if d["title"] == title], "documents")["id"])


def _by_title_and_version(use: Toolbox, title: str, version: int) -> str:
    found = every(use.search_documents, "documents", title=title)
    return str(only([d for d in found if d["title"] == title and d["version"] == version], "documents")["id"])


def _by_kind_and_day(use: Toolbox, kind: str, department: str, issued_on: str) -> str:
    found = every(use.search_documents, "documents", kind=kind, department_id=_department(use, department))
    return str(only([d for d in found if d["issued_on"] == issued_on], "documents")["id"])


def _by_owner(use: Toolbox, kind: str, owner: str) -> str:
    people = [p for p in every(use.search_people, "people", name=owner) if p["name"] == owner]
    found = [d for p in people for d in every(use.search_documents, "documents", owner_id=p["id"], kind=kind)]
    return str(only(found, "documents")["id"])


def _newest_of_kind(use: Toolbox, kind: str, department: str) -> str:
    found = every(use.search_documents, "documents", kind=kind, department_id=_department(use, department))
    return str((found[0] if len(found) == 1 else foremost(found, "issued_on"))["id"])


DESCRIBERS = (
    Describer(
        type="Document",
        kind="name",
        candidates="SELECT id AS key, title FROM documents",
        text=('the document "{title}"',),
        resolve=_by_title,
    ),
    Describer(
        type="Document",
        kind="name",
        candidates="SELECT id AS key, title, version FROM documents",
        text=('the document "{title}" (version {version})',),
        resolve=_by_title_and_version,
    ),
    Describer(
        type="Document",
        kind="attribute",
        candidates="SELECT d.id AS key, d.kind, p.name AS department, d.issued_on FROM documents d"
        " JOIN departments p ON p.id = d.department_id WHERE d.kind <> 'minutes'",
        text=("the {kind} of {department} issued on {issued_on}",),
        resolve=_by_kind_and_day,
    ),
    Describer(
        type="Document",
        kind="relation",
        candidates="SELECT d.id AS key, d.kind, p.name AS owner FROM documents d JOIN people p ON p.id = d.owner_id"
        " WHERE p.active = 1 AND d.kind <> 'minutes'",
        text=("the {kind} owned by {owner}",),
        resolve=_by_owner,
    ),
    Describer(
        type="Document",
        kind="superlative",
        candidates="SELECT d.id AS key, d.kind, p.name AS department FROM documents d"
        " JOIN departments p ON p.id = d.department_id WHERE d.kind <> 'minutes' AND d.issued_on = (SELECT"
        " max(o.issued_on) FROM documents o WHERE o.kind = d.kind AND o.department_id = d.department_id)",
        text=("the most recently issued {kind} of {department}",),
        resolve=_newest_of_kind,
    ),
)
