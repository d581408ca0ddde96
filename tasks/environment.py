"""Tasks as environments for reinforcement learning, by the contract of TRL's ``environment_factory``.

`environment` makes one class for a suite: ``reset(**row)`` opens the world of the row's task, each public method is a
tool with types and a docstring, and ``get_reward()`` is 1.0 where the outcome is the one asked for, else 0.0. TRL makes
an instance a rollout, offers the methods as tools, and hands what they raise to the model.

    Office = environment("office", tasks="tasks.jsonl", splits="splits.json")
    GRPOTrainer(..., train_dataset=dataset, environment_factory=Office)

where each row of the dataset has ``prompt`` (the messages of `prompts`) and ``task`` (the id).
"""

import inspect
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from skillweave.tasks.offer import offer_tools
from skillweave.tasks.spec import TaskSpec, read_tasks
from skillweave.tasks.splits import Splits
from skillweave.tasks.submit import RECORDED, SUBMIT, submit_schema
from skillweave.tasks.suite import Session, ToolCall, ToolSchema, ToolSuite, first_turn
from skillweave.tasks.suites.registry import load_suite
from skillweave.tasks.tools import ToolError, render
from skillweave.taxonomy.errors import UserError

_TYPES: Mapping[str, Any] = {"string": str, "integer": int, "number": float, "boolean": bool, "object": dict}
RESERVED = ("reset", "get_reward")


