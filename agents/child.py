"""An agent in a process of its own: it has messages, tool schemas and one pipe to ask through, nothing of the run."""

import asyncio
import itertools
import socket
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from langgraph.errors import GraphRecursionError

from skillweave.agents.load import GIVEN, build_graph, load_agent, needs
from skillweave.agents.pipe import (
    LONGEST,
    packed,
    plain_messages,
    read_branch,
    read_card,
    read_messages,
    read_schema,
    unpacked,
)
from skillweave.agents.toolkit import Reply, agent_tools
from skillweave.taxonomy.errors import UserError


class Wire:
    """The agent's end of the pipe: questions with a number, answered in any order."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.numbers = itertools.count()
        self.waiting: dict[int, asyncio.Future[Any]] = {}
        self.turns: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    async def listen(self) -> None:
        """Hand on what comes in, until the keeper hangs up."""
        while line := await self.reader.readline():
            found = unpacked(line)
            if "turn" in found:
                self.turns.put_nowait(found)
                continue
            future = self.waiting.pop(found["id"], None)
            if future is None or future.done():
                continue
            if "error" in found:
                future.set_exception(RuntimeError(found["error"]))
            else:
                future.set_result(found["answer"])
        self.turns.put_nowait(None)

    async def say(self, value: Mapping[str, Any]) -> None:
        """Send a line."""
        self.writer.write(packed(value))
        await self.writer.drain()

    async def ask(self, **question: Any) -> Any:
        """Send a question and return its answer; raises RuntimeError with the words of a refusal."""
        number = next(self.numbers)
        self.waiting[number] = asyncio.get_running_loop().create_future()
        await self.say({"id": number, **question})
        return await self.waiting[number]


class PipeModel(BaseChatModel):
    """The model of the run, asked through the pipe. Async only."""

    wire: Any

    @property
    def _llm_type(self) -> str:
        return "pipe"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Return the model with these tools, and a tool choice: auto, any, none or a tool's name."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], tool_choice=tool_choice)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise RuntimeError("this model is async only: use ainvoke, and run graphs with ainvoke")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        tools: Sequence[Any] = (),
        tool_choice: Any = None,
        **kwargs: Any,
    ) -> ChatResult:
        found = await self.wire.ask(
            ask="model", messages=plain_messages(messages), tools=list(tools), tool_choice=tool_choice
        )
        return ChatResult(generations=[ChatGeneration(message=read_messages([found])[0])])


async def _serve(sock: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=sock, limit=LONGEST)
    wire = Wire(reader, writer)
    hello = unpacked(await reader.readline())
    if "load" in hello:
        await wire.say(loadable(hello["load"], hello["tool_choice"]))
        return
    listening = asyncio.create_task(wire.listen())
    try:
        graph = await _build(wire, hello)
        while (turn := await wire.turns.get()) is not None:
            await _play(wire, graph, turn)
    except Exception as error:
        await wire.say({"failed": _short(error)})
    finally:
        listening.cancel()


async def _build(wire: Wire, hello: Mapping[str, Any]) -> Any:
    async def channel(tool: str, arguments: Mapping[str, Any], call_id: str | None) -> Reply:
        found = await wire.ask(ask="call", tool=tool, arguments=dict(arguments), call_id=call_id)
        return Reply(text=found["text"], error=found["error"])

    submit = read_schema(hello["submit"]) if hello["submit"] else None
    return await build_graph(
        load_agent(hello["agent"], tool_choice=hello["tool_choice"]),
        model=PipeModel(wire=wire),
        tools=agent_tools(map(read_schema, hello["tools"]), channel, submit=submit),
        system_prompt=hello["system_prompt"],
        skills=tuple(map(read_card, hello["skills"])),
        tool_choice=hello["tool_choice"],
        taxonomy=read_branch(hello["taxonomy"]),
    )


async def _play(wire: Wire, graph: Any, turn: Mapping[str, Any]) -> None:
    messages = read_messages(turn["turn"])
    try:
        result = await graph.ainvoke({"messages": messages}, config={"recursion_limit": turn["recursion"]})
    except GraphRecursionError:
        await wire.say({"steps": turn["recursion"]})
        return
    said = result["messages"] if isinstance(result, dict) and "messages" in result else messages
    await wire.say({"done": plain_messages(said)})


def _short(error: BaseException) -> str:
    places = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    where = f" ({Path(places[-1].filename).name}:{places[-1].lineno} in {places[-1].name})" if places else ""
    return f"{type(error).__name__}: {error}{where}"


def serve(sock: socket.socket) -> None:
    """Play one agent on a socket, until its keeper hangs up or the agent has failed."""
    asyncio.run(_serve(sock))


def loadable(spec: str, tool_choice: str) -> dict[str, Any]:
    """Return what an agent needs, or why it cannot be loaded."""
    try:
        factory = load_agent(spec, tool_choice=tool_choice)
    except UserError as error:
        return {"error": error.message, "hint": error.hint}
    return {"needs": [name for name in GIVEN if needs(factory, name)]}
