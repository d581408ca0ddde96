"""TaskSpec: one synthesised task, frozen, as it stands in tasks.jsonl."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillweave.tasks.values import Fact
from skillweave.taxonomy.artifacts import Provenance, check_schema, digest, read_jsonl, write_jsonl
from skillweave.taxonomy.errors import UserError

TASKS_SCHEMA: Literal["skillweave.tasks/1"] = "skillweave.tasks/1"
CANARY = "skillweave canary 5f0a3c9e-7d1b-4c58-9b62-4e1f8a2d6c07: benchmark data, not for training"


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LiteralBinding(_Frozen):
    """An input given in the instruction."""

    kind: Literal["literal"] = "literal"
    type: str
    value: str | float | int | bool
    text: str = Field(description="as the instruction words it")
    given_for: str | None = Field(
        default=None,
        description="in a family's atom or pair: the skill whose output feeds this input in the whole combination; "
        "here the instruction gives the value",
    )


class DescribedBinding(_Frozen):
    """An input that the instruction describes and the agent has to look up."""

    kind: Literal["described"] = "described"
    type: str
    how: str = Field(description="name, attribute, relation or superlative")
    describer: int = Field(description="index among the suite's describers of the type")
    values: dict[str, str | float | int | None] = Field(description="what the description says")
    value: str = Field(description="id of the one entity that fits")
    text: str = Field(description="as the instruction words it")


class OutputBinding(_Frozen):
    """An input that another step's output feeds."""

    kind: Literal["output"] = "output"
    type: str
    step: str


class EachBinding(_Frozen):
    """An input that runs over a small set, such as *each of the unsolved tickets assigned to Ann Lee*."""

    kind: Literal["each"] = "each"
    type: str
    gathering: int = Field(description="index among the suite's gatherings of the type")
    of: Annotated[LiteralBinding | DescribedBinding | OutputBinding, Field(discriminator="kind")] = Field(
        description="whose set it is"
    )
    members: tuple[str, ...] = Field(description="ids of the members, in the order in which the tools list them")
    text: str = Field(description="as the instruction words it, with {of} for whose set it is")


Leaf = LiteralBinding | DescribedBinding | OutputBinding
Binding = Annotated[LiteralBinding | DescribedBinding | OutputBinding | EachBinding, Field(discriminator="kind")]


class Condition(_Frozen):
    """What a step depends on: whether another step's output lies above or below a limit."""

    step: str
    type: str
    op: Literal["above", "below"] = Field(description="strictly")
    limit: str | float | int
    text: str = Field(description="the limit as the instruction words it")

    def holds(self, value: Any) -> bool:
        """Return whether the condition holds for the other step's output; dates and months compare as ISO texts."""
        return bool(value > self.limit if self.op == "above" else value < self.limit)


class Step(_Frozen):
    """One bound skill."""

    id: str
    skill: str
    inputs: dict[str, Binding]
    when: Condition | None = Field(default=None, description="the step is carried out only where this holds")
    otherwise: dict[str, Binding] = Field(
        default_factory=dict,
        description="inputs that the step takes where the condition does not hold; empty where it is then left out",
    )

    def bindings(self) -> list[Leaf]:
        """Return all that is bound to the step's inputs, whatever a condition decides; of a set whose set it is."""
        given = (*self.inputs.values(), *self.otherwise.values())
        return [b.of if isinstance(b, EachBinding) else b for b in given]

    def given(self) -> list[LiteralBinding | DescribedBinding]:
        """Return the literals and descriptions that the instruction gives for the step."""
        return [b for b in self.bindings() if not isinstance(b, OutputBinding)]

    def sources(self) -> list[str]:
        """Return the steps on which this one depends: those that feed it, and the one that its condition looks at."""
        found = [b.step for b in self.bindings() if isinstance(b, OutputBinding)]
        return found if self.when is None or self.when.step in found else [*found, self.when.step]

    @property
    def each(self) -> str | None:
        """The input that runs over a set, if any does."""
        return next((name for name, b in self.inputs.items() if isinstance(b, EachBinding)), None)


