"""Word a plan as a person would ask for it."""

from collections.abc import Mapping
from typing import Any

from skillweave.tasks.skills import Skill
from skillweave.tasks.spec import OutputBinding, Plan, Step
from skillweave.tasks.worldsuite import WorldSuite

STYLES = ("explicit", "goal")
NESTING = 2
"""how many results may be named inside each other before one gets a sentence of its own"""

OPENINGS = ("", "Please do the following.", "Could you take care of this for me?", "Here is what I need.")
CLOSINGS = ("Then tell me {noun}.", "At the end, let me know {noun}.", "Finally, report {noun} to me.")
GOAL_CLOSINGS = ("Tell me {noun}.", "I need to know {noun}.", "What I want to know is {noun}.")
JOINS = ("", "Also, ", "In addition, ", "After that, ")


def instruction(suite: WorldSuite, plan: Plan, style: str, rng: Any) -> str:
    """Return the instruction of a plan: ``explicit`` tells the steps, ``goal`` only what is wanted."""
    writer = _Writer(suite, plan, rng)
    return writer.explicit() if style == "explicit" else writer.goal()


class _Writer:
    def __init__(self, suite: WorldSuite, plan: Plan, rng: Any) -> None:
        self.plan = plan
        self.types = suite.types
        self.rng = rng
        self.skills: Mapping[str, Skill] = {s.id: suite.skills[s.skill] for s in plan.steps}
        self.steps: Mapping[str, Step] = {s.id: s for s in plan.steps}
        self.told: set[str] = set()
        """steps whose result has been spoken of"""
        self.depth: dict[str, int] = {}

    def pick(self, options: Any) -> Any:
        return options[int(self.rng.integers(len(options)))]

    def explicit(self) -> str:
        """Return numbered steps that refer to each other's results by number."""
        number = {s.id: i for i, s in enumerate(self.plan.steps, 1)}

        def refer(step: str) -> str:
            return f"the {self.skills[step].reference} from step {number[step]}"

        lines = [sentence(self.phrase(s, refer)) for s in self.plan.steps]
        closing = (
            sentence(self.pick(CLOSINGS).format(noun=self.asked(refer(self.plan.answer)))) if self.plan.answer else ""
        )
        if len(lines) == 1:
            only = self.plan.steps[0]
            return (
                lines[0]
                if not closing
                else f"{lines[0]} Tell me {self.asked(f'the {self.skills[only.id].reference}')}."
            )
        opening = self.pick(OPENINGS)
        numbered = [f"{i}. {line}" for i, line in enumerate(lines, 1)]
        return "\n".join([*([opening] if opening else []), *numbered, *([closing] if closing else [])])

    def goal(self) -> str:
        """Return what is wanted: writes and the answer as sentences, what they need named inside them."""
        sentences: list[str] = []
        for step in self.plan.steps:
            skill = self.skills[step.id]
            if skill.writes:
                self.introduce(step, sentences)
                sentences.append(self.phrase(step, self.nested))
                self.told.add(step.id)
        if self.plan.answer:
            step = self.steps[self.plan.answer]
            self.introduce(step, sentences)
            sentences.append(self.pick(GOAL_CLOSINGS).format(noun=self.asked(self.noun(step, self.nested))))
        joined = [sentences[0], *(self.join(s) for s in sentences[1:])]
        return " ".join(sentence(s) for s in joined)

    def asked(self, noun: str) -> str:
        """Return what the answer must be: of a meeting or a mail its title, of what has no name its id."""
        kind = self.types[str(self.skills[str(self.plan.answer)].output)]
        return f"the {kind.label} of {noun}" if kind.kind == "entity" and kind.label != "name" else noun

    def join(self, text: str) -> str:
        """Return a further sentence, perhaps with a word that joins it to the one before."""
        start = self.pick(JOINS)
        return start + text[0].lower() + text[1:] if start and not text.startswith("I ") else text

    def introduce(self, step: Step, sentences: list[str]) -> None:
        """Give a sentence of their own to results that are nested too deep or needed more than once."""
        for source in step.sources():
            below = self.steps[source]
            if source in self.told:
                continue
            self.introduce(below, sentences)
            uses = sum(source in s.sources() for s in self.plan.steps)
            if self.nesting(below) > NESTING or uses > 1:
                sentences.append(self.phrase(below, self.nested))
                self.told.add(source)

    def nesting(self, step: Step) -> int:
        """Return how many untold results stand inside each other in the noun phrase of a step."""
        untold = [self.steps[s] for s in step.sources() if s not in self.told]
        return 1 + max((self.nesting(s) for s in untold), default=0)

    def nested(self, step: str) -> str:
        """Return a result in words: by name where it was spoken of, else by what it is."""
        if step not in self.told:
            return self.noun(self.steps[step], self.nested)
        reference = self.skills[step].reference
        namesakes = [s for s in self.told if self.skills[s].reference == reference]
        if len(namesakes) == 1:
            return f"that {reference}"
        return self.noun(self.steps[step], self.nested) if self.skills[step].nouns else f"that {reference}"

    def noun(self, step: Step, refer: Any) -> str:
        """Return the noun phrase for the output of a step."""
        return self.fill(self.pick(self.skills[step.id].nouns), step, refer)

    def phrase(self, step: Step, refer: Any) -> str:
        """Return the step as an imperative sentence."""
        return self.fill(self.pick(self.skills[step.id].phrases), step, refer)

    def fill(self, template: str, step: Step, refer: Any) -> str:
        """Return a wording with its inputs in words."""
        words = {n: refer(b.step) if isinstance(b, OutputBinding) else b.text for n, b in step.inputs.items()}
        return template.format(**words).replace(" that that ", " that the ")


def sentence(text: str) -> str:
    """Return the text with a capital first letter.

    >>> sentence("the manager approves.")
    'The manager approves.'
    """
    return text[:1].upper() + text[1:]
