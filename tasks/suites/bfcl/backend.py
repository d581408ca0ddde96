"""Their functions, run by their executor, and their checker: the one module that imports bfcl-eval.

Their executor keeps the instances of a world among the globals of a module, under a name that is made of the model's,
and one of their classes sets a precision for the whole process. So every world and every check here goes by a name of
its own, what is left under that name is taken away, and one call runs at a time.
"""

import importlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import count
from threading import RLock
from types import ModuleType
from typing import Any

from skillweave.tasks.suites.bfcl.entries import Entry, parse

_EVALUATION = "bfcl_eval.eval_checker.multi_turn_eval"
_LOCK = RLock()
_NUMBERS = count()


class Instances:
    """The live instances of one task's classes."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self._name = _fresh_name()

    def run(self, call: str) -> str:
        """Return what their executor makes of one call, an exception of the function's included."""
        with _LOCK:
            results, _ = _utils().execute_multi_turn_func_call(
                [call],
                self._entry.given["initial_config"],
                list(self._entry.classes),
                self._name,
                self._entry.id,
                long_context=_is_long(self._entry),
                is_evaL_run=False,
            )
        return str(results[0])

    def close(self) -> None:
        """Forget the instances."""
        _forget(self._name)


def check(entry: Entry, steps: Sequence[Sequence[Sequence[str]]]) -> Mapping[str, Any]:
    """Return what their checker says of calls: by turn, by step (reply of the model), written as Python."""
    with _named() as name, _LOCK:
        checker = importlib.import_module(f"{_EVALUATION}.multi_turn_checker")
        found: Mapping[str, Any] = checker.multi_turn_checker(
            [[list(step) for step in turn] for turn in steps],
            [list(turn) for turn in entry.gold],
            dict(entry.given),
            f"multi_turn_{entry.group}",
            name,
        )
        return found


def arguments_of(owner: str, function: str, call: str) -> dict[str, Any]:
    """Return the arguments of a call that is written as Python, by the names that the function gives them."""
    by_place, by_name = parse(call)
    return {**dict(zip(_parameters(owner, function), by_place, strict=False)), **by_name}


def added_functions() -> str:
    """Return what their user says in a turn that only brings functions."""
    return str(
        importlib.import_module("bfcl_eval.constants.default_prompts").DEFAULT_USER_PROMPT_FOR_ADDITIONAL_FUNCTION_FC
    )


def instances_held() -> int:
    """Return how many instances their executor keeps at the moment."""
    return sum(name.endswith("_instance") for name in vars(_utils()))


@cache
def _parameters(owner: str, function: str) -> tuple[str, ...]:
    places = importlib.import_module("bfcl_eval.constants.executable_backend_config").CLASS_FILE_PATH_MAPPING
    method = getattr(getattr(importlib.import_module(places[owner]), owner), function)
    return tuple(inspect.signature(method).parameters)[1:]


def _is_long(entry: Entry) -> bool:
    return entry.group == "long_context"


def _utils() -> ModuleType:
    return importlib.import_module(f"{_EVALUATION}.multi_turn_utils")


def _fresh_name() -> str:
    return f"skillweave_{next(_NUMBERS)}_run"


@contextmanager
def _named() -> Iterator[str]:
    name = _fresh_name()
    try:
        yield name
    finally:
        _forget(name)


def _forget(name: str) -> None:
    with _LOCK:
        kept = vars(_utils())
        for key in [key for key in kept if key.startswith(f"{name}_")]:
            del kept[key]
