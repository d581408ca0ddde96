"""A live BFCL world: their instances, and a user who says what stands in the task."""

from collections.abc import Mapping
from typing import Any

from skillweave.tasks.suite import JSON, Turn
from skillweave.tasks.suites.bfcl.backend import Instances, added_functions
from skillweave.tasks.suites.bfcl.entries import Entry
from skillweave.tasks.tools import ToolError


class BfclSession:
    """One rollout's instances, and the calls that were run on them."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._instances = Instances(entry)
        self._ran: list[list[str]] = []

    async def turn(self, said: str | None) -> Turn | None:
        """Return the next turn of the task, whatever the agent said."""
        number = len(self._ran)
        if number == len(self._entry.turns):
            return None
        self._ran.append([])
        text = self._entry.turns[number]
        return Turn(text=added_functions() if text is None else text, tools=self._entry.late.get(number, ()))

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> JSON:
        """Return what their executor returns, as text: also where the function raises, or has an ``error`` to tell.

        Raises `ToolError` only for what must not reach their executor, which evaluates the text of a call: names of
        parameters that are no names.
        """
        call = written(tool, arguments)
        self._ran[-1].append(call)
        return self._instances.run(call)

    def snapshot(self) -> JSON:
        """Return by turn the calls that were run, written as their checker takes them."""
        return {"ran": [list(turn) for turn in self._ran]}

    def close(self) -> None:
        """Let go of the instances."""
        self._instances.close()


def written(tool: str, arguments: Mapping[str, Any]) -> str:
    """Return a call as Python, as their handlers of models that call functions write it; raises `ToolError`.

    >>> written("cd", {"folder": "projects"})
    "cd(folder='projects')"
    """
    odd = next((name for name in arguments if not name.isidentifier()), None)
    if odd is not None:
        raise ToolError(f"{tool} was not run: {odd!r} is no name of a parameter.")
    return f"{tool}({','.join(f'{name}={value!r}' for name, value in arguments.items())})"
