"""A suite with tasks of its own: a user who answers back, a tool that comes late, a judge. For tests of the harness."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from skillweave.tasks.foreign import Foreign, ForeignSuite
from skillweave.tasks.spec import Origin, TaskSpec
from skillweave.tasks.suite import NO_VOICES, Reference, ToolCall, ToolSchema, Turn, Verdict, Voices

FETCH, CARRY = "errand.fetch", "errand.carry"


def _schema(name: str, description: str) -> ToolSchema:
    parameters = {
        "type": "object",
        "properties": {"what": {"type": "string", "description": "the thing"}},
        "required": ["what"],
        "additionalProperties": False,
    }
    return ToolSchema(name=name, description=description, parameters=parameters)


TOOLS = {"fetch": _schema("fetch", "Fetch a thing."), "carry": _schema("carry", "Carry a thing to the user.")}


class ErrandSession:
    """What was done, and a user who asks twice; the second time in a model's words if there is one."""

    def __init__(self, task: TaskSpec, voices: Voices) -> None:
        self.done: list[str] = []
        self.heard: list[str] = []
        self._task = task
        self._voices = voices

    async def turn(self, said: str | None) -> Turn | None:
        """Ask for a thing to be fetched, then, as soon as the agent has replied, for it to be carried."""
        if said is None:
            return Turn(text=self._task.instruction)
        self.heard.append(said)
        if len(self.heard) > 1:
            return None
        text = f"You said {said!r}. Now carry it."
        if "user" in self._voices:
            asked = [{"role": "system", "content": "You want it carried."}, {"role": "user", "content": said}]
            text = str((await self._voices["user"]({"messages": asked}))["content"])
        return Turn(text=text, tools=("carry",))

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Any:
        """Do it."""
        self.done.append(f"{tool} {arguments['what']}")
        return {"done": self.done[-1]}

    def snapshot(self) -> Any:
        """Return what was done, and what the user heard."""
        return {"done": self.done, "heard": self.heard}

    def close(self) -> None:
        """Free nothing."""


class ErrandSuite(ForeignSuite):
    """Two errands of two turns each; the second has a verdict only where a model judges it."""

    name = "errand"
    version = "1"
    roles: Mapping[str, bool] = MappingProxyType({"user": True, "judge": False})

    def tasks(self) -> Iterable[Foreign]:
        """Return the two errands, and one that is passed by doing nothing."""
        for name, labels in (("milk", ()), ("bread", ("judge",)), ("rest", ())):
            yield Foreign(
                id=f"errand/{name}",
                instruction=f"Fetch the {name}.",
                sequence=(FETCH, CARRY),
                tools=("fetch", "carry"),
                offered=("fetch", "carry"),
                origin=Origin(group=name, split="test", turns=2, late=("carry",), labels=labels),
            )

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return the two tools."""
        return TOOLS

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the one tool of each skill."""
        return {FETCH: ("fetch",), CARRY: ("carry",)}

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> ErrandSession:
        """Return an errand that was not run yet."""
        return ErrandSession(task, voices)

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return one call a turn; a broken skill's is left out."""
        what = {"what": task.id.partition("/")[2]}
        calls = (("fetch", FETCH), ("carry", CARRY))
        turns = tuple((ToolCall(tool=tool, arguments=what),) if skill != broken else () for tool, skill in calls)
        return Reference(turns=turns, answer="there you are")

    async def judge(
        self,
        task: TaskSpec,
        snapshot: Any,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return whether both were done in order; whether it was done politely only a model can say."""
        what = task.id.partition("/")[2]
        done = {FETCH: f"fetch {what}" in snapshot["done"], CARRY: f"carry {what}" in snapshot["done"]}
        success = what == "rest" or all(done.values())
        if what == "bread":
            if "judge" not in voices:
                why = "nobody judged how polite it was"
                return Verdict(success=False, mismatches=(), skills={}, first_broken=None, unscored=why)
            reply = await voices["judge"]({"messages": [{"role": "user", "content": f"Is {answer!r} polite?"}]})
            success = success and reply["content"] == "yes"
        return Verdict(
            success=success,
            mismatches=() if success else ("it was not done",),
            skills=done,
            first_broken=next((skill for skill, well in done.items() if not well), None),
            measures={"silent": float(not any(snapshot["heard"]))},
        )


def errand_suite(name: str) -> ErrandSuite:
    """Return the suite, as the registry makes it."""
    return ErrandSuite()
