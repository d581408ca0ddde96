"""The company's rules for channels: when an idle one is archived, and how many moderators one needs."""

from datetime import date, timedelta
from math import ceil
from typing import Any

from skillweave.tasks.skills import Input, Rule, Skill, Toolbox
from skillweave.tasks.suites.office.apps.chat.procedures import last_day
from skillweave.tasks.suites.office.common import add_months, ahead, closed_days, shift_working

ANY_CHANNEL = Input(types=("Channel",))


def _archive_day(use: Toolbox, channel: str) -> str:
    rule = use.rule
    last = date.fromisoformat(last_day(use, channel))
    size = len(use.get_channel(channel_id=channel)["members"])
    days = rule["large_days"] if size >= rule["large"] else rule["small_days"]
    closed = closed_days(use, last, last + timedelta(days=2 * days + 60))
    due = shift_working(last, days, closed)
    month_end = add_months(due.replace(day=1), 1)
    return ahead(use, shift_working(month_end, -1, closed).isoformat())


def _archive_without_month_end(use: Toolbox, channel: str) -> str:
    last = date.fromisoformat(last_day(use, channel))
    return (last + timedelta(days=use.rule["small_days"])).isoformat()


def _archive_at_end_of_this_month(use: Toolbox, channel: str) -> str:
    last = date.fromisoformat(last_day(use, channel))
    return (add_months(last.replace(day=1), 1) - timedelta(days=1)).isoformat()


def _draw_archive(rng: Any) -> dict[str, Any]:
    small = int(rng.integers(22, 35))
    return {"small_days": small, "large_days": small + int(rng.integers(25, 45)), "large": int(rng.integers(8, 12))}


def _archive_body(rule: Any) -> str:
    return f"""# Archiving idle channels

A channel becomes *idle* a number of working days after the day of its last message from before today:

| members | working days |
|---|---|
| fewer than {rule["large"]} | {rule["small_days"]} |
| {rule["large"]} or more | {rule["large_days"]} |

Working days are Monday to Friday without company holidays; the day of the message does not count. The channel is
archived on the **last working day of the month** in which it becomes idle.

The date is worked out in the same way where it is already past, and for channels that were archived earlier.

Example: a channel that becomes idle on 5 June 2024 is archived on Friday, 28 June 2024 (no holiday).
"""


def _moderators(use: Toolbox, channel: str) -> int:
    rule, members = use.rule, use.get_channel(channel_id=channel)["members"]
    sites = len({m["site"] for m in members})
    more: int = rule["extra"] if sites >= rule["sites"] else 0
    groups: int = ceil(len(members) / rule["group"])
    return groups + more


def _moderators_by_size(use: Toolbox, channel: str) -> int:
    return max(1, len(use.get_channel(channel_id=channel)["members"]) // int(use.rule["group"]))


def _one_moderator(use: Toolbox, channel: str) -> int:
    return 1


def _draw_moderators(rng: Any) -> dict[str, Any]:
    return {"group": int(rng.integers(3, 6)), "sites": int(rng.integers(3, 6)), "extra": int(rng.integers(1, 4))}


def _moderators_body(rule: Any) -> str:
    return f"""# Moderators of a channel

A channel needs one moderator for every *started* group of {rule["group"]} members, the owner counted among the members.
Where the members sit at {rule["sites"]} or more different sites, it needs {rule["extra"]} more.

How many messages are posted, and whether the channel is archived, does not matter.

Example: {2 * rule["group"] + 1} members at one site need 3 moderators.
"""


PROCEDURAL = (
    Skill(
        id="chat.work_out_archive_date",
        description="Work out when an idle channel is archived under the company's rule.",
        inputs={"channel": ANY_CHANNEL},
        output="Date",
        tools=("get_channel", "list_messages", "list_company_holidays"),
        procedure=_archive_day,
        rule=Rule(
            draw=_draw_archive,
            body=_archive_body,
            naive={"calendar days": _archive_without_month_end, "same month": _archive_at_end_of_this_month},
        ),
        phrases=(
            "Work out on which day {channel} is to be archived under the rule for idle channels.",
            "Determine the archiving date that the rule for idle channels gives {channel}.",
            "Apply the rule for idle channels to {channel} to find its archiving date.",
        ),
        nouns=(
            "the archiving date of {channel} under the rule for idle channels",
            "the day on which the rule for idle channels has {channel} archived",
        ),
        reference="archiving date",
    ),
    Skill(
        id="chat.work_out_moderators",
        description="Work out how many moderators a channel needs under the company's rule.",
        inputs={"channel": ANY_CHANNEL},
        output="Count",
        tools=("get_channel",),
        procedure=_moderators,
        rule=Rule(
            draw=_draw_moderators,
            body=_moderators_body,
            naive={"full groups only": _moderators_by_size, "one is enough": _one_moderator},
        ),
        phrases=(
            "Work out how many moderators {channel} needs under the moderator rule.",
            "Determine the number of moderators that {channel} must have.",
            "Apply the moderator rule to {channel}.",
        ),
        nouns=("the number of moderators that {channel} needs", "the number of moderators {channel} must have by rule"),
        reference="number of moderators",
    ),
)
