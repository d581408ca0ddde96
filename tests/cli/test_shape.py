"""What holds of every command."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from skillweave import __version__
from skillweave.harness.cli.app import app
from skillweave.harness.cli.output import Output, command
from skillweave.taxonomy.errors import UserError


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command."""
    for name, found in group.commands.items():
        if hasattr(found, "commands"):
            yield from commands(found, (*path, name))
        else:
            yield (*path, name)


ALL = list(commands(typer.main.get_command(app)))


def test_the_road_has_all_its_commands() -> None:
    assert {" ".join(words) for words in ALL} >= {
        "taxonomy build",
        "taxonomy show",
        "taxonomy select",
        "taxonomy compare",
        "taxonomy export",
        "synth",
        "split",
        "run",
        "report",
        "demo",
        "tasks show",
        "suite show",
        "suite install",
        "doctor",
    }


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_has_an_example_and_the_shared_options(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*words, "--help"])
    assert done.exit_code == 0
    assert f"Example: skillweave {' '.join(words)}" in " ".join(done.stdout.split())
    for option in ("--json", "--quiet", "-q", "--verbose", "-v"):
        assert option in done.stdout


def test_version_is_one_line() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.stdout) == (0, f"skillweave {__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["synth", "--seed", "-1"],
        ["synth", "--taxonomy", "x", "--nonsense"],
        ["run", "t.jsonl", "--epochs", "0"],
    ],
)
def test_usage_errors_exit_with_2(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def toy(function: Any, *arguments: str) -> Any:
    """Run a function as a command."""
    small = typer.Typer(rich_markup_mode=None)
    command(small, "toy", example="skillweave toy")(function)
    return CliRunner().invoke(small, list(arguments))


def test_json_is_one_object_even_where_a_library_prints() -> None:
    def noisy(out: Output) -> None:
        print("a library speaks")
        out.show({"answer": 42}, lambda console: console.print("forty-two"))

    done = toy(noisy, "--json")
    assert done.stdout == '{\n  "answer": 42\n}\n'
    assert "a library speaks" in done.stderr
    assert toy(noisy).stdout == "a library speaks\nforty-two\n"


def test_a_users_mistake_is_one_line_and_a_hint() -> None:
    def wrong(out: Output) -> None:
        raise UserError("no split 'tset';\n  the file has test", hint="name\nanother")

    done = toy(wrong, "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "error: no split 'tset'; the file has test\nhint: name another\n"


def test_an_interrupt_exits_with_130_and_no_traceback() -> None:
    def long(out: Output) -> None:
        raise KeyboardInterrupt

    done = toy(long)
    assert (done.exit_code, done.stderr) == (130, "interrupted\n")


def test_a_negative_verdict_exits_with_1_and_notes_go_to_stderr_unless_quiet() -> None:
    def verdict(out: Output) -> int:
        out.note("a note")
        out.detail("a detail")
        with out.progress("working") as step:
            step(1, 2)
        return 1

    assert (toy(verdict).exit_code, toy(verdict).stderr) == (1, "a note\n")
    assert toy(verdict, "-v").stderr == "a note\na detail\n"
    assert toy(verdict, "-q", "-v").stderr == ""
