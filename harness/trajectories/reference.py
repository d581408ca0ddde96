"""Reference trajectories: the plan carried out through the tools that agents get, and worded as an agent would.

System prompt, skills and tools are those of a run. Reading steps come before writing ones, a call that was made already
and whose result still holds is not made again, and the answer goes in by the submit tool. The verdict is the suite's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from skillweave.agents.prompts import rules_of, system_prompt
from skillweave.harness.trajectories.thoughts import Thoughts, closing
from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.readfirst import reads_first
from skillweave.tasks.skills import NotApplicable
from skillweave.tasks.spec import TaskSpec
from skillweave.tasks.submit import RECORDED, SUBMIT, submit_schema
from skillweave.tasks.suite import ToolCall, ToolSuite
from skillweave.tasks.tools import ToolError, render
from skillweave.tasks.trajectory import Message, call_of, closed, reply_of, tool_of
from skillweave.taxonomy.artifacts import canonical_json, digest
from skillweave.taxonomy.errors import UserError

Style = Literal["calls", "thought"]
STYLES: tuple[Style, ...] = ("calls", "thought")
DONE = "done"
"""submitted where no answer is asked for"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A played reference."""

    messages: list[Message]
    tools: list[dict[str, Any]]
    success: bool
    calls: int
    tool_errors: int


def opening(suite: ToolSuite, task: TaskSpec, offered: Sequence[str]) -> Message:
    """Return the system message that an agent gets for a task with these tools."""
    skills = tuple(suite.skill_cards(task)) if "read_skill" in offered else ()
    rules = rules_of(suite.rules, "tool")
    return {"role": "system", "content": system_prompt(suite.briefing(task), skills, rules=rules)}


def offered_tools(
    suite: ToolSuite, task: TaskSpec, offered: Sequence[str], *, submit: bool = True
) -> list[dict[str, Any]]:
    """Return the tools of a rollout as OpenAI describes them; the submit tool, if there is one, is the last.

    Tools that come with a later turn are among them.
    """
    schemas = suite.tool_schemas()
    late = [] if task.origin is None else [name for name in task.origin.late if name not in offered]
    own = [schemas[name] for name in (*offered, *late)]
    return [tool_of(schema) for schema in ([*own, submit_schema(suite, task)] if submit else own)]


async def play_reference(suite: ToolSuite, task: TaskSpec, offered: Sequence[str], style: Style) -> Conversation:
    """Return the reference run of a task; in the plan's own order where reading first would not succeed.

    Raises `UserError` for a plan that cannot be carried out: then the task is not of this version of the suite.
    """
    ordered = _reading_first(suite, task)
    if ordered is not task:
        try:
            found = await _play(suite, ordered, offered, style)
        except (NotApplicable, ToolError):
            found = None
        if found is not None and found.success:
            return found
    try:
        return await _play(suite, task, offered, style)
    except (NotApplicable, ToolError) as error:
        raise UserError(
            f"the plan of task {task.id!r} cannot be carried out: {error}", hint="make the tasks again with synth"
        ) from None


def _reading_first(suite: ToolSuite, task: TaskSpec) -> TaskSpec:
    if not isinstance(suite, AppSuite):
        return task
    skills = suite.apps.skills
    plan = reads_first(task.plan, lambda skill: skills[skill].writes)
    return task if plan == task.plan else task.model_copy(update={"plan": plan})


async def _play(suite: ToolSuite, task: TaskSpec, offered: Sequence[str], style: Style) -> Conversation:
    reference = suite.reference(task)
    thoughts = Thoughts(task.plan, suite.apps.skills if isinstance(suite, AppSuite) else {})
    writer = _Writer(task.id)
    writer.messages.append(opening(suite, task, offered))
    session = suite.open(task)
    made: list[list[ToolCall]] = []
    try:
        for number, turn in enumerate(reference.turns):
            said = await session.turn((reference.reply(number - 1) or DONE) if number else None)
            if said is None:
                break
            writer.messages.append({"role": "user", "content": said.text})
            made.append([])
            seen: dict[str, str] = {}
            for call in turn:
                thought = thoughts.of(call) if style == "thought" else ""
                state = digest(session.snapshot())
                key = canonical_json([call.tool, dict(call.arguments)])
                if seen.get(key) == state:
                    writer.waiting(thought)
                    continue
                error, text = await _answer(session, call)
                seen[key] = state
                made[-1].append(ToolCall(tool=call.tool, arguments=call.arguments, error=text if error else None))
                writer.call(call.tool, call.arguments, text, thought, error=error)
            writer.submit(reference.reply(number), thought=style == "thought")
        await session.turn(reference.answer or DONE)
        verdict = await suite.judge(task, session.snapshot(), made, reference.answer or DONE)
    finally:
        session.close()
    flat = [call for turn in made for call in turn]
    return Conversation(
        messages=closed(writer.messages),
        tools=offered_tools(suite, task, offered),
        success=verdict.success,
        calls=len(flat),
        tool_errors=sum(call.error is not None for call in flat),
    )


async def _answer(session: Any, call: ToolCall) -> tuple[bool, str]:
    try:
        return False, render(await session.call(call.tool, call.arguments))
    except ToolError as error:
        return True, str(error)


class _Writer:
    """Messages as they come, one call an assistant message."""

    def __init__(self, task: str) -> None:
        self.messages: list[Message] = []
        self._task = task
        self._number = 0
        self._waiting = ""

    def waiting(self, thought: str) -> None:
        """Keep a thought whose call was not needed for the next one."""
        self._waiting = f"{self._waiting} {thought}".strip()

    def call(self, tool: str, arguments: Mapping[str, Any], text: str, thought: str, *, error: bool = False) -> None:
        """Add a call and its reply."""
        self._number += 1
        call_id = f"call_{digest([self._task, self._number])[:12]}"
        said = f"{self._waiting} {thought}".strip()
        self._waiting = ""
        self.messages.append({"role": "assistant", "content": said, "tool_calls": [call_of(tool, arguments, call_id)]})
        self.messages.append(reply_of(tool, text, call_id, error=error))

    def submit(self, answer: str, *, thought: bool) -> None:
        """Add the submission."""
        said = closing(answer) if thought else ""
        self.call(SUBMIT, {"answer": answer or DONE}, RECORDED, said)
