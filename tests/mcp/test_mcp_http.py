"""A server at an address: made anew for each rollout, and never used by two at once."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import notes_http
import pytest

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.tasks.suites.mcp.client import ServerFault
from skillweave.tasks.suites.mcp.suite import mcp_suite
from skillweave.taxonomy.errors import UserError


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Serve shared notes on loopback."""
    command = [sys.executable, notes_http.__file__, str(tmp_path / "all.txt")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/mcp"
        server.terminate()


@pytest.fixture
def shared(notes: Any, address: str, tmp_path: Path) -> Any:
    """Write the config of the shared notes."""
    reset = [sys.executable, notes_http.__file__, str(tmp_path / "all.txt"), "--reset"]

    def write(**more: Any) -> str:
        local = {"command": None, "args": None, "copy": None, "hidden": None, "volatile": None}
        return str(notes(**local, **{"url": address, "reset": reset, "name": "shared", **more}))

    return write


def test_rollouts_take_turns_and_each_finds_the_world_as_it_was(
    shared: Any, rows: Any, cli: Any, tmp_path: Path
) -> None:
    both = [
        {
            "id": f"add-{note}",
            "instruction": f"Add {note} to the notes.",
            "calls": [{"tool": "read"}, {"tool": "add", "arguments": {"note": note}}, {"tool": "read"}],
        }
        for note in ("eggs", "bread")
    ]
    done = cli("tasks", "import", shared(), "--from", rows(*both), "-q")
    assert done.exit_code == 0, done.stderr
    result = run_tasks(
        RunOptions(tasks=tmp_path / "tasks.jsonl", log_dir=tmp_path / "logs", agent="oracle", max_samples=2)
    )
    assert (result.success, result.scored, result.unscored) == (1.0, 2, 0), result.errors
    from inspect_ai.log import read_eval_log

    for sample in read_eval_log(str(result.log)).samples or []:
        said = [str(e.result) for e in sample.events if e.event == "tool" and e.function == "read"]
        note = str(sample.id).removeprefix("add-")
        assert said == ["milk\n", f"milk\n{note}\n"]


def test_a_server_that_keeps_what_is_written_needs_a_reset(shared: Any, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="keeps what rollouts write, such as by 'add'"):
        mcp_suite(shared(reset=None))
    assert mcp_suite(shared(reset=None, tools=["read"])).hidden == frozenset()
    assert mcp_suite(shared(reset="session")).hidden == {"add"}
    suite = mcp_suite(shared(reset=[sys.executable, "-c", "import sys; sys.exit('no disk')"]))
    session = suite.session()
    with pytest.raises(ServerFault, match=r"the reset command .* failed \(1\): no disk"):
        asyncio.run(session.turn(None))
    session.close()


def test_nobody_at_the_address_is_told_in_words(shared: Any) -> None:
    with pytest.raises(UserError, match="'shared' did not start: "):
        mcp_suite(shared(url="http://127.0.0.1:9/mcp"))
