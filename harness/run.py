"""Run tasks: an Inspect eval-set, checked beforehand, resumed where it stopped, and summed up."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.harness.models import find_model, plain
from skillweave.harness.prices import set_price
from skillweave.harness.progress import Listener, watching
from skillweave.harness.summary import RunResult, summarize
from skillweave.reports.records import CONTROLS
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog
    from inspect_ai.model import Model

    from skillweave.harness.graphs import GraphOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What to run, by whom, and where the log goes."""

    tasks: Path
    log_dir: Path
    agent: str = "react"
    """react or another shipped one, one of `CONTROLS`, or one's own as file.py:make_graph"""
    model: str | None = None
    """as Inspect names it; None takes ``INSPECT_EVAL_MODEL``; the controls need none"""
    model_args: Mapping[str, Any] = field(default_factory=dict)
    model_base_url: str | None = None
    splits: Path | None = None
    split: str | None = None
    control: bool = True
    """whether a held-out split brings its k = 1 control along"""
    taxonomy: Path | None = None
    """None takes a ``taxonomy.json`` beside the tasks, where it belongs to them"""
    tools: str = "needed"
    """tools offered: needed, k+N, branch or all"""
    seed: int = 0
    """seed of the choice and order of the offered tools"""
    epochs: int = 1
    limit: int | None = None
    """first n tasks only; they are spread evenly over k"""
    tool_choice: str = "auto"
    model_path: str = "direct"
    max_steps: int | None = None
    max_samples: int | None = None
    """rollouts at once"""
    message_limit: int | None = None
    token_limit: int | None = None
    time_limit: int | None = None
    """seconds a rollout may take"""
    retry_on_error: int = 1
    """times a rollout that raised is tried again"""
    temperature: float | None = None
    skills: str = "listed"
    """procedural skills: hidden, listed or full"""
    submit: str = "tool"
    """how the answer is handed over: tool or text"""
    system_prompt: str | None = None
    """what stands in place of the usual words on how to work"""
    tool_limit: int | None = None
    """tool calls a rollout may make"""
    cost_limit: float | None = None
    """dollars a rollout may cost"""
    prices: Path | None = None
    """YAML or JSON of prices by model, as Inspect reads them"""
    isolate: bool = False
    """whether the agent's graph runs in a process of its own, under a time limit"""
    pattern: str | None = None
    """only tasks whose id fits it, as file names fit ``*``"""

    def task_args(self) -> dict[str, Any]:
        """Return the arguments of the Inspect task; what stands at its default is left out."""
        given: dict[str, Any] = {
            "tasks": _path(self.tasks),
            "agent": self.agent,
            "splits": _path(self.splits),
            "split": self.split,
            "control": None if self.control else False,
            "taxonomy": _path(self.taxonomy),
            "max_steps": self.max_steps,
            "tools": self.tools,
            "seed": self.seed,
            "epochs": self.epochs,
            "tool_choice": self.tool_choice,
            "model_path": self.model_path,
            "skills": self.skills,
            "submit": self.submit,
            "system_prompt": self.system_prompt,
            "tool_limit": self.tool_limit,
            "pattern": self.pattern,
            "isolate": True if self.isolate else None,
        }
        return {name: value for name, value in given.items() if value is not None}

    def graph_options(self) -> "GraphOptions":
        """Return how the agent is run."""
        from skillweave.harness.graphs import GraphOptions

        return GraphOptions(**{f.name: getattr(self, f.name) for f in fields(GraphOptions)})


def _path(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())


