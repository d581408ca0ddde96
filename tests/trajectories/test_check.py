"""`trajectories check`: does a data set, ours or another's, touch what a split holds out?"""

import json
from pathlib import Path
from typing import Any

import pytest

from skillweave.harness.trajectories.filters import Rules
from skillweave.harness.trajectories.reading import calls_of
from skillweave.harness.trajectories.registry import formats
from skillweave.tasks.trajectory import call_of, reply_of


@pytest.fixture
def check(call: Any, bench: Any) -> Any:
    """Check a file against the bench's splits; returns exit code and the JSON object."""

    def go(path: Path, *more: Any) -> tuple[int, Any]:
        done = call("check", path, "--splits", bench.splits_file, "--json", *more)
        return done.exit_code, json.loads(done.stdout) if done.stdout else done.stderr

    return go


@pytest.mark.parametrize("name", formats())
def test_a_clean_export_is_clean_in_every_format(name: str, write: Any, check: Any, bench: Any, tmp_path: Path) -> None:
    write(formats=(name,))
    code, found = check(tmp_path / "out", "--tasks", bench.tasks_file)
    assert (code, found["clean"], found["leaks"], found["unknown"]) == (0, True, [], [])
    assert found["rows"] == found["told"] == len(bench.of("train"))


@pytest.mark.parametrize("name", formats())
def test_a_leaking_export_is_found_in_every_format(
    name: str, write: Any, check: Any, bench: Any, tmp_path: Path
) -> None:

    write(formats=(name,), allow_held_out=True, rules=Rules(split="test"))
    code, found = check(tmp_path / "out")
    assert (code, found["touching"]) == (1, len(bench.of("test")))


def test_parquet_alone_is_read_too(write: Any, check: Any, bench: Any, tmp_path: Path) -> None:
    write(formats=("trl",))
    (file,) = (tmp_path / "out/data").glob("*.parquet")
    assert check(file)[1]["told"] == len(bench.of("train"))


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_rows_without_metadata_are_known_by_their_instruction(check: Any, bench: Any, tmp_path: Path) -> None:
    held = bench.of("test")[0]
    said = [{"role": "user", "content": f"  {held.instruction.upper()} "}, {"role": "assistant", "content": "No."}]
    path = lines(tmp_path / "theirs.jsonl", {"messages": said})
    assert check(path)[1]["unknown"] == ["theirs.jsonl:1"]
    code, found = check(path, "--tasks", bench.tasks_file)
    assert (code, found["touching"]) == (1, 1)
    assert found["leaks"][0]["evidence"] == "instruction"


def test_rows_without_metadata_are_suspected_by_their_calls(check: Any, bench: Any, tmp_path: Path) -> None:
    held = bench.of("test", 2)[0]
    reads = [{"name": s.replace(".", "-").replace("_", "-")} for s in held.skills]
    calls = [call_of(tool, {}, f"c{i}") for i, tool in enumerate(held.tools)]
    calls += [call_of("read_skill", name, f"r{i}") for i, name in enumerate(reads)]
    path = lines(tmp_path / "theirs.jsonl", {"messages": [{"role": "assistant", "tool_calls": calls}]})
    code, found = check(path)
    assert (code, found["touching"], found["suspected"], found["told"]) == (1, 0, 1, 0)


def test_a_renamed_row_is_known_by_its_plan(write: Any, check: Any, bench: Any, tmp_path: Path) -> None:
    held = bench.of("test", 2)[0]
    row = {
        "task": "new",
        "skills": ["people.find_manager"],
        "plan": held.plan.canonical(),
        "world_seed": held.world_seed,
    }
    assert check(lines(tmp_path / "a.jsonl", row))[1]["leaks"][0]["evidence"] == "plan"


def test_rows_that_tell_nothing_are_not_called_clean(check: Any, tmp_path: Path) -> None:
    code, found = check(lines(tmp_path / "a.jsonl", {"text": "hello"}))
    assert (code, found["clean"], found["unknown"]) == (1, False, ["a.jsonl:1"])


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.txt", "x", "no training set"),
        ("a.jsonl", "", "holds no rows"),
        ("a.jsonl", "{", "no JSON"),
        ("a.jsonl", "[1]\n", "no object"),
        ("a.parquet", "x", "cannot be read as Parquet"),
        ("gone.jsonl", None, "no file"),
    ],
)
def test_what_cannot_be_read_is_a_users_mistake(
    name: str, text: str | None, problem: str, check: Any, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    code, message = check(tmp_path / name)
    assert code == 2
    assert problem in message


def test_calls_are_read_from_every_way_of_writing_them() -> None:
    call = ("f", {"a": 1}, False)
    openai = {"messages": [{"role": "assistant", "tool_calls": [call_of("f", {"a": 1}, "c")]}]}
    trl = {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {"a": 1}}}]}]}
    turn = {"from": "function_call", "value": '<think>\nso\n</think>\n\n[{"name": "f", "arguments": {"a": 1}}]'}
    atif = {"steps": [{"tool_calls": [{"tool_call_id": "c", "function_name": "f", "arguments": {"a": 1}}]}]}
    for row in (openai, trl, {"conversations": [turn]}, atif):
        assert calls_of(row) == [call]
    refused = {"messages": [*openai["messages"], reply_of("f", "no", "c", error=True)]}
    assert calls_of(refused) == [("f", {"a": 1}, True)]
    assert calls_of({"messages": "none", "conversations": [3], "steps": [{"tool_calls": [{}]}]}) == []
