"""Tau2's worlds, users and evaluator behind JSON lines; run by the python of tau2's own environment.

This file is a program of its own: it imports tau2 and nothing of this package. It reads requests, a line each:
``{"id", "op", ...}``, and answers ``{"id", "done"}`` or ``{"id", "failed"}``, in any order. While it works on one it
may have a question for a model, ``{"id", "ask", "role", "request"}``, to which ``{"answer", "message"}`` or
``{"answer", "error"}`` is the reply. It ends when its input does.

Each rollout has a thread of its own in which tau2's orchestrator runs, with an agent that asks us what to do next.
Nothing that tau2 would send to a model is sent: `completion` stands where it expects litellm's, and asks as above.
"""

import gc
import json
import os
import queue
import re
import sys
import threading
import types
from typing import Any


class Unanswered(Exception):
    """A model did not answer."""


class Closed(BaseException):
    """The rollout is over, whatever tau2 makes of it."""


class Silent(Exception):
    """The agent ended its turn without a word, which tau2 does not allow."""


class Lines:
    """What goes out, and the answers that come in."""

    def __init__(self, out: int) -> None:
        self._out = os.fdopen(out, "w", encoding="utf-8", newline="\n")
        self._lock = threading.Lock()
        self._waiting: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._asked = 0

    def send(self, line: dict[str, Any]) -> None:
        """Write a line."""
        text = json.dumps(line)
        with self._lock:
            self._out.write(text + "\n")
            self._out.flush()

    def ask(self, request: int, role: str, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return a model's message; raises `Unanswered` where there is none."""
        inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        with self._lock:
            self._asked += 1
            number = self._asked
            self._waiting[number] = inbox
        self.send({"id": request, "ask": number, "role": role, "request": wanted})
        found = inbox.get()
        if "error" in found:
            raise Unanswered(found["error"])
        return dict(found["message"])

    def answer(self, line: dict[str, Any]) -> None:
        """Hand an answer to who asked."""
        with self._lock:
            inbox = self._waiting.pop(line["answer"], None)
        if inbox is not None:
            inbox.put(line)


ASKING = threading.local()
"""``ask``: what a thread's questions for a model go to"""


def completion(*, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None = None, **_: Any) -> Any:
    """Return a model's reply in the shape of litellm's."""
    said = [{name: value for name, value in message.items() if value is not None} for message in messages]
    message = ASKING.ask({"messages": said, "tools": tools or []})
    calls = [
        types.SimpleNamespace(
            id=call["id"], function=types.SimpleNamespace(name=call["name"], arguments=json.dumps(call["arguments"]))
        )
        for call in message.get("tool_calls") or ()
    ]
    reply = types.SimpleNamespace(role="assistant", content=message.get("content"), tool_calls=calls)
    choice = types.SimpleNamespace(message=reply, finish_reason="stop", to_dict=dict)
    return types.SimpleNamespace(model="", choices=[choice], get=lambda name: None)


def stand_in(name: str, **members: Any) -> None:
    """Put a module under a name that tau2 imports: of litellm it gets `completion`, of the others it uses nothing."""
    module = types.ModuleType(name)
    module.__dict__.update(members)
    sys.modules[name] = module


stand_in("pandas", DataFrame=object)
stand_in(
    "litellm",
    completion=completion,
    completion_cost=lambda **_: 0.0,
    disable_cache=lambda: None,
    __path__=[],
)
stand_in("litellm.main", ModelResponse=object, Usage=object)
stand_in("litellm.caching", __path__=[])
stand_in("litellm.caching.caching", Cache=object)

from loguru import logger  # noqa: E402

logger.remove()

from tau2.agent.base import LocalAgent  # noqa: E402
from tau2.agent.llm_agent import LLMAgent  # noqa: E402
from tau2.config import DEFAULT_MAX_ERRORS, DEFAULT_MAX_STEPS  # noqa: E402
from tau2.data_model.message import AssistantMessage, ToolCall, ToolMessage, UserMessage  # noqa: E402
from tau2.data_model.simulation import SimulationRun, TerminationReason  # noqa: E402
from tau2.environment.toolkit import ToolType, get_tool_types  # noqa: E402
from tau2.evaluator.evaluator import EvaluationType, evaluate_simulation  # noqa: E402
from tau2.orchestrator.orchestrator import Orchestrator  # noqa: E402
from tau2.registry import registry  # noqa: E402
from tau2.user.base import STOP, BaseUser, UserState  # noqa: E402
from tau2.user.user_simulator import UserSimulator  # noqa: E402
from tau2.utils.llm_utils import to_tau2_messages  # noqa: E402

LEFT_OUT = {"timestamp", "cost", "usage", "raw_data", "turn_idx"}
"""of messages: what differs from run to run"""


def plain(messages: list[Any]) -> list[dict[str, Any]]:
    """Return messages as JSON."""
    return [message.model_dump(mode="json", exclude=LEFT_OUT, exclude_none=True) for message in messages]


def user_tools_of(environment: Any) -> dict[str, Any]:
    """Return the tools of the user, by name; only telecom has some."""
    return {} if environment.user_tools is None else {tool.name: tool for tool in environment.get_user_tools()}


class Tasks:
    """The tasks of each domain, read once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: dict[str, dict[str, Any]] = {}

    def of(self, domain: str) -> dict[str, Any]:
        """Return the tasks of a domain that count, by id."""
        with self._lock:
            if domain not in self._found:
                self._found[domain] = {task.id: task for task in registry.get_tasks_loader(domain)("base")}
            return self._found[domain]


TASKS = Tasks()


def parts_of(task: Any) -> list[dict[str, Any]]:
    """Return what the reference does, a part a turn of the agent: its calls, then what it has the user do."""
    parts: list[dict[str, Any]] = [{"calls": [], "asks": []}]
    for action in task.evaluation_criteria.actions or ():
        if action.requestor == "assistant" and parts[-1]["asks"]:
            parts.append({"calls": [], "asks": []})
        call = {"name": action.name, "arguments": action.arguments}
        parts[-1]["calls" if action.requestor == "assistant" else "asks"].append(call)
    return parts


class ScriptedUser(BaseUser):  # type: ignore[misc]
    """A user who tells its scenario, does what it is told to by the name of a tool, and leaves after its turns.

    A tool is told as its name and its arguments in JSON, such as ``toggle_roaming {}``.
    """

    def __init__(self, task: Any, tools: dict[str, Any]) -> None:
        super().__init__(instructions=str(task.user_scenario))
        self._told = str(task.user_scenario.instructions)
        self._left = len(parts_of(task))
        self._tools = tools
        self._due: list[tuple[str, dict[str, Any]]] = []
        self._found: list[str] = []
        self._calls = 0
        self._began = False

    def get_init_state(self, message_history: list[Any] | None = None) -> Any:
        """Return a state, which is not looked at."""
        return UserState(system_messages=[], messages=message_history or [])

    def is_stop(self, message: Any) -> bool:
        """Return what a simulated user's message would mean."""
        return bool(UserSimulator.is_stop(message))

    def generate_next_message(self, message: Any, state: Any) -> tuple[Any, Any]:
        """Return the next call that the agent asked for, else a text."""
        if isinstance(message, AssistantMessage):
            if not self._began:
                self._began = True
                return UserMessage(role="user", content=self._told), state
            self._left -= 1
            self._due, self._found = self._asked(message.content or ""), []
        elif isinstance(message, ToolMessage):
            self._found.append(message.content or "")
        if self._due:
            name, arguments = self._due.pop(0)
            self._calls += 1
            call = ToolCall(id=f"user-{self._calls}", name=name, arguments=arguments, requestor="user")
            return UserMessage(role="user", tool_calls=[call]), state
        said = STOP if self._left <= 0 else "\n".join(["Done.", *self._found]) if self._found else "Go on."
        return UserMessage(role="user", content=said), state

    def _asked(self, text: str) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for match in re.finditer(r"(\w+)\s*(?=\{)", text):
            if match[1] in self._tools:
                try:
                    arguments, _ = json.JSONDecoder().raw_decode(text, match.end())
                except ValueError:
                    continue
                found.append((match[1], arguments))
        return found


class Puppet(LocalAgent):  # type: ignore[misc]
    """An agent that does what the other side of the lines says."""

    def __init__(self, rollout: "Rollout", environment: Any) -> None:
        super().__init__(tools=environment.get_tools(), domain_policy=environment.get_policy())
        self._rollout = rollout

    def get_init_state(self, message_history: list[Any] | None = None) -> Any:
        """Return a state, which is not looked at."""
        return None

    def generate_next_message(self, message: Any, state: Any) -> tuple[Any, Any]:
        """Hand over what the agent hears, and wait for what it does."""
        heard = message.content if isinstance(message, UserMessage) else None
        return self._rollout.next_of_agent(heard), state


class Rollout:
    """One conversation: tau2's orchestrator in a thread."""

    def __init__(self, lines: Lines, domain: str, task: str, *, scripted: bool) -> None:
        self._lines = lines
        self._domain = domain
        self._task = task
        self._scripted = scripted
        self._inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._request = 0
        self._sent = 0
        self._calls = 0
        self._orchestrator: Any = None
        self._thread: threading.Thread | None = None

    def turn(self, request: int, said: str | None) -> None:
        """Begin the conversation, or go on with what the agent said."""
        self._request = request
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()
        elif not (said or "").strip():
            self._inbox.put(Silent())
        else:
            self._inbox.put(AssistantMessage(role="assistant", content=said))

    def call(self, request: int, tool: str, arguments: dict[str, Any]) -> None:
        """Go on with a call of the agent's."""
        self._request = request
        self._calls += 1
        call = ToolCall(id=f"agent-{self._calls}", name=tool, arguments=arguments, requestor="assistant")
        self._inbox.put(AssistantMessage(role="assistant", tool_calls=[call]))

    def close(self) -> None:
        """End the thread, as soon as it waits for the agent."""
        self._inbox.put(Closed())

    def next_of_agent(self, heard: str | None) -> Any:
        """Answer the request that led here, and return what the next one brings."""
        self._reply(heard=heard)
        found = self._inbox.get()
        if isinstance(found, BaseException):
            raise found
        return found

    def _reply(self, *, heard: str | None = None, ended: str | None = None) -> None:
        trajectory = self._orchestrator.trajectory
        new, self._sent = trajectory[self._sent :], len(trajectory)
        self._lines.send({"id": self._request, "done": {"messages": plain(new), "heard": heard, "ended": ended}})

    def _run(self) -> None:
        ASKING.ask = lambda wanted: self._lines.ask(self._request, "user", wanted)
        try:
            ended = self._play()
        except Closed:
            return
        except Silent:
            ended = TerminationReason.AGENT_ERROR.value
        except Exception as error:
            self._lines.send({"id": self._request, "failed": f"{type(error).__name__}: {error}"})
            return
        self._reply(ended=ended)

    def _play(self) -> str:
        task = TASKS.of(self._domain)[self._task]
        environment = registry.get_env_constructor(self._domain)()
        tools = user_tools_of(environment)
        user = (
            ScriptedUser(task, tools)
            if self._scripted
            else UserSimulator(tools=list(tools.values()) or None, instructions=str(task.user_scenario), llm="user")
        )
        self._orchestrator = Orchestrator(
            domain=self._domain,
            agent=Puppet(self, environment),
            user=user,
            environment=environment,
            task=task,
            max_steps=DEFAULT_MAX_STEPS,
            max_errors=DEFAULT_MAX_ERRORS,
        )
        return str(self._orchestrator.run().termination_reason.value)


def describe(domain: str) -> dict[str, Any]:
    """Return all that is known of a domain before anything is played."""
    environment = registry.get_env_constructor(domain)()
    tools = environment.get_tools()
    writes = [name for name, kind in get_tool_types(environment.tools).items() if kind == ToolType.WRITE]
    splits = registry.get_task_splits_loader(domain)() or {}
    own = {id_: name for name in ("train", "test") for id_ in splits.get(name, ())}
    return {
        "tools": [tool.openai_schema["function"] for tool in tools],
        "writes": writes,
        "user_tools": sorted(user_tools_of(environment)),
        "prompt": LLMAgent(tools=tools, domain_policy=environment.get_policy()).system_prompt,
        "tasks": [described(task, own.get(task.id)) for task in TASKS.of(domain).values()],
    }


def described(task: Any, split: str | None) -> dict[str, Any]:
    """Return what is known of a task."""
    criteria = task.evaluation_criteria
    return {
        "id": task.id,
        "split": split,
        "told": str(task.user_scenario.instructions),
        "parts": parts_of(task),
        "actions": [{"requestor": a.requestor, "name": a.name} for a in criteria.actions or ()],
        "communicate": criteria.communicate_info or [],
        "basis": [kind.value for kind in criteria.reward_basis],
        "assertions": len(criteria.nl_assertions or ()),
    }


def judge(domain: str, task: str, messages: list[dict[str, Any]], ended: str, kind: str) -> dict[str, Any]:
    """Return what tau2's evaluator makes of a conversation."""
    run = SimulationRun(
        id="rollout",
        task_id=task,
        start_time="",
        end_time="",
        duration=0.0,
        termination_reason=ended,
        messages=to_tau2_messages(messages),
    )
    found = evaluate_simulation(
        simulation=run,
        task=TASKS.of(domain)[task],
        evaluation_type=EvaluationType(kind),
        solo_mode=False,
        domain=domain,
    )
    return dict(found.model_dump(mode="json"))


class Server:
    """Hands requests to rollouts and to threads."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._rollouts: dict[str, Rollout] = {}

    def take(self, line: dict[str, Any]) -> None:
        """Begin with a request; whatever takes time is done elsewhere."""
        if "answer" in line:
            self._lines.answer(line)
            return
        request, op, given = line["id"], line["op"], line.get("with", {})
        if op in ("turn", "call"):
            rollout = self._rollouts.get(line["rollout"]) or self._open(line["rollout"], **line["open"])
            rollout.turn(request, **given) if op == "turn" else rollout.call(request, **given)
        elif op == "close":
            gone = self._rollouts.pop(line["rollout"], None)
            if gone is not None:
                gone.close()
        else:
            work = {"describe": describe, "judge": judge}[op]
            threading.Thread(target=self._work, args=(request, work, given), daemon=True).start()

    def _open(self, key: str, domain: str, task: str, scripted: bool) -> Rollout:
        self._rollouts[key] = Rollout(self._lines, domain, task, scripted=scripted)
        return self._rollouts[key]

    def _work(self, request: int, work: Any, given: dict[str, Any]) -> None:
        ASKING.ask = lambda wanted: self._lines.ask(request, "judge", wanted)
        try:
            self._lines.send({"id": request, "done": work(**given)})
        except Exception as error:
            self._lines.send({"id": request, "failed": f"{type(error).__name__}: {error}"})


def main() -> None:
    """Serve until the input ends; what tau2 prints goes where errors go."""
    out = os.dup(1)
    os.dup2(2, 1)
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)  # by default loading a world, of very many objects, takes twice as long
    server = Server(Lines(out))
    for text in sys.stdin:
        server.take(json.loads(text))
    os._exit(0)


if __name__ == "__main__":
    main()
