"""Run tasks: an Inspect eval-set, checked beforehand, resumed where it stopped, and summed up."""

import errno
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.harness.lock import locked
from skillweave.harness.models import find_model, plain
from skillweave.harness.prices import Price, set_price
from skillweave.harness.progress import Listener, watching
from skillweave.harness.spending import budgeted
from skillweave.harness.summary import RunResult, summarize
from skillweave.reports.records import CONTROLS
from skillweave.tasks.garbage import ROLLOUTS, seldom_collected
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog
    from inspect_ai.model import Model

    from skillweave.harness.estimate import Estimate
    from skillweave.harness.graphs import GraphOptions
    from skillweave.harness.taskset import TaskSet
    from skillweave.tasks.suite import ToolSuite

DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO)
"""errors of a folder that cannot be written any more"""


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
    max_tokens: int | None = None
    """tokens of one reply of the model"""
    skills: str = "listed"
    """procedural skills: hidden, listed or full"""
    submit: str | None = None
    """how the answer is handed over: tool or text; None as the suite wants it"""
    roles: Mapping[str, str] = field(default_factory=dict)
    """models beside the agent's, by role, such as the user whom it talks to"""
    system_prompt: str | None = None
    """what stands in place of the usual words on how to work"""
    tool_limit: int | None = None
    """tool calls a rollout may make"""
    cost_limit: float | None = None
    """dollars a rollout may cost"""
    max_cost: float | None = None
    """dollars after which no further rollout begins"""
    max_retries: int = 5
    """times a request to the model is tried again, from 3 s on doubling, before the rollout is left unscored"""
    request_timeout: int = 600
    """seconds after which one request to the model is given up and tried again"""
    prices: Path | None = None
    """YAML or JSON of prices by model, as Inspect reads them"""
    isolate: bool = False
    """whether the agent's graph runs in a process of its own, under a time limit"""
    demos: str | None = None
    """FILE.jsonl:N, train trajectories or tasks of which N are shown in the prompt"""
    shard: str | None = None
    """NUMBER/COUNT or NUMBER/COUNT:LIMIT, for a process of a run over several"""
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
            "demos": self.demos,
            "shard": self.shard,
            "isolate": True if self.isolate else None,
            "roles": dict(self.roles) or None,
        }
        return {name: value for name, value in given.items() if value is not None}

    def graph_options(self, suite: "ToolSuite") -> "GraphOptions":
        """Return how the agent is run on the tasks of a suite."""
        from skillweave.harness.graphs import GraphOptions, submission_of

        given = {f.name: getattr(self, f.name) for f in fields(GraphOptions) if hasattr(self, f.name)}
        return GraphOptions(**{**given, "submit": submission_of(self.submit, self.tool_choice, suite)})


def _path(path: Path | None) -> str | None:
    return None if path is None else str(path.resolve())


def run_tasks(options: RunOptions, *, listener: Listener | None = None) -> RunResult:
    """Run the tasks and return what came of it; a run that is complete is only read again.

    All that a user can get wrong raises `UserError` before anything runs or is written: files that do not belong
    together, an unknown agent or model, a missing key, a log folder that holds runs on other tasks.
    """
    from inspect_ai import eval_set
    from inspect_ai._util.error import PrerequisiteError

    tasks = _load(options)
    model = _checked_model(options, tasks)
    price = _price(options, model)
    _check_folder(options.log_dir, tasks.sha256)
    if options.shard is None and options.log_dir.with_name(f"{options.log_dir.name}.shards").exists():
        raise UserError(
            f"the run into {str(options.log_dir)!r} was begun over several processes", hint="go on with --workers N"
        )
    total = _total(tasks, options)
    instant = _is_instant(model)
    try:
        with (
            locked(options.log_dir),
            watching(total, listener),
            budgeted(options.max_cost, price),
            _quiet_logging(),
            seldom_collected(ROLLOUTS),
        ):
            _, logs = eval_set(
                "skillweave/compose",
                model=model,
                model_roles=role_models(options),
                task_args=options.task_args(),
                log_realtime=not instant,
                log_buffer=10,
                **_set_args(options),
            )
    except PrerequisiteError as error:
        raise UserError(plain(error)) from None
    except Exception as error:
        fault = _disk_fault(error)
        if fault is None:
            raise
        raise _unwritten(options.log_dir, fault.strerror) from None
    if not logs:
        raise KeyboardInterrupt  # Inspect returns without a log where it was interrupted
    log = _only(logs)
    _check_written(log, options.log_dir)
    return summarize(log, options.log_dir)


