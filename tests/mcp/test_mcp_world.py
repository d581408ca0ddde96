"""A fresh server in a fresh folder for each rollout, gone afterwards; and what becomes of a server that fails."""

import asyncio
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from skillweave.tasks.suites.mcp.client import ServerFault
from skillweave.tasks.suites.mcp.config import read_config
from skillweave.tasks.suites.mcp.folder import Folder, changes, differences
from skillweave.tasks.suites.mcp.suite import McpSession, McpSuite, mcp_suite
from skillweave.tasks.tools import ToolError
from skillweave.taxonomy.errors import UserError


async def opened(suite: McpSuite) -> McpSession:
    session = suite.session("Go on.")
    await session.turn(None)
    return session


def test_worlds_are_never_shared_not_even_at_once_and_nothing_is_left(suite: McpSuite, tmp_path: Path) -> None:
    async def play() -> list[Any]:
        sessions = await asyncio.gather(*(opened(suite) for _ in range(4)))
        try:
            await asyncio.gather(
                *(s.call("write_note", {"name": f"n{i}", "text": "x"}) for i, s in enumerate(sessions))
            )
            listed = [await s.call("list_notes", {}) for s in sessions]
            assert listed == [f"n{i}, shopping, todo" for i in range(4)]
            return [s.snapshot()["changes"] for s in sessions]
        finally:
            for session in sessions:
                session.close()
            for session in sessions:
                session.wait_closed()

    found = asyncio.run(play())
    assert [list(change) for change in found] == [[f"n{i}.txt"] for i in range(4)]
    assert list((tmp_path / ".tmp").glob("skillweave-mcp-*")) == []
    assert sorted(p.name for p in (tmp_path / "seed").iterdir()) == ["shopping.txt", "todo.txt"]


def test_the_folder_goes_by_a_name_that_is_always_the_same(suite: McpSuite) -> None:
    async def play() -> tuple[Any, Any]:
        session = await opened(suite)
        try:
            where = await session.call("where", {})
            await session.call("write_note", {"name": "here", "text": "at /workspace/a, not at /my/workspace"})
            return where, session.snapshot()["changes"]["here.txt"]["text"]
        finally:
            session.close()

    assert asyncio.run(play()) == ("/workspace", "at /workspace/a, not at /my/workspace")


def test_a_refusal_is_for_the_agent(notes: Any) -> None:
    suite = mcp_suite(notes(errors="^Error: "))

    async def play(tool: str, **arguments: str) -> None:
        session = await opened(suite)
        try:
            await session.call(tool, arguments)
        finally:
            session.close()

    with pytest.raises(ToolError, match="there is no note 'gone'"):
        asyncio.run(play("read_note", name="gone"))
    with pytest.raises(ToolError, match="softly refused"):
        asyncio.run(play("misbehave", way="softly"))


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("die", "'notes' failed in misbehave: Connection closed .its last words: I die"),
        ("hang", "no answer within 0.5 s"),
        ("garbage", "it wrote what is no message"),
    ],
)
def test_a_server_that_fails_is_no_fault_of_the_agent(notes: Any, way: str, said: str, tmp_path: Path) -> None:
    suite = mcp_suite(notes(call_timeout=0.5))
    kept: list[McpSession] = []

    async def play() -> None:
        kept.append(await opened(suite))
        await kept[0].call("misbehave", {"way": way})

    with pytest.raises(ServerFault, match=said):
        asyncio.run(play())
    if way == "die":  # what comes later does not wait for the dead
        began = time.monotonic()
        with pytest.raises(ServerFault):
            asyncio.run(kept[0].call("list_notes", {}))
        assert time.monotonic() - began < 5
    kept[0].close()
    kept[0].wait_closed()
    assert list((tmp_path / ".tmp").glob("skillweave-mcp-*")) == []


@pytest.mark.parametrize(("option", "said"), [("--crash", "no such option"), ("--hang", "no answer within 0.3 s")])
def test_a_server_that_does_not_start_is_refused_before_anything_is_run(notes: Any, option: str, said: str) -> None:
    import notes_server

    with pytest.raises(UserError, match=rf"'notes' did not start: .*{said}"):
        mcp_suite(notes(args=[notes_server.__file__, option], start_timeout=0.3 if option == "--hang" else 20))


def test_databases_are_compared_by_their_rows(notes: Any, tmp_path: Path) -> None:
    place = read_config(tmp_path / notes(ignore=["*.log"]).removeprefix("mcp:"))
    one, other = Folder(place), Folder(place)
    try:
        for folder, rows in ((one, (1, 2, 3)), (other, (1, 2, 3, 4))):
            database = sqlite3.connect(folder.work / "a.db")
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE t (n INTEGER)")
            database.executemany("INSERT INTO t VALUES (?)", [(n,) for n in rows])
            database.execute("DELETE FROM t WHERE n > 3")
            database.commit()
            (folder.work / "x.log").write_text(str(folder.work))
            folder.state()  # reads what stands in the write-ahead log only, and changes nothing
            assert list(changes({}, folder.state())) == ["a.db", "shopping.txt", "todo.txt"]
        assert (one.work / "a.db-wal").read_bytes() != (other.work / "a.db-wal").read_bytes()
        assert one.state() == other.state()
        database.execute("INSERT INTO t VALUES (9)")
        database.commit()
        assert list(changes(one.state(), other.state())) == ["a.db"]
    finally:
        one.remove()
        other.remove()
    assert not os.path.exists(one.work)


def test_differences_are_told_in_sentences() -> None:
    wanted = {"a": {"sha256": "1", "text": "A"}, "b": None, "c": {"sha256": "3", "text": None}}
    got = {"a": {"sha256": "2", "text": "B"}, "d": None}
    assert list(differences(wanted, got)) == [
        "a should be 'A', is 'B'.",
        "b should be deleted, and was not.",
        "c should be changed or made, and was not.",
        "d was deleted, and should not be.",
    ]
