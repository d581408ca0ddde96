"""BFCL's own verdict: its files read by its loader, its checker called as its runner calls it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from tempfile import TemporaryDirectory
from typing import Any

from parity import Trajectory

from skillweave.tasks.spec import TaskSpec

PLACE = "BFCL_PROJECT_ROOT"
GROUPS = ("base", "long_context", "miss_func", "miss_param")


class Bfcl:
    """Their entries and solutions by id."""

    def __init__(self) -> None:
        self.entries: dict[str, Any] = {}
        self.solutions: dict[str, list[list[str]]] = {}
        with _folder():
            from bfcl_eval.utils import load_dataset_entry, load_ground_truth_entry

            for group in GROUPS:
                for entry in load_dataset_entry(f"multi_turn_{group}"):
                    self.entries[entry["id"]] = entry
                for entry in load_ground_truth_entry(f"multi_turn_{group}"):
                    self.solutions[entry["id"]] = entry["ground_truth"]
        self._runs = count()

    def solution(self, task: TaskSpec) -> bool:
        """Return the verdict on their solution, each turn as one step of the model."""
        return self._check(task.id, [[turn] for turn in self.solutions[task.id]])

    def verdict(self, task: TaskSpec, trajectory: Trajectory) -> bool:
        """Return the verdict on calls, each as one step, written as their handlers of OpenAI's models write them."""
        written = [
            [
                [f"{call.tool}({','.join(f'{name}={value!r}' for name, value in call.arguments.items())})"]
                for call in turn
            ]
            for turn in trajectory.turns
        ]
        return self._check(task.id, written)

    def _check(self, name: str, decoded: Sequence[Sequence[Sequence[str]]]) -> bool:
        from bfcl_eval.eval_checker.multi_turn_eval.multi_turn_checker import multi_turn_checker

        category = name.rsplit("_", 1)[0]
        found = multi_turn_checker(
            decoded, self.solutions[name], self.entries[name], category, f"parity_{next(self._runs)}"
        )
        return bool(found["valid"])


@contextmanager
def _folder() -> Iterator[None]:
    """Give their loader a folder for its locks and results, which it would make beside the installed packages."""
    before = os.environ.get(PLACE)
    with TemporaryDirectory() as place:
        os.environ[PLACE] = place
        try:
            yield
        finally:
            if before is None:
                del os.environ[PLACE]
            else:
                os.environ[PLACE] = before


@cache
def adapter() -> Bfcl:
    """Return the one adapter: a name that it has used must not be used again, since their checker keeps instances."""
    return Bfcl()
