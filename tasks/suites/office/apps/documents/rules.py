"""The company's rules for documents: how files are named, and when documents are reviewed."""

from datetime import date, timedelta
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox
from skillweave.tasks.suites.office.apps.documents.tables import KIND_NAMES
from skillweave.tasks.suites.office.common import add_months, ahead, closed_days, on_or_after_working

ANY_DOCUMENT = Input(types=("Document",))
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
PARTS = {
    "department": "the first {letters} letters of the department's name, in capitals, spaces left out",
    "kind": "the code of the kind of document (table below)",
    "title": "the title {style}",
    "period": "year and month of issue as {period}",
}
STYLES = {
    "lower": "in lower case, words joined by hyphens",
    "joined": "with spaces left out and letters as they are",
    "initials": "shortened to the first letter of each word, in capitals",
}


def _title(style: str, title: str) -> str:
    words = title.split()
    if style == "lower":
        return "-".join(words).lower()
    return "".join(words) if style == "joined" else "".join(w[0] for w in words).upper()


def _period(form: str, issued: str) -> str:
    year, month = issued[:4], issued[5:7]
    return {"YYYYMM": year + month, "YYMM": year[2:] + month, "MMYYYY": month + year}[form]


def _name(rule: Any, document: dict[str, Any], department: str) -> str:
    parts = {
        "department": department.replace(" ", "")[: rule["letters"]].upper(),
        "kind": rule["codes"][document["kind"]],
        "title": _title(rule["style"], document["title"]),
        "period": _period(rule["period"], document["issued_on"]),
    }
    name = "_".join([parts[p] for p in rule["order"]] + [f"v{document['version']:0{rule['digits']}d}"])
    name += f"_{rule['mark']}" if document["confidential"] else ""
    return f"{name}.{'docx' if document['status'] in ('draft', 'in review') else 'pdf'}"


def _department_name(use: Toolbox, document: dict[str, Any]) -> str:
    departments = use.list_departments()["departments"]
    return next(str(d["name"]) for d in departments if d["id"] == document["department_id"])


def _file_name(use: Toolbox, document: str) -> str:
    found = use.get_document(document_id=document)
    return _name(use.rule, found, _department_name(use, found))


def _name_from_title(use: Toolbox, document: str) -> str:
    found = use.get_document(document_id=document)
    return f"{found['title'].replace(' ', '_')}_v{found['version']}.docx"


def _name_without_padding(use: Toolbox, document: str) -> str:
    found = use.get_document(document_id=document)
    return _name({**use.rule, "digits": 1, "order": sorted(PARTS)}, found, _department_name(use, found))


def _draw_name(rng: Any) -> dict[str, Any]:
    lengths = int(rng.integers(1, 4))
    return {
        "order": [str(p) for p in rng.permutation(sorted(PARTS)[::-1])],
        "letters": int(rng.integers(2, 5)),
        "codes": {k: k[:lengths].upper() if k != "minutes" else "Z" * lengths for k in KIND_NAMES},
        "style": str(rng.choice(sorted(STYLES))),
        "period": str(rng.choice(["YYYYMM", "YYMM", "MMYYYY"])),
        "digits": int(rng.integers(3, 5)),
        "mark": str(rng.choice(["CONF", "INT", "SECRET"])),
    }


def _name_body(rule: Any) -> str:
    said = {p: t.format(**{**rule, "style": STYLES[rule["style"]]}) for p, t in PARTS.items()}
    steps = "\n".join(f"{i}. {said[p]}" for i, p in enumerate(rule["order"], 1))
    codes = "\n".join(f"| {kind} | {code} |" for kind, code in rule["codes"].items())
    example = {"title": "Roof repair report Berlin", "kind": "report", "issued_on": "2024-03-09", "version": 2}
    name = _name(rule, {**example, "confidential": True, "status": "draft"}, "Human Resources")
    return f"""# Names of document files

The name is made of these parts, in this order, joined by underscores:

{steps}
5. the version as `v` and {rule["digits"]} digits, with leading zeros

A confidential document gets the mark `{rule["mark"]}` as a last part, joined by an underscore too. The extension is
`.docx` for drafts and documents in review, and `.pdf` for approved and archived ones.

| kind | code |
|---|---|
{codes}

Title, kind, version, status and date of issue are those in the document store; its present file name does not matter.

Example: the confidential draft report "Roof repair report Berlin" of Human Resources, version 2, issued on 9 March
2024, is named `{name}`.
"""