class Plan(_Frozen):
    """The executable reference solution: bound skills in an order that can be run."""

    steps: tuple[Step, ...]
    answer: str | None = Field(description="step whose output is the answer, null where none is asked for")

    def step(self, name: str) -> Step:
        """Return a step by id."""
        return next(s for s in self.steps if s.id == name)

    def edges(self) -> list[tuple[str, str]]:
        """Return the data-flow edges as pairs of step ids."""
        return [(source, s.id) for s in self.steps for source in s.sources()]

    def downstream(self, name: str) -> set[str]:
        """Return the steps that depend on a step, directly or not."""
        found: set[str] = set()
        for step in self.in_order().steps:
            if {name, *found} & set(step.sources()):
                found.add(step.id)
        return found

    def upstream(self, name: str) -> set[str]:
        """Return a step and all on which it depends."""
        return {name} | {s.id for s in self.steps if name in self.downstream(s.id)}

    def in_order(self) -> "Plan":
        """Return the plan with each step as soon as what it depends on is done; raises ValueError for a circle."""
        left, done = list(self.steps), list[Step]()
        while left:
            names = {s.id for s in done}
            ready = next((s for s in left if names.issuperset(s.sources())), None)
            if ready is None:
                raise ValueError(f"steps {[s.id for s in left]} wait for each other")
            left.remove(ready)
            done.append(ready)
        return self.model_copy(update={"steps": tuple(done)})

    def canonical(self) -> dict[str, Any]:
        """Return the plan without step names and wording: equal for equal work."""
        index = {s.id: i for i, s in enumerate(sorted(self.steps, key=lambda s: s.skill))}

        def bound(binding: Binding) -> Any:
            if isinstance(binding, EachBinding):
                return {"each": binding.gathering, "of": bound(binding.of)}
            return {"from": index[binding.step]} if isinstance(binding, OutputBinding) else binding.value

        def work(step: Step) -> list[Any]:
            done: list[Any] = [step.skill, {name: bound(b) for name, b in step.inputs.items()}]
            if step.when is not None:
                done.append([index[step.when.step], step.when.op, step.when.limit])
                done.append({name: bound(b) for name, b in step.otherwise.items()})
            return done

        return {
            "steps": [work(s) for s in sorted(self.steps, key=lambda s: s.skill)],
            "answer": None if self.answer is None else index[self.answer],
        }


class ExpectedChange(_Frozen):
    """One row-level change that the plan makes."""

    table: str
    op: Literal["insert", "update", "delete"]
    key: str
    after: dict[str, Any]
    steps: dict[str, str] = Field(description="step that set each column; under '' the step that made the change")
    facts: dict[str, tuple[Fact, ...]] = Field(description="for prose: what it must state")


class Expectation(_Frozen):
    """What must hold at the end of a rollout."""

    changes: tuple[ExpectedChange, ...]
    answer: Fact | None


class Selection(_Frozen):
    """How the combination was chosen."""

    strategy: str
    information: float = Field(description="I(S) in bits")
    branches: int = Field(description="distinct branches at level 1")
    log_probability: float | None = Field(description="of one draw among realisable sets; null under a budget")
    budgeted: bool


Role = Literal["combination", "atom", "pair", "base"]


class Variant(_Frozen):
    """What sets a task apart from another one with the same plan, world and expectation."""

    kind: Literal["wording", "order", "names", "distractors"]
    of: str = Field(description="id of the other task")


class Origin(_Frozen):
    """Where a task comes from that others wrote; its id is theirs."""

    group: str = Field(description="what its authors put it under, such as a category or a domain")
    split: str | None = Field(default=None, description="the split that its authors put it into, if they have any")
    turns: int = Field(default=1, description="turns of the user, at most")
    edges: tuple[tuple[str, str], ...] = Field(
        default=(), description="pairs of skills that the reference carries out one right after the other, sorted"
    )
    late: tuple[str, ...] = Field(default=(), description="tools that the agent gets with a later turn only")
    labels: tuple[str, ...] = Field(
        default=(),
        description="what is known of it: nop (doing nothing passes), judge (the verdict needs a model), "
        "unproven (it brings no reference), unreachable (its solution calls a tool before the agent has it)",
    )
    data: dict[str, Any] = Field(
        default_factory=dict, description="what its suite needs to play and judge it, beside what is installed"
    )


