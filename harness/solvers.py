"""How a sample is played: open its world, let an agent work in it, leave a record for the scorer in the store."""

import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, ModelOutput
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import ToolCall as ModelCall
from inspect_ai.tool import ToolCallError
from inspect_ai.util import LimitExceededError
from shortuuid import uuid

from skillweave.harness.graphs import GraphOptions, StepsExceeded, play_graph
from skillweave.harness.progress import report_end
from skillweave.harness.remote import Unreachable
from skillweave.harness.roles import voices_of
from skillweave.harness.rollouts import (
    RECORD,
    Rollout,
    close_rollout,
    limit_error,
    live_rollout,
    open_rollout,
    playing,
)
from skillweave.harness.spending import spending_problem
from skillweave.harness.taskset import kept
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.renaming import under_names_of
from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.trivial import AGENTS, gold_text, view_of


class RolloutError(Exception):
    """What an agent's code raised, in a few lines.

    Inspect formats every error with its whole traceback; LangGraph's cost 0.8 s each.
    """


@solver
def open_world(taskset: str, tools: str, seed: int, skills: str = "listed") -> Solver:
    """Open the world of the sample's task and choose the tools that are offered; hidden skills cannot be read."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        problem = spending_problem()
        if problem is not None:
            raise RolloutError(problem)
        tasks = kept(taskset)
        task = tasks.by_id[str(state.sample_id)]
        offered = offer_tools(tasks.suite, task, tools, seed, tasks.taxonomy)
        if skills == "hidden":
            offered = tuple(name for name in offered if name != "read_skill")
        rollout = Rollout(
            task=task,
            source=tasks.path,
            suite=under_names_of(tasks.suite, task),
            offered=offered,
            epoch=state.epoch,
            labels=dict(state.metadata),
            taxonomy=tasks.taxonomy,
            voices=voices_of(tasks.suite.roles),
        )
        open_rollout(state.uuid, rollout)
        return state

    return solve


async def close_world(state: TaskState) -> None:
    """Free the world of the sample, and tell whoever listens that the rollout is over."""
    close_rollout(state.uuid)
    score = (state.scores or {}).get("outcome")
    report_end((str(state.sample_id), state.epoch), None if score is None else score.as_float())


@solver
def play_agent(agent: str, **options: Any) -> Solver:
    """Let a LangGraph agent work on the task with the model of the run; the options are those of `GraphOptions`."""
    how = GraphOptions(agent=agent, **options)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        return await _settled(state, lambda rollout: play_graph(state, rollout, how))

    return solve


@solver
def play_oracle() -> Solver:
    """Carry out the reference plan through the agent's own tools; needs no model."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        return await _settled(state, lambda rollout: _oracle(state, rollout))

    return solve


@solver
def play_trivial(agent: str, seed: int = 0) -> Solver:
    """Let an agent play that knows nothing and must never succeed, as an audit does; needs no model."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        return await _settled(state, lambda rollout: _trivial(state, rollout, agent, seed))

    return solve


async def _oracle(state: TaskState, rollout: Rollout) -> None:
    reference = rollout.suite.reference(rollout.task)
    for number, turn in enumerate(reference.turns):
        if await rollout.hear() is None:
            return
        for call in turn:
            await _call(state, rollout, call.tool, dict(call.arguments))
        await _call(state, rollout, SUBMIT, {"answer": reference.reply(number) or "done"})
    await rollout.hear()


async def _trivial(state: TaskState, rollout: Rollout, agent: str, seed: int) -> None:
    task, suite = rollout.task, rollout.suite
    schemas = {name: suite.tool_schemas()[name] for name in sorted(rollout.offered)}
    gold = suite.reference(task).answer if agent == gold_text.__name__ else ""
    first = await rollout.hear()
    asked = "" if first is None else first.text
    player = AGENTS[agent](view_of(task.id, asked, schemas, gold, name=agent, seed=seed))
    try:
        tool, arguments = next(player)
        while True:
            tool, arguments = player.send(await _call(state, rollout, tool, arguments))
    except StopIteration as end:
        answer = end.value
    await _call(state, rollout, SUBMIT, {"answer": answer})
    for _ in range(suite.turns(task)):  # whatever else the user says, it has said and done what it can
        if await rollout.hear() is None:
            return
        await _call(state, rollout, SUBMIT, {"answer": answer})


async def _call(state: TaskState, rollout: Rollout, tool: str, arguments: dict[str, Any]) -> str:
    call = ModelCall(id=uuid(), function=tool, arguments=arguments)
    reply = await rollout.call(tool, arguments, call.id)
    error = ToolCallError(type="unknown", message=reply.text) if reply.error else None
    state.messages.append(ChatMessageAssistant(content="", tool_calls=[call]))
    state.messages.append(ChatMessageTool(content=reply.text, tool_call_id=call.id, function=tool, error=error))
    return reply.text


async def _settled(state: TaskState, play: Callable[[Rollout], Awaitable[None]]) -> TaskState:
    """Play a rollout and leave its record in the store, however it ends.

    Running out of steps ends it as a limit, which is scored, and so is an exception of the agent's own code: both are
    failures. What broke elsewhere (the model's endpoint, the suite) leaves it unscored, whatever the agent made of it;
    it is raised anew outside the ``except``, since its own traceback would cost more than the rollout.
    """
    rollout = live_rollout(state.uuid)
    failure: Exception | None = None
    with playing(state.uuid):
        try:
            await play(rollout)
        except LimitExceededError as limit:
            rollout.end(limit)
        except StepsExceeded as error:
            rollout.end(limit_error(f"the agent's graph took more than {error.steps} steps", error.steps))
        except Exception as error:
            if not rollout.handed_over or isinstance(error, Unreachable):
                rollout.fault = rollout.fault or error
            elif rollout.fault is None and rollout.limit is None:
                rollout.failure = f"the agent raised {brief(error)}"
        finally:
            failure = _ending(rollout)
            state.store.set(RECORD, rollout.record())
            state.output = ModelOutput.from_content(str(state.model), rollout.answer or "")
    if failure is not None:
        raise failure
    return state


def _ending(rollout: Rollout) -> Exception | None:
    """Return what is to be raised: a fault of the infrastructure first, then the limit that was reached."""
    if rollout.fault is not None:
        return RolloutError(brief(rollout.fault))
    return None if rollout.submitted else rollout.limit


def brief(error: BaseException) -> str:
    """Return an exception as its type, text and the last three places outside installed packages."""
    places = [
        f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "site-packages" not in frame.filename and "importlib" not in frame.filename
    ]
    where = f" ({'; '.join(places[-3:])})" if places else ""
    return f"{type(error).__name__}: {error}{where}"
