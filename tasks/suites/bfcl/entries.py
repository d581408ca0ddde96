"""What the installed package bfcl-eval holds of the multi-turn tasks, read as JSON: the package is not imported."""

import ast
import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from skillweave.taxonomy.errors import UserError

PACKAGE, DISTRIBUTION = "bfcl_eval", "bfcl-eval"
INSTALL = "skillweave suite install bfcl"
GROUPS = ("base", "long_context", "miss_func", "miss_param")
DOCUMENTS: Mapping[str, str] = {
    "GorillaFileSystem": "gorilla_file_system",
    "MathAPI": "math_api",
    "MessageAPI": "message_api",
    "TicketAPI": "ticket_api",
    "TradingBot": "trading_bot",
    "TravelAPI": "travel_booking",
    "TwitterAPI": "posting_api",
    "VehicleControlAPI": "vehicle_control",
}
"""class -> the file that describes its functions"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One task as the package has it."""

    id: str
    group: str
    given: Mapping[str, Any]
    """the row of their file, as their functions take it"""
    gold: tuple[tuple[str, ...], ...]
    """by turn: the calls of their solution, written as Python"""

    @property
    def classes(self) -> tuple[str, ...]:
        """The API classes whose instances are the task's world."""
        return tuple(self.given["involved_classes"])

    @property
    def turns(self) -> tuple[str | None, ...]:
        """What the user says; None in a turn that only brings functions."""
        return tuple(turn[0]["content"] if turn else None for turn in self.given["question"])

    @property
    def late(self) -> Mapping[int, tuple[str, ...]]:
        """By turn: the functions that the agent gets only then."""
        return {int(turn): tuple(names) for turn, names in self.given.get("missed_function", {}).items()}

    @property
    def path(self) -> tuple[str, ...]:
        """The functions, each with its class before a dot, that its authors had in mind; not all of them exist."""
        return tuple(self.given["path"])

    @property
    def reachable(self) -> bool:
        """Whether the solution calls no function before the agent has it."""
        early = [(names, call) for turn, names in self.late.items() for calls in self.gold[:turn] for call in calls]
        return not any(function_of(call) in names for names, call in early)

    def sequence(self) -> tuple[str, ...]:
        """Return the functions that the solution calls, in order."""
        return tuple(function_of(call) for turn in self.gold for call in turn)


def function_of(call: str) -> str:
    """Return the name of the function that a call written as Python is of.

    >>> function_of("cd(folder='projects')")
    'cd'
    """
    return call.partition("(")[0].strip()


def parse(call: str) -> tuple[list[Any], dict[str, Any]]:
    """Return the arguments of a call that is written as Python with literals: by position and by name.

    >>> parse("add_contact('Kelly', tag=[1, 2.5])")
    (['Kelly'], {'tag': [1, 2.5]})
    """
    node = ast.parse(call, mode="eval").body
    if not isinstance(node, ast.Call):
        raise ValueError(f"no call: {call!r}")
    named = {str(k.arg): ast.literal_eval(k.value) for k in node.keywords}
    return [ast.literal_eval(value) for value in node.args], named


def package_version() -> str:
    """Return the version of the installed package; raises `UserError` where it is missing."""
    _data()
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        raise _missing() from None


def entries() -> tuple[Entry, ...]:
    """Return the 800 tasks in the order of their files; raises `UserError` where the package is missing."""
    return _entries(_data())


def documents() -> Mapping[str, Mapping[str, Any]]:
    """Return by name the description of each function, with its class under ``class``, classes in order."""
    return _documents(_data())


@cache
def _entries(folder: Path) -> tuple[Entry, ...]:
    found = []
    for group in GROUPS:
        name = f"BFCL_v4_multi_turn_{group}.json"
        gold = {row["id"]: row["ground_truth"] for row in _rows(folder / "possible_answer" / name)}
        for row in _rows(folder / name):
            calls = tuple(tuple(turn) for turn in gold[row["id"]])
            found.append(Entry(id=row["id"], group=group, given=row, gold=calls))
    return tuple(found)


@cache
def _documents(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for owner, file in DOCUMENTS.items():
        for row in _rows(folder / "multi_turn_func_doc" / f"{file}.json"):
            if row["name"] in found:
                raise ValueError(f"two functions are called {row['name']!r}")
            found[row["name"]] = {**row, "class": owner}
    return found


def _data() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise _missing()
    return Path(spec.origin).parent / "data"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise UserError(f"the installed {DISTRIBUTION} has no {path.name!r}", hint=f"run {INSTALL}")
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def _missing() -> UserError:
    return UserError("suite 'bfcl' is not installed", hint=f"run {INSTALL}")
