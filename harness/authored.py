"""Tasks on a server by models: sampled tools, an author, replays on fresh servers, and a solver that must agree.

Beside the tasks stand ``STEM.tries.jsonl``, a line for each try with what came of it, from which an interrupted
synthesis goes on, and ``STEM.attempts/``, the solver's rollouts as Inspect logs.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np

from skillweave.harness.authored_report import report_of
from skillweave.harness.models import find_model
from skillweave.harness.synthesis import Progress, SynthesisOptions, synthesis_path, taxonomy_of
from skillweave.harness.tries import Tries, Try, tries_path
from skillweave.tasks.foreign import passes_idle, spec_of
from skillweave.tasks.spec import Selection, TaskSpec, write_tasks
from skillweave.tasks.suites.mcp.authoring import Draft, TurnedDown, draft, looked
from skillweave.tasks.suites.mcp.client import ServerFault
from skillweave.tasks.suites.mcp.proving import Refused, check_accepted, check_alike, played
from skillweave.tasks.suites.mcp.rows import foreign_of
from skillweave.tasks.suites.mcp.suite import McpSuite, first_use, mcp_suite
from skillweave.taxonomy.artifacts import Provenance, digest, write_json
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.select import Combination, Selector
from skillweave.taxonomy.tree import Taxonomy

if TYPE_CHECKING:
    from inspect_ai.model import Model

    from skillweave.tasks.synthesis_report import SynthesisReport

ROLES = ("author", "solver")
QUANTILE = 0.6
"""beta is set so that the mean I(S) is this quantile of I over uniform sets"""
TRIES = 5
"""tries for each task that is asked for, where no number is given"""
AVOIDED = 3
"""calls of earlier tasks that the author is asked to avoid"""
WARMTH = 0.7
"""temperature of the author: at 0 it would write the same task again"""
RETRIES = 4
"""times a request to the author is tried again, from 3 s on doubling"""
LONGEST = 600
"""tokens of one reply of the author"""

FAILED = "the server failed"
REPEATED = "an equal task was made before"
DIFFERS = "a second fresh server gives or does something else"
UNACCEPTED = "the calls do not pass their own check"
FREE = "doing nothing passes"
DISAGREES = "the solver's attempt comes to something else"
UNSCORED = "the solver's attempt could not be scored"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorOptions:
    """What is asked for beside what `SynthesisOptions` say."""

    synthesis: SynthesisOptions
    roles: Mapping[str, str]
    base_url: str | None = None
    tries: int | None = None
    tool_choice: str = "auto"
    """of the solver"""


def author_tasks(options: AuthorOptions, progress: Progress = lambda done, total: None) -> "SynthesisReport":
    """Make tasks on a server, write them, the tries and the report, and return the report.

    Interrupted, the tasks made so far stand in the file; with ``resume`` the same call goes on from there.
    """
    work = _Work(options)
    output = options.synthesis.output
    with Tries(tries_path(output), work.identity, resume=options.synthesis.resume) as tries:
        for one in tries.earlier:
            work.take(one)
        write_tasks(output, work.tasks)
        try:
            look = asyncio.run(looked(work.suite))
            while (k := work.next_size()) is not None:
                progress(len(work.tasks), options.synthesis.n)
                one = work.attempt(k, look)
                tries.add(one)
                work.take(one)
                if one.task is not None:
                    write_tasks(output, work.tasks)
            progress(len(work.tasks), options.synthesis.n)
        finally:
            report = work.report()
            write_json(synthesis_path(output), report.to_json())
    return report


class _Work:
    """The state of one synthesis: what was asked for, and what was tried so far."""

    def __init__(self, options: AuthorOptions) -> None:
        asked = options.synthesis
        self.options = options
        _check_roles(options)
        if not asked.seed.isdigit():
            raise UserError(f"seed {asked.seed!r} is no number", hint="tasks on a server have no worlds of a seed")
        if options.tries is not None and options.tries < 1:
            raise UserError(f"at least 1 try is needed, got {options.tries!r}")
        if asked.n < 1:
            raise UserError(f"at least 1 task must be asked for, got {asked.n!r}")
        self.suite: McpSuite = mcp_suite(asked.suite)
        self.taxonomy: Taxonomy = taxonomy_of(asked)
        self.selector = Selector(self.taxonomy)
        self.forbid = tuple(skill for skill in self.selector.skills if skill not in self.suite.skill_tools())
        self.sizes = tuple(sorted(set(asked.sizes)))
        self.beta = {k: self.selector.beta_for(k, quantile=QUANTILE, forbid=self.forbid) for k in self.sizes}
        self.wanted = {
            k: asked.n // len(self.sizes) + (i < asked.n % len(self.sizes)) for i, k in enumerate(self.sizes)
        }
        self.most = options.tries or TRIES * asked.n
        self.seed = int(asked.seed)
        for name in options.roles.values():
            find_model(name, base_url=options.base_url)  # before the work, not in the midst of it
        if asked.taxonomy is None:
            beside = asked.output.parent / "taxonomy.json"
            if not beside.is_file():
                self.taxonomy.save(beside)
        self.tries: list[Try] = []
        self.tasks: list[TaskSpec] = []

    @cached_property
    def identity(self) -> str:
        """Identity of all that decides what is tried."""
        asked = self.options.synthesis
        return digest(
            [self.suite.version, self.taxonomy.sha256, self.sizes, asked.n, asked.seed, dict(self.options.roles)]
        )

    def take(self, one: Try) -> None:
        """Count a try."""
        self.tries.append(one)
        if one.task is not None:
            self.tasks.append(one.task)

    def next_size(self) -> int | None:
        """Return the k of the next try, None where all is made or enough was tried; sizes take turns."""
        made = {k: sum(task.k == k for task in self.tasks) for k in self.sizes}
        left = [k for k in self.sizes if made[k] < self.wanted[k]]
        number = len(self.tries)
        return left[number % len(left)] if left and number < self.most else None

    def attempt(self, k: int, look: str) -> Try:
        """Return what came of one try."""
        number = len(self.tries)
        rng = np.random.default_rng([self.seed, number])
        drawn = self.selector.sample(k, 1, rng=rng, beta=self.beta[k], forbid=self.forbid)[0]
        base = Try(number=number, k=k, skills=drawn.skills, reason=None)
        said: list[Draft] = []
        try:
            task = asyncio.run(self._written(drawn, number, look, said.append))
            self._agreed(task)
        except TurnedDown as error:
            return base.model_copy(update={"reason": error.reason, "more": str(error)[:500], **_shown(said)})
        except ServerFault as fault:
            return base.model_copy(update={"reason": FAILED, "more": str(fault), **_shown(said)})
        return base.model_copy(update={"task": task, **_shown(said)})

    async def _written(self, drawn: Combination, number: int, look: str, said: Callable[[Draft], None]) -> TaskSpec:
        """Return a task that an author wrote and that holds on fresh servers; raises `TurnedDown`."""
        ask = _voice(find_model(self.options.roles["author"], base_url=self.options.base_url), self.seed + number)
        made = await draft(
            self.suite, drawn.skills, ask, Random(f"{self.seed}-{number}"), look=look, used=self._used(drawn)
        )
        said(made)
        name = self._name(made)
        if any(task.id == name for task in self.tasks):
            raise TurnedDown(REPEATED, name)
        try:
            again = await played(self.suite, made.expected.calls)
            check_alike(self.suite, made.expected.calls, made.run, again)
        except Refused as error:
            raise TurnedDown(DIFFERS, str(error)) from None
        try:
            check_accepted(self.suite, name, made.instruction, made.expected, (made.run, again))
        except Refused as error:
            raise TurnedDown(UNACCEPTED, str(error)) from None
        task = self._spec(name, made, drawn, number)
        if await passes_idle(self.suite, task):
            raise TurnedDown(FREE)
        return task

    def _used(self, drawn: Combination) -> list[str]:
        own = [t for t in self.tries if t.task is not None and set(t.skills) & set(drawn.skills)]
        tools = {tool for skill in drawn.skills for tool in self.suite.skill_tools()[skill]}
        calls = dict.fromkeys(c for t in own for c in t.calls if c.partition("(")[0] in tools and "()" not in c)
        return list(calls)[-AVOIDED:]

    def _name(self, made: Draft) -> str:
        calls = [[call.tool, call.arguments] for call in made.expected.calls]
        return f"{self.suite.place.config.name}-k{len(calls)}-{digest(calls)[:10]}"

    def _spec(self, name: str, made: Draft, drawn: Combination, number: int) -> TaskSpec:
        foreign = foreign_of(self.suite, name, made.instruction, made.expected)
        task = spec_of(self.suite, foreign, number, self.taxonomy)
        return task.model_copy(
            update={
                "selection": Selection(
                    strategy="sampled",
                    information=drawn.information,
                    branches=task.selection.branches,
                    log_probability=drawn.log_probability,
                    budgeted=False,
                ),
                "provenance": Provenance(
                    seed=self.seed,
                    inputs={"taxonomy": self.taxonomy.sha256},
                    options={"roles": dict(self.options.roles)},
                ),
            }
        )

    def _agreed(self, task: TaskSpec) -> None:
        """Let the solver attempt a task in an ordinary rollout; raises `TurnedDown` unless it comes to the same."""
        from skillweave.harness.run import RunOptions, run_tasks

        output = self.options.synthesis.output
        folder = output.with_name(f"{output.stem}.attempts") / task.id
        write_tasks(folder / "task.jsonl", [task])
        result = run_tasks(
            RunOptions(
                tasks=folder / "task.jsonl",
                log_dir=folder / "logs",
                agent="react",
                model=self.options.roles["solver"],
                model_base_url=self.options.base_url,
                tool_choice=self.options.tool_choice,
                max_steps=2 * task.calls + 4,
            )
        )
        if result.unscored:
            raise TurnedDown(UNSCORED, "; ".join(error.message.splitlines()[0] for error in result.errors))
        if result.success != 1.0:
            raise TurnedDown(DISAGREES, _explained(result.log))

    def report(self) -> "SynthesisReport":
        """Return the report on what was tried so far."""
        return report_of(
            self.suite,
            self.taxonomy,
            self.selector,
            forbid=self.forbid,
            wanted=self.wanted,
            tries=[(one.k, one.skills, one.reason, one.task) for one in self.tries],
            identity=self.identity,
            provenance=self._provenance(),
        )

    def _provenance(self) -> Provenance:
        inputs = {"taxonomy": self.taxonomy.sha256}
        return Provenance(seed=self.seed, inputs=inputs, options={"roles": dict(self.options.roles)})


def _check_roles(options: AuthorOptions) -> None:
    unknown = next((role for role in options.roles if role not in ROLES), None)
    missing = next((role for role in ROLES if role not in options.roles), None)
    if unknown is not None:
        raise UserError(f"synthesis has no model role {unknown!r}", hint=f"its roles: {', '.join(ROLES)}")
    if missing is not None:
        raise UserError(
            f"tasks on a server need a model in the role {missing!r}",
            hint="give --model-role author=PROVIDER/NAME and --model-role solver=PROVIDER/NAME",
        )


def _shown(said: Sequence[Draft]) -> dict[str, Any]:
    if not said:
        return {}
    return {"instruction": said[0].instruction, "calls": tuple(first_use(c) for c in said[0].expected.calls)}


def _explained(log: Path | str) -> str:
    from inspect_ai.log import read_eval_log

    samples = read_eval_log(str(log)).samples or []
    return "; ".join(str(score.explanation) for sample in samples for score in (sample.scores or {}).values())


def _voice(model: "Model", seed: int) -> Callable[[str, Mapping[str, Any]], Any]:
    from inspect_ai.model import GenerateConfig, ResponseSchema
    from inspect_ai.util import JSONSchema

    async def ask(prompt: str, schema: Mapping[str, Any]) -> str:
        form = ResponseSchema(name="reply", json_schema=JSONSchema.model_validate(schema))
        config = GenerateConfig(
            temperature=WARMTH, max_tokens=LONGEST, seed=seed, response_schema=form, max_retries=RETRIES
        )
        try:
            return (await model.generate(prompt, config=config)).completion
        except Exception as error:
            raise UserError(
                f"the author, {model}, gave no reply: {type(error).__name__}: {str(error).splitlines()[0][:200]}",
                hint="the same command with --resume goes on from here",
            ) from None

    return ask
