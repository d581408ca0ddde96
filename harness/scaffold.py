"""New files to start from: a suite of one's own, or one more skill beside those of a suite."""

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from skillweave.taxonomy.artifacts import atomic_write
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.tasks.apps import App
    from skillweave.tasks.appsuite import AppSuite
    from skillweave.tasks.tools import Tool
    from skillweave.tasks.values import ValueType

_NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")


def new_suite(name: str, folder: Path) -> Path:
    """Write ``NAME.py`` with a small suite that works, and return its path.

    Raises `UserError` for what is no name in lower case, and where the file is there already.
    """
    if not _NAME.fullmatch(name):
        raise UserError(f"no name for a suite: {name!r}", hint="use lower-case letters, digits and _: lending_desk")
    return _write(folder / f"{name}.py", "suite.txt", {"NAME": name, "APP": name})


def new_skill(name: str, suite: str, folder: Path) -> Path:
    """Write ``APP_NAME.py`` with a skill that works beside those of a suite, and return its path.

    Raises `UserError` for a name that is not APP.VERB_OBJECT, an app that the suite has not, and a skill that is there.
    """
    from skillweave.tasks.appsuite import AppSuite
    from skillweave.tasks.suites.registry import load_suite

    base = load_suite(suite)
    if not isinstance(base, AppSuite):
        raise UserError(f"suite {suite!r} brings its own tasks: no skill can be added", hint="use office")
    app_name, dot, rest = name.partition(".")
    if not dot or not _NAME.fullmatch(rest):
        raise UserError(f"no name for a skill: {name!r}", hint="write it as APP.VERB_OBJECT: people.find_phone")
    if name in base.apps.skills:
        raise UserError(f"suite {suite!r} has the skill {name!r} already", hint="choose another name")
    app = next((a for a in base.apps.apps if a.name == app_name), None)
    if app is None:
        known = ", ".join(a.name for a in base.apps.apps)
        raise UserError(f"suite {suite!r} has no app {app_name!r}", hint=f"there is {known}")
    kind, tool = _subject(base, app)
    words = {
        "ID": name,
        "SUITE": suite,
        "FILE": f"{app_name}_{rest}.py",
        "TYPE": kind.name,
        "A_NOUN": f"{'an' if kind.noun[0] in 'aeiou' else 'a'} {kind.noun}",
        "INPUT": kind.noun.replace(" ", "_"),
        "TOOL": tool.name,
        "ARGUMENT": tool.parameters["required"][0],
        "NEIGHBOUR": next(s.id for s in app.skills if "Count" not in (s.output or "")),
    }
    return _write(folder / words["FILE"], "skill.txt", words)


def _subject(base: "AppSuite", app: "App") -> tuple["ValueType", "Tool"]:
    """Return an entity type of the app and the tool that shows one such entity."""
    for kind in app.types:
        if kind.kind != "entity" or kind.name not in base.apps.describers:
            continue
        for tool in app.tools:
            needed = tool.parameters["required"]
            if tool.name.startswith("get_") and len(needed) == 1:
                thing = needed[0].removesuffix("_id")
                if thing in kind.noun or str(kind.table).endswith(f"{thing}s"):
                    return kind, tool
    raise UserError(f"app {app.name!r} has no tool that shows one entity", hint="choose another app")


def _write(path: Path, template: str, words: dict[str, str]) -> Path:
    if path.exists():
        raise UserError(f"{str(path)!r} is there already", hint="choose another name, or move the file away")
    if not path.parent.is_dir():
        raise UserError(f"no folder {str(path.parent)!r}", hint="make it first")
    text = (files("skillweave.harness") / "scaffolds" / template).read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    with atomic_write(path) as stream:
        stream.write(text)
    return path
