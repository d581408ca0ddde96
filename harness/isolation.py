"""The keeper of an isolated agent: answers its questions for the model and the tools, and kills it at the end."""

import asyncio
import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from typing import Any

import anyio
from inspect_ai.util import LimitExceededError
from langchain_core.language_models import BaseChatModel
from langgraph.errors import GraphRecursionError

from skillweave.agents.load import agent_digest
from skillweave.agents.pipe import LONGEST, packed, plain_messages, read_messages, unpacked
from skillweave.agents.toolkit import Channel
from skillweave.agents.zygote import REPLY, REQUEST
from skillweave.harness.doctor import KEYS
from skillweave.taxonomy.errors import UserError

TIME_LIMIT = 600
"""seconds that an isolated rollout may take where no other limit is given"""
LOAD_LIMIT = 60
"""seconds that loading an agent may take"""
MOST_QUESTIONS = 64
"""questions of one agent that are answered at once"""


class AgentFailed(Exception):
    """What ended an isolated agent, in its own words or ours."""


class Zygote:
    """The process from which isolated agents are forked; one a process, started when it is first needed."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="skillweave-")
        ours, theirs = socket.socketpair()
        self._control = ours
        self._process = subprocess.Popen(
            [sys.executable, "-m", "skillweave.agents.zygote"],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            env=_environment(),
            start_new_session=True,
        )
        theirs.close()
        self._reply()

    def fork(self, theirs: socket.socket) -> int:
        """Start an agent that serves a socket; return its pid."""
        socket.send_fds(self._control, [REQUEST.pack(b"f", 0)], [theirs.fileno()])
        return self._reply()

    def kill(self, pid: int) -> None:
        """End an agent, whatever it is doing, and all that it started."""
        self._control.sendall(REQUEST.pack(b"k", pid))
        self._reply()

    def close(self) -> None:
        """End all agents and the process itself."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _reply(self) -> int:
        found = self._control.recv(REPLY.size, socket.MSG_WAITALL)
        if len(found) < REPLY.size:
            raise ConnectionError("the process that starts isolated agents has ended")
        return int(REPLY.unpack(found)[0])


_ZYGOTES: list[Zygote] = []


def _zygote() -> Zygote:
    if not _ZYGOTES:
        _ZYGOTES.append(Zygote())
    return _ZYGOTES[0]


@atexit.register
def end_isolation() -> None:
    """End all isolated agents of this process."""
    while _ZYGOTES:
        _ZYGOTES.pop().close()


def _fork(theirs: socket.socket) -> tuple[Zygote, int]:
    """Fork an agent; where an agent has killed the zygote, another one takes its place."""
    try:
        zygote = _zygote()
        return zygote, zygote.fork(theirs)
    except OSError:
        end_isolation()
        zygote = _zygote()
        return zygote, zygote.fork(theirs)


def _environment() -> dict[str, str]:
    """Return the environment of an agent: without keys of models and without what says where the run is."""
    kept = {k: v for k, v in os.environ.items() if k not in KEYS and not k.startswith(("INSPECT_", "SKILLWEAVE_"))}
    paths = [os.path.abspath(path) for path in kept.get("PYTHONPATH", "").split(os.pathsep) if path]
    return {**kept, "PYTHONPATH": os.pathsep.join(paths)} if paths else kept


def findable(agent: str) -> str:
    """Return how an agent is named in a process that works in another folder."""
    return os.path.abspath(agent) if ":" in agent or "#" in agent else agent


def check_isolated(agent: str, *, tool_choice: str) -> frozenset[str]:
    """Return what an agent cannot do without, found out in a process of its own; raises `UserError` as loading does.

    It also sees to it that no rollout has to wait for LangGraph to be loaded.
    """
    return _loadable(agent, tool_choice, agent_digest(agent))


@lru_cache(maxsize=16)
def _loadable(agent: str, tool_choice: str, digest: str | None) -> frozenset[str]:
    ours, theirs = socket.socketpair()
    with theirs:
        zygote, pid = _fork(theirs)
    try:
        ours.settimeout(LOAD_LIMIT)
        ours.sendall(packed({"load": findable(agent), "tool_choice": tool_choice}))
        with ours.makefile("rb") as lines:
            line = lines.readline(LONGEST)
        found: dict[str, Any] = (
            unpacked(line) if line else {"error": f"agent {agent!r} ends the process that loads it", "hint": None}
        )
    except (TimeoutError, ValueError) as error:
        raise UserError(f"agent {agent!r} cannot be loaded: {error or 'it takes too long'}") from None
    finally:
        zygote.kill(pid)
        ours.close()
    if "error" in found:
        raise UserError(str(found["error"]), hint=found.get("hint"))
    return frozenset(found["needs"])


