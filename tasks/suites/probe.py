"""A suite of one tiny task, to try an agent on: look a number up, then save it under a name."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from skillweave.tasks.spec import Expectation, LiteralBinding, OutputBinding, Plan, Selection, Step, TaskSpec
from skillweave.tasks.suite import NO_VOICES, Reference, SkillCard, ToolCall, ToolSchema, Turn, Verdict, Voices
from skillweave.tasks.tools import ToolError
from skillweave.taxonomy.artifacts import Provenance

NAME = "probe"
NUMBERS = {"apples": 41, "pears": 17, "plums": 88}
WANTED, TARGET = "pears", "order"
SKILLS = {"probe.look_up": ("look_up",), "probe.save": ("save",)}


def _schema(name: str, description: str, parameters: Mapping[str, str]) -> ToolSchema:
    properties = {key: {"type": "string", "description": means} for key, means in parameters.items()}
    return ToolSchema(
        name=name,
        description=description,
        parameters={
            "type": "object",
            "properties": properties,
            "required": list(parameters),
            "additionalProperties": False,
        },
    )


TOOLS = {
    "look_up": _schema("look_up", "Look up how many there are of something.", {"of": "such as apples, pears or plums"}),
    "save": _schema("save", "Save a number under a name.", {"name": "the name", "number": "the number"}),
}


class ProbeSession:
    """Three numbers, and what was saved."""

    def __init__(self, instruction: str) -> None:
        self._instruction = instruction
        self._saved: dict[str, str] = {}

    async def turn(self, said: str | None) -> Turn | None:
        """Return the one instruction."""
        return Turn(text=self._instruction) if said is None else None

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Any:
        """Run a tool; raises `ToolError` where its arguments do not fit."""
        wanted = TOOLS[tool].parameters["required"]
        if sorted(arguments) != sorted(wanted):
            raise ToolError(f"{tool} was not run: it takes {', '.join(wanted)}, got {', '.join(sorted(arguments))}.")
        if tool == "look_up":
            if arguments["of"] not in NUMBERS:
                raise ToolError(f"There is nothing called {arguments['of']!r}, only {', '.join(NUMBERS)}.")
            return {"of": arguments["of"], "number": NUMBERS[arguments["of"]]}
        self._saved[str(arguments["name"])] = str(arguments["number"])
        return "saved"

    def snapshot(self) -> Any:
        """Return what was saved."""
        return dict(self._saved)

    def close(self) -> None:
        """Free nothing."""


class ProbeSuite:
    """The suite of the tiny task."""

    name = NAME
    version = "1"
    roles: Mapping[str, bool] = MappingProxyType({})
    submission = "tool"
    rules = None

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return the two tools."""
        return TOOLS

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the one tool of each skill."""
        return SKILLS

    def skill_cards(self, task: TaskSpec) -> Sequence[SkillCard]:
        """Return none: there is nothing to read."""
        return ()

    def briefing(self, task: TaskSpec) -> str:
        """Return where the agent works."""
        return "You help in a small shop."

    def turns(self, task: TaskSpec) -> int:
        """Return 1."""
        return 1

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> ProbeSession:
        """Return a fresh world."""
        return ProbeSession(task.instruction)

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return the two calls; a broken skill is left out."""
        number = str(NUMBERS[WANTED])
        calls = (
            ToolCall(tool="look_up", arguments={"of": WANTED}, step="s1"),
            ToolCall(tool="save", arguments={"name": TARGET, "number": number}, step="s2"),
        )
        return Reference(turns=(tuple(c for c in calls if broken is None or c.tool not in SKILLS[broken]),), answer="")

    async def judge(
        self,
        task: TaskSpec,
        snapshot: Any,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return whether the number, and nothing else, was saved, and the work was ended."""
        saved = snapshot == {TARGET: str(NUMBERS[WANTED])}
        problems = () if saved else (f"what was saved is {snapshot!r}",)
        if answer is None:
            problems = (*problems, "no answer was submitted")
        return Verdict(
            success=not problems,
            mismatches=problems,
            skills=dict.fromkeys(SKILLS, saved),
            first_broken=None if saved else next(iter(SKILLS)),
        )

    def workflows(self) -> Iterable[Sequence[str]]:
        """Return the one workflow."""
        return [tuple(SKILLS)]


def probe_task() -> TaskSpec:
    """Return the task."""
    look = Step(id="s1", skill="probe.look_up", inputs={"of": LiteralBinding(type="Name", value=WANTED, text=WANTED)})
    save = Step(id="s2", skill="probe.save", inputs={"number": OutputBinding(type="Number", step="s1")})
    return TaskSpec(
        suite=NAME,
        suite_version=ProbeSuite.version,
        id="probe-1",
        skills=tuple(SKILLS),
        k=2,
        span=0,
        world_seed=0,
        instruction=f"Look up how many {WANTED} there are and save the number under the name {TARGET!r}.",
        wording="explicit",
        plan=Plan(steps=(look, save), answer=None),
        expectation=Expectation(changes=(), answer=None),
        tools=tuple(sorted(TOOLS)),
        calls=2,
        writes=1,
        selection=Selection(strategy="probe", information=0.0, branches=1, log_probability=None, budgeted=False),
        provenance=Provenance(seed=0),
        canary="probe",
    )
