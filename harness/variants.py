"""Variants of a tasks file, and instructions in the words of a model of Inspect's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.tasks.spec import TaskSpec
    from skillweave.tasks.suite import ToolSuite

Progress = Callable[[int, int], None]
"""(done, total)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded:
    """What a model made of instructions."""

    asked: int
    kept: int
    dropped: dict[str, int]
    """rewrites that were not kept, by reason"""
    problem: str
    """the first call that failed, '' where none did"""

    def to_json(self) -> dict[str, Any]:
        """Return the counts as plain JSON."""
        return {"asked": self.asked, "kept": self.kept, "dropped": self.dropped, "problem": self.problem}


def vary_file(
    tasks: Path,
    way: str,
    *,
    count: int,
    output: Path,
    siblings_only: bool = False,
    model: str | None = None,
    base_url: str | None = None,
    progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """Write the tasks of a file with up to ``count`` siblings each, and return how many were made.

    With a ``model`` the siblings by wording are rewritten by it; only those whose rewrite holds are written.
    """
    from skillweave.tasks.spec import read_tasks, write_tasks
    from skillweave.tasks.vary import siblings

    if model is not None and way != "wording":
        raise UserError(f"a model rewrites wordings, not {way}", hint="use --by wording with --reword-model")
    found = read_tasks(tasks)
    if any(task.variant is not None for task in found):
        raise UserError(f"{str(tasks)!r} holds variants already", hint="vary the tasks that they were made from")
    suite = _suite_of(found)
    written: list[TaskSpec] = []
    made, without = 0, 0
    reworded: Reworded | None = None
    for number, task in enumerate(found, 1):
        own = siblings(suite, task, way, count)
        made += len(own)
        without += not own
        written += [*([] if siblings_only else [task]), *own]
        progress(number, len(found))
    if model is not None:
        ours = [t for t in written if t.variant is not None]
        new, reworded = _reworded(suite, ours, model, base_url, progress)
        by_id = {t.id: t for t in new}
        written = [by_id.get(t.id, t) for t in written if t.variant is None or t.id in by_id]
        made = len(new)
    if not written:
        raise UserError(f"no task of {str(tasks)!r} can be varied by {way}", hint="try another --by")
    write_tasks(output, written)
    return {
        "tasks": str(output),
        "by": way,
        "of": len(found),
        "made": made,
        "without": without,
        "reworded": None if reworded is None else reworded.to_json(),
    }


def reword_file(
    tasks: Path, model: str, *, base_url: str | None = None, progress: Progress = lambda done, total: None
) -> Reworded:
    """Rewrite the instructions of a tasks file by a model; the file is written anew, whole or not at all."""
    from skillweave.tasks.spec import read_tasks, write_tasks

    found = read_tasks(tasks)
    new, counts = _reworded(_suite_of(found), found, model, base_url, progress)
    by_id = {t.id: t for t in new}
    write_tasks(tasks, [by_id.get(t.id, t) for t in found])
    return counts


def _suite_of(tasks: "Sequence[TaskSpec]") -> "ToolSuite":
    from skillweave.tasks.suites.registry import load_suite

    names = {(task.suite, task.suite_version) for task in tasks}
    if len(names) > 1:
        raise UserError("the tasks are of several suites", hint="vary the tasks of one suite at a time")
    ((name, version),) = names
    suite = load_suite(name)
    if suite.version != version:
        raise UserError(
            f"the tasks are of {name} {version!r}, this is {name} {suite.version!r}",
            hint="make the tasks again with skillweave synth",
        )
    return suite


def _reworded(
    suite: "ToolSuite", tasks: "Sequence[TaskSpec]", model: str, base_url: str | None, progress: Progress
) -> "tuple[list[TaskSpec], Reworded]":
    """Return the tasks whose rewrite holds, and the counts."""
    import anyio
    from inspect_ai.model import GenerateConfig

    from skillweave.harness.models import find_model
    from skillweave.tasks.appsuite import AppSuite
    from skillweave.tasks.reword import reword

    if not isinstance(suite, AppSuite):
        raise UserError(f"tasks of {suite.name!r} have wordings of their own", hint="reword those of office")
    writer = find_model(model, base_url=base_url)
    asked = 0
    problems: list[str] = []

    async def ask(prompt: str) -> str:
        nonlocal asked
        asked += 1
        progress(asked, len(tasks))
        try:
            return (await writer.generate(prompt, config=GenerateConfig(temperature=0.0, max_tokens=1024))).completion
        except Exception as error:  # whatever a provider raises: the wording stays as it was
            problems.append(f"{type(error).__name__}: {error}".splitlines()[0])
            return ""

    found = anyio.run(reword, suite, tasks, ask)
    options = {"reword_model": model}
    kept = [
        t.model_copy(
            update={"provenance": t.provenance.model_copy(update={"options": {**t.provenance.options, **options}})}
        )
        for t in found.tasks
        if t.id in found.kept
    ]
    return kept, Reworded(asked=asked, kept=len(kept), dropped=found.dropped, problem=problems[0] if problems else "")
