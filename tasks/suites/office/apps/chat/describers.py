"""Ways to point at a channel in words."""

from skillweave.tasks.skills import Describer, Toolbox, only
from skillweave.tasks.suites.office.apps.steps import every, foremost


def _by_name(use: Toolbox, name: str) -> str:
    found = every(use.search_channels, "channels", name=name)
    return str(only([c for c in found if c["name"] == name], "channels")["id"])


def _by_topic(use: Toolbox, topic: str, owner: str) -> str:
    found = every(use.search_channels, "channels")
    return str(only([c for c in found if c["topic"] == topic and c["owner"] == owner], "channels")["id"])


def _by_size(use: Toolbox, department: str, members: int) -> str:
    key = next(d["id"] for d in use.list_departments()["departments"] if d["name"] == department)
    found = every(use.search_channels, "channels", department_id=key)
    return str(only([c for c in found if c["members"] == members], "channels")["id"])


def _smallest(use: Toolbox, department: str) -> str:
    key = next(d["id"] for d in use.list_departments()["departments"] if d["name"] == department)
    found = every(use.search_channels, "channels", department_id=key)
    return str((found[0] if len(found) == 1 else foremost(found, "members", largest=False))["id"])


_SIZED = (
    "SELECT c.id AS key, d.name AS department, count(*) AS members FROM channels c JOIN departments d"
    " ON d.id = c.department_id JOIN channel_members m ON m.channel_id = c.id GROUP BY c.id"
)

DESCRIBERS = (
    Describer(
        type="Channel",
        kind="name",
        candidates="SELECT id AS key, name FROM channels",
        text=("the channel {name}", "the chat channel {name}"),
        resolve=_by_name,
    ),
    Describer(
        type="Channel",
        kind="attribute",
        candidates="SELECT c.id AS key, c.topic, p.name AS owner FROM channels c JOIN people p ON p.id = c.owner_id",
        text=('the chat channel on "{topic}" that {owner} owns',),
        resolve=_by_topic,
    ),
    Describer(
        type="Channel",
        kind="relation",
        candidates=_SIZED,
        text=("the chat channel with {members} members that serves {department}",),
        resolve=_by_size,
    ),
    Describer(
        type="Channel",
        kind="superlative",
        candidates=f"WITH sized AS ({_SIZED}) SELECT key, department FROM sized s"
        " WHERE members = (SELECT min(o.members) FROM sized o WHERE o.department = s.department)",
        text=("the chat channel with the fewest members that serves {department} (archived ones included)",),
        resolve=_smallest,
    ),
)
