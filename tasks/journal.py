"""Write tasks as they are made, so that an interrupted synthesis leaves a valid file and can go on where it stopped.

Beside ``tasks.jsonl`` stands, until it is whole, a journal: a line for each finished job with what came of it and how
long the tasks file was then. Going on, the synthesis proposes the same jobs again and takes the outcomes of finished
ones from the journal, so the file ends with the same bytes as an uninterrupted one.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from skillweave.tasks.jobs import Job, Outcome, outcome_of_json, outcome_to_json
from skillweave.taxonomy.artifacts import canonical_json
from skillweave.taxonomy.errors import UserError

JOURNAL_SCHEMA = "skillweave.synthesis-journal/1"


def journal_path(tasks: Path) -> Path:
    """Return where the journal of an unfinished tasks file stands.

    >>> journal_path(Path("out/tasks.jsonl")).name
    'tasks.unfinished.jsonl'
    """
    return tasks.with_name(f"{tasks.stem}.unfinished.jsonl")


@dataclass(slots=True)
class Journal:
    """The files of one synthesis, open for writing."""

    tasks: IO[bytes]
    log: IO[bytes]
    finished: list[tuple[str, list[Any]]]
    """(digest of the job, grants) that a resumed synthesis takes over"""
    taken: int = 0

    def done(self, job: Job) -> Outcome | None:
        """Return the outcome of a job that was finished before the interruption, None for one that was not."""
        if self.taken == len(self.finished):
            return None
        name, grants = self.finished[self.taken]
        if name != job.digest():
            raise UserError(
                f"{self.log.name!r} does not fit: its job {self.taken} is another one",
                hint="start anew, without --resume",
            )
        self.taken += 1
        return outcome_of_json(grants)

    def write(self, job: Job, outcome: Outcome) -> None:
        """Append the tasks of a job and then its entry; one whose outcome stands here already is passed over."""
        if self._written < len(self.finished):
            self._written += 1
            return
        self.tasks.write("".join(f"{line}\n" for lines in outcome.lines for line in lines).encode())
        self.tasks.flush()
        entry = [job.digest(), self.tasks.tell(), outcome_to_json(outcome)]
        self.log.write(f"{canonical_json(entry)}\n".encode())
        self.log.flush()

    _written: int = 0


@contextmanager
def journal(tasks: Path, identity: str, *, resume: bool) -> Iterator[Journal]:
    """Open tasks file and journal; when the block ends well the journal is removed.

    ``identity`` tells one synthesis from others. With ``resume`` and a journal there, finished jobs are taken over;
    raises `UserError` where it is the journal of another synthesis.
    """
    place = journal_path(tasks)
    tasks.parent.mkdir(parents=True, exist_ok=True)
    finished: list[tuple[str, list[Any]]] = []
    whole, length = 0, 0
    if resume and place.is_file() and tasks.is_file():
        finished, whole, length = _read(place, identity, tasks.stat().st_size)
    with tasks.open("r+b" if finished else "wb") as out, place.open("r+b" if finished else "wb") as log:
        if finished:
            out.truncate(length)
            log.truncate(whole)
            out.seek(length)
            log.seek(whole)
        else:
            header = {"schema": JOURNAL_SCHEMA, "synthesis": identity}
            log.write(f"{canonical_json(header)}\n".encode())
            log.flush()
        yield Journal(tasks=out, log=log, finished=finished)
    place.unlink()


def _read(place: Path, identity: str, size: int) -> tuple[list[tuple[str, list[Any]]], int, int]:
    """Return the finished jobs, the length of the journal up to the last of them, and that of the tasks file."""
    found: list[tuple[str, list[Any]]] = []
    whole, length = 0, 0
    with place.open("rb") as stream:
        for number, line in enumerate(stream):
            try:
                entry = json.loads(line)
            except ValueError:
                break  # the process was killed while it wrote
            if number == 0:
                if not isinstance(entry, dict) or entry.get("synthesis") != identity:
                    raise UserError(
                        f"{str(place)!r} is the journal of another synthesis",
                        hint="give the same options as before, or start anew without --resume",
                    )
            elif not line.endswith(b"\n") or entry[1] > size:
                break
            else:
                found.append((entry[0], entry[2]))
                length = entry[1]
            whole += len(line)
    return found, whole, length