def _check_written(log: "EvalLog", folder: Path) -> None:
    """Raise `UserError` where Inspect noted that the log itself could not be written any more."""
    said = "" if log.error is None else f"{log.error.message} {log.error.traceback}"
    reason = next((os.strerror(code) for code in DISK if f"[Errno {code}]" in said), None)
    if reason is not None:
        raise _unwritten(folder, reason)


def _unwritten(folder: Path, reason: str | None) -> UserError:
    return UserError(
        f"the log in {str(folder)!r} could not be written: {reason}",
        hint="make room, then run the same command again: finished rollouts are kept",
    )


@contextmanager
def _quiet_logging() -> Iterator[None]:
    """Keep the logging module from printing a traceback for every line that a full disk does not take."""
    before = logging.raiseExceptions
    logging.raiseExceptions = False
    try:
        yield
    finally:
        logging.raiseExceptions = before


def _disk_fault(error: BaseException | None) -> OSError | None:
    """Return what kept the log from being written, anywhere in an error, its causes and its parts."""
    if error is None:
        return None
    if isinstance(error, OSError) and error.errno in DISK:
        return error
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return next((f for part in (*parts, error.__cause__, error.__context__) if (f := _disk_fault(part))), None)


def check_run(options: RunOptions) -> int:
    """Return the number of rollouts of a run; raises `UserError` for all that `run_tasks` refuses beforehand."""
    tasks = _load(options)
    model = _checked_model(options, tasks)
    _price(options, model)
    _check_folder(options.log_dir, tasks.sha256)
    return _total(tasks, options)


def _price(options: RunOptions, model: "Model") -> "Price | None":
    bounds = {"--max-cost": options.max_cost, "a cost limit": options.cost_limit}
    return set_price(model, options.prices, needed=next((n for n, bound in bounds.items() if bound is not None), None))


def _total(tasks: "TaskSet", options: RunOptions) -> int:
    from skillweave.harness.dataset import shard_of

    return len(shard_of(tasks.tasks[: options.limit], options.shard)) * options.epochs


def estimate(options: RunOptions) -> "Estimate":
    """Return what the run will take, without running or writing anything; checks all that `run_tasks` does."""
    from skillweave.harness.estimate import estimate_run

    tasks = _load(options)
    model = _checked_model(options, tasks)
    price = set_price(model, options.prices, needed=None)
    return estimate_run(
        tasks,
        limit=options.limit,
        epochs=options.epochs,
        tools=options.tools,
        seed=options.seed,
        price=price,
    )


def _load(options: RunOptions) -> "TaskSet":
    from skillweave.harness.taskset import load_taskset

    return load_taskset(
        options.tasks,
        splits=options.splits,
        split=options.split,
        control=options.control,
        taxonomy=options.taxonomy,
        pattern=options.pattern,
    )


def _checked_model(options: RunOptions, tasks: "TaskSet") -> "Model":
    from skillweave.harness.evals import agent_solver
    from skillweave.harness.roles import check_roles
    from skillweave.tasks.offer import offer_tools

    _check(options)
    if options.demos is not None:
        from skillweave.harness.demos import load_demos

        load_demos(options.demos, tasks)
    offer_tools(tasks.suite, tasks.tasks[0], options.tools, options.seed, tasks.taxonomy)
    agent_solver(options.graph_options(tasks.suite), tasks)
    check_roles(options.roles, tasks.suite.roles, needed=options.agent not in CONTROLS)
    return _model(options)


def _check(options: RunOptions) -> None:
    for name in ("epochs", "limit", "max_samples", "message_limit", "token_limit", "time_limit", "request_timeout"):
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
        "max_tokens": options.max_tokens,
        "max_retries": options.max_retries + 1,  # Inspect counts the first time too
        "attempt_timeout": options.request_timeout,
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


def role_models(options: RunOptions) -> "dict[str, str | Model] | None":
    """Return the models beside the agent's; a role that its suite's script plays has none."""
    from skillweave.harness.roles import SCRIPTED

    named = {role: name for role, name in options.roles.items() if name != SCRIPTED}
    own = options.model_base_url
    return {r: find_model(n, base_url=own if n == options.model else None) for r, n in named.items()} or None


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
