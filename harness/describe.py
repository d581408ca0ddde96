"""What a suite holds and what a task asks for, as plain JSON for people and scripts to look at."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.tasks.appsuite import AppSuite
    from skillweave.tasks.foreign import Foreign, ForeignSuite
    from skillweave.tasks.spec import TaskSpec

LOOK_AT = 0
"""seed of the world whose tables are counted"""


def describe_suite(name: str) -> dict[str, Any]:
    """Return the counts, tools, skills, workflows and tables (rows in the world of seed 0) of a suite.

    Of one with tasks of its own, how many there are by group, and how many turns and skills those have.
    """
    from skillweave.tasks.appsuite import AppSuite
    from skillweave.tasks.foreign import ForeignSuite
    from skillweave.tasks.suitecheck import counts
    from skillweave.tasks.suites.registry import load_suite

    suite = load_suite(name)
    found: dict[str, Any] = {
        "suite": suite.name,
        "version": suite.version,
        "counts": counts(suite),
        "tools": [{"name": t.name, "description": t.description} for t in suite.tool_schemas().values()],
        "skills": [_bare_skill(name, tools) for name, tools in suite.skill_tools().items()],
        "workflows": [list(skills) for skills in suite.workflows()],
        "tables": {},
        "groups": _groups(suite) if isinstance(suite, ForeignSuite) else [],
    }
    if isinstance(suite, AppSuite):
        found["skills"] = _skills(suite)
        found["tables"] = _tables(suite)
    return found


def examine_suite(name: str) -> dict[str, Any]:
    """Return the counts of a suite and everything that is wrong with it."""
    from skillweave.tasks.suitecheck import CHECKS, check_suite, counts, world_problem
    from skillweave.tasks.suites.registry import load_suite

    suite = load_suite(name)
    broken = world_problem(suite)
    problems = check_suite(suite) if broken is None else [broken]
    return {
        "suite": suite.name,
        "version": None if broken else suite.version,
        "counts": {} if broken else counts(suite),
        "checks": ["worlds", "tools", "workflows", *CHECKS],
        "problems": [{"check": p.check, "where": p.where, "problem": p.problem} for p in problems],
    }


def _groups(suite: "ForeignSuite") -> list[dict[str, Any]]:
    groups: dict[str, list[Foreign]] = {}
    for task in suite.tasks():
        groups.setdefault(task.origin.group, []).append(task)
    return [
        {
            "group": group,
            "tasks": len(tasks),
            "combinations": len({frozenset(task.sequence) for task in tasks}),
            "k": _range(len(set(task.sequence)) for task in tasks),
            "turns": _range(task.origin.turns for task in tasks),
            "calls": _range(len(task.sequence) for task in tasks),
        }
        for group, tasks in groups.items()
    ]


def _range(numbers: Iterable[int]) -> list[int]:
    found = list(numbers)
    return [min(found), max(found)]


def _bare_skill(name: str, tools: Sequence[str]) -> dict[str, Any]:
    """Return what is known of a skill of a suite that is not ours: the tools that it is carried out with."""
    said = " or ".join(tools)
    return {"id": name, "procedural": False, "output": None, "description": f"by {said}", "tools": list(tools)}


def _skills(suite: "AppSuite") -> list[dict[str, Any]]:
    return [
        {
            "id": s.id,
            "procedural": s.rule is not None,
            "writes": s.writes,
            "description": s.description,
            "inputs": {name: list(given.types) for name, given in s.inputs.items()},
            "output": s.output,
            "tools": list(s.tools),
        }
        for s in suite.apps.skills.values()
    ]


def _tables(suite: "AppSuite") -> dict[str, int]:
    world = suite.apps.world(LOOK_AT).open()
    try:
        return {
            t.name: int(world.rows(f"SELECT count(*) AS rows FROM {t.name}")[0]["rows"])
            for t in suite.apps.schema.tables
        }
    finally:
        world.close()


def find_task(tasks: Path, name: str) -> "TaskSpec":
    """Return a task of a file by its id, or by a part of it that only one task has."""
    from difflib import get_close_matches

    from skillweave.tasks.spec import read_tasks

    found = {task.id: task for task in read_tasks(tasks)}
    if name in found:
        return found[name]
    parts = [i for i in found if name in i]
    if len(parts) == 1:
        return found[parts[0]]
    close = parts[:3] or get_close_matches(name, found, n=3, cutoff=0.3) or list(found)[:3]
    raise UserError(
        f"no task {name!r} among the {len(found)} of {str(tasks)!r}", hint=f"there is {', '.join(close)}, ..."
    )


def first_task(tasks: Path) -> "TaskSpec":
    """Return the first task of a file."""
    from skillweave.tasks.spec import read_tasks

    return next(iter(read_tasks(tasks)))


def describe_task(task: "TaskSpec") -> dict[str, Any]:
    """Return a task's instruction, plan, expected change and answer, and the outcome of its checks, run anew."""
    return {
        "id": task.id,
        "suite": task.suite,
        "skills": list(task.skills),
        "k": task.k,
        "span": task.span,
        "instruction": task.instruction,
        "plan": [{**s.model_dump(mode="json"), "sources": s.sources()} for s in task.plan.steps],
        "answer_from": task.plan.answer,
        "changes": [c.model_dump(mode="json") for c in task.expectation.changes],
        "answer": None if task.expectation.answer is None else task.expectation.answer.model_dump(mode="json"),
        "checks": _checks(task),
    }


def _checks(task: "TaskSpec") -> Mapping[str, str]:
    """Return ``passed`` or the reason for each check that a task had to pass; nothing for suites with own tasks.

    Of one of a matched pair it is only asked what can be told without the other; a task of k = 0 has no plan to check.
    """
    from skillweave.tasks.appsuite import AppSuite
    from skillweave.tasks.candidate import Candidate
    from skillweave.tasks.necessity import necessary_by_itself
    from skillweave.tasks.plan import run_plan
    from skillweave.tasks.suites.registry import suite_of
    from skillweave.tasks.validate import CHECKS

    suite = suite_of(task)
    if not isinstance(suite, AppSuite) or task.k == 0:
        return {}
    template = suite.apps.world(task.world_seed)
    world = template.open()
    try:
        run = run_plan(suite.apps, world, task.plan)
    finally:
        world.close()
    candidate = Candidate(
        suite=suite.apps,
        template=template,
        plan=task.plan,
        run=run,
        expectation=task.expectation,
        instruction=task.instruction,
        style=task.wording,
    )
    checks = CHECKS | ({"necessary": necessary_by_itself} if task.pair else {})
    return {name: check(candidate) or "passed" for name, check in checks.items()}
