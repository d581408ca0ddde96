"""Tests of a task set and its checker: what must fail, and what must pass."""
