"""Reference runs of many tasks, over several processes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import anyio

from skillweave.harness.trajectories.played import Played
from skillweave.harness.trajectories.reference import Conversation, Style, play_reference
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.pool import workers
from skillweave.tasks.renaming import under_names_of
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suites.registry import load_suite

PARALLEL_FROM = 200
"""tasks below which starting processes costs more than it saves"""
CHUNK = 25
"""tasks sent to a process at once"""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """How references are played."""

    style: Style = "calls"
    tools: str = "needed"
    """tools offered: needed, k+N or all"""
    seed: int = 0
    """of the choice and order of the offered tools"""
    workers: int = 1


def play_references(tasks: Sequence[TaskSpec], how: References, progress: Progress) -> Iterator[Played]:
    """Yield the reference run of each task; tasks of one world stand together, since making a world takes longest."""
    ordered = sorted(tasks, key=lambda t: (t.world_seed, t.id))
    chunks = list(_chunks(ordered))
    done = 0
    for chunk, found in zip(chunks, _conversations(chunks, how), strict=True):
        for task, said in zip(chunk, found, strict=True):
            yield _played(task, said, how.style)
        done += len(chunk)
        progress(done, len(ordered))


def _chunks(tasks: Sequence[TaskSpec]) -> Iterator[list[TaskSpec]]:
    chunk: list[TaskSpec] = []
    for _, group in groupby(tasks, key=lambda t: t.world_seed):
        chunk += group
        if len(chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _conversations(chunks: Sequence[list[TaskSpec]], how: References) -> Iterable[list[Conversation]]:
    jobs = [(chunk, how) for chunk in chunks]
    if how.workers < 2 or sum(map(len, chunks)) < PARALLEL_FROM:
        yield from map(_play, jobs)
        return
    with workers(how.workers, fork=False) as pool:
        yield from pool.map(_play, jobs)


def _play(job: tuple[list[TaskSpec], References]) -> list[Conversation]:
    tasks, how = job

    async def play() -> list[Conversation]:
        found = []
        for task in tasks:
            suite = load_suite(task.suite)
            offered = offer_tools(suite, task, how.tools, how.seed)
            found.append(await play_reference(under_names_of(suite, task), task, offered, how.style))
        return found

    return anyio.run(play)


def _played(task: TaskSpec, said: Conversation, style: Style) -> Played:
    return Played(
        task=task,
        agent="reference",
        model="",
        simulated=False,
        style=style,
        attempt=1,
        success=said.success,
        error=None,
        limit=None,
        messages=said.messages,
        tools=said.tools,
        calls=said.calls,
        tool_errors=said.tool_errors,
    )
