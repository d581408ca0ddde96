"""Short thoughts for a reference run, made from the plan: what comes next, and from which result."""

from collections.abc import Mapping, Sequence

from skillweave.tasks.skills import Skill
from skillweave.tasks.spec import DescribedBinding, OutputBinding, Plan, Step
from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.suite import ToolCall

READ_SKILL = "read_skill"


class Thoughts:
    """Words for the calls of one reference run, asked for in order; '' where there is nothing new to say."""

    def __init__(self, plan: Plan, skills: Mapping[str, Skill]) -> None:
        self._steps = {step.id: step for step in plan.steps}
        self._skills = skills
        self._begun: set[str] = set()
        self._ruled: set[str] = set()

    def of(self, call: ToolCall) -> str:
        """Return the thought that leads to a call."""
        step = self._steps.get(call.step or "")
        if step is None or step.skill not in self._skills:
            return ""
        skill = self._skills[step.skill]
        parts = []
        if step.id not in self._begun:
            self._begun.add(step.id)
            parts.append(self._begin(step, skill))
        if call.tool == READ_SKILL:
            parts.append(f"The company's rule for this stands in {skill.name}, so I read it before I go on.")
            self._ruled.add(step.id)
        elif step.id in self._ruled:
            self._ruled.discard(step.id)
            parts.append("Now I get what the rule asks for.")
        return " ".join(parts)

    def _begin(self, step: Step, skill: Skill) -> str:
        task = skill.description.rstrip(".")
        given = [
            f"the {self._result(b.step)} that I found"
            for b in step.bindings()
            if isinstance(b, OutputBinding) and self._result(b.step)
        ]
        sought = [b.text for b in step.bindings() if isinstance(b, DescribedBinding)]
        said = f"{'Next' if len(self._begun) > 1 else 'First'}: {task[:1].lower()}{task[1:]}"
        said += f", with {_listed(given)}." if given else "."
        if step.when is not None:
            said += f" That depends on whether the {self._result(step.when.step)} is {step.when.op} {step.when.text}."
        if step.each is not None:
            said += " I do it for each of them."
        return f"{said} For that I need {_listed(sought)}." if sought else said

    def _result(self, step: str) -> str:
        skill = self._skills.get(self._steps[step].skill)
        return skill.reference if skill is not None else ""


def closing(answer: str) -> str:
    """Return the thought that leads to the submission."""
    return f"That gives the answer: {answer}." if answer else f"All that was asked for is done, so I call {SUBMIT}."


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
