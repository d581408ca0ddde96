"""Does a training set touch what a split holds out? For those who did not export it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillweave.harness.trajectories.reading import claim_of_row, read_rows
from skillweave.tasks.leaks import Guard, Leak
from skillweave.tasks.recognise import recogniser
from skillweave.tasks.spec import TaskSpec, read_tasks
from skillweave.tasks.splits import Splits
from skillweave.taxonomy.errors import UserError

CERTAIN = frozenset({"combination", "task", "plan", "world", "instruction"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found."""

    rows: int
    told: int
    """rows that say of which task or skills they are, or whose instruction is that of a task"""
    unknown: tuple[str, ...]
    """rows that tell neither skills nor calls"""
    leaks: tuple[Leak, ...]

    @property
    def certain(self) -> tuple[Leak, ...]:
        """Leaks by what a row says of itself, its plan, its world or its instruction."""
        return tuple(leak for leak in self.leaks if leak.evidence in CERTAIN)

    @property
    def suspected(self) -> tuple[Leak, ...]:
        """Leaks by what the calls amount to: the same tools may serve other skills."""
        return tuple(leak for leak in self.leaks if leak.evidence not in CERTAIN)

    def to_json(self) -> dict[str, Any]:
        """Return the findings as plain JSON."""
        return {
            "rows": self.rows,
            "told": self.told,
            "unknown": list(self.unknown),
            "touching": len({leak.row for leak in self.certain}),
            "suspected": len({leak.row for leak in self.suspected}),
            "clean": not self.leaks and not self.unknown,
            "leaks": [leak.to_json() for leak in self.leaks],
        }


def check_rows(path: Path, splits: Path, *, tasks: Path | None = None, suite: str = "office") -> Checked:
    """Return which rows touch held-out work; ``tasks`` adds the plans, worlds and instructions of held-out tasks."""
    table = Splits.load(splits)
    known = [] if tasks is None else read_tasks(tasks)
    name = known[0].suite if known else suite
    guard = Guard(table, tasks=known, skills_of=recogniser(name))
    asked = _instructions(known, guard.evaluated)
    rows, told, unknown = 0, 0, []
    leaks: list[Leak] = []
    for where, row in read_rows(path):
        rows += 1
        claim = claim_of_row(where, row, table.rows)
        words = next((asked[text] for text in _said(row) if text in asked), None)
        if claim.task is not None or claim.skills or words is not None:
            told += 1
        elif not claim.tools:
            unknown.append(where)
        found = guard.leaks(claim, name)
        if words is not None and not any(leak.evidence in CERTAIN for leak in found):
            split = guard.evaluated[words]
            sentence = f"the instruction is that of task {words!r} in split {split!r}"
            found = [Leak(row=claim.id, evidence="instruction", sentence=sentence)]
        leaks += found
    if not rows:
        raise UserError(f"{str(path)!r} holds no rows", hint="an empty set touches nothing, and trains nothing")
    return Checked(rows=rows, told=told, unknown=tuple(unknown), leaks=tuple(leaks))


def _instructions(tasks: Iterable[TaskSpec], evaluated: Mapping[str, str]) -> dict[str, str]:
    return {_plain(task.instruction): task.id for task in tasks if task.id in evaluated}


def _said(row: Mapping[str, Any]) -> Iterable[str]:
    """Yield what a user says in a row, plainly."""
    for name in ("messages", "conversations", "steps", "prompt"):
        for message in row[name] if isinstance(row.get(name), list) else ():
            if isinstance(message, Mapping):
                speaker = message.get("role") or message.get("from") or message.get("source")
                text = message.get("content") or message.get("value") or message.get("message")
                if speaker in ("user", "human") and isinstance(text, str):
                    yield _plain(text)


def _plain(text: str) -> str:
    return " ".join(text.lower().split())
