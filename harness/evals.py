"""The Inspect task: compositions of skills, attempted by an agent."""

from typing import Any

from inspect_ai import Task, task
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.model import get_model
from inspect_ai.solver import Solver

from skillweave.agents.load import agent_digest, load_agent
from skillweave.harness.dataset import SCORER_VERSION, run_metadata, task_dataset
from skillweave.harness.graphs import MODEL_PATHS
from skillweave.harness.scoring import outcome
from skillweave.harness.simulated_model import SimulatedModel
from skillweave.harness.solvers import close_world, open_world, play_agent, play_nop, play_oracle
from skillweave.harness.taskset import keep, load_taskset
from skillweave.tasks.offer import offer_tools
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.errors import UserError

WITHOUT_MODEL = ("oracle", "nop")
"""agents that need no model"""


@task
def compose(
    tasks: str,
    agent: str = "react",
    splits: str | None = None,
    split: str | None = None,
    control: bool = True,
    taxonomy: str | None = None,
    tools: str = "needed",
    seed: int = 0,
    epochs: int = 1,
    tool_choice: str = "auto",
    model_path: str = "direct",
    max_steps: int | None = None,
) -> Task:
    """Tasks that combine skills, each with a world of its own, scored by outcome.

    Args:
        tasks: path of a tasks.jsonl
        agent: react, oracle, nop, or your own as file.py:make_graph
        splits: path of a splits.json
        split: the split to run
        control: whether a held-out split brings its k = 1 control along
        taxonomy: path of the taxonomy.json; without it the one beside the tasks is taken, if there is one
        tools: which tools are offered: needed, k+N (N others beside them) or all
        seed: seed of the choice and order of the offered tools
        epochs: attempts on each task
        tool_choice: auto, or any to force a tool call at every step
        model_path: direct, or bridge for langchain-openai over Inspect's agent bridge
        max_steps: model calls of a rollout; three times the plan's and 20 more where not given
    """
    try:
        found = load_taskset(tasks, splits=splits, split=split, control=control, taxonomy=taxonomy)
        offer_tools(found.suite, found.tasks[0], tools, seed)
        solver = agent_solver(agent, tool_choice=tool_choice, model_path=model_path, max_steps=max_steps)
    except UserError as error:
        raise PrerequisiteError(f"{error.message}\n{error.hint or ''}".strip()) from None
    simulated = _simulated(agent)
    metadata = run_metadata(found, agent=agent, tools=tools, epochs=epochs, simulated=simulated)
    return Task(
        dataset=task_dataset(found),
        setup=open_world(taskset=keep(found), tools=tools, seed=seed),
        solver=solver,
        cleanup=close_world,
        scorer=outcome(),
        epochs=epochs,
        version=_version(metadata["hashes"], agent, simulated),
        metadata={"skillweave": metadata},
    )


def agent_solver(agent: str, *, tool_choice: str, model_path: str, max_steps: int | None) -> Solver:
    """Return the solver of an agent; raises `UserError` where there is none of this name or it cannot be loaded."""
    if model_path not in MODEL_PATHS:
        raise UserError(f"no model path {model_path!r}", hint=f"it is {' or '.join(MODEL_PATHS)}")
    if max_steps is not None and max_steps < 1:
        raise UserError(f"max steps must be at least 1, got {max_steps!r}")
    if agent == "oracle":
        return play_oracle()
    if agent == "nop":
        return play_nop()
    load_agent(agent, tool_choice=tool_choice)
    return play_agent(agent=agent, tool_choice=tool_choice, model_path=model_path, max_steps=max_steps)


def _simulated(agent: str) -> dict[str, Any] | None:
    """Return name and profile of the simulated model that is active, None for a real one or an agent without."""
    if agent in WITHOUT_MODEL:
        return None
    api = get_model().api
    if not isinstance(api, SimulatedModel):
        return None
    return {"name": api.service_name(), "profile": api.profile.model_dump(mode="json")}


def _version(hashes: dict[str, Any], agent: str, simulated: dict[str, Any] | None) -> str:
    """Return a version that changes with all that Inspect's own identity of a task does not see.

    Inspect knows files by name only; two tasks files, profiles or agents under one name must not resume each other.
    """
    seen = {"hashes": hashes, "agent": None if agent in WITHOUT_MODEL else agent_digest(agent), "simulated": simulated}
    return f"{SCORER_VERSION}-{digest(seen)[:12]}"
