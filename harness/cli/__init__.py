"""The command line: parse, call one function a stage, print. Everything heavy is imported inside the commands."""

from skillweave.harness.cli.app import main

__all__ = ["main"]
