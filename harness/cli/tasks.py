"""skillweave tasks: look at a task, make variants of tasks."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from skillweave.harness.cli.output import NEGATIVE, Output, command
from skillweave.harness.cli.paths import output_file

if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree

group = typer.Typer(help="Look at synthesised tasks, and vary them.", no_args_is_help=True, rich_markup_mode=None)


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


@command(group, "import", example="skillweave tasks import bfcl --taxonomy taxonomy.json -o tasks.jsonl")
def import_(
    out: Output,
    suite: Annotated[str, typer.Argument(help="A suite with tasks of its own: see docs/suites.md.", metavar="SUITE")],
    taxonomy: Annotated[
        Path | None, typer.Option(help="The taxonomy of the suite's skills; without it spans are unknown.")
    ] = None,
    task: Annotated[str | None, typer.Option(help="Only tasks whose id fits, such as '*base*' or 'a,b'.")] = None,
    attack: Annotated[
        str | None, typer.Option(help="Plant an attack of the suite's in the worlds: the report measures security.")
    ] = None,
    attack_model: Annotated[
        str | None, typer.Option(help="The model that the attack addresses, as the suite's authors name it.")
    ] = None,
    written: Annotated[
        Path | None,
        typer.Option("--from", help="Your own tasks for a server (mcp:FILE.yaml): JSON Lines, see docs/suites.md."),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = Path("tasks.jsonl"),
) -> int | None:
    """Write the tasks that others wrote for their suite as a tasks file, to be split, run and reported like ours.

    They keep their ids, their tools, their worlds and their verdicts. Nothing is fetched: the suite is installed.
    """
    from skillweave.harness.imports import import_tasks

    output_file(output)
    with out.progress("importing tasks") as progress:
        made = import_tasks(
            suite,
            output=output,
            taxonomy=taxonomy,
            pattern=task,
            attack=attack,
            attack_model=attack_model,
            written=written,
            progress=progress,
        )
    out.show(made, lambda console: _print_imported(console, made))
    return None


def _print_imported(console: "Console", made: Mapping[str, Any]) -> None:
    console.print(f"Wrote {made['tasks']}: {made['count']} tasks of {made['suite']} {made['version']}")
    if made["attack"] is not None:
        console.print(f"attack: {made['attack']}")
    console.print(f"by k: {', '.join(f'{k}: {n}' for k, n in made['by_k'].items())}")
    for label, count in made["labels"].items():
        console.print(f"{count} {LABELS.get(label, label)}")
    if made["taxonomy"] is None:
        console.print("no taxonomy: spans are unknown (skillweave taxonomy build suite:NAME, then --taxonomy)")


LABELS = {
    "nop": "are passed by an agent that does nothing",
    "judge": "need a model in the role judge for a verdict",
    "unproven": "bring no reference: nobody has solved them yet",
    "unreachable": "cannot be solved as their authors do: a tool is called before the agent has it",
}


@command(group, "vary", example="skillweave tasks vary tasks.jsonl --by wording -n 3 -o varied.jsonl")
def vary(
    out: Output,
    tasks: Annotated[Path, typer.Argument(help="A tasks.jsonl.", metavar="TASKS", show_default=False)],
    by: Annotated[
        Literal["wording", "order", "names", "distractors"],
        typer.Option(
            help="What differs: the words, the order of the clauses, the names and descriptions of the tools, or how "
            "many tools are offered beside them.",
            show_default=False,
        ),
    ],
    n: Annotated[int, typer.Option("-n", min=1, help="Siblings of each task, at most.")] = 1,
    siblings_only: Annotated[bool, typer.Option("--siblings-only", help="Leave out the tasks themselves.")] = False,
    reword_model: Annotated[
        str | None, typer.Option(help="With --by wording: the model that rewrites, as Inspect names it.")
    ] = None,
    model_base_url: Annotated[str | None, typer.Option(help="Where the model is served.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = Path("varied.jsonl"),
) -> int | None:
    """Write tasks with siblings: the same plan, world and expected outcome, asked for or offered in another way."""
    from skillweave.harness.variants import vary_file

    output_file(output)
    with out.progress("varying tasks") as progress:
        made = vary_file(
            tasks,
            by,
            count=n,
            output=output,
            siblings_only=siblings_only,
            model=reword_model,
            base_url=model_base_url,
            progress=progress,
        )
    out.show(made, lambda console: _print_made(console, made))
    return NEGATIVE if made["made"] == 0 else None


def _print_made(console: "Console", made: Mapping[str, Any]) -> None:
    console.print(f"Wrote {made['tasks']}: {made['made']} siblings by {made['by']} of {made['of']} tasks")
    if made["without"]:
        console.print(f"{made['without']} tasks have none: nothing about them can differ so")
    if made["reworded"] is not None:
        print_reworded(console, made["reworded"])


def print_reworded(console: "Console", counts: Mapping[str, Any]) -> None:
    """Print what a model made of instructions."""
    console.print(f"reworded {counts['kept']} of {counts['asked']}")
    for reason, count in counts["dropped"].items():
        console.print(f"  {count} kept their words: {reason}")
    if counts["problem"]:
        console.print(f"  first failure of the model: {counts['problem']}")


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
