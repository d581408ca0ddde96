"""AgentDojo's own verdict: its runner, with its whole pipeline, and a script in place of the model.

    python benchmarks/parity_agentdojo.py --write docs/suites.md

writes the table of tasks with an attack: both of its verdicts, beside both of ours.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from marked import write_between
from parity import SEED, Trajectory, gold, judged, mutants, nothing

from skillweave.tasks.foreign import spec_of
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.suite import ToolCall
from skillweave.tasks.suites.registry import load_suite

ATTACK = "important_instructions"
USERS = 3
"""user tasks that each injection is tried with"""


class Dojo:
    """Their suites, and their runner."""

    def __init__(self) -> None:
        from agentdojo.task_suite.load_suites import get_suites

        self.suites = get_suites("v1.2.2")

    def solution(self, task: TaskSpec) -> bool:
        """Return the verdict on their ground truth, run by their own pipeline for it."""
        from agentdojo.agent_pipeline import GroundTruthPipeline

        suite, user = self._user(task)
        pipeline = GroundTruthPipeline(user)
        return bool(suite.run_task_with_pipeline(pipeline, user, None, {}, environment=fresh(suite))[0])

    def verdict(self, task: TaskSpec, trajectory: Trajectory) -> bool:
        """Return their utility of a trajectory."""
        return self.verdicts(task, trajectory)[0]

    def verdicts(self, task: TaskSpec, trajectory: Trajectory) -> tuple[bool, bool]:
        """Return what they call utility and security of a trajectory."""
        suite, user = self._user(task)
        data = {} if task.origin is None else task.origin.data.get("attack", {})
        injection = suite.injection_tasks[data["injection"]] if data else None
        pipeline = scripted_pipeline(trajectory)
        injections = data.get("injections", {})
        utility, security = suite.run_task_with_pipeline(
            pipeline, user, injection, injections, environment=fresh(suite, injections)
        )
        return bool(utility), bool(security)

    def _user(self, task: TaskSpec) -> tuple[Any, Any]:
        group, name, *_ = task.id.split("/")
        return self.suites[group], self.suites[group].user_tasks[name]


def fresh(suite: Any, injections: Mapping[str, str] | None = None) -> Any:
    """Return an environment as their runner reads it, which takes up to 0.2 s, or a copy of the last few."""
    return _read(suite.name, tuple(sorted((injections or {}).items()))).model_copy(deep=True)


@lru_cache(maxsize=8)
def _read(name: str, injections: tuple[tuple[str, str], ...]) -> Any:
    return adapter().suites[name].load_and_inject_default_environment(dict(injections))


def scripted_pipeline(trajectory: Trajectory) -> Any:
    """Return their pipeline without a defence, as they make it for a model, with a script in the model's place."""
    from agentdojo.agent_pipeline import (
        AgentPipeline,
        BasePipelineElement,
        InitQuery,
        SystemMessage,
        ToolsExecutionLoop,
        ToolsExecutor,
    )
    from agentdojo.agent_pipeline.agent_pipeline import load_system_message
    from agentdojo.functions_runtime import FunctionCall
    from agentdojo.types import ChatAssistantMessage, text_content_block_from_string

    left = list(trajectory.turns[0])

    class Script(BasePipelineElement):  # type: ignore[misc]
        def query(
            self, query: str, runtime: Any, env: Any = None, messages: Any = (), extra_args: Any = None
        ) -> tuple[Any, ...]:
            content, calls = [text_content_block_from_string(trajectory.said[0])], None
            if left:
                call = left.pop(0)
                content, calls = None, [FunctionCall(function=call.tool, args=dict(call.arguments), id="1")]
            said = ChatAssistantMessage(role="assistant", content=content, tool_calls=calls)
            return query, runtime, env, [*messages, said], extra_args or {}

    loop = ToolsExecutionLoop([ToolsExecutor(), Script()], max_iters=len(left) + 1)
    return AgentPipeline([SystemMessage(load_system_message(None)), InitQuery(), Script(), loop])


@cache
def adapter() -> Dojo:
    """Return the adapter."""
    return Dojo()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    """One trajectory in a world with an attack: whether the user's task was done, and whether the injected one was."""

    task: str
    kind: str
    theirs: tuple[bool, bool]
    ours: tuple[bool, bool]


KINDS = ("solution", "nothing", "the injected task's", "solution, then the injected task's", "changed solution")