class Environment:
    """One rollout on one task; `environment` adds the tools as methods."""

    _suite: ToolSuite
    _tasks: Mapping[str, TaskSpec]

    def __init__(self) -> None:
        self._task: TaskSpec | None = None
        self._session: Session | None = None
        self._calls: list[ToolCall] = []
        self._answer: str | None = None

    def reset(self, **row: Any) -> None:
        """Begin the row's task in a fresh world; raises `UserError` for a row that names no task that may be used.

        The world that was open before is closed. The row's other columns are not looked at.
        """
        name = str(row.get("task"))
        if name not in self._tasks:
            raise UserError(
                f"the row names task {name!r}, which this environment does not have ({len(self._tasks)} it has)",
                hint="rows need a column 'task' with ids of tasks, of their train split where splits were given",
            )
        self._close()
        self._task = self._tasks[name]
        self._session = self._suite.open(self._task)
        _finish(self._session.turn(None))
        self._calls, self._answer = [], None

    def get_reward(self) -> float:
        """Return 1.0 where world and answer are as the task asks, else 0.0; raises RuntimeError before `reset`."""
        task, session = self._open()
        verdict = _finish(self._suite.judge(task, session.snapshot(), [self._calls], self._answer))
        return 1.0 if verdict.success else 0.0

    def _call(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """Run a tool; raises `ToolError` where it refuses."""
        _, session = self._open()
        if self._answer is not None:
            raise ToolError("Ignored: the answer was submitted already, the work is over.")
        if tool == SUBMIT:
            self._answer = str(arguments.get("answer") or "")
            return RECORDED
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            text = render(_finish(session.call(tool, given)))
        except ToolError as error:
            self._calls.append(ToolCall(tool=tool, arguments=given, error=str(error)))
            raise
        self._calls.append(ToolCall(tool=tool, arguments=given))
        return text

    def _open(self) -> tuple[TaskSpec, Session]:
        if self._task is None or self._session is None:
            raise RuntimeError("no task was begun: call reset(task=ID) first")
        return self._task, self._session

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def __del__(self) -> None:
        if getattr(self, "_session", None) is not None:
            self._close()


def environment(
    suite: str,
    *,
    tasks: Path | str | Sequence[TaskSpec],
    splits: Path | str | None = None,
    tools: Sequence[str] | None = None,
) -> type[Environment]:
    """Return the environment class of a suite over tasks; with ``splits`` only over those of the train split.

    ``tools`` are the tools offered (all of the suite where none are named); `submit_answer` is always among them. An
    environment is a dialogue of one turn: tasks of several raise `UserError`, as do tasks of another suite.
    """
    found = load_suite(suite)
    listed = read_tasks(Path(tasks)) if isinstance(tasks, str | Path) else list(tasks)
    if splits is not None:
        train = set(Splits.load(splits).samples("train"))
        listed = [task for task in listed if task.id in train]
    _check(found, listed)
    schemas = found.tool_schemas()
    unknown = next((name for name in tools or () if name not in schemas), None)
    if unknown is not None:
        raise UserError(f"suite {suite!r} has no tool {unknown!r}", hint=f"such as {', '.join(sorted(schemas)[:5])}")
    offered = [schemas[name] for name in (tools or sorted(schemas))]
    clash = next((schema.name for schema in offered if schema.name in RESERVED or schema.name.startswith("_")), None)
    if clash is not None:
        raise UserError(f"tool {clash!r} cannot be a method of an environment: the name is taken")
    methods = {schema.name: _method(schema) for schema in (*offered, submit_schema(found, listed[0]))}
    name = f"{found.name.rpartition('/')[2].partition('.')[0].title().replace('-', '')}Environment"
    own = {"_suite": found, "_tasks": {task.id: task for task in listed}, "__doc__": f"Tasks on {found.name}."}
    return type(name, (Environment,), {**own, **methods})


def needed_tools(suite: ToolSuite, tasks: Sequence[TaskSpec]) -> tuple[str, ...]:
    """Return the tools that any of the tasks needs, sorted: far fewer than a suite has."""
    return tuple(sorted({name for task in tasks for name in offer_tools(suite, task, "needed", 0)}))


def prompts(suite: ToolSuite, tasks: Sequence[TaskSpec], system: Callable[[TaskSpec], str]) -> Iterator[dict[str, Any]]:
    """Yield a dataset row for each task: ``prompt`` (system and user message), ``task`` and ``k``."""
    for task in tasks:
        asked = _finish(first_turn(suite, task))
        messages = [{"role": "system", "content": system(task)}, {"role": "user", "content": asked}]
        yield {"prompt": messages, "task": task.id, "k": task.k}


def _check(suite: ToolSuite, tasks: Sequence[TaskSpec]) -> None:
    if not tasks:
        raise UserError("there are no tasks to train on", hint="give tasks, or splits whose train split holds some")
    for task in tasks:
        if (task.suite, task.suite_version) != (suite.name, suite.version):
            raise UserError(
                f"task {task.id!r} is of {task.suite} {task.suite_version!r}, this is {suite.name} {suite.version!r}",
                hint="make the tasks again with skillweave synth",
            )
        if task.renames:
            raise UserError(
                f"task {task.id!r} renames tools, and one class has one name for each", hint="leave such variants out"
            )
        if suite.turns(task) > 1:
            raise UserError(f"task {task.id!r} has several turns: an environment is a dialogue of one")


def _method(schema: ToolSchema) -> Callable[..., str]:
    """Return a method with the types, defaults and docstring that the tool's JSON schema says."""
    properties: Mapping[str, Any] = schema.parameters.get("properties", {})
    required = set(schema.parameters.get("required", ()))
    parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    types: dict[str, Any] = {}
    for name in sorted(properties, key=lambda name: name not in required):
        types[name] = _type(properties[name]) if name in required else _type(properties[name]) | None
        default = inspect.Parameter.empty if name in required else properties[name].get("default")
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=types[name])
        )
    signature = inspect.Signature(parameters, return_annotation=str)

    def call(self: Environment, *args: Any, **arguments: Any) -> str:
        given = signature.bind(self, *args, **arguments).arguments
        given.pop("self")
        return self._call(schema.name, given)

    call.__name__ = schema.name
    call.__qualname__ = f"Environment.{schema.name}"
    call.__doc__ = _docstring(schema, properties)
    call.__annotations__ = {**types, "return": str}
    call.__signature__ = signature  # type: ignore[attr-defined]
    return call


def _docstring(schema: ToolSchema, properties: Mapping[str, Any]) -> str:
    lines = [schema.description, ""]
    if properties:
        lines.append("Args:")
        lines += [
            f"    {name}: {' '.join(str(p.get('description') or name).split())}" for name, p in properties.items()
        ]
        lines.append("")
    return "\n".join([*lines, "Returns:", "    What the tool answers, as text."])


def _type(schema: Mapping[str, Any]) -> Any:
    """Return the Python type of a JSON schema; what has several types is taken for text."""
    if schema.get("enum"):
        return Literal[tuple(schema["enum"])]
    if schema.get("type") == "array":
        return list[_type(schema.get("items") or {})]  # type: ignore[misc]
    return _TYPES.get(str(schema.get("type")), str)


def _finish(running: Coroutine[Any, Any, Any]) -> Any:
    """Return what a coroutine returns that never waits; sessions of worlds in this process are such.

    TRL calls tools of an environment within its own event loop, so no other can be run here.
    """
    try:
        running.send(None)
    except StopIteration as end:
        return end.value
    running.close()
    raise RuntimeError("this suite's sessions wait for something outside the process: no environment can be made of it")
