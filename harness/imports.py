"""Tasks that others wrote, written as a tasks file."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from skillweave.harness.taskset import fitting
from skillweave.tasks.foreign import NOP, Foreign, ForeignSuite, labelled, passes_idle, spec_of
from skillweave.tasks.spec import TaskSpec, write_tasks
from skillweave.tasks.suites.registry import load_suite
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

Progress = Callable[[int, int], None]
"""(done, total)"""


def import_tasks(
    name: str,
    *,
    output: Path,
    taxonomy: Path | None = None,
    pattern: str | None = None,
    attack: str | None = None,
    attack_model: str | None = None,
    written: Path | None = None,
    progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """Write the tasks of a suite that brings its own, and return what was written; ``pattern`` keeps those that fit.

    With ``attack`` they are the suite's tasks with an attack planted, that may address ``attack_model``. ``written`` is
    a file of the user's own tasks, for a suite that has none. Each is tried by an agent that does nothing, and labelled
    where that is enough.
    Raises `UserError` for a suite without tasks of its own, and for a taxonomy that lacks a skill of theirs.
    """
    if written is not None and not name.startswith("mcp:"):
        raise UserError(f"suite {name!r} takes no tasks of yours", hint="leave out --from, or name a server: mcp:FILE")
    if written is None and name.startswith("mcp:"):
        raise UserError(
            f"{name!r} has no tasks of its own",
            hint=f"skillweave tasks import {name} --from FILE.jsonl, or skillweave synth --suite {name}",
        )
    suite = load_suite(name)
    if not isinstance(suite, ForeignSuite):
        raise UserError(f"suite {name!r} has no tasks of its own", hint="make some with skillweave synth")
    if attack is None and attack_model is not None:
        raise UserError(f"no attack addresses {attack_model!r}", hint="name one with --attack")
    tree = None if taxonomy is None else Taxonomy.load(taxonomy)
    if attack is not None:
        own = list(suite.attacked(attack, attack_model))
    else:
        own = list(suite.tasks()) if written is None else _written(suite, written, progress)
    if tree is not None:
        known = set(tree.skills)
        missing = next((skill for task in own for skill in task.sequence if skill not in known), None)
        if missing is not None:
            raise UserError(
                f"taxonomy {str(taxonomy)!r} lacks the skill {missing!r}",
                hint=f"build it with skillweave taxonomy build suite:{name}",
            )
    specs = [spec_of(suite, task, number, tree) for number, task in enumerate(own)]
    if pattern is not None:
        specs = fitting(specs, pattern)
    found = asyncio.run(_tried(suite, specs, progress))
    write_tasks(output, found)
    labels = Counter(label for task in found for label in ([] if task.origin is None else task.origin.labels))
    return {
        "tasks": str(output),
        "suite": suite.name,
        "version": suite.version,
        "count": len(found),
        "by_k": {str(k): n for k, n in sorted(Counter(task.k for task in found).items())},
        "groups": dict(sorted(Counter("" if t.origin is None else t.origin.group for t in found).items())),
        "labels": dict(sorted(labels.items())),
        "attack": attack,
        "taxonomy": None if tree is None else tree.sha256,
    }


def _written(suite: ForeignSuite, path: Path, progress: Progress) -> list[Foreign]:
    from skillweave.tasks.suites.mcp.rows import rows_of
    from skillweave.tasks.suites.mcp.suite import mcp_suite

    return asyncio.run(rows_of(mcp_suite(suite.name), path, progress))


async def _tried(suite: ForeignSuite, specs: list[TaskSpec], progress: Progress) -> list[TaskSpec]:
    found = []
    for number, spec in enumerate(specs):
        found.append(labelled(spec, NOP) if await passes_idle(suite, spec) else spec)
        progress(number + 1, len(specs))
    return found
