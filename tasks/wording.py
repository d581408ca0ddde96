"""Word a plan as a person would ask for it.

Two styles: ``explicit`` tells the steps, ``goal`` only what is wanted. Each style has several forms, each skill several
phrases; a seed chooses among them, by step, so that the same seed words another order of the steps in the same way.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from skillweave.tasks.skills import Skill
from skillweave.tasks.spec import Binding, Condition, EachBinding, OutputBinding, Plan, Step
from skillweave.tasks.values import ValueType
from skillweave.tasks.worldsuite import WorldSuite
from skillweave.taxonomy.artifacts import digest

FORMS: Mapping[str, tuple[str, ...]] = {
    "explicit": ("numbered", "running", "bulleted"),
    "goal": ("plain", "listed", "wished"),
}
"""how the sentences of a style are put together"""
STYLES = tuple(FORMS)
NESTING = 2
"""how many results may be named inside each other before one gets a sentence of its own"""

OPENINGS = ("", "Please do the following.", "Could you take care of this for me?", "Here is what I need.")
CLOSINGS = ("Then tell me {noun}.", "At the end, let me know {noun}.", "Finally, report {noun} to me.")
GOAL_CLOSINGS = ("Tell me {noun}.", "I need to know {noun}.", "What I want to know is {noun}.")
JOINS = ("", "Also, ", "In addition, ", "After that, ")
FIRST = ("First, ", "To begin with, ", "Start like this: ")
NEXT = ("Then ", "Next, ", "After that, ")
WISHES = ("I need a few things done.", "There are some things to do.", "A few things, please.")
ABOVE = {"money": ("is more than", "is above", "exceeds"), "number": ("is more than", "is above", "is greater than")}
BELOW = {"money": ("is less than", "is below"), "number": ("is less than", "is below", "is smaller than")}
LATER = ("is later than", "is after", "comes after")
EARLIER = ("is earlier than", "is before", "comes before")

Refer = Callable[[str], str]
"""step -> its result in words"""


def instruction(suite: WorldSuite, plan: Plan, style: str, rng: Any, *, form: str | None = None) -> str:
    """Return the instruction of a plan in a style; the form is drawn where none is given.

    ``rng`` is drawn from once, so that an equal generator words another order of the steps alike.
    """
    seed = int(rng.integers(2**32))
    forms = FORMS[style]
    chosen = form or forms[_draw(seed, "form", len(forms))]
    writer = _Writer(suite, plan, seed)
    return writer.explicit(chosen) if style == "explicit" else writer.goal(chosen)


def _draw(seed: int, key: str, size: int) -> int:
    return int(digest([seed, key])[:8], 16) % size


class _Writer:
    def __init__(self, suite: WorldSuite, plan: Plan, seed: int) -> None:
        self.plan = plan
        self.types: Mapping[str, ValueType] = suite.types
        self.seed = seed
        self.skills: Mapping[str, Skill] = {s.id: suite.skills[s.skill] for s in plan.steps}
        self.steps: Mapping[str, Step] = {s.id: s for s in plan.steps}
        self.told: set[str] = set()
        """steps whose result has been spoken of"""

    def pick(self, options: Sequence[str], key: str) -> str:
        return options[_draw(self.seed, key, len(options))]

    # -- explicit ---------------------------------------------------------------------------------------------------

    def explicit(self, form: str) -> str:
        """Return every step in its order; numbered steps refer to each other by number, others in words."""
        steps = self.plan.steps
        number = {s.id: i for i, s in enumerate(steps, 1)}
        refer: Refer = self.spoken

        def by_number(step: str) -> str:
            return f"the {self.skills[step].reference} from step {number[step]}"

        if form == "numbered" and len(steps) > 1:
            refer = by_number
        lines = []
        for step in steps:
            lines.append(self.clause(step, refer))
            self.told.add(step.id)
        closing = (
            self.pick(CLOSINGS, "closing").format(noun=self.asked(refer(self.plan.answer))) if self.plan.answer else ""
        )
        if len(lines) == 1:
            return sentence(lines[0]) + (f" {self.only_question()}" if closing else "")
        if form == "running":
            return self.running(lines, closing)
        opening = self.pick(OPENINGS if form == "numbered" else OPENINGS[1:], "opening")
        mark = [f"{i}." if form == "numbered" else "-" for i in range(1, len(lines) + 1)]
        listed = [f"{m} {sentence(line)}" for m, line in zip(mark, lines, strict=True)]
        return "\n".join([*([opening] if opening else []), *listed, *([closing] if closing else [])])

    def only_question(self) -> str:
        """Return what is asked after a single step."""
        return f"Tell me {self.asked(f'the {self.skills[str(self.plan.answer)].reference}')}."

    def running(self, lines: Sequence[str], closing: str) -> str:
        """Return the steps as sentences that follow each other."""
        told = [self.pick(FIRST, "first") + uncapitalised(lines[0])]
        told += [self.pick(NEXT, f"next {i}") + uncapitalised(line) for i, line in enumerate(lines[1:], 1)]
        return " ".join([*told, *([closing] if closing else [])])

    # -- goal -------------------------------------------------------------------------------------------------------

    def goal(self, form: str) -> str:
        """Return what is wanted: writes and the answer as sentences, what they need named inside them."""
        sentences: list[str] = []
        for step in self.plan.steps:
            if self.skills[step.id].writes:
                self.introduce(step, sentences)
                sentences.append(self.clause(step, self.nested))
                self.told.add(step.id)
        if self.plan.answer:
            step = self.steps[self.plan.answer]
            self.introduce(step, sentences)
            known = step.id in self.told
            noun = self.nested(step.id) if known else self.noun(step, self.nested)
            closing = GOAL_CLOSINGS[0] if known else self.pick(GOAL_CLOSINGS, "closing")
            sentences.append(closing.format(noun=self.asked(noun)))
        if len(sentences) > 1 and form == "listed":
            return "\n".join([self.pick(OPENINGS[1:], "opening"), *(f"- {sentence(s)}" for s in sentences)])
        if len(sentences) > 2 and form == "wished":
            return " ".join([self.pick(WISHES, "wish"), *map(sentence, sentences)])
        joined = [sentences[0], *(self.join(s, f"join {i}") for i, s in enumerate(sentences[1:]))]
        return " ".join(sentence(s) for s in joined)

    def asked(self, noun: str) -> str:
        """Return what the answer must be: of a meeting or a mail its title, of what has no name its id."""
        kind = self.types[str(self.skills[str(self.plan.answer)].output)]
        return f"the {kind.label} of {noun}" if kind.kind == "entity" and kind.label != "name" else noun

    def join(self, text: str, key: str) -> str:
        """Return a further sentence, perhaps with a word that joins it to the one before."""
        start = self.pick(JOINS, key)
        return start + uncapitalised(text) if start and not text.startswith("I ") else text

    def introduce(self, step: Step, sentences: list[str]) -> None:
        """Give a sentence of their own to results that are nested too deep or needed more than once."""
        for source in step.sources():
            below = self.steps[source]
            if source in self.told:
                continue
            self.introduce(below, sentences)
            uses = sum(self.uses(s, source) for s in self.plan.steps) + (self.plan.answer == source)
            if self.nesting(below) > NESTING or uses > 1:
                sentences.append(self.clause(below, self.nested))
                self.told.add(source)

    def uses(self, step: Step, source: str) -> int:
        """Return how many times the wording of a step speaks of another step's result."""
        again = 1 + bool(step.otherwise)  # such a step is worded twice
        fed = sum(isinstance(b, OutputBinding) and b.step == source for b in step.bindings())
        return fed * again + (step.when is not None and step.when.step == source)

    def nesting(self, step: Step) -> int:
        """Return how many untold results stand inside each other in the noun phrase of a step."""
        untold = [self.steps[s] for s in step.sources() if s not in self.told]
        return 1 + max((self.nesting(s) for s in untold), default=0)

    def nested(self, step: str) -> str:
        """Return a result in words: by name where it was spoken of, else by what it is."""
        return self.spoken(step) if step in self.told else self.noun(self.steps[step], self.nested)

    # -- what both styles say -----------------------------------------------------------------------------------------

    def spoken(self, step: str) -> str:
        """Return a result of which was spoken before: *that amount*, or what it is where several are called so."""
        reference = self.skills[step].reference
        namesakes = [s for s in self.told if self.skills[s].reference == reference]
        if len(namesakes) == 1 or not self.skills[step].nouns:
            return f"that {reference}"
        return self.noun(self.steps[step], self.nested)

    def noun(self, step: Step, refer: Refer) -> str:
        """Return the noun phrase for the output of a step."""
        return self.fill(self.pick(self.skills[step.id].nouns, f"noun {step.id}"), step.inputs, refer)

    def clause(self, step: Step, refer: Refer) -> str:
        """Return the step as an imperative sentence, with what it depends on."""
        template = self.pick(self.skills[step.id].phrases, f"phrase {step.id}")
        text = self.fill(template, step.inputs, refer)
        if step.when is None:
            return text
        test = self.test(step.when, refer, step.id)
        plain = uncapitalised(text) if not template.startswith("{") else text
        if step.otherwise:
            other = self.fill(template, {**step.inputs, **step.otherwise}, refer)
            return f"If {test}, {plain} Otherwise, {uncapitalised(other)}"
        return self.pick(
            (f"If {test}, {plain} Otherwise leave that out.", f"Only if {test}: {plain}", f"If {test}, {plain}"),
            f"condition {step.id}",
        )

    def test(self, when: Condition, refer: Refer, key: str) -> str:
        """Return a condition in words."""
        kind = self.types[when.type].kind
        if kind in ("date", "month"):
            words: Sequence[str] = LATER if when.op == "above" else EARLIER
        else:
            words = (ABOVE if when.op == "above" else BELOW)[kind]
        return f"{refer(when.step)} {self.pick(words, f'test {key}')} {when.text}"

    def fill(self, template: str, inputs: Mapping[str, Binding], refer: Refer) -> str:
        """Return a wording with its inputs in words."""
        words = {name: self.words(binding, refer) for name, binding in inputs.items()}
        return template.format(**words).replace(" that that ", " that the ")

    def words(self, binding: Binding, refer: Refer) -> str:
        if isinstance(binding, OutputBinding):
            return refer(binding.step)
        if isinstance(binding, EachBinding):
            return binding.text.format(of=self.words(binding.of, refer))
        return binding.text


def sentence(text: str) -> str:
    """Return the text with a capital first letter.

    >>> sentence("the manager approves.")
    'The manager approves.'
    """
    return text[:1].upper() + text[1:]


def uncapitalised(text: str) -> str:
    """Return a sentence as it stands after other words.

    >>> uncapitalised("Approve the expense.")
    'approve the expense.'
    """
    return text[:1].lower() + text[1:]
