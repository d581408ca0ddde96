"""What came of each try to make a task: a line of ``STEM.tries.jsonl``, to go on from and to see what happened."""

import json
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, Field

from skillweave.tasks.spec import TaskSpec
from skillweave.taxonomy.artifacts import canonical_json
from skillweave.taxonomy.errors import UserError

SCHEMA = "skillweave.tries/1"


class Try(BaseModel):
    """One try, as it stands in ``STEM.tries.jsonl``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    k: int
    skills: tuple[str, ...]
    reason: str | None = Field(description="why it came to nothing, null for a task")
    more: str = ""
    instruction: str = ""
    calls: tuple[str, ...] = ()
    task: TaskSpec | None = None


def tries_path(tasks: Path) -> Path:
    """Return where the tries stand."""
    return tasks.with_name(f"{tasks.stem}.tries.jsonl")


class Tries:
    """The file of tries: those of before, and the open file to which more are added."""

    def __init__(self, path: Path, identity: str, *, resume: bool) -> None:
        """With ``resume`` those of before are kept; entering raises `UserError` where they are of another synthesis."""
        self._path = path
        self._identity = identity
        self._resume = resume
        self._stream: IO[str] | None = None
        self.earlier: list[Try] = []

    def __enter__(self) -> "Tries":
        self.earlier = self._earlier() if self._resume and self._path.is_file() else []
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = [canonical_json({"schema": SCHEMA, "synthesis": self._identity})]
        lines += [_line(one) for one in self.earlier]
        self._path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        self._stream = self._path.open("a", encoding="utf-8")
        return self

    def add(self, one: Try) -> None:
        """Write a try down at once."""
        assert self._stream is not None
        self._stream.write(f"{_line(one)}\n")
        self._stream.flush()

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()

    def _earlier(self) -> list[Try]:
        lines = self._path.read_text(encoding="utf-8").splitlines(keepends=True)
        whole = [line for line in lines if line.endswith("\n")]  # the last one may have been cut off
        header = json.loads(whole[0]) if whole else {}
        if header.get("synthesis") != self._identity:
            raise UserError(
                f"{str(self._path)!r} holds the tries of another synthesis",
                hint="give the same options as before, or start anew without --resume",
            )
        return [Try.model_validate_json(line) for line in whole[1:]]


def _line(one: Try) -> str:
    return canonical_json(one.model_dump(mode="json", by_alias=True))
