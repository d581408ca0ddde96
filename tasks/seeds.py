"""Seeds of task sets: a number for development, or a private one that is disclosed after the scores are published.

A private seed comes from the operating system. The tasks carry a commitment to it, sha256("seed:salt"), and the seed
stands in a file of its own. Once the file is published, anyone can check it against the commitment and make the same
tasks again.
"""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillweave.taxonomy.artifacts import check_schema, read_json, write_json
from skillweave.taxonomy.errors import UserError

SEED_SCHEMA = "skillweave.seed/1"
PRIVATE = "private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A seed, and how the tasks refer to it."""

    value: int
    salt: str | None = None
    """None for a seed that stands in the tasks"""

    @property
    def commitment(self) -> str | None:
        """The sha256 that stands in the tasks in place of a private seed."""
        if self.salt is None:
            return None
        return hashlib.sha256(f"{self.value}:{self.salt}".encode()).hexdigest()

    def save(self, path: Path) -> None:
        """Write a private seed where only its owner can read it."""
        write_json(
            path,
            {
                "schema": SEED_SCHEMA,
                "seed": str(self.value),
                "salt": self.salt,
                "commitment": self.commitment,
                "note": "keep this file back until the scores on these tasks are published, then disclose it",
            },
        )
        path.chmod(0o600)


def seed_path(tasks: Path) -> Path:
    """Return where the private seed of a tasks file stands.

    >>> seed_path(Path("out/tasks.jsonl")).name
    'tasks.seed.json'
    """
    return tasks.with_name(f"{tasks.stem}.seed.json")


def private_seed() -> Seed:
    """Return a fresh seed of 128 bits from the operating system."""
    return Seed(value=secrets.randbits(128), salt=secrets.token_hex(16))


def load_seed(path: Path) -> Seed:
    """Return a disclosed seed; raises `UserError` for a file that is none, or that its commitment contradicts."""
    said: Any = read_json(path)
    check_schema(said if isinstance(said, dict) else {}, SEED_SCHEMA, repr(str(path)))
    value, salt = said.get("seed"), said.get("salt")
    if not (isinstance(value, str) and value.isdigit() and isinstance(salt, str) and salt):
        raise UserError(f"{str(path)!r} holds no seed: it needs a whole number and a salt", hint="make it again")
    seed = Seed(value=int(value), salt=salt)
    if said.get("commitment") != seed.commitment:
        raise UserError(
            f"{str(path)!r} contradicts itself: its commitment is not that of its seed and salt",
            hint="the file was changed after it was made",
        )
    return seed
