"""Documents: what the tools do and refuse, and that skills and descriptions hold on several worlds."""

import pytest
from office_checks import Desk, misled, naive_share, outcomes

from skillweave.tasks.skills import Toolbox
from skillweave.tasks.suites.office.suite import OFFICE
from skillweave.tasks.tools import ToolError


@pytest.fixture
def desk() -> Desk:
    return Desk(4)


def person(desk: Desk, where: str = "active = 1") -> str:
    return str(desk.one(f"SELECT id FROM people WHERE {where} AND id <> ? ORDER BY id", desk.world.user))


def document(desk: Desk, where: str) -> str:
    return str(desk.one(f"SELECT id FROM documents WHERE {where} ORDER BY id"))


def test_documents_are_searched_newest_first(desk: Desk) -> None:
    found = desk.search_documents(status="approved", kind="report")["documents"]
    assert {(d["status"], d["kind"]) for d in found} == {("approved", "report")}
    assert [d["issued_on"] for d in found] == sorted((d["issued_on"] for d in found), reverse=True)
    owner = desk.get_document(document_id=found[0]["id"])["owner_id"]
    assert found[0]["id"] in [d["id"] for d in desk.search_documents(owner_id=owner, kind="report")["documents"]]
    assert desk.search_documents()["next_page"] == 2
    with pytest.raises(ToolError, match="Use search_documents"):
        desk.get_document(document_id="DOC-99999")
    with pytest.raises(ToolError, match="Use search_documents"):
        desk.list_document_comments(document_id="DOC-99999")


def test_a_new_document_is_a_draft_of_the_user(desk: Desk) -> None:
    department = desk.one("SELECT id FROM departments ORDER BY id")
    made = desk.create_document(title="House rules", kind="policy", department_id=department)
    assert (made["status"], made["owner_id"], made["version"]) == ("draft", desk.world.user, 1)
    with pytest.raises(ToolError, match="list_departments"):
        desk.create_document(title="House rules", kind="policy", department_id="DEP-99999")


def test_a_document_is_changed_field_by_field_unless_archived(desk: Desk) -> None:
    draft = document(desk, "status = 'draft'")
    assert desk.update_document(document_id=draft, file_name="a.docx")["file_name"] == "a.docx"
    for arguments, complaint in (
        ({}, "Nothing to change"),
        ({"owner_id": person(desk, "active = 0")}, "has left"),
        ({"department_id": "DEP-99999"}, "list_departments"),
        ({"review_on": "2020-01-01"}, "before today"),
        ({"review_on": "soon"}, "must be a day"),
    ):
        with pytest.raises(ToolError, match=complaint):
            desk.update_document(document_id=draft, **arguments)
    archived = document(desk, "status = 'archived'")
    with pytest.raises(ToolError, match="is archived"):
        desk.update_document(document_id=archived, title="Other")
    with pytest.raises(ToolError, match="is archived"):
        desk.share_document(document_id=archived, person_id=person(desk), role="viewer")


def test_the_status_moves_on_in_order(desk: Desk) -> None:
    draft = document(desk, "status = 'draft'")
    with pytest.raises(ToolError, match="can only become in review, not 'approved'"):
        desk.set_document_status(document_id=draft, status="approved")
    for status in ("in review", "draft", "in review", "approved", "archived"):
        assert desk.set_document_status(document_id=draft, status=status)["status"] == status
    with pytest.raises(ToolError, match="stays as it is"):
        desk.set_document_status(document_id=draft, status="draft")


def test_confidential_documents_stay_in_their_department(desk: Desk) -> None:
    secret = document(desk, "confidential = 1 AND status <> 'archived'")
    shown = desk.get_document(document_id=secret)
    outside = person(desk, f"active = 1 AND department_id <> '{shown['department_id']}'")
    with pytest.raises(ToolError, match="is confidential"):
        desk.share_document(document_id=secret, person_id=outside, role="viewer")
    colleague = person(
        desk, f"active = 1 AND department_id = '{shown['department_id']}' AND id <> '{shown['owner_id']}'"
    )
    for role in ("viewer", "editor"):
        shared = desk.share_document(document_id=secret, person_id=colleague, role=role)["shared_with"]
        assert [s["role"] for s in shared if s["person_id"] == colleague] == [role]
    assert desk.unshare_document(document_id=secret, person_id=colleague)["shared_with"] == shown["shared_with"]
    with pytest.raises(ToolError, match="is not shared with"):
        desk.unshare_document(document_id=secret, person_id=colleague)


def test_the_owner_and_people_who_left_get_no_share(desk: Desk) -> None:
    key = document(desk, "confidential = 0 AND status = 'draft' AND owner_id IN (SELECT id FROM people WHERE active)")
    owner = desk.get_document(document_id=key)["owner_id"]
    with pytest.raises(ToolError, match="owns"):
        desk.share_document(document_id=key, person_id=owner, role="viewer")
    with pytest.raises(ToolError, match="has left"):
        desk.share_document(document_id=key, person_id=person(desk, "active = 0"), role="viewer")


def test_comments_are_listed_oldest_first(desk: Desk) -> None:
    key = document(desk, "status = 'draft'")
    desk.comment_on_document(document_id=key, body="Fine.")
    last = desk.list_document_comments(document_id=key)["comments"][-1]
    assert (last["body"], last["author_id"]) == ("Fine.", desk.world.user)


def test_a_file_name_follows_the_convention_of_its_world() -> None:
    desk = Desk(4)
    rule = {
        "order": ["kind", "title", "department", "period"],
        "letters": 3,
        "codes": {"policy": "PO", "contract": "CO", "report": "RE", "manual": "MA", "minutes": "ZZ"},
        "style": "lower",
        "period": "YYMM",
        "digits": 3,
        "mark": "INT",
    }
    legal = desk.one("SELECT id FROM departments WHERE name = 'Legal'")
    made = desk.create_document(title="House rules", kind="policy", department_id=legal)
    use = Toolbox(world=desk.world, catalogue=OFFICE.tools, rule=rule)
    name = OFFICE.skills["documents.work_out_file_name"].procedure(use, document=made["id"])
    assert name == f"PO_house-rules_LEG_{desk.world.today:%y%m}_v001.docx"


def test_skills_apply_to_random_bindings_and_do_what_they_declare() -> None:
    for skill, counts in outcomes("documents", range(1, 4), 12).items():
        assert set(counts) <= {"done", "not applicable"}, (skill, counts)
        assert counts["done"] >= 0.3 * counts.total(), (skill, counts)


def test_every_unique_description_leads_to_its_document() -> None:
    assert [misled("Document", seed, 30) for seed in (1, 2)] == [[], []]


@pytest.mark.parametrize("skill", [s.id for s in OFFICE.procedural.values() if s.app == "documents"])
def test_who_did_not_read_the_rule_is_usually_wrong(skill: str) -> None:
    assert min(naive_share(skill, range(1, 5), 10).values()) > 0.6
