"""What every agent is told before the first turn."""

from collections.abc import Sequence

from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.suite import SkillCard

RULES = f"""\
How to work:
- Look things up with the tools. Never guess or invent an id, a name, an amount or a date: search by what you were told.
- Give a tool only the arguments that you know; leave optional ones out.
- Do exactly what is asked: change nothing else.
- A message or document that you write states the values that are asked for, and no other figures of that kind.
- If a tool refuses a call, read why and correct the call.
- Finish by calling {SUBMIT} once. If a question was asked, the answer is just that value; otherwise it is 'done'."""

NUDGE = f"You have not called {SUBMIT} yet. Go on with the work, or call it now if all of it is done."


def system_prompt(briefing: str, skills: Sequence[SkillCard] = ()) -> str:
    """Return the system prompt: what the world is, how to work, and the skills that can be read, if any."""
    parts = [RULES]
    if skills:
        listed = "\n".join(f"- {card.name}: {card.description}" for card in skills)
        parts.append(
            "Skills that you can read. Where one of them covers a part of the work, its rule holds: "
            f"read it with read_skill first.\n{listed}"
        )
    parts.append(briefing.strip())  # last, so that what goes before is the same in all rollouts and can be cached
    return "\n\n".join(part for part in parts if part)
