"""Agents on a LangGraph server: ``http(s)://host#assistant``, told where their tools and their model are."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from langchain_core.messages import convert_to_messages

from skillweave.harness.served import Served, check_served
from skillweave.taxonomy.errors import UserError


def is_remote(agent: str) -> bool:
    """Return whether an agent's name is an address."""
    return agent.startswith(("http://", "https://"))


def check_remote(agent: str) -> tuple[str, str]:
    """Return address and assistant; raises `UserError` where the name has no assistant or packages are missing."""
    url, mark, assistant = agent.partition("#")
    if not mark or not assistant:
        raise UserError(f"agent {agent!r} names no assistant", hint="write it as http://host:port#assistant")
    check_served()
    return url, assistant


class Unreachable(Exception):
    """The server of an agent does not answer: no failure of the agent."""


class Remote:
    """A graph on a server, with the one method that a rollout calls."""

    def __init__(self, graph: Any, told: Mapping[str, Any]) -> None:
        self._graph = graph
        self._told = dict(told)

    async def ainvoke(self, state: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
        """Play a turn on the server."""
        try:
            found = await self._graph.ainvoke(state, config={**config, "configurable": self._told})
        except httpx.TransportError as error:
            raise Unreachable(f"the agent's server cannot be reached: {type(error).__name__}: {error}") from None
        messages = found.get("messages") if isinstance(found, Mapping) else None
        return {"messages": convert_to_messages(messages or list(state["messages"]))}


@asynccontextmanager
async def remote_graph(agent: str, place: Served, system_prompt: str, tool_choice: str) -> AsyncIterator[Remote]:
    """Give the graph of an assistant; what it is told stands in ``config["configurable"]``."""
    from langgraph.pregel.remote import RemoteGraph
    from langgraph_sdk import get_client

    url, assistant = check_remote(agent)
    client = get_client(url=url)
    told = {
        "mcp_url": place.mcp_url,
        "model_url": place.model_url,
        "model_name": "skillweave",
        "system_prompt": system_prompt,
        "tool_choice": tool_choice,
    }
    try:
        yield Remote(RemoteGraph(assistant, client=client), told)
    finally:
        await client.aclose()
