"""``skillweave.yaml``: a whole run in a file - which tasks, which agents, which models, within which limits."""

import re
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillweave.harness.run import RunOptions
from skillweave.reports.records import CONTROLS
from skillweave.taxonomy.errors import UserError

_CLOSED = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
Count = Field(default=None, ge=1)


class Limits(BaseModel):
    """What a rollout may take; a limit that is reached is a scored failure."""

    model_config = _CLOSED

    steps: int | None = Count
    messages: int | None = Count
    tool_calls: int | None = Count
    tokens: int | None = Count
    seconds: int | None = Count
    cost: float | None = Field(default=None, ge=0, description="dollars")


class RunFile(BaseModel):
    """A run of every agent with every model on the same tasks; paths are relative to the file."""

    model_config = _CLOSED

    tasks: Path
    suite: str | None = Field(default=None, description="suite that the tasks must be of")
    splits: Path | None = None
    split: str | None = None
    control: bool = True
    taxonomy: Path | None = None
    agents: tuple[str, ...] = Field(default=("react",), min_length=1)
    models: tuple[str, ...] = ()
    model_args: dict[str, Any] = Field(default_factory=dict)
    model_base_url: str | None = None
    temperature: float | None = Field(default=None, ge=0)
    max_tokens: int | None = Count
    log_dir: Path = Path("logs")
    tools: str = "needed"
    seed: int = Field(default=0, ge=0)
    epochs: int = Field(default=1, ge=1)
    limit: int | None = Count
    task: str | None = Field(default=None, description="only tasks whose id fits, such as '*-k2-*'")
    skills: Literal["hidden", "listed", "full"] = "listed"
    submit: Literal["tool", "text"] | None = None
    model_roles: dict[str, str] = Field(default_factory=dict, description="models beside the agent's, by role")
    system_prompt: str | None = None
    tool_choice: Literal["auto", "any"] = "auto"
    model_path: Literal["direct", "bridge"] = "direct"
    isolate: bool = False
    demos: str | None = None
    limits: Limits = Limits()
    max_cost: float | None = Field(default=None, ge=0, description="dollars of each agent with each model")
    max_samples: int | None = Count
    prices: Path | None = None


def read_runfile(path: Path) -> tuple[RunOptions, ...]:
    """Return the runs that a file describes, each with a log folder of its own.

    Raises `UserError` with the first thing that is wrong.
    """
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"run file {str(path)!r} cannot be read: {error.strerror}", hint="check the path") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"run file {str(path)!r} is no YAML: {' '.join(str(error).split())}") from None
    return parse_run(value, path.resolve().parent, f"run file {str(path)!r}")


def parse_run(value: Any, folder: Path, where: str) -> tuple[RunOptions, ...]:
    """Return the runs that a decoded run file describes, its paths taken from a folder; see `read_runfile`."""
    try:
        found = RunFile.model_validate(value or {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "it"
        inner = len(first["loc"]) > 1 and first["loc"][0] == "limits"
        raise UserError(
            f"{where}: {place}: {first['msg']} (got {first['input']!r})",
            hint=f"{'limits' if inner else 'it'} may hold {', '.join((Limits if inner else RunFile).model_fields)}",
        ) from None
    _check_suite(found, folder, where)
    runs = [
        (agent, model)
        for agent in found.agents
        for model in ((None,) if agent in CONTROLS else found.models or (None,))
    ]
    return tuple(_options(found, folder, agent, model) for agent, model in runs)


def _check_suite(found: RunFile, folder: Path, where: str) -> None:
    from skillweave.tasks.spec import read_tasks

    if found.suite is None:
        return
    other = next((t.suite for t in read_tasks(folder / found.tasks) if t.suite != found.suite), None)
    if other is not None:
        raise UserError(f"{where} is for suite {found.suite!r}, its tasks are of {other!r}")


def _options(found: RunFile, folder: Path, agent: str, model: str | None) -> RunOptions:
    def at(path: Path | None) -> Path | None:
        return None if path is None else folder / path

    name = re.sub(r"[^A-Za-z0-9.]+", "-", agent if model is None else f"{agent}-{model}").strip("-")
    own = not agent.startswith(("http://", "https://")) and (".py:" in agent or ".json#" in agent)
    limits = found.limits
    return RunOptions(
        tasks=folder / found.tasks,
        log_dir=folder / found.log_dir / name,
        agent=str(folder / agent) if own else agent,
        model=model,
        model_args={name: _beside(value, folder) for name, value in found.model_args.items()},
        model_base_url=found.model_base_url,
        splits=at(found.splits),
        split=found.split,
        control=found.control,
        taxonomy=at(found.taxonomy),
        tools=found.tools,
        seed=found.seed,
        epochs=found.epochs,
        limit=found.limit,
        tool_choice=found.tool_choice,
        model_path=found.model_path,
        max_steps=limits.steps,
        max_samples=found.max_samples,
        message_limit=limits.messages,
        token_limit=limits.tokens,
        time_limit=limits.seconds,
        temperature=found.temperature,
        max_tokens=found.max_tokens,
        skills=found.skills,
        submit=found.submit,
        roles=found.model_roles,
        system_prompt=found.system_prompt,
        tool_limit=limits.tool_calls,
        cost_limit=limits.cost,
        max_cost=found.max_cost,
        prices=at(found.prices),
        isolate=found.isolate,
        demos=None if found.demos is None else str(folder / found.demos),
        pattern=found.task,
    )


def _beside(value: Any, folder: Path) -> Any:
    """Return the path of a file beside the run file where a model's argument names one."""
    return str(folder / value) if isinstance(value, str) and (folder / value).is_file() else value
