"""The Inspect task: compositions of skills, attempted by an agent."""

from typing import Any

from inspect_ai import Task, task
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.model import get_model
from inspect_ai.solver import Solver

from skillweave.agents.load import GIVEN, agent_digest, load_agent, needs
from skillweave.harness.dataset import SCORER_VERSION, run_metadata, task_dataset
from skillweave.harness.demos import load_demos
from skillweave.harness.graphs import GraphOptions, submission_of
from skillweave.harness.isolation import TIME_LIMIT, check_isolated
from skillweave.harness.remote import check_remote, is_remote
from skillweave.harness.roles import check_roles
from skillweave.harness.scoring import outcome
from skillweave.harness.simulated_model import SimulatedModel
from skillweave.harness.solvers import close_world, open_world, play_agent, play_oracle, play_trivial
from skillweave.harness.taskset import TaskSet, keep, load_taskset
from skillweave.reports.records import CONTROLS
from skillweave.tasks.offer import offer_tools
from skillweave.tasks.trivial import AGENTS
from skillweave.taxonomy.artifacts import digest
from skillweave.taxonomy.errors import UserError


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
    skills: str = "listed",
    submit: str | None = None,
    system_prompt: str | None = None,
    tool_limit: int | None = None,
    pattern: str | None = None,
    isolate: bool = False,
    shard: str | None = None,
    demos: str | None = None,
    roles: dict[str, str] | None = None,
) -> Task:
    """Tasks that combine skills, each with a world of its own, scored by outcome.

    Args:
        tasks: path of a tasks.jsonl
        agent: react, plan_execute, reflect, taxonomy_router, your own as file.py:make_graph, or one without a model:
            oracle, or one that must fail (nop, refuse_all, dump_everything, random_calls, gold_text)
        splits: path of a splits.json
        split: the split to run
        control: whether a held-out split brings its k = 1 control along
        taxonomy: path of the taxonomy.json; without it the one beside the tasks is taken, if there is one
        tools: which tools are offered: needed, k+N (N others beside them), branch (of the taxonomy) or all
        seed: seed of the choice and order of the offered tools
        epochs: attempts on each task
        tool_choice: auto, or any to force a tool call at every step
        model_path: direct, or bridge for langchain-openai over Inspect's agent bridge
        max_steps: model calls of a rollout; three times the plan's and 20 more where not given
        skills: procedural skills are hidden, listed (to be read by read_skill) or full (in the prompt)
        submit: the answer is handed over by a tool, or as the text of the last message; the suite's way where not given
        system_prompt: what stands in place of the usual words on how to work
        tool_limit: tool calls of a rollout
        isolate: the agent's graph runs in a process of its own
        demos: FILE.jsonl:N, train trajectories or tasks of which N are shown in the prompt
        roles: models beside the agent's, by role, as they are named; they are given to Inspect as model roles
        shard: NUMBER/COUNT, the part of the tasks that this process plays
        pattern: only tasks whose id fits it, such as 'office-k2-*'; several stand with commas between
    """
    try:
        found = load_taskset(tasks, splits=splits, split=split, control=control, taxonomy=taxonomy, pattern=pattern)
        offer_tools(found.suite, found.tasks[0], tools, seed, found.taxonomy)
        shown = None if demos is None or agent in CONTROLS else load_demos(demos, found)
        options = GraphOptions(
            agent=agent,
            tool_choice=tool_choice,
            model_path=model_path,
            max_steps=max_steps,
            skills=skills,
            submit=submission_of(submit, tool_choice, found.suite),
            system_prompt=system_prompt,
            tool_limit=tool_limit,
            isolate=isolate,
            examples=None if shown is None else shown.text,
        )
        check_roles(roles or {}, found.suite.roles, needed=agent not in CONTROLS)
        solver = agent_solver(options, found)
    except UserError as error:
        raise PrerequisiteError(f"{error.message}\n{error.hint or ''}".strip()) from None
    simulated = _simulated(agent)
    metadata = run_metadata(
        found, agent=agent, tools=tools, epochs=epochs, simulated=simulated, options=options.given()
    )
    if roles:
        metadata["options"]["roles"] = dict(roles)
    if shown is not None:
        metadata["exposure"] = shown.facts()
        metadata["options"]["demos"] = demos
        del metadata["options"]["examples"]
    return Task(
        dataset=task_dataset(found, shard, None if shown is None else shown.practised(found)),
        setup=open_world(taskset=keep(found), tools=tools, seed=seed, skills="listed" if agent in CONTROLS else skills),
        solver=solver,
        cleanup=close_world,
        scorer=outcome(),
        epochs=epochs,
        time_limit=TIME_LIMIT if isolate else None,
        version=_version(metadata["hashes"], agent, simulated),
        metadata={"skillweave": metadata},
    )


def agent_solver(options: GraphOptions, tasks: TaskSet) -> Solver:
    """Return the solver of an agent; raises `UserError` where there is none of this name or it cannot be used."""
    options.check()
    if options.agent == "oracle":
        return play_oracle()
    if options.agent in AGENTS:
        return play_trivial(agent=options.agent)
    if is_remote(options.agent):
        check_remote(options.agent)
        return play_agent(agent=options.agent, **options.given())
    if options.isolate:
        wanted = check_isolated(options.agent, tool_choice=options.tool_choice)
    else:
        factory = load_agent(options.agent, tool_choice=options.tool_choice)
        wanted = frozenset(name for name in GIVEN if needs(factory, name))
    if tasks.taxonomy is None and "taxonomy" in wanted:
        raise UserError(f"agent {options.agent!r} needs a taxonomy", hint="give --taxonomy taxonomy.json")
    return play_agent(agent=options.agent, **options.given())


def _simulated(agent: str) -> dict[str, Any] | None:
    """Return name and profile of the simulated model that is active, None for a real one or an agent without."""
    if agent in CONTROLS:
        return None
    api = get_model().api
    if not isinstance(api, SimulatedModel):
        return None
    return {"name": api.service_name(), "profile": api.profile.model_dump(mode="json")}


def _version(hashes: dict[str, Any], agent: str, simulated: dict[str, Any] | None) -> str:
    """Return a version that changes with all that Inspect's own identity of a task does not see.

    Inspect knows files by name only; two tasks files, profiles or agents under one name must not resume each other.
    """
    seen = {"hashes": hashes, "agent": None if agent in CONTROLS else agent_digest(agent), "simulated": simulated}
    return f"{SCORER_VERSION}-{digest(seen)[:12]}"
