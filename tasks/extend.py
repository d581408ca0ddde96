"""A suite with more in it: apps, tools and skills of one's own beside those of a suite that is there."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from skillweave.tasks.apps import App
from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.skills import Skill
from skillweave.tasks.tools import Tool
from skillweave.taxonomy.errors import UserError


def extended(
    base: AppSuite,
    *,
    apps: Iterable[App] = (),
    tools: Iterable[Tool] = (),
    skills: Iterable[Skill] = (),
    workflows: Iterable[Sequence[str]] = (),
) -> AppSuite:
    """Return the suite with more apps, tools, skills and workflows; the worlds of its own apps stay row for row.

    A skill belongs to the app that its id names, and raises `UserError` where there is none. Its version is the base's
    with a hash of its own: scores of the two are not comparable.
    """
    told, more_tools, more_skills = tuple(map(tuple, workflows)), tuple(tools), tuple(skills)
    found = {app.name: app for app in (*base.apps.apps, *apps)}
    for skill in more_skills:
        if skill.app not in found:
            raise UserError(
                f"skill {skill.id!r} names the app {skill.app!r}, which suite {base.name!r} has not",
                hint=f"there is {', '.join(found)}",
            )
        found[skill.app] = replace(found[skill.app], skills=(*found[skill.app].skills, skill))
    if more_tools:
        last = next(reversed(found))
        found[last] = replace(found[last], tools=(*found[last].tools, *more_tools))
    return AppSuite(
        apps=replace(base.apps, apps=tuple(found.values())),
        corpus=lambda: (*base.corpus(), *told),
    )
