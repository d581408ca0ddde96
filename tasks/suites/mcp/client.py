"""A server that runs for one rollout, and the connection to it."""

import asyncio
import fcntl
import logging
import tempfile
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import httpx
from mcp import ClientSession, McpError, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CONNECTION_CLOSED

from skillweave.tasks.suites.mcp.config import Place
from skillweave.tasks.suites.mcp.folder import Folder
from skillweave.tasks.suites.mcp.thread import owner

PAGES = 100
"""lists of tools that are asked for, at most"""

logging.getLogger("mcp.client.stdio").disabled = True  # what a server wrote amiss stands in the fault


class ServerFault(Exception):
    """A server did not start, died, did not answer in time or answered with what is no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a server says of itself."""

    name: str
    version: str
    instructions: str
    tools: tuple[types.Tool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a tool said."""

    text: str
    error: bool


class Client:
    """A connection to a fresh server; with ``look`` to one of which only the tools are asked for, with no reset."""

    def __init__(self, place: Place, folder: Folder | None, *, look: bool = False) -> None:
        self._place = place
        self._folder = folder
        self._look = look
        self._found: Future[Found] = Future()
        self._found.set_running_or_notify_cancel()  # whoever waits may be cancelled, and the client still be closed
        self._stop = asyncio.Event()
        self._ended = asyncio.Event()
        self._session: ClientSession | None = None
        self._garbage: Exception | None = None
        self._life = owner().live(self._live(), self._stop)

    async def started(self) -> Found:
        """Wait until the server is there; raises `ServerFault` where it does not come."""
        return await asyncio.wrap_future(self._found)

    def wait_started(self) -> Found:
        """Wait as `started` does, without a loop."""
        return self._found.result()

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Reply:
        """Return what a tool says; raises `ServerFault` where the server fails."""
        return await asyncio.wrap_future(owner().submit(self._call(tool, dict(arguments))))

    def close(self) -> None:
        """End the server and remove its folder, soon; nothing waits for it."""
        owner().set(self._stop)

    def wait_closed(self) -> None:
        """Wait until nothing is left."""
        self._life.result()

    async def _live(self) -> None:
        problem: BaseException | None = None
        try:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(self._exclusive())
                read, write = await stack.enter_async_context(self._streams())
                session = await stack.enter_async_context(ClientSession(read, write, message_handler=self._heard))
                async with asyncio.timeout(self._place.config.start_timeout):
                    found = await self._greet(session)
                self._session = session
                self._found.set_result(found)
                await self._stop.wait()
        except BaseException as error:
            problem = error
        self._ended.set()
        if not self._found.done():
            limit = self._place.config.start_timeout
            self._found.set_exception(self._fault("did not start", problem or RuntimeError("it ended"), limit))
        if self._folder is not None:
            self._folder.remove()  # not in a thread: at the end of the process there are no more

    async def _greet(self, session: ClientSession) -> Found:
        hello = await session.initialize()
        tools: list[types.Tool] = []
        cursor: str | None = None
        for _ in range(PAGES):
            page = await session.list_tools(params=types.PaginatedRequestParams(cursor=cursor))
            tools += page.tools
            cursor = page.nextCursor
            if cursor is None:
                break
        info = hello.serverInfo
        return Found(name=info.name, version=info.version, instructions=hello.instructions or "", tools=tuple(tools))

    async def _call(self, tool: str, arguments: dict[str, Any]) -> Reply:
        if self._session is None:
            raise RuntimeError("the server was not started")
        limit = self._place.config.call_timeout
        asked = asyncio.create_task(self._session.call_tool(tool, arguments))
        ended = asyncio.create_task(self._ended.wait())
        try:
            await asyncio.wait({asked, ended}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if not asked.done():
                reason: Exception = TimeoutError() if not self._ended.is_set() else RuntimeError("Connection closed")
                raise self._fault(f"failed in {tool}", reason, limit)
            return _reply(asked.result())
        except McpError as error:
            if error.error.code == CONNECTION_CLOSED:
                raise self._fault(f"failed in {tool}", error, limit) from None
            return Reply(text=error.error.message, error=True)
        except ServerFault:
            raise
        except Exception as error:
            raise self._fault(f"failed in {tool}", error, limit) from None
        finally:
            asked.cancel()
            ended.cancel()

    async def _heard(self, message: Any) -> None:
        if isinstance(message, Exception):
            self._garbage = message

    def _fault(self, what: str, error: BaseException, limit: float) -> ServerFault:
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if isinstance(error, ServerFault):
            return error
        said = f"no answer within {limit:g} s" if isinstance(error, TimeoutError) else str(error) or repr(error)
        if self._garbage is not None:
            said += "; it wrote what is no message"
        last = "" if self._folder is None else self._folder.last_words()
        name = self._place.config.name
        return ServerFault(f"MCP server {name!r} {what}: {said}{f' (its last words: {last})' if last else ''}")

    @asynccontextmanager
    async def _streams(self) -> AsyncIterator[tuple[Any, Any]]:
        config = self._place.config
        if self._folder is None:
            async with self._over_http() as streams:
                yield streams
            return
        work, full = self._folder.work, self._place.expanded
        parameters = StdioServerParameters(
            command=self._place.program(config.command or ""),
            args=[full(argument, work) for argument in config.args],
            env={name: full(value, work) for name, value in config.env.items()},
            cwd=work,
        )
        with self._folder.errors.open("w", encoding="utf-8") as errors:
            async with stdio_client(parameters, errlog=errors) as streams:
                yield streams

    @asynccontextmanager
    async def _over_http(self) -> AsyncIterator[tuple[Any, Any]]:
        config, full = self._place.config, self._place.expanded
        headers = {name: full(value) for name, value in config.headers.items()}
        async with (
            httpx.AsyncClient(headers=headers, timeout=httpx.Timeout(config.call_timeout)) as http,
            streamable_http_client(full(config.url or ""), http_client=http) as (read, write, _),
        ):
            yield read, write

    @asynccontextmanager
    async def _exclusive(self) -> AsyncIterator[None]:
        """Keep a server that others use too to ourselves, on this machine, and make its world anew."""
        config = self._place.config
        if self._folder is not None or self._look or not isinstance(config.reset, tuple):
            yield
            return
        name = sha256(self._place.expanded(config.url or "").encode()).hexdigest()[:24]
        with (Path(tempfile.gettempdir()) / f"skillweave-mcp-{name}.lock").open("w") as lock:
            while not self._stop.is_set() and not _locked(lock):
                await asyncio.sleep(0.02)
            if self._stop.is_set():
                raise ServerFault("nobody waits for the server any more")
            await self._reset(config.reset)
            yield

    async def _reset(self, command: tuple[str, ...]) -> None:
        program = self._place.program(command[0])
        done = await asyncio.create_subprocess_exec(
            program,
            *(self._place.expanded(part) for part in command[1:]),
            cwd=self._place.here,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            async with asyncio.timeout(self._place.config.start_timeout):
                said, _ = await done.communicate()
        except TimeoutError:
            done.kill()
            await done.wait()
            raise ServerFault(f"the reset command {command!r} did not end in time") from None
        if done.returncode != 0:
            last = said.decode(errors="replace").strip().splitlines()[-1:]
            raise ServerFault(f"the reset command {command!r} failed ({done.returncode}): {' '.join(last)}")


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _reply(result: types.CallToolResult) -> Reply:
    """Return a result as text: its texts, and what else there is by its kind; structured content where that is all."""
    parts = [_text(block) for block in result.content]
    if not parts and result.structuredContent is not None:
        from skillweave.taxonomy.artifacts import canonical_json

        parts = [canonical_json(result.structuredContent)]
    return Reply(text="\n".join(parts), error=bool(result.isError))


def _text(block: Any) -> str:
    if isinstance(block, types.TextContent):
        return block.text
    if isinstance(block, types.EmbeddedResource) and isinstance(block.resource, types.TextResourceContents):
        return block.resource.text
    if isinstance(block, types.ResourceLink):
        return f"[{block.name}: {block.uri}]"
    return f"[{block.type}{f' {block.mimeType}' if getattr(block, 'mimeType', None) else ''}]"
