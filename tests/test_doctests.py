"""The examples in docstrings hold."""

import doctest
import importlib
import pkgutil

import pytest

import skillweave

ELSEWHERE = ("skillweave.tasks.suites.tau2.worker",)
"""scripts that run in an environment of their own, with packages that are not here and stand-ins for some that are"""
MODULES = sorted(
    m.name
    for package in ("taxonomy", "tasks", "reports")
    for m in pkgutil.walk_packages(importlib.import_module(f"skillweave.{package}").__path__, f"skillweave.{package}.")
    if m.name not in ELSEWHERE
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    found = [t for m in MODULES for t in finder.find(importlib.import_module(m)) if t.examples]
    assert len(found) > 10
    assert skillweave.__version__
