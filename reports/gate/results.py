"""What a gate compares: for each task how often it was passed, and the hashes that make two runs comparable."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillweave.reports.logs import read_logs
from skillweave.reports.records import Rollout, Run
from skillweave.taxonomy.artifacts import atomic_write, canonical_json, check_schema, read_json
from skillweave.taxonomy.errors import UserError

MAIN = "combination"
BASELINE_SCHEMA: Literal["skillweave.baseline/1"] = "skillweave.baseline/1"


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class TaskResult(_Frozen):
    """One task: what it asks for, and how it went."""

    id: str
    skills: tuple[str, ...]
    k: int
    span: int | None = None
    novelty: int | None = None
    branches: tuple[str, ...] = ()
    split: str | None = None
    passed: int = Field(ge=0, description="scored rollouts that succeeded")
    of: int = Field(ge=0, description="scored rollouts")
    unscored: int = Field(default=0, ge=0, description="rollouts that could not be scored")
    broke: dict[str, int] = Field(default_factory=dict, description="failures by the skill that broke first")

    @property
    def combination(self) -> str:
        """The skills as one string: the cluster of a task."""
        return "|".join(self.skills)

    @property
    def rate(self) -> float:
        """Share of scored rollouts that succeeded."""
        return self.passed / self.of


class Results(_Frozen):
    """One run, task by task: ``baseline.json``, or what stands in a folder of logs."""

    schema_: Literal["skillweave.baseline/1"] = Field(default=BASELINE_SCHEMA, alias="schema")
    agent: str
    model: str
    suite: str
    suite_version: str
    scorer: str
    version: str = Field(description="package version that ran it")
    simulated: bool = False
    created: str = Field(description="when the run began, ISO 8601, as its log says")
    hashes: dict[str, str | None] = Field(description="sha256 of tasks, splits and taxonomy")
    epochs: int
    errored: str | None = Field(default=None, description="why the run did not end well")
    missing: int = Field(default=0, description="rollouts that were planned and never ran")
    input_tokens: int = Field(default=0, description="of a scored rollout, on average")
    output_tokens: int = Field(default=0, description="of a scored rollout, on average")
    tasks: tuple[TaskResult, ...]

    @property
    def label(self) -> str:
        """Agent and model in words."""
        return f"{self.agent} · {self.model}" if self.model else self.agent

    def save(self, path: Path) -> None:
        """Write the file: the head a line a value, then one line a task, so that a diff shows which tasks moved."""
        head = self.model_dump(mode="json", by_alias=True, exclude={"tasks"})
        lines = [f'  "{name}": {canonical_json(value)},' for name, value in sorted(head.items())]
        rows = [f"    {canonical_json(t.model_dump(mode='json', exclude_defaults=True))}" for t in self.tasks]
        with atomic_write(path) as stream:
            stream.write("\n".join(["{", *lines, '  "tasks": [', ",\n".join(rows), "  ]", "}"]) + "\n")


def read_results(path: Path) -> Results:
    """Return a baseline file, or the one measured run of a folder of logs (or of one .eval file).

    Raises `UserError` for what is neither, and for a folder with several runs.
    """
    if path.suffix == ".json":
        return _read_file(path)
    return results_of(read_run(path))


def read_run(path: Path) -> Run:
    """Return the one measured run of a folder of logs; raises `UserError` where there are more or none."""
    runs = read_logs([path])
    measured = [run for run in runs if not run.record.control] or list(runs)
    if len(measured) != 1:
        raise UserError(
            f"{str(path)!r} holds {len(measured)} runs ({', '.join(run.record.label for run in measured)})",
            hint="give the folder, or the .eval file, of one run",
        )
    return measured[0]


def _read_file(path: Path) -> Results:
    value = read_json(path)
    check_schema(value, BASELINE_SCHEMA, repr(str(path)))
    try:
        return Results.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UserError(
            f"{str(path)!r} is no baseline: {place}: {first['msg']} (got {str(first['input'])[:60]!r})",
            hint="make it again with skillweave baseline save",
        ) from None


def results_of(run: Run) -> Results:
    """Return a run task by task, in the order of their ids; atoms, pairs and k = 0 tasks of families are left out."""
    record = run.record
    rows: dict[str, list[Rollout]] = defaultdict(list)
    for rollout in run.rollouts:
        if rollout.role == MAIN:
            rows[rollout.sample].append(rollout)
    failed = next((log for log in reversed(record.logs) if log.status == "error"), None)
    finished = any(log.status == "success" for log in record.logs)
    scored = [r for r in run.rollouts if r.scored and r.role == MAIN]
    return Results(
        agent=record.agent,
        model=record.model,
        suite=record.suite,
        suite_version=record.suite_version,
        scorer=record.scorer,
        version=record.version,
        simulated=bool(record.simulated),
        created=record.created,
        hashes={name: record.hashes.get(name) for name in ("tasks", "splits", "taxonomy")},
        epochs=record.epochs,
        errored=None if finished or failed is None else (failed.error or "the run errored"),
        missing=record.missing,
        input_tokens=round(fmean(r.input_tokens for r in scored)) if scored else 0,
        output_tokens=round(fmean(r.output_tokens for r in scored)) if scored else 0,
        tasks=tuple(_task(rows[name], _branch_names(record.taxonomy)) for name in sorted(rows)),
    )


def _branch_names(taxonomy: Mapping[str, Any] | None) -> dict[str, str]:
    """Return node id -> what a reader knows it by."""
    nodes = (taxonomy or {}).get("nodes", ())
    return {n["id"]: n["id"] if n["name"] == n["id"] else f"{n['id']} {n['name']}" for n in nodes if n["level"] == 1}


def _task(rollouts: Iterable[Rollout], names: Mapping[str, str]) -> TaskResult:
    rows = list(rollouts)
    first = rows[0]
    scored = [r for r in rows if r.score is not None]
    broke: dict[str, int] = defaultdict(int)
    for r in scored:
        if r.score == 0 and r.first_broken:
            broke[r.first_broken] += 1
    return TaskResult(
        id=first.sample,
        skills=tuple(sorted(first.skills)),
        k=first.k,
        span=first.span,
        novelty=first.novelty,
        branches=tuple(sorted(names.get(b, b) for b in first.branches)),
        split=first.split,
        passed=sum(r.score == 1 for r in scored),
        of=len(scored),
        unscored=len(rows) - len(scored),
        broke=dict(sorted(broke.items())),
    )


def attempts_of(results: Results) -> list[Rollout]:
    """Return a rollout for each attempt that the results count: what a saved baseline still knows of its run."""
    return [
        Rollout(
            sample=t.id,
            epoch=i + 1,
            k=t.k,
            combination=t.combination,
            skills=t.skills,
            span=t.span,
            score=float(i < t.passed),
            input_tokens=results.input_tokens,
            output_tokens=results.output_tokens,
        )
        for t in results.tasks
        for i in range(t.of)
    ]


def incomparable(baseline: Results, candidate: Results) -> list[str]:
    """Return why two runs measure different things; [] where they can be compared."""
    found = []
    for what, one, other in (
        ("suite", baseline.suite, candidate.suite),
        ("suite version", baseline.suite_version, candidate.suite_version),
        ("scorer", baseline.scorer, candidate.scorer),
        *(
            (f"{name} hash", baseline.hashes.get(name), candidate.hashes.get(name))
            for name in ("tasks", "splits", "taxonomy")
        ),
    ):
        if one != other:
            found.append(f"another {what}: {_short(one)} in the baseline, {_short(other)} in the candidate")
    return found


def _short(value: Any) -> str:
    text = "none" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:12]}..."


def by_id(results: Results) -> Mapping[str, TaskResult]:
    """Return the tasks by id."""
    return {t.id: t for t in results.tasks}
