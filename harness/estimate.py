"""What a run will take, from carrying out some reference plans: rollouts, model calls, tokens, dollars."""

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import Any

from skillweave.agents.prompts import rules_of, system_prompt
from skillweave.harness.prices import Price
from skillweave.harness.taskset import TaskSet
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.submit import submit_schema
from skillweave.tasks.suite import Session, ToolCall
from skillweave.tasks.tools import ToolError, render

MEASURED = 12
"""tasks whose plan is carried out"""
CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What to expect of a run in which the agent takes the steps of the plan, one call a step."""

    tasks: int
    rollouts: int
    model_calls: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    """dollars, nothing cached; None where no price is known"""
    measured: int
    """tasks whose plan was carried out to measure the length of what tools say"""

    def to_json(self) -> dict[str, Any]:
        """Return the estimate as plain JSON."""
        return asdict(self)


def estimate_run(
    tasks: TaskSet, *, limit: int | None, epochs: int, tools: str, seed: int, price: Price | None
) -> Estimate:
    """Return what a run of the tasks will take; a lower bound, as real agents take more steps than the plan."""
    chosen = tasks.tasks[:limit]
    step = max(1, len(chosen) // MEASURED)
    sample = chosen[::step][:MEASURED]
    found = [asyncio.run(_measure(tasks, task, tools, seed)) for task in sample]
    rollouts = len(chosen) * epochs
    calls, read, wrote = (rollouts * sum(column) / len(sample) for column in zip(*found, strict=True))
    return Estimate(
        tasks=len(chosen),
        rollouts=rollouts,
        model_calls=round(calls),
        input_tokens=round(read),
        output_tokens=round(wrote),
        cost=None if price is None else price.of(read, wrote),
        measured=len(sample),
    )


async def _heard(session: Session, call: ToolCall) -> str:
    try:
        return render(await session.call(call.tool, dict(call.arguments)))
    except ToolError as error:
        return str(error)  # references of others are refused now and then


async def _measure(tasks: TaskSet, task: TaskSpec, tools: str, seed: int) -> tuple[float, float, float]:
    """Return model calls, tokens read and tokens written of one rollout that follows the plan."""
    suite = tasks.suite
    offered = offer_tools(suite, task, tools, seed, tasks.taxonomy)
    schemas = [asdict(suite.tool_schemas()[name]) for name in offered] + [asdict(submit_schema(suite, task))]
    skills = tuple(suite.skill_cards(task)) if "read_skill" in offered else ()
    prompt = system_prompt(suite.briefing(task), skills, rules=rules_of(suite.rules, "tool"))
    heard = len(prompt) + len(json.dumps(schemas, default=dict))
    said, steps = 0, 0
    read: list[int] = []
    session = suite.open(task)
    try:
        reply = None
        reference = suite.reference(task)
        for number, calls in enumerate(reference.turns):
            turn = await session.turn(reply)
            heard += 0 if turn is None else len(turn.text)
            for call in calls:
                text = await _heard(session, call)
                wrote = len(call.tool) + len(json.dumps(dict(call.arguments), default=str))
                read.append(heard)
                heard += wrote + len(text)
                said += wrote
                steps += 1
            read.append(heard)
            reply, said, steps = reference.reply(number) or "done", said + 20, steps + 1
    finally:
        session.close()
    return steps, sum(read) / CHARACTERS_A_TOKEN, said / CHARACTERS_A_TOKEN