def run_tasks(options: RunOptions, *, listener: Listener | None = None) -> RunResult:
    """Run the tasks and return what came of it; a run that is complete is only read again.

    All that a user can get wrong raises `UserError` before anything runs or is written: files that do not belong
    together, an unknown agent or model, a missing key, a log folder that holds runs on other tasks.
    """
    from inspect_ai import eval_set
    from inspect_ai._util.error import PrerequisiteError

    from skillweave.harness import evals
    from skillweave.harness.taskset import load_taskset
    from skillweave.tasks.offer import offer_tools

    tasks = load_taskset(
        options.tasks,
        splits=options.splits,
        split=options.split,
        control=options.control,
        taxonomy=options.taxonomy,
        pattern=options.pattern,
    )
    _check(options)
    offer_tools(tasks.suite, tasks.tasks[0], options.tools, options.seed, tasks.taxonomy)
    evals.agent_solver(options.graph_options(), tasks)
    model = _model(options)
    set_price(model, options.prices, needed=None if options.cost_limit is None else "a cost limit")
    _check_folder(options.log_dir, tasks.sha256)
    total = min(len(tasks.tasks), options.limit or len(tasks.tasks)) * options.epochs
    instant = _is_instant(model)
    try:
        with watching(total, listener):
            _, logs = eval_set(
                "skillweave/compose",
                model=model,
                task_args=options.task_args(),
                log_realtime=not instant,
                log_buffer=10,
                **_set_args(options),
            )
    except PrerequisiteError as error:
        raise UserError(plain(error)) from None
    return summarize(_only(logs), options.log_dir)


def _check(options: RunOptions) -> None:
    for name in ("epochs", "limit", "max_samples", "message_limit", "token_limit", "time_limit"):
        value = getattr(options, name)
        if value is not None and value < 1:
            raise UserError(f"{name.replace('_', ' ')} must be at least 1, got {value!r}")


def _set_args(options: RunOptions) -> dict[str, Any]:
    return {
        "log_dir": str(options.log_dir),
        "limit": options.limit,
        "max_samples": options.max_samples,
        "message_limit": options.message_limit,
        "token_limit": options.token_limit,
        "time_limit": options.time_limit,
        "cost_limit": options.cost_limit,
        "temperature": options.temperature,
        "retry_on_error": options.retry_on_error,
        "retry_attempts": 1,
        "retry_immediate": False,
        # Go on to the end, but mark the log as not complete: the same command then plays the unscored ones again.
        "fail_on_error": True,
        "continue_on_fail": True,
        "log_dir_allow_dirty": True,
        "display": "none",
        "log_level": "error",
        "score_display": False,
        "ctl_server": False,
    }


def _model(options: RunOptions) -> "Model":
    """Return the model; one that does not exist or lacks its key or package raises `UserError`."""
    if options.agent in CONTROLS:
        return find_model("none")
    name = options.model or os.environ.get("INSPECT_EVAL_MODEL")
    if not name and options.agent.startswith(("http://", "https://")):
        return find_model("none")  # an agent elsewhere may have a model of its own
    if not name:
        raise UserError(
            f"agent {options.agent!r} needs a model",
            hint="give --model PROVIDER/NAME, for instance --model simulated/novice",
        )
    return find_model(name, base_url=options.model_base_url, **options.model_args)


def _is_instant(model: "Model") -> bool:
    """Return whether rollouts end too fast to be watched: logging them live would take a third of the time."""
    from skillweave.harness.simulated_model import SimulatedModel

    return isinstance(model.api, SimulatedModel) or model.api.model_name == "none"


def _check_folder(folder: Path, tasks: str) -> None:
    """Raise `UserError` where the folder holds logs that are not of these tasks: a report would mix them up."""
    from inspect_ai.log import list_eval_logs, read_eval_log

    if not folder.exists():
        return
    if not folder.is_dir():
        raise UserError(f"log folder {str(folder)!r} is a file", hint="name a folder")
    for info in list_eval_logs(str(folder)):
        known = (read_eval_log(info, header_only=True).eval.metadata or {}).get("skillweave")
        found = known["hashes"]["tasks"] if isinstance(known, dict) else None
        if found != tasks:
            what = "was made without skillweave" if found is None else "is of other tasks"
            raise UserError(
                f"log folder {str(folder)!r} holds {Path(info.name).name!r}, which {what}",
                hint="take a new --log-dir for each set of tasks",
            )


def _only(logs: "list[EvalLog]") -> "EvalLog":
    if len(logs) != 1:
        raise RuntimeError(f"one log was expected, there are {len(logs)}")
    return logs[0]
