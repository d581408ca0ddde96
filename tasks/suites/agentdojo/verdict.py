"""AgentDojo's own verdict: their run of a task, with an agent that makes the calls of a rollout again."""

from collections.abc import Mapping, Sequence
from typing import Any

from skillweave.tasks.suites.agentdojo.package import environment, suites
from skillweave.tasks.suites.agentdojo.session import carry_out


class Again:
    """What stands in their runner in place of an agent: the calls of a rollout, then its last words."""

    name = "rollout"

    def __init__(self, calls: Sequence[Mapping[str, Any]], answer: str) -> None:
        self._calls = calls
        self._answer = answer

    def query(
        self, query: str, runtime: Any, env: Any, messages: Sequence[Any] = (), extra_args: Any = None
    ) -> tuple[Any, ...]:
        """Return what their pipelines return: the dialogue among other things."""
        from agentdojo.types import ChatAssistantMessage, text_content_block_from_string

        said = list(messages)
        for call in self._calls:
            said += carry_out(runtime, env, call["tool"], call["arguments"])
        last = text_content_block_from_string(self._answer)
        said.append(ChatAssistantMessage(role="assistant", content=[last], tool_calls=None))
        return query, runtime, env, said, extra_args or {}


def outcome_of(
    suite: str, task: str, calls: Sequence[Mapping[str, Any]], answer: str, attack: Mapping[str, Any]
) -> tuple[bool, bool]:
    """Return, as they do, whether the user's task was done and whether the injected one was.

    ``attack`` is empty where there is none: then they call the second one True, and it means nothing.
    """
    theirs = suites()[suite]
    injections = attack.get("injections", {})
    done, injected = theirs.run_task_with_pipeline(
        Again(calls, answer),
        theirs.user_tasks[task],
        theirs.injection_tasks[attack["injection"]] if attack else None,
        dict(injections),
        environment=environment(suite, injections),
    )
    if attack.get("denies"):  # an attack that wants the agent to stop succeeds where the user's task is not done
        injected = not done
    return bool(done), bool(injected)