class Rename(_Frozen):
    """What a tool is called in a task that offers the suite's tools under other names."""

    name: str
    description: str


class TaskSpec(_Frozen):
    """One synthesised task."""

    schema_: Literal["skillweave.tasks/1"] = Field(default=TASKS_SCHEMA, alias="schema")
    suite: str
    suite_version: str
    id: str
    skills: tuple[str, ...] = Field(description="the combination, sorted")
    k: int
    span: int | None
    family: str | None = Field(
        default=None,
        description="id of the combination's task, for it and for its atoms and pairs; null without a family",
    )
    role: Role = Field(
        default="combination",
        description="combination; or, to compare it with: an atom or a connected pair of its family, or a base (k = 0)",
    )
    pair: str | None = Field(
        default=None, description="what two tasks share whose condition is once true and once false; null without one"
    )
    world_seed: int
    instruction: str
    wording: str = Field(description="style of the instruction: explicit or goal; own where its authors worded it")
    plan: Plan
    expectation: Expectation
    tools: tuple[str, ...] = Field(description="tools that the plan calls, sorted")
    origin: Origin | None = Field(default=None, description="null for a task that was synthesised")
    variant: Variant | None = Field(default=None, description="null for a task that is no variant of another")
    renames: dict[str, Rename] = Field(
        default_factory=dict, description="by the suite's own name: tools that are offered under another one"
    )
    distractors: tuple[str, ...] = Field(
        default=(), description="tools offered in this task beside those that the run offers"
    )
    calls: int = Field(description="tool calls of the reference run")
    writes: int = Field(description="steps that write")
    selection: Selection
    provenance: Provenance
    canary: str

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @property
    def combination(self) -> str:
        """The skills as one string."""
        return "|".join(self.skills)

    @property
    def literal_inputs(self) -> bool:
        """Whether the instruction gives every input as it is, so that nothing has to be looked up or handed on."""
        if self.origin is not None:
            return False  # nobody knows
        return all(isinstance(b, LiteralBinding) for step in self.plan.steps for b in step.bindings())

    def to_json(self) -> dict[str, Any]:
        """Return the task as plain JSON."""
        return self.model_dump(mode="json", by_alias=True)


def skill_edges(task: TaskSpec) -> list[tuple[str, str]]:
    """Return the data-flow edges of a task's plan as pairs of skills; of one that others wrote its own pairs."""
    if task.origin is not None:
        return list(task.origin.edges)
    skill = {step.id: step.skill for step in task.plan.steps}
    return [(skill[source], skill[target]) for source, target in task.plan.edges()]


def read_tasks(path: Path) -> list[TaskSpec]:
    """Return the tasks of a tasks.jsonl; raises `UserError` with file and line for a row that is none."""
    found: list[TaskSpec] = []
    seen: set[str] = set()
    for number, row in read_jsonl(path):
        where = f"{path}:{number}"
        check_schema(row if isinstance(row, Mapping) else {}, TASKS_SCHEMA, where)
        try:
            task = TaskSpec.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise UserError(f"{where}: {place}: {first['msg']} (got {str(first['input'])[:60]!r})") from None
        if task.id in seen:
            raise UserError(f"{where}: task {task.id!r} stands here twice", hint="ids must be unique in a tasks file")
        seen.add(task.id)
        found.append(task)
    if not found:
        raise UserError(f"{str(path)!r} holds no tasks", hint="make some with skillweave synth")
    return found


def identity_of(tasks: Iterable[TaskSpec]) -> str:
    """Return the sha256 of tasks, whatever their order."""
    return digest(sorted(digest(task.to_json()) for task in tasks))


def write_tasks(path: Path, tasks: Iterable[TaskSpec]) -> None:
    """Write tasks as JSON Lines, atomically."""
    write_jsonl(path, _rows(tasks))


def _rows(tasks: Iterable[TaskSpec]) -> Iterator[dict[str, Any]]:
    for task in tasks:
        yield task.to_json()
