"""skillweave tasks: look at a task."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from skillweave.harness.cli.output import Output, command

if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree

group = typer.Typer(help="Look at synthesised tasks.", no_args_is_help=True, rich_markup_mode=None)


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.add_typer(group, name="tasks", epilog="Example: skillweave tasks show tasks.jsonl office-k2-0123456789")


@command(group, "show", example="skillweave tasks show tasks.jsonl office-k2-0123456789")
def show(
    out: Output,
    tasks: Annotated[Path, typer.Argument(help="A tasks.jsonl.", metavar="TASKS", show_default=False)],
    task: Annotated[str, typer.Argument(help="Id of a task, or a part that is unique.", metavar="ID")],
) -> int | None:
    """Show a task: instruction, plan, expected change, and its checks, run anew."""
    from skillweave.harness.describe import describe_task, find_task

    value = describe_task(find_task(tasks, task))
    out.show(value, lambda console: _print(console, value))
    return None


def _print(console: "Console", task: Mapping[str, Any]) -> None:
    console.print(f"{task['id']}  k = {task['k']}, span {'-' if task['span'] is None else task['span']}\n")
    console.print(task["instruction"])
    console.print("\nPlan (each step stands over what feeds it):")
    console.print(plan_tree(task["plan"], task["answer_from"]))
    console.print("\nExpected change:" if task["changes"] else "\nExpected change: none")
    for change in task["changes"]:
        console.print(f"  {change['op']} {change['table']} {change['key']}")
        for column, value in change["after"].items():
            console.print(f"    {column} = {value!r}")
    if task["answer"] is not None:
        console.print(f"\nExpected answer: {task['answer']['text']} ({task['answer']['type']})")
    if task["checks"]:
        console.print("\nChecks:")
        for name, outcome in task["checks"].items():
            console.print(f"  {name}: {outcome}")


def plan_tree(steps: list[Mapping[str, Any]], answer: str | None) -> "Tree":
    """Return the plan with its last steps at the top and their sources indented below; a shared source once."""
    from rich.tree import Tree

    by_id = {step["id"]: step for step in steps}
    sources = {s["id"]: s["sources"] for s in steps}
    used = {source for feeding in sources.values() for source in feeding}
    shown: set[str] = set()

    def add(parent: Tree, step_id: str) -> None:
        label = f"{step_id} {by_id[step_id]['skill']}"
        if step_id in shown:
            parent.add(f"{label} (as above)")
            return
        shown.add(step_id)
        branch = parent.add(f"{label}{'  -> answer' if step_id == answer else ''}{_inputs(by_id[step_id])}")
        for source in sources[step_id]:
            add(branch, source)

    root = Tree("", hide_root=True)
    for step in reversed(steps):
        if step["id"] not in used:
            add(root, step["id"])
    return root


def _inputs(step: Mapping[str, Any]) -> str:
    lines = "".join(f"\n  {name} {_bound(given)}" for name, given in step["inputs"].items())
    if step["when"] is not None:
        lines += f"\n  only if {step['when']['step']} is {step['when']['op']} {step['when']['text']}"
    return lines + "".join(f"\n  otherwise {name} {_bound(given)}" for name, given in step["otherwise"].items())


def _bound(given: Mapping[str, Any]) -> str:
    if given["kind"] == "output":
        return f"<- {given['step']}"
    if given["kind"] == "each":
        return f"in turn {', '.join(given['members'])} ({given['text'].format(of=_bound(given['of']))})"
    return f"= {given['value']} ({given['text']})" if given["kind"] == "described" else f"= {given['value']!r}"
