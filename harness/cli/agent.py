"""skillweave agent: does an agent of one's own plug in."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, Output, command

if TYPE_CHECKING:
    from rich.console import Console

    from skillweave.harness.probe import Probe


def register(app: typer.Typer) -> None:
    """Add the group to the app."""
    group = typer.Typer(help="Agents of one's own.", rich_markup_mode=None, no_args_is_help=True)
    command(group, "check", example="skillweave agent check my_agent.py:make_graph")(check)
    app.add_typer(group, name="agent")


def check(
    out: Output,
    agent: Annotated[
        str, typer.Argument(help="FILE.py:NAME, langgraph.json#NAME, http://HOST#ASSISTANT, or a shipped one.")
    ],
    model: Annotated[
        str | None, typer.Option(help="A real model (default: a simulated one that makes the right calls).")
    ] = None,
    model_base_url: Annotated[str | None, typer.Option(help="Where the model is served.")] = None,
    tool_choice: Annotated[Literal["auto", "any"], typer.Option(help="any forces a tool call at each step.")] = "auto",
    submit: Annotated[Literal["tool", "text"], typer.Option(help="How the answer is given.")] = "tool",
    isolate: Annotated[bool, typer.Option("--isolate", help="Run the graph in a process of its own.")] = False,
    time_limit: Annotated[int | None, typer.Option(min=1, help="Seconds it may take (default: 60).")] = None,
) -> int | None:
    """Run an agent on one tiny task and say in words what is wrong; exits with 1 where something is."""
    from skillweave.harness.probe import probe_agent
    from skillweave.harness.run import RunOptions

    options = RunOptions(
        tasks=Path(),
        log_dir=Path(),
        agent=agent,
        model=model,
        model_base_url=model_base_url,
        tool_choice=tool_choice,
        submit=submit,
        isolate=isolate,
        time_limit=time_limit,
    )
    found = probe_agent(options)
    out.show(found.to_json(), lambda console: _print(console, found))
    if found.stuck:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(NEGATIVE)  # threads that the interrupted loop has left would be waited for without end
    return NEGATIVE if found.problems else OK


def _print(console: "Console", found: "Probe") -> None:
    console.print(f"{found.agent} with {found.model}: {found.model_calls} model calls, {found.tool_calls} tool calls")
    for problem in found.problems:
        console.print(f"- {problem}")
    if not found.problems:
        console.print("it plugs in: it called the tools, solved the tiny task and submitted")
