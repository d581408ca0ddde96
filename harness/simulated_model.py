"""``simulated/NAME``: an Inspect model provider that plays the reference plan with planted weaknesses."""

import json
import re
from random import Random
from typing import Any
from weakref import WeakKeyDictionary

from inspect_ai._util.error import PrerequisiteError
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
)
from inspect_ai.tool import ToolCall, ToolChoice, ToolInfo

from skillweave.agents.prompts import ANSWER_MARK
from skillweave.agents.reflect import APPROVED
from skillweave.harness.rollouts import Rollout, current_rollout
from skillweave.harness.simulated import Labels, Profile, load_profile, parse_profile, simulated_success
from skillweave.tasks.submit import SUBMIT
from skillweave.taxonomy.errors import UserError

Step = tuple[tuple[str, str], ...]
"""calls made at once, each as (tool, JSON of its arguments)"""
Script = tuple[list[Step], ...]
"""steps of each turn that are still to be made; the last one, the submission, stays"""
PARALLEL = 0.25
"""share of steps in which two calls are made at once"""


class SimulatedModel(ModelAPI):
    """A model that knows the plan of the rollout it plays, by the harness's own table and never from a message."""

    def __init__(
        self,
        model_name: str,
        base_url: str | None = None,
        api_key: str | None = None,
        config: GenerateConfig = GenerateConfig(),  # noqa: B008  as Inspect calls it
        profile: str | dict[str, Any] | None = None,
        **model_args: Any,
    ) -> None:
        super().__init__(model_name, base_url, api_key, [], config)
        if model_args:
            raise PrerequisiteError(f"simulated models take only profile=FILE, got {', '.join(sorted(model_args))}")
        try:
            self.profile: Profile = (
                parse_profile(profile) if isinstance(profile, dict) else load_profile(self.service_name(), profile)
            )
        except UserError as error:
            raise PrerequisiteError(f"{error.message}\n{error.hint or ''}".strip()) from None

        self._scripts: WeakKeyDictionary[Rollout, Script] = WeakKeyDictionary()

    def service_name(self) -> str:
        """Return the name of the profile, without the provider."""
        return self.model_name.removeprefix("simulated/")

    def max_connections(self) -> int:
        """Return how many rollouts are played at once."""
        return 20

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        """Return the next step of the plan, as far as the conversation has come."""
        rollout = current_rollout()
        if rollout is None:
            raise RuntimeError("simulated models play skillweave tasks only")
        if rollout not in self._scripts:
            self._scripts[rollout] = write_script(rollout, self.profile)
        said = self._next(rollout, self._scripts[rollout][len(rollout.calls) - 1], tools, tool_choice)
        calls = [
            ToolCall(id=f"call_{rollout.replies}_{i}", function=tool, arguments=json.loads(arguments))
            for i, (tool, arguments) in enumerate(said if isinstance(said, tuple) else ())
        ]
        text = said if isinstance(said, str) else ""
        message = ChatMessageAssistant(content=text, tool_calls=calls, model=self.model_name, source="generate")
        return ModelOutput(
            model=self.model_name,
            choices=[ChatCompletionChoice(message=message, stop_reason="tool_calls" if calls else "stop")],
            usage=_usage(input, said),
        )

    def _next(self, rollout: Rollout, script: list[Step], tools: list[ToolInfo], choice: ToolChoice) -> Step | str:
        """Return what is said next: calls of the script, a call of one of the graph's own tools, or a text."""
        answer = json.loads(script[-1][0][1])["answer"]
        offered = {tool.name for tool in tools} if choice != "none" else set()
        step = script[0]
        if step[0][0] in offered:
            now = tuple(call for call in step if call[0] in offered)
            left = tuple(call for call in step if call[0] not in offered)
            if left:
                script[0] = left
            elif len(script) > 1:
                script.pop(0)
            return now
        own = [tool for tool in tools if tool.name in offered - {*rollout.offered, SUBMIT}]
        fitting = next((tool for tool in own if re.search(rf"\b{step[0][0]}\b", tool.description)), None)
        chosen = fitting or next((tool for tool in own if not tool.name.startswith("to_")), None)
        if chosen is None:
            return f"{APPROVED} DONE {ANSWER_MARK} {answer}"
        return ((chosen.name, json.dumps(dict.fromkeys(chosen.parameters.required, answer))),)


def write_script(rollout: Rollout, profile: Profile) -> Script:
    """Return the steps of a simulated rollout, turn by turn: the plan, whole or broken, and the submission.

    Now and then two calls of the plan are made at once, as models do. Calls of tools that are not offered are left out.
    """
    task = rollout.task
    success, broken = simulated_success(task.id, rollout.epoch, profile, Labels.of(rollout.labels))
    reference = rollout.suite.reference(task) if success else rollout.suite.reference(task, broken=broken)
    rng = Random(f"{profile.sha256}|{task.id}|{rollout.epoch}|steps")
    script = []
    for number, turn in enumerate(reference.turns):
        calls = [(c.tool, json.dumps(dict(c.arguments))) for c in turn if c.tool in rollout.offered]
        steps: list[Step] = []
        while calls:
            size = 2 if rng.random() < PARALLEL else 1
            steps.append(tuple(calls[:size]))
            calls = calls[size:]
        steps.append(((SUBMIT, json.dumps({"answer": reference.reply(number) or "done"})),))
        script.append(steps)
    return tuple(script)


def _usage(messages: list[ChatMessage], said: Step | str) -> ModelUsage:
    read = sum(len(message.text) for message in messages) // 4
    wrote = len(said) // 4 if isinstance(said, str) else sum(len(tool) + len(text) for tool, text in said) // 4
    return ModelUsage(input_tokens=read, output_tokens=wrote, total_tokens=read + wrote)
