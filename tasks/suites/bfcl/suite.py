"""BFCL's multi-turn tasks as a tool suite: their tools, their worlds, their user, their verdict."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from skillweave.tasks.foreign import UNREACHABLE, Foreign, ForeignSuite
from skillweave.tasks.spec import Origin, TaskSpec
from skillweave.tasks.suite import JSON, NO_VOICES, Reference, ToolCall, ToolSchema, Verdict, Voices
from skillweave.tasks.suites.bfcl.entries import DISTRIBUTION, Entry, documents, entries, package_version
from skillweave.tasks.suites.bfcl.schemas import tool_schema
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.tasks.suites.bfcl.session import BfclSession


class BfclSuite(ForeignSuite):
    """8 API classes with 128 functions, 800 dialogues. Nothing of bfcl-eval is imported before a world is opened."""

    name = "bfcl"

    def __init__(self, version: str) -> None:
        """``version`` is that of bfcl-eval."""
        self.version = version
        self._entries = {entry.id: entry for entry in entries()}
        self._documents = documents()
        self._schemas = {name: tool_schema(document) for name, document in self._documents.items()}

    def tasks(self) -> Iterable[Foreign]:
        """Yield the tasks: base, long_context, miss_func, miss_param."""
        for entry in self._entries.values():
            sequence = entry.sequence()
            late = tuple(name for names in entry.late.values() for name in names)
            yield Foreign(
                id=entry.id,
                instruction=next(text for text in entry.turns if text is not None),
                sequence=tuple(map(self.skill_of, sequence)),
                tools=sequence,
                offered=tuple(name for name, row in self._documents.items() if row["class"] in entry.classes),
                origin=Origin(
                    group=entry.group,
                    turns=len(entry.turns),
                    late=tuple(sorted(late)),
                    labels=() if entry.reachable else (UNREACHABLE,),
                ),
            )

    def skill_of(self, function: str) -> str:
        """Return the skill of a function: its class and its name."""
        return f"{self._documents[function]['class']}.{function}"

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return the 128 functions as their runner describes them to a model."""
        return self._schemas

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the one function of each skill."""
        return {self.skill_of(name): (name,) for name in self._documents}

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> "BfclSession":
        """Return fresh instances of the task's classes, with its initial configuration."""
        from skillweave.tasks.suites.bfcl.session import BfclSession

        return BfclSession(self._entry(task))

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return the calls of their solution; those of a broken skill are left out."""
        from skillweave.tasks.suites.bfcl.solution import solution

        return Reference(turns=solution(self._entry(task), broken), answer="")

    async def judge(
        self,
        task: TaskSpec,
        snapshot: JSON,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return the verdict of their checker, which runs the calls again on instances of its own."""
        from skillweave.tasks.suites.bfcl.verdict import verdict_of

        return verdict_of(self._entry(task), snapshot["ran"], [len(turn) for turn in calls])

    def workflows(self) -> Iterable[Sequence[str]]:
        """Return for each task the skills of its solution, and those of the path that its authors made it from.

        The two differ: of a path some functions are not called in the end, and some do not exist.
        """
        there = self.skill_tools()
        return [
            (*map(self.skill_of, entry.sequence()), *(skill for skill in entry.path if skill in there))
            for entry in self._entries.values()
        ]

    def _entry(self, task: TaskSpec) -> Entry:
        if task.id not in self._entries:
            raise UserError(f"the installed {DISTRIBUTION} has no task {task.id!r}")
        return self._entries[task.id]


def bfcl_suite(name: str) -> BfclSuite:
    """Return the suite, as the registry makes it; raises `UserError` where bfcl-eval is not installed."""
    return _made(package_version())


@cache
def _made(version: str) -> BfclSuite:
    return BfclSuite(version)
