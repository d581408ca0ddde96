"""Random tasks as a page to read: instruction, plan and expected change. ``python -m skillweave.harness.examples``."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random

from skillweave.tasks.spec import Binding, EachBinding, ExpectedChange, OutputBinding, Step, TaskSpec, read_tasks
from skillweave.taxonomy.artifacts import atomic_write
from skillweave.taxonomy.errors import UserError

KS = (2, 4, 6)
EACH = 10
"""tasks shown of each k"""


def examples(tasks: Sequence[TaskSpec], *, ks: Sequence[int] = KS, each: int = EACH, seed: int = 0) -> str:
    """Return a Markdown page with random tasks of some sizes, the other task of a pair beside each that has one.

    Raises `UserError` where a size has too few tasks.
    """
    parts = [_head(tasks, ks, each, seed)]
    mates: dict[str | None, list[TaskSpec]] = {t.pair: [] for t in tasks}
    for task in tasks:
        mates[task.pair].append(task)
    for k in ks:
        found = [t for t in tasks if t.k == k and t.role == "combination"]
        if len(found) < each:
            raise UserError(f"{len(found)} tasks of k = {k}, {each} are wanted", hint="make more with skillweave synth")
        parts.append(f"## k = {k}\n")
        for task in Random(f"{seed} {k}").sample(sorted(found, key=lambda t: t.id), each):
            parts.append(_example(task))
            parts += [_mate(m) for m in mates[task.pair] if task.pair and m.id != task.id]
    return "\n".join(parts)


def _head(tasks: Sequence[TaskSpec], ks: Sequence[int], each: int, seed: int) -> str:
    first = tasks[0]
    sizes = ", ".join(map(str, ks))
    return f"""# Tasks to read

{each} random tasks each at k = {sizes}, drawn with seed {seed} from {len(tasks)} tasks of {first.suite}
{first.suite_version} (synthesised with seed {first.provenance.seed}). Written by
`python -m skillweave.harness.examples TASKS docs/examples.md`. In a plan `<-` is data that flows from another step.
A task whose condition holds stands with its mate, where it does not: same words, other entities behind one value.
"""


def _example(task: TaskSpec) -> str:
    return "\n".join(
        [
            f"### {task.id}\n",
            *(f"> {line}" if line else ">" for line in task.instruction.splitlines()),
            "",
            "Plan:\n",
            *(f"- {_step(step)}" for step in task.plan.steps),
            "",
            _outcome(task),
            "",
        ]
    )


def _mate(task: TaskSpec) -> str:
    text = " ".join(task.instruction.split())
    return f"Its mate, {task.id}: {text}\n\n{_outcome(task)}\n"


def _step(step: Step) -> str:
    text = f"{step.id} `{step.skill}`({_inputs(step.inputs.items())})"
    if step.when is not None:
        text += f", only if {step.when.step} is {step.when.op} {step.when.text}"
    return text + (f"; otherwise {_inputs(step.otherwise.items())}" if step.otherwise else "")


def _inputs(inputs: Iterable[tuple[str, Binding]]) -> str:
    return ", ".join(f"{name} {_bound(binding)}" for name, binding in inputs)


def _bound(binding: Binding) -> str:
    if isinstance(binding, OutputBinding):
        return f"<- {binding.step}"
    if isinstance(binding, EachBinding):
        return f"in turn {', '.join(binding.members)} of {_bound(binding.of).removeprefix('= ')}"
    return f"= {binding.value}"


def _outcome(task: TaskSpec) -> str:
    lines = [f"- {_change(change)}" for change in task.expectation.changes]
    if task.expectation.answer is not None:
        lines.append(f"- answer: {task.expectation.answer.text}")
    return "Expected:\n\n" + "\n".join(lines)


def _change(change: ExpectedChange) -> str:
    shown = {column: value for column, value in change.after.items() if column != "id" and value is not None}
    facts = {column: " and ".join(f.text for f in found) for column, found in change.facts.items()}
    values = ", ".join(
        f"{column} states {facts[column]}" if column in facts else f"{column} = {value}"
        for column, value in shown.items()
    )
    return f"{change.op} {change.table} {change.key}" + (f": {values}" if values else "")


def main() -> None:
    """Write the page from a tasks file."""
    parser = argparse.ArgumentParser(description="Write random tasks of a tasks.jsonl as a Markdown page.")
    parser.add_argument("tasks", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    page = examples(read_tasks(given.tasks), seed=given.seed)
    with atomic_write(given.output) as file:
        file.write(page)


if __name__ == "__main__":
    main()
