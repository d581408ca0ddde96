"""What every agent is told before the first turn."""

from collections.abc import Sequence
from typing import Literal

from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.suite import SkillCard

Submission = Literal["tool", "text"]
SUBMISSIONS: tuple[str, ...] = ("tool", "text")
"""how an answer is handed over: by calling `submit_answer`, or as the last message"""
SkillsMode = Literal["hidden", "listed", "full"]
SKILLS_MODES: tuple[str, ...] = ("hidden", "listed", "full")
"""procedural skills: not to be read at all; listed, to be read by `read_skill`; whole, in the prompt"""

ANSWER_MARK = "ANSWER:"
"""begins the line of a last message that holds the answer, where answers are handed over as text"""

RULES = """\
How to work:
- Look things up with the tools. Never guess or invent an id, a name, an amount or a date: search by what you were told.
- Give a tool only the arguments that you know; leave optional ones out.
- Do exactly what is asked: change nothing else.
- A message or document that you write states the values that are asked for, and no other figures of that kind.
- If a tool refuses a call, read why and correct the call."""

ENDINGS = {
    "tool": (
        f"- Finish by calling {SUBMIT} once. If a question was asked, the answer is just that value; "
        "otherwise it is 'done'."
    ),
    "text": (
        f"- When all is done, reply without calling a tool. The last line of the reply is '{ANSWER_MARK} ' and just "
        "the value if a question was asked, otherwise 'done'."
    ),
}

REPLY_BY_TOOL = f"To reply to the user, call {SUBMIT} with all that you want to say. That ends your turn."
"""follows rules that are not ours, where answers are handed over by the tool"""

NUDGE = f"You have not called {SUBMIT} yet. Go on with the work, or call it now if all of it is done."


def system_prompt(
    briefing: str,
    skills: Sequence[SkillCard] = (),
    *,
    submit: str = "tool",
    bodies: Sequence[str] = (),
    rules: str | None = None,
    examples: str | None = None,
) -> str:
    """Return the system prompt: how to work, the skills, and what the world is.

    ``skills`` are listed for reading; ``bodies`` are whole skills, put in as they are. ``rules`` replaces what stands
    here on how to work and how to finish; ``examples`` are worked ones, as text.
    """
    parts = [f"{RULES}\n{ENDINGS[submit]}" if rules is None else rules.strip()]
    if bodies:
        parts.append("Skills. Where one of them covers a part of the work, its rule holds.")
        parts += [body.strip() for body in bodies]
    elif skills:
        listed = "\n".join(f"- {card.name}: {card.description}" for card in skills)
        parts.append(
            "Skills that you can read. Where one of them covers a part of the work, its rule holds: "
            f"read it with read_skill first.\n{listed}"
        )
    parts.append((examples or "").strip())
    parts.append(briefing.strip())  # last, so that what goes before is the same in all rollouts and can be cached
    return "\n\n".join(part for part in parts if part)


def rules_of(rules: str | None, submit: str) -> str | None:
    """Return rules in other words than ours, with how to reply where a tool is called for that; None for ours."""
    return f"{rules}\n\n{REPLY_BY_TOOL}".strip() if rules is not None and submit == "tool" else rules


def without_ending(prompt: str) -> str:
    """Return a system prompt without the line on how to finish, for parts of a graph that finish otherwise."""
    for ending in ENDINGS.values():
        prompt = prompt.replace(ending, "").replace("\n\n\n", "\n\n")
    return prompt.strip()


def answer_of(text: str) -> str:
    """Return the answer that a last message states: what follows the last `ANSWER_MARK`, else the whole text.

    >>> answer_of("The total is 12.\\nANSWER: 12")
    '12'
    >>> answer_of("12")
    '12'
    """
    before, mark, after = text.rpartition(ANSWER_MARK)
    return (after.strip().splitlines() or [""])[0].strip() if mark else before.strip() or after.strip()
