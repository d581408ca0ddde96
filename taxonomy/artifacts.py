"""Plain files with an identity: canonical JSON, sha256, provenance, and writes that never leave half a file."""

import hashlib
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ConfigDict, Field

from skillweave import __version__
from skillweave.taxonomy.errors import UserError


class Provenance(BaseModel):
    """Where an artefact comes from; enough to make it again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str = Field(default=__version__, description="package version that wrote the artefact")
    seed: int | None = Field(default=None, description="seed of all randomness, null where none is used")
    inputs: dict[str, str] = Field(default_factory=dict, description="sha256 of each input, by name")
    options: dict[str, Any] = Field(default_factory=dict, description="options that shape the artefact")


def canonical_json(value: Any) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces, no NaN.

    >>> canonical_json({"b": 1, "a": [1.5, None]})
    '{"a":[1.5,null],"b":1}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Any) -> str:
    """Return the sha256 (hex) of the canonical JSON of a value."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the sha256 (hex) of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def atomic_write(path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a temporary file beside ``path`` and rename it into place when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    encoding = None if "b" in mode else "utf-8"
    try:
        with temporary.open(mode, encoding=encoding) as stream:
            yield stream
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    """Write a value as readable JSON (sorted keys, two spaces), atomically."""
    with atomic_write(path) as stream:
        json.dump(value, stream, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
        stream.write("\n")


def write_jsonl(path: Path, rows: Iterable[Any]) -> None:
    """Write rows as JSON Lines, one canonical JSON text a line, atomically."""
    with atomic_write(path) as stream:
        for row in rows:
            stream.write(canonical_json(row) + "\n")


def read_json(path: Path) -> Any:
    """Return the value of a JSON file; raises `UserError` naming the file where it is missing or no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"no file {str(path)!r}", hint="check the path") from None
    except IsADirectoryError:
        raise UserError(f"{str(path)!r} is a folder, not a file") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{str(path)!r} is no JSON: {error}") from None


def read_jsonl(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (line number from 1, value) of a JSON Lines file; blank lines are passed over.

    Raises `UserError` with file and line number at the first line that is no JSON.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            for number, line in enumerate(stream, 1):
                if not line.strip():
                    continue
                try:
                    yield number, json.loads(line)
                except json.JSONDecodeError as error:
                    raise UserError(
                        f"{path}:{number}: no JSON: {error.msg} in {line.strip()[:60]!r}",
                        hint="each line must be one JSON value",
                    ) from None
    except FileNotFoundError:
        raise UserError(f"no file {str(path)!r}", hint="check the path") from None
    except IsADirectoryError:
        raise UserError(f"{str(path)!r} is a folder, not a file") from None
    except UnicodeDecodeError as error:
        raise UserError(f"{str(path)!r} is not UTF-8 text: {error}") from None


def check_schema(found: Mapping[str, Any], expected: str, where: str) -> None:
    """Raise `UserError` unless ``found["schema"]`` is the expected schema, e.g. ``skillweave.tasks/1``."""
    schema = found.get("schema") if isinstance(found, Mapping) else None
    if schema != expected:
        raise UserError(
            f"{where} has schema {schema!r}, this version reads {expected!r}",
            hint="make the file again with this version of skillweave",
        )
