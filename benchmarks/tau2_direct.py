"""Judge conversations with tau2 alone: its environments, its messages, its evaluator; none of our code.

Run by the python of tau2's own environment. Each line of the input is a conversation, ``{"domain", "task", "parts"}``,
a part a turn of the agent: its ``calls``, what it ``says``, and the user's calls after it, ``asks``. Each line of the
output is the reward, or null where tau2 raises.
"""

import gc
import json
import sys
import types

for name in ("litellm", "litellm.main", "litellm.caching", "litellm.caching.caching", "pandas"):
    sys.modules[name] = types.ModuleType(name)  # imported by tau2, and not used without a model
vars(sys.modules["litellm"]).update(completion=None, completion_cost=None, disable_cache=lambda: None, __path__=[])
vars(sys.modules["litellm.main"]).update(ModelResponse=object, Usage=object)
vars(sys.modules["litellm.caching.caching"]).update(Cache=object)
vars(sys.modules["pandas"]).update(DataFrame=object)

from loguru import logger  # noqa: E402
from tau2.data_model.message import AssistantMessage, ToolCall, UserMessage  # noqa: E402
from tau2.data_model.simulation import SimulationRun, TerminationReason  # noqa: E402
from tau2.evaluator.evaluator import EvaluationType, evaluate_simulation  # noqa: E402
from tau2.registry import registry  # noqa: E402

logger.remove()
gc.freeze()
gc.set_threshold(200_000, 20, 100)  # loading a world takes half as long
TASKS = {}


def reward(domain, id_, parts):
    """Return the reward of a conversation."""
    if domain not in TASKS:
        TASKS[domain] = {task.id: task for task in registry.get_tasks_loader(domain)("base")}
    task = TASKS[domain][id_]
    environment = registry.get_env_constructor(domain)()
    begins = task.initial_state
    environment.set_state(
        begins.initialization_data if begins else None, begins.initialization_actions if begins else None, []
    )
    messages = [
        AssistantMessage(role="assistant", content="Hi! How can I help you today?"),
        UserMessage(role="user", content=str(task.user_scenario.instructions)),
    ]
    for part in parts:
        messages += done(environment, part["calls"], "assistant", len(messages))
        messages.append(AssistantMessage(role="assistant", content=part["says"]))
        messages += done(environment, part["asks"], "user", len(messages))
        messages.append(UserMessage(role="user", content="###STOP###" if part is parts[-1] else "Go on."))
    run = SimulationRun(
        id="direct",
        task_id=id_,
        start_time="",
        end_time="",
        duration=0.0,
        termination_reason=TerminationReason.USER_STOP,
        messages=messages,
    )
    try:
        found = evaluate_simulation(
            simulation=run, task=task, evaluation_type=EvaluationType.ALL, solo_mode=False, domain=domain
        )
    except Exception:
        return None
    return found.reward


def done(environment, calls, who, start):
    """Return the messages of calls that are carried out one after the other."""
    found = []
    for number, call in enumerate(calls):
        made = ToolCall(id=f"{start}-{number}", requestor=who, **call)
        message = (AssistantMessage if who == "assistant" else UserMessage)(role=who, tool_calls=[made])
        found += [message, environment.get_response(made)]
        environment.sync_tools()
    return found


if __name__ == "__main__":
    for line in sys.stdin:
        row = json.loads(line)
        print(json.dumps(reward(row["domain"], row["task"], row["parts"])), flush=True)
