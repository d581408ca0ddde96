"""Tools as an agent holds them: arguments pass through, refusals come back as text, nothing leads to the task."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from langchain_core.tools import ToolException
from langchain_core.utils.function_calling import convert_to_openai_tool
from ledger_suite import TOOLS

from skillweave.agents.prompts import system_prompt
from skillweave.agents.toolkit import Reply, agent_tools
from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.suite import SkillCard, ToolSchema


class Tape:
    """A channel that writes down what passes."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.heard: list[tuple[str, Mapping[str, Any], str | None]] = []

    async def __call__(self, tool: str, arguments: Mapping[str, Any], call_id: str | None) -> Reply:
        self.heard.append((tool, dict(arguments), call_id))
        return self.reply


def invoke(tool: Any, arguments: dict[str, Any]) -> Any:
    call = {"name": tool.name, "args": arguments, "id": "c1", "type": "tool_call"}
    return asyncio.run(tool.ainvoke(call))


def test_arguments_pass_through_unchecked_with_the_id_of_the_call() -> None:
    tape = Tape(Reply(text="fine"))
    tool = agent_tools([TOOLS["get_balance"]], tape)[0]
    message = invoke(tool, {"config": {"x": 1}, "run_manager": 2, "self": 3})
    assert (message.content, message.status, message.tool_call_id) == ("fine", "success", "c1")
    assert tape.heard == [("get_balance", {"config": {"x": 1}, "run_manager": 2, "self": 3}, "c1")]


def test_a_refusal_is_a_tool_message_with_status_error() -> None:
    tool = agent_tools([TOOLS["get_balance"]], Tape(Reply(text="No such account.", error=True)))[0]
    message = invoke(tool, {"account": "x"})
    assert (message.content, message.status) == ("No such account.", "error")


def test_an_exception_that_is_no_refusal_goes_through() -> None:
    async def broken(tool: str, arguments: Mapping[str, Any], call_id: str | None) -> Reply:
        raise RuntimeError("the line is dead")

    with pytest.raises(RuntimeError, match="the line is dead"):
        invoke(agent_tools([], broken)[0], {"answer": "3"})


def test_tools_are_async_only() -> None:
    tool = agent_tools([TOOLS["get_balance"]], Tape(Reply(text="")))[0]
    with pytest.raises(NotImplementedError, match="async only"):
        tool.invoke({"account": "acc-1"})


def test_the_model_sees_the_schema_of_the_suite() -> None:
    function = convert_to_openai_tool(agent_tools([TOOLS["set_limit"]], Tape(Reply(text="")))[0])["function"]
    assert function["name"] == "set_limit"
    assert function["description"] == "Set the limit of an account."
    assert function["parameters"] == TOOLS["set_limit"].parameters


def test_definitions_of_a_schema_are_put_where_they_are_used() -> None:
    parameters = {
        "type": "object",
        "properties": {"line": {"$ref": "#/$defs/Line"}},
        "$defs": {"Line": {"type": "object", "properties": {"item": {"type": "string"}}}},
    }
    schema = ToolSchema(name="order", description="Order.", parameters=parameters)
    function = convert_to_openai_tool(agent_tools([schema], Tape(Reply(text="")))[0])["function"]
    assert function["parameters"]["properties"]["line"]["properties"] == {"item": {"type": "string"}}


def test_the_submission_comes_last_and_ends_the_run() -> None:
    tools = agent_tools(TOOLS.values(), Tape(Reply(text="")))
    assert [tool.name for tool in tools] == [*TOOLS, SUBMIT]
    assert [tool.return_direct for tool in tools] == [False, False, False, True]


def test_the_prompt_lists_skills_only_where_there_are_some() -> None:
    plain = system_prompt("You keep the ledger.")
    assert plain.endswith("You keep the ledger.")
    assert "read_skill" not in plain
    assert SUBMIT in plain
    listed = system_prompt("x", [SkillCard(name="per-diem", description="How travel is paid.")])
    assert "- per-diem: How travel is paid." in listed
    assert "read_skill" in listed


def test_a_reply_of_the_tool_exception_kind_is_not_raised_to_the_graph() -> None:
    async def refusing(tool: str, arguments: Mapping[str, Any], call_id: str | None) -> Reply:
        raise ToolException("no")

    assert invoke(agent_tools([], refusing)[0], {}).status == "error"