class IsolatedGraph:
    """A graph in another process, with the one method that a rollout calls."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, model: BaseChatModel, channel: Channel
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._model = model
        self._channel = channel

    async def ainvoke(self, state: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
        """Play a turn: answer the agent's questions until it is done.

        Raises `AgentFailed` where it fails or its process ends, GraphRecursionError where it runs in circles, and the
        limit that a question of its reached.
        """
        recursion = config["recursion_limit"]
        await self.say({"turn": plain_messages(state["messages"]), "recursion": recursion})
        limits: list[LimitExceededError] = []
        found: dict[str, Any] = {}
        permits = anyio.Semaphore(MOST_QUESTIONS)
        async with anyio.create_task_group() as group:

            async def answer(question: dict[str, Any]) -> None:
                try:
                    await self._answer(question)
                except LimitExceededError as limit:
                    limits.append(limit)
                    group.cancel_scope.cancel()
                finally:
                    permits.release()

            while True:
                found = await self._hear()
                if "ask" not in found:
                    break
                await permits.acquire()
                group.start_soon(answer, found)
            group.cancel_scope.cancel()
        if limits:
            raise limits[0]
        if "steps" in found:
            raise GraphRecursionError(f"more than {recursion} steps")
        if "failed" in found:
            raise AgentFailed(str(found["failed"])[:2000])
        try:
            return {"messages": read_messages(found.get("done"))}
        except ValueError as error:
            raise AgentFailed(f"the agent's process sent what is no conversation: {error}") from None

    async def _hear(self) -> dict[str, Any]:
        try:
            line = await self._reader.readline()
            return unpacked(line) if line else {"failed": "the agent's process ended"}
        except (ValueError, ConnectionError) as error:
            return {"failed": f"the agent's process sent what cannot be read: {error}"}

    async def _answer(self, question: dict[str, Any]) -> None:
        number = question.get("id")
        try:
            answer = await (self._generate(question) if question["ask"] == "model" else self._call(question))
        except LimitExceededError:
            raise
        except Exception as error:
            await self.say({"id": number, "error": f"{type(error).__name__}: {error}"})
            return
        await self.say({"id": number, "answer": answer})

    async def _generate(self, question: dict[str, Any]) -> Any:
        messages = read_messages(question["messages"])
        voice: Any = self._model
        if question["tools"]:
            voice = self._model.bind_tools(question["tools"], tool_choice=question["tool_choice"])
        return plain_messages([await voice.ainvoke(messages)])[0]

    async def _call(self, question: dict[str, Any]) -> Any:
        call_id, arguments = question.get("call_id"), question["arguments"]
        reply = await self._channel(
            str(question["tool"]),
            arguments if isinstance(arguments, dict) else {},
            None if call_id is None else str(call_id),
        )
        return {"text": reply.text, "error": reply.error}

    async def say(self, value: Mapping[str, Any]) -> None:
        """Send a line to the agent."""
        with suppress(ConnectionError):  # an agent that is gone is noticed where it is listened to
            self._writer.write(packed(value))
            await self._writer.drain()


@asynccontextmanager
async def isolated_graph(
    hello: Mapping[str, Any], model: BaseChatModel, channel: Channel
) -> AsyncIterator[IsolatedGraph]:
    """Give the graph of an agent that runs in a process of its own, and end the process afterwards.

    ``hello`` is all that the process is told: see `skillweave.agents.child`.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        zygote, pid = _fork(theirs)
    writer: asyncio.StreamWriter | None = None
    try:
        reader, writer = await asyncio.open_connection(sock=ours, limit=LONGEST)
        graph = IsolatedGraph(reader, writer, model, channel)
        await graph.say(hello)
        yield graph
    finally:
        with suppress(OSError):
            zygote.kill(pid)
        if writer is None:
            ours.close()
        else:
            writer.transport.abort()
            with anyio.CancelScope(shield=True), suppress(OSError):
                await writer.wait_closed()