async def compare_attacked(groups: Sequence[str], users: int = USERS, seed: int = SEED) -> list[Attacked]:
    """Return the rows: every injection with some user tasks, spread over the list."""
    suite: Any = load_suite("agentdojo")
    dojo, rows = adapter(), list[Attacked]()
    for group in groups:
        for number, foreign in enumerate(_some(list(suite.attacked_in(group, ATTACK)), users)):
            task = spec_of(suite, foreign, number, None)
            for kind, trajectory in _trajectories(suite, dojo, task, seed):
                theirs = dojo.verdicts(task, trajectory)
                measures = (await judged(suite, task, trajectory)).measures
                found = (measures["utility"] == 1.0, measures["security"] == 0.0)
                rows.append(Attacked(task=task.id, kind=kind, theirs=theirs, ours=found))
    return rows


def _some(tasks: list[Any], users: int) -> list[Any]:
    """Return each injection's tasks with some users, other ones for each."""
    injections = list(dict.fromkeys(task.id.split("/")[2] for task in tasks))
    chosen = []
    for place, injection in enumerate(injections):
        mine = [task for task in tasks if task.id.split("/")[2] == injection]
        step = max(1, len(mine) // users)
        chosen += [mine[(place + i * step) % len(mine)] for i in range(min(users, len(mine)))]
    return chosen


def _trajectories(suite: Any, dojo: Dojo, task: TaskSpec, seed: int) -> Iterator[tuple[str, Trajectory]]:
    assert task.origin is not None
    theirs, whole = dojo.suites[task.origin.group], gold(suite, task)
    injected = theirs.injection_tasks[task.origin.data["attack"]["injection"]]
    calls = injected.ground_truth(theirs.load_and_inject_default_environment({}))
    evil = tuple(ToolCall(tool=call.function, arguments=dict(call.args)) for call in calls)
    said = injected.GROUND_TRUTH_OUTPUT or "done"
    yield "solution", whole
    yield "nothing", nothing(suite, task)
    yield "the injected task's", Trajectory(turns=(evil,), said=(said,))
    both = f"{whole.said[0]} {said}"
    yield "solution, then the injected task's", Trajectory(turns=((*whole.turns[0], *evil),), said=(both,))
    for _, changed in mutants(suite, task, seed):
        yield "changed solution", replace(changed, turns=((*changed.turns[0], *evil),))


def table(rows: Sequence[Attacked]) -> str:
    """Return the comparison as Markdown."""
    lines = [
        "| trajectory | rollouts | user's task done, by theirs | by ours | injected task done, by theirs | by ours "
        "| equal |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind in KINDS:
        mine = [row for row in rows if row.kind == kind]
        if mine:
            counts = [sum(side[i] for side in sides) for i in (0, 1) for sides in _sides(mine)]
            equal = sum(row.theirs == row.ours for row in mine) / len(mine)
            lines.append(f"| {kind} | {len(mine)} | {' | '.join(map(str, counts))} | {equal:.1%} |")
    return "\n".join(lines) + "\n"


def _sides(rows: Sequence[Attacked]) -> tuple[list[tuple[bool, bool]], list[tuple[bool, bool]]]:
    return [row.theirs for row in rows], [row.ours for row in rows]


def main() -> None:
    """Print the table, and what the two do not agree on."""
    parser = argparse.ArgumentParser(description="AgentDojo's verdicts on tasks with an attack, beside ours.")
    parser.add_argument("--users", type=int, default=USERS, help="user tasks that each injection is tried with")
    parser.add_argument("--write", type=Path, help="page to put the table into")
    given = parser.parse_args()
    rows = asyncio.run(compare_attacked(tuple(adapter().suites), given.users))
    text = table(rows)
    print(text, end="")
    for row in rows:
        if row.theirs != row.ours:
            print(f"not equal: {row.task}, {row.kind}: {row.theirs} by theirs, {row.ours} by ours")
    idle = sorted({row.task.split("/")[0] + "/" + row.task.split("/")[2] for row in rows if row.kind == KINDS[2]})
    done = {
        row.task.split("/")[0] + "/" + row.task.split("/")[2] for row in rows if row.kind == KINDS[2] and row.theirs[1]
    }
    print(f"injected tasks: {len(idle)}; not done by their own solution: {', '.join(sorted(set(idle) - done))}")
    if given.write:
        write_between(given.write, "parity-agentdojo-attack", text)


if __name__ == "__main__":
    main()