def _on_weekday(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _review(use: Toolbox, document: str) -> str:
    found = use.get_document(document_id=document)
    rule = use.rule
    months = rule["months"][found["kind"]] - (rule["sooner"] if found["confidential"] else 0)
    day = _on_weekday(add_months(date.fromisoformat(found["issued_on"]), months), rule["weekday"])
    return ahead(use, on_or_after_working(day, closed_days(use, day, day + timedelta(days=30))).isoformat())


def _review_any_day(use: Toolbox, document: str) -> str:
    found = use.get_document(document_id=document)
    months = use.rule["months"][found["kind"]] - (use.rule["sooner"] if found["confidential"] else 0)
    return add_months(date.fromisoformat(found["issued_on"]), months).isoformat()


def _review_after_a_year(use: Toolbox, document: str) -> str:
    issued = date.fromisoformat(use.get_document(document_id=document)["issued_on"])
    return _on_weekday(add_months(issued, 12), use.rule["weekday"]).isoformat()


def _draw_review(rng: Any) -> dict[str, Any]:
    months = [int(m) for m in rng.choice([9, 10, 11, 13, 14, 15, 16, 18, 20], size=len(KIND_NAMES), replace=False)]
    return {
        "months": dict(zip(KIND_NAMES, months, strict=True)),
        "sooner": int(rng.integers(3, 7)),
        "weekday": int(rng.integers(0, 5)),
    }


def _review_body(rule: Any) -> str:
    table = "\n".join(f"| {kind} | {months} |" for kind, months in rule["months"].items())
    weekday = WEEKDAYS[rule["weekday"]]
    return f"""# Review of documents

A document is due for review a number of months after its present version was issued:

| kind | months |
|---|---|
{table}

- A confidential document is due {rule["sooner"]} months sooner.
- So many months later means the same day of the month, or the last day of a month that is too short.
- Reviews begin on a {weekday}: take the first {weekday} that is not before the day found so far. Where it is a company
  holiday, take the next working day (Monday to Friday, no company holiday).
- A review date that was recorded before does not matter, nor does it matter whether the date is past.

Example: a manual that is not confidential, issued on 31 March, is due {rule["months"]["manual"]} months
later, on the next {weekday} if that day is none.
"""


PROCEDURAL = (
    Skill(
        id="documents.work_out_file_name",
        description="Work out the name that a document's file must have under the naming convention.",
        inputs={"document": ANY_DOCUMENT},
        output="DocumentName",
        tools=("get_document", "list_departments"),
        procedure=_file_name,
        rule=Rule(
            draw=_draw_name,
            body=_name_body,
            naive={"title and version": _name_from_title, "usual order": _name_without_padding},
        ),
        phrases=(
            "Work out the file name that {document} must have under the naming convention.",
            "Determine how the file of {document} is to be named under the company's convention.",
            "Apply the naming convention for files to {document}.",
        ),
        nouns=(
            "the file name of {document} under the naming convention",
            "the name that the naming convention gives the file of {document}",
        ),
        reference="proper file name",
    ),
    Skill(
        id="documents.work_out_review_date",
        description="Work out when a document is due for review under the company's rule.",
        inputs={"document": ANY_DOCUMENT},
        output="Date",
        tools=("get_document", "list_company_holidays"),
        procedure=_review,
        rule=Rule(
            draw=_draw_review,
            body=_review_body,
            naive={"any day of the week": _review_any_day, "after a year": _review_after_a_year},
        ),
        phrases=(
            "Work out when {document} is due for review under the review rule.",
            "Determine the review date of {document} by the company's review rule.",
            "Apply the review rule to {document} to find the day on which its review is due.",
        ),
        nouns=(
            "the review date that the review rule gives {document}",
            "the day on which {document} is due for review by the rule",
        ),
        reference="rule's review date",
    ),
)
