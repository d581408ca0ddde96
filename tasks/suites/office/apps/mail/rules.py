"""The company's rules for mail: until when to answer, and until when to keep."""

from datetime import date, datetime, timedelta
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox, applicable
from skillweave.tasks.suites.office.apps.mail.tables import FOLDERS, PRIORITIES
from skillweave.tasks.suites.office.common import add_months, ahead, closed_days, is_working, on_or_after_working

ANY_MAIL = Input(types=("Mail",))
PERIODS = {1: "month", 3: "quarter", 6: "half-year", 12: "year"}


def _sent(mail: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(mail["sent_at"])


def _answer_day(use: Toolbox, mail: str) -> str:
    found = use.get_mail(mail_id=mail)
    sent = _sent(found)
    opens, closes = use.rule["opens"] * 60, use.rule["closes"] * 60
    closed = closed_days(use, sent.date(), sent.date() + timedelta(days=60))
    left = use.rule["hours"][found["priority"]] * 60
    day, minute = sent.date(), sent.hour * 60 + sent.minute
    while True:
        begins = max(minute, opens)
        if is_working(day, closed) and begins < closes:
            if left <= closes - begins:
                return ahead(use, day.isoformat())
            left -= closes - begins
        day, minute = day + timedelta(days=1), 0


def _answer_by_the_clock(use: Toolbox, mail: str) -> str:
    found = use.get_mail(mail_id=mail)
    return (_sent(found) + timedelta(hours=use.rule["hours"][found["priority"]])).date().isoformat()


def _answer_in_whole_days(use: Toolbox, mail: str) -> str:
    found = use.get_mail(mail_id=mail)
    return (_sent(found) + timedelta(days=use.rule["hours"][found["priority"]] // 8)).date().isoformat()


def _draw_answer(rng: Any) -> dict[str, Any]:
    hours = {
        "high": int(rng.integers(11, 15)),
        "normal": int(rng.integers(24, 40)),
        "low": int(rng.integers(50, 80)),
    }
    return {"hours": hours, "opens": int(rng.integers(7, 10)), "closes": int(rng.integers(15, 18))}


def _answer_body(rule: Any) -> str:
    table = "\n".join(f"| {p} | {rule['hours'][p]} |" for p in reversed(PRIORITIES))
    opens, closes = rule["opens"], rule["closes"]
    return f"""# Deadline for answering mail

A mail must be answered within a number of *business hours* after it was sent:

| priority | business hours |
|---|---|
{table}

- Business hours run from {opens}:00 to {closes}:00, {closes - opens} a day, Monday to Friday without company holidays.
- The clock runs only in business hours. A mail sent before {opens}:00 counts from {opens}:00 that day; one sent at
  {closes}:00 or later, or on a day off, counts from {opens}:00 of the next working day.
- Wanted is the *day* on which the time is up. Time that is up exactly at {closes}:00 is up on that day.
- Whether the mail was answered, or the deadline is past, does not matter.

Example: a mail with {closes - opens + 2} business hours, sent on a Monday at {opens}:00, must be answered on Tuesday
(no holidays).
"""


def _end_of_period(day: date, months: int) -> date:
    """Return the last day of the month, quarter, half-year or year in which a day lies."""
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return add_months(first, months) - timedelta(days=1)


def _keep_until(use: Toolbox, mail: str) -> str:
    found = use.get_mail(mail_id=mail)
    rule = use.rule["folders"][found["folder"]]
    start = _end_of_period(_sent(found).date(), rule["period"]) + timedelta(days=1)
    months = rule["months"] + (use.rule["attached"] if found["document_id"] else 0)
    last = add_months(start, months) - timedelta(days=1)
    applicable(last.year <= use.today.year + 3, "holidays are not known")
    return on_or_after_working(last, closed_days(use, last, last + timedelta(days=30))).isoformat()


def _keep_from_sending(use: Toolbox, mail: str) -> str:
    found = use.get_mail(mail_id=mail)
    months = use.rule["folders"][found["folder"]]["months"] + (use.rule["attached"] if found["document_id"] else 0)
    return add_months(_sent(found).date(), months).isoformat()


def _keep_as_inbox(use: Toolbox, mail: str) -> str:
    rule = use.rule["folders"]["Inbox"]
    start = _end_of_period(_sent(use.get_mail(mail_id=mail)).date(), rule["period"])
    return add_months(start, rule["months"]).isoformat()


def _draw_keeping(rng: Any) -> dict[str, Any]:
    months = rng.choice([3, 4, 6, 8, 9, 10, 14], size=len(FOLDERS), replace=False)
    periods = rng.permutation([1, 3, 6, 12, int(rng.choice([1, 3, 6]))])
    return {
        "folders": {f: {"months": int(m), "period": int(p)} for f, m, p in zip(FOLDERS, months, periods, strict=True)},
        "attached": int(rng.choice([2, 5, 7])),
    }


def _keeping_body(rule: Any) -> str:
    rows = ((f, r["months"], PERIODS[r["period"]]) for f, r in rule["folders"].items())
    table = "\n".join(f"| {f} | {months} months | calendar {period} |" for f, months, period in rows)
    example = rule["folders"]["Inbox"]
    end = _end_of_period(date(2024, 2, 5), example["period"])
    last = add_months(end + timedelta(days=1), example["months"]) - timedelta(days=1)
    return f"""# Keeping mail

A mail is kept for a time that depends on the folder in which it is now. The time begins when the calendar period in
which the mail was sent has ended:

| folder | kept for | counted from the end of the |
|---|---|---|
{table}

- A mail with an attached document is kept {rule["attached"]} months longer.
- Half-years end on 30 June and 31 December, quarters on the last of March, June, September and December.
- The retention date is the last day of that time. Where it is no working day (Saturday, Sunday or company holiday), the
  retention date is the next working day.

Example: a mail in the Inbox without attachment, sent on 5 February 2024: its {PERIODS[example["period"]]} ends on
{end.isoformat()}, the last day is {last.isoformat()}, a {last:%A}{", so the date moves on" * (last.weekday() > 4)}.
"""


PROCEDURAL = (
    Skill(
        id="mail.work_out_answer_deadline",
        description="Work out the day by which a mail must be answered under the company's rule.",
        inputs={"mail": ANY_MAIL},
        output="Date",
        tools=("get_mail", "list_company_holidays"),
        procedure=_answer_day,
        rule=Rule(
            draw=_draw_answer,
            body=_answer_body,
            naive={"by the clock": _answer_by_the_clock, "days of eight hours": _answer_in_whole_days},
        ),
        phrases=(
            "Work out the day by which {mail} must be answered under the answering rule.",
            "Determine the deadline day for answering {mail} by the company's rule.",
            "Apply the rule on answering mail to {mail} and find the last day for an answer.",
        ),
        nouns=(
            "the day by which {mail} must be answered under the answering rule",
            "the deadline day that the answering rule gives {mail}",
        ),
        reference="answer deadline",
    ),
    Skill(
        id="mail.work_out_retention_date",
        description="Work out until when a mail must be kept under the company's rule.",
        inputs={"mail": ANY_MAIL},
        output="Date",
        tools=("get_mail", "list_company_holidays"),
        procedure=_keep_until,
        rule=Rule(
            draw=_draw_keeping,
            body=_keeping_body,
            naive={"from the day of sending": _keep_from_sending, "as in the inbox": _keep_as_inbox},
        ),
        phrases=(
            "Work out the retention date of {mail}.",
            "Determine until which day {mail} must be kept under the retention rule.",
            "Apply the retention rule to {mail} to find its retention date.",
        ),
        nouns=("the retention date of {mail}", "the day until which {mail} must be kept under the retention rule"),
        reference="retention date",
    ),
)
