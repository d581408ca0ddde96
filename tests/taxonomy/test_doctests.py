"""The examples in the docstrings are true."""

import doctest
import importlib
import pkgutil

import pytest

import skillweave.taxonomy

MODULES = sorted(module.name for module in pkgutil.iter_modules(skillweave.taxonomy.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"skillweave.taxonomy.{name}")).failed == 0
