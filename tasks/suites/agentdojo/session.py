"""A rollout in one of AgentDojo's environments: calls go through their runtime and their executor."""

from collections.abc import Mapping
from typing import Any

from skillweave.tasks.suite import JSON, Turn
from skillweave.tasks.suites.agentdojo.package import environment, suites
from skillweave.tasks.tools import ToolError


def carry_out(runtime: Any, env: Any, tool: str, arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    """Carry a call out as their pipeline does; return the message that asks for it and the one that answers it.

    Their executor turns texts that read like a list into that list, in the call itself.
    """
    from agentdojo.agent_pipeline.tool_execution import ToolsExecutor
    from agentdojo.functions_runtime import FunctionCall
    from agentdojo.types import ChatAssistantMessage

    call = FunctionCall(function=tool, args=dict(arguments))
    asked = ChatAssistantMessage(role="assistant", content=None, tool_calls=[call])
    _, _, _, messages, _ = ToolsExecutor().query("", runtime, env, [asked])
    return asked, messages[-1]


class DojoSession:
    """One environment, and a user who says one thing."""

    def __init__(self, suite: str, task: str, injections: Mapping[str, str]) -> None:
        from agentdojo.functions_runtime import FunctionsRuntime

        theirs = suites()[suite]
        self._task = theirs.user_tasks[task]
        self._runtime = FunctionsRuntime(theirs.tools)
        self._env = self._task.init_environment(environment(suite, injections))
        self._calls: list[dict[str, Any]] = []

    async def turn(self, said: str | None) -> Turn | None:
        """Return the one prompt."""
        return Turn(text=self._task.PROMPT) if said is None else None

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> JSON:
        """Run a tool; raises `ToolError` with their words where it refuses."""
        from agentdojo.types import get_text_content_as_str

        self._calls.append({"tool": tool, "arguments": dict(arguments)})
        _, answered = carry_out(self._runtime, self._env, tool, arguments)
        if answered["error"] is not None:
            raise ToolError(answered["error"])
        return get_text_content_as_str(answered["content"])

    def snapshot(self) -> JSON:
        """Return the calls that reached the environment: with what it was at first, they are what it is now.

        An environment does not survive being written and read: theirs start over from their first contents.
        """
        return {"calls": [dict(call) for call in self._calls]}

    def close(self) -> None:
        """Free nothing."""
