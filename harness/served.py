"""A rollout's tools over MCP, and its model as an OpenAI-compatible endpoint, on loopback: for agents elsewhere."""

import asyncio
import contextvars
import json
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import anyio
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, convert_to_messages

from skillweave.agents.toolkit import Channel
from skillweave.tasks.suite import ToolSchema
from skillweave.taxonomy.errors import UserError

EXTRA = "pip install 'skillweave[mcp]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where a rollout's tools and model are found while it is played; the addresses hold a secret."""

    mcp_url: str
    model_url: str


def check_served() -> None:
    """Raise `UserError` where the packages that serve a rollout are not installed."""
    try:
        import mcp.server.lowlevel  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise UserError(f"an agent over HTTP needs {error.name!r}", hint=EXTRA) from None


@asynccontextmanager
async def served(
    schemas: Sequence[ToolSchema], channel: Channel, model: BaseChatModel, *, submit: ToolSchema | None
) -> AsyncIterator[Served]:
    """Serve the tools and the model of the running rollout on a free port of loopback."""
    import uvicorn
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
    from starlette.applications import Starlette
    from starlette.routing import Mount, Route

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield  # Ctrl-C is the run's, not ours

    here = contextvars.copy_context()
    offered = list(schemas) if submit is None else [*schemas, submit]
    manager = StreamableHTTPSessionManager(_mcp_server(offered, channel, here), json_response=True, stateless=True)
    token = secrets.token_urlsafe(16)
    app = Starlette(
        routes=[
            Mount(f"/{token}/mcp", app=manager.handle_request),
            Route(f"/{token}/v1/chat/completions", _completions(model, here), methods=["POST"]),
        ]
    )
    server = Server(uvicorn.Config(app, log_level="critical", lifespan="off", access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/{token}"

        async def serve() -> None:
            async with manager.run():
                await server.serve(sockets=[listener])

        # A task of its own: what goes wrong in the rollout must not come back as a group of errors of the server.
        task = asyncio.create_task(serve())
        while not server.started and not task.done():
            await anyio.sleep(0.005)
        try:
            yield Served(mcp_url=f"{address}/mcp/", model_url=f"{address}/v1")
        finally:
            server.should_exit = server.force_exit = True
            with anyio.CancelScope(shield=True):
                await task


def _mcp_server(schemas: Sequence[ToolSchema], channel: Channel, here: contextvars.Context) -> Any:
    from mcp import types
    from mcp.server.lowlevel import Server

    server: Any = Server("skillweave")

    @server.list_tools()  # type: ignore[untyped-decorator]
    async def list_tools() -> list[types.Tool]:
        return [types.Tool(name=s.name, description=s.description, inputSchema=dict(s.parameters)) for s in schemas]

    @server.call_tool(validate_input=False)  # type: ignore[untyped-decorator]
    async def call_tool(name: str, arguments: dict[str, Any] | None) -> types.CallToolResult:
        reply = await _inside(here, lambda: channel(name, arguments or {}, None))
        return types.CallToolResult(content=[types.TextContent(type="text", text=reply.text)], isError=reply.error)

    return server


def _completions(model: BaseChatModel, here: contextvars.Context) -> Callable[[Any], Awaitable[Any]]:
    from starlette.responses import JSONResponse

    async def complete(request: Any) -> Any:
        try:
            asked = json.loads(await request.body())
            messages = convert_to_messages(asked["messages"])
        except (ValueError, KeyError, TypeError) as error:
            return JSONResponse({"error": {"message": f"no chat completion request: {error}"}}, status_code=400)
        if asked.get("stream"):
            return JSONResponse({"error": {"message": "streaming is not supported"}}, status_code=400)
        voice: Any = model
        if asked.get("tools"):
            voice = model.bind_tools(asked["tools"], tool_choice=asked.get("tool_choice"))
        try:
            said = await _inside(here, lambda: voice.ainvoke(messages))
        except Exception as error:  # what it was stands on the rollout; the agent is told that there is no reply
            return JSONResponse({"error": {"message": f"{type(error).__name__}: {error}"}}, status_code=500)
        return JSONResponse(_completion(said))

    return complete


def _completion(said: AIMessage) -> dict[str, Any]:
    calls = [
        {"id": c["id"], "type": "function", "function": {"name": c["name"], "arguments": json.dumps(c["args"])}}
        for c in said.tool_calls
    ]
    usage = said.usage_metadata
    return {
        "id": said.id or "chat",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": "skillweave",
        "choices": [
            {
                "index": 0,
                "finish_reason": "tool_calls" if calls else "stop",
                "message": {"role": "assistant", "content": said.text, **({"tool_calls": calls} if calls else {})},
            }
        ],
        "usage": {
            "prompt_tokens": 0 if usage is None else usage["input_tokens"],
            "completion_tokens": 0 if usage is None else usage["output_tokens"],
            "total_tokens": 0 if usage is None else usage["total_tokens"],
        },
    }


async def _inside(here: contextvars.Context, work: Callable[[], Awaitable[Any]]) -> Any:
    """Do some work in the context of the rollout: its log and limits stand there, not in that of a web server."""

    async def run() -> Any:
        return await work()

    return await asyncio.create_task(run(), context=here.copy())
