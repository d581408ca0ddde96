"""Export trajectories: play or read, filter, guard, order, write."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from skillweave.harness.taskset import load_taskset
from skillweave.harness.trajectories.filters import CountTokens, Rules, Sieve, estimated_tokens, mask_errors
from skillweave.harness.trajectories.formats import Format
from skillweave.harness.trajectories.order import Curriculum, Entry, arrange
from skillweave.harness.trajectories.place import RECORD, replacing
from skillweave.harness.trajectories.played import Played, row_of
from skillweave.harness.trajectories.references import References, play_references
from skillweave.harness.trajectories.registry import formats
from skillweave.harness.trajectories.spool import Spool
from skillweave.harness.trajectories.writing import write_format
from skillweave.tasks.leaks import Guard, Leak, claim_of
from skillweave.tasks.recognise import recogniser
from skillweave.tasks.spec import TaskSpec, read_tasks
from skillweave.tasks.splits import Splits
from skillweave.tasks.trajectory import Trajectory, calls_in
from skillweave.taxonomy.artifacts import Provenance, file_digest, write_json
from skillweave.taxonomy.errors import UserError

EXPORT_SCHEMA = "skillweave.export/1"
RECOGNISED = "held-out combination recognised in the calls"

Progress = Callable[[int, int], None]


class HeldOutError(UserError):
    """Rows touch held-out work."""

    def __init__(self, leaks: Sequence[Leak]) -> None:
        rows = len({leak.row for leak in leaks})
        super().__init__(
            f"{rows} rows touch what the splits hold out; nothing was written",
            hint="export the train split only (--split train), leave out those that were only recognised in the calls "
            "(--recognised drop), or let all through and stamp them (--allow-held-out)",
        )
        self.leaks = tuple(leaks)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What is exported, and how."""

    splits: Path
    output: Path
    logs: tuple[Path, ...] = ()
    reference: Path | None = None
    """a tasks file whose reference plans are played"""
    tasks: Path | None = None
    """for logs: the tasks file, where it no longer stands where the log says"""
    formats: tuple[str, ...] = ("openai",)
    rules: Rules = field(default_factory=Rules)
    how: References = field(default_factory=References)
    allow_held_out: bool = False
    drop_recognised: bool = False
    tokenizer: Path | None = None
    curriculum: Curriculum | None = None
    shard_rows: int = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportResult:
    """What came of an export."""

    report: Mapping[str, Any]
    """what ``export.json`` holds"""
    folders: tuple[Path, ...]


def export(options: ExportOptions, progress: Progress = lambda done, total: None) -> ExportResult:
    """Write the trajectories and return what came of it; nothing is left half-written.

    Raises `HeldOutError` where a row touches held-out work, `UserError` for anything else that a user can mend.
    """
    chosen = _check(options)
    with replacing(options.output) as folder:
        return _export(options, chosen, folder, progress)


def _check(options: ExportOptions) -> tuple[Format, ...]:
    if bool(options.logs) == (options.reference is not None):
        raise UserError("give logs, or --reference TASKS", hint="one of the two: an export is of one kind")
    known = formats()
    unknown = next((name for name in options.formats if name not in known), None)
    if unknown is not None:
        raise UserError(f"no format {unknown!r}", hint=f"there is {', '.join(known)}")
    chosen = tuple(known[name] for name in dict.fromkeys(options.formats))
    blind = next((f.name for f in chosen if not f.masks), None)
    if options.rules.tool_errors == "mask" and blind is not None:
        raise UserError(
            f"format {blind!r} cannot say that a message is not to be trained on", hint="use --tool-errors keep or drop"
        )
    if options.rules.max_tokens is not None and options.rules.max_tokens < 1:
        raise UserError(f"a limit of {options.rules.max_tokens!r} tokens lets nothing through")
    if options.shard_rows < 1:
        raise UserError(f"shards of {options.shard_rows!r} rows hold nothing", hint="use 1 or more")
    return chosen


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """What came through the filters."""

    entries: list[Entry] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)
    suites: set[str] = field(default_factory=set)
    agents: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    ids: Counter[str] = field(default_factory=Counter)
    strategies: Counter[str] = field(default_factory=Counter)
    simulated: int = 0
    tokens: int = 0


def _export(options: ExportOptions, chosen: Sequence[Format], folder: Path, progress: Progress) -> ExportResult:
    splits = Splits.load(options.splits)
    sieve = Sieve(rules=options.rules, count_tokens=_counter(options.tokenizer))
    with Spool(folder / ".rows") as spool:
        gathered = _gather(options, chosen, splits, sieve, spool, progress)
        if gathered.leaks and not options.allow_held_out:
            raise HeldOutError(gathered.leaks)
        if not gathered.entries:
            raise UserError(
                f"no trajectory is left of {sieve.seen}: {_reasons(sieve.dropped)}",
                hint="loosen the filters, or give other logs or tasks",
            )
        order = arrange(gathered.entries, options.curriculum, options.logs)
        report = _report(options, splits, sieve, gathered, order)
        folders = []
        for form in chosen:
            place = folder / form.name if len(chosen) > 1 else folder
            write_format(form, spool, order, place, report, shard_rows=options.shard_rows)
            write_json(place / RECORD, {**report, "format": form.name})
            folders.append(options.output / place.relative_to(folder))
    return ExportResult(report=report, folders=tuple(folders))


def _gather(
    options: ExportOptions,
    chosen: Sequence[Format],
    splits: Splits,
    sieve: Sieve,
    spool: Spool,
    progress: Progress,
) -> _Gathered:
    found = _Gathered()
    known = _known_tasks(options)
    guards: dict[str, Guard] = {}
    for played in _source(options, splits, progress):
        row = splits.rows.get(played.task.id)
        tokens = sieve.keeps(played, None if row is None else row.split)
        if tokens is None:
            continue
        suite = played.task.suite
        if suite not in guards:
            guards[suite] = Guard(splits, tasks=known, skills_of=recogniser(suite))
        claim = claim_of(played.id, played.task, calls_in(played.messages))
        leaks = guards[suite].leaks(claim, suite)
        if options.drop_recognised and leaks and all(leak.evidence == "calls" for leak in leaks):
            sieve.drop(RECOGNISED)
            continue
        made = row_of(played, row, tokens=tokens, held_out=[leak.sentence for leak in leaks])
        if options.rules.tool_errors == "mask":
            made = made.model_copy(update={"messages": mask_errors(made.messages)})
        plain = made.to_json()
        unfit = next((f"{f.name} cannot hold it: {why}" for f in chosen if (why := f.problem(plain))), None)
        if unfit is not None:
            sieve.drop(unfit)
            continue
        found.leaks += leaks
        _keep(found, made, spool)
    return found


def _keep(found: _Gathered, made: Trajectory, spool: Spool) -> None:
    found.ids[made.id] += 1
    if found.ids[made.id] > 1:
        made = made.model_copy(update={"id": f"{made.id}-{found.ids[made.id]}"})
    number = spool.add(made)
    found.entries.append(Entry(number=number, task=made.task, k=made.k, span=made.span))
    found.suites.add(made.suite)
    found.agents[made.agent] += 1
    if made.model and not made.simulated:
        found.models[made.model] += 1
    found.strategies[made.strategy] += 1
    found.simulated += made.simulated
    found.tokens += made.tokens


def _source(options: ExportOptions, splits: Splits, progress: Progress) -> Iterator[Played]:
    """Yield the rollouts: of the logs, or references of the train split and of tasks that the splits do not know."""
    if options.reference is None:
        from skillweave.harness.trajectories.rollouts import read_rollouts

        yield from read_rollouts(options.logs, options.tasks)
        return
    split = options.rules.split or "train"
    known = options.rules.split is not None
    tasks = load_taskset(options.reference).tasks
    rows = [(task, splits.rows.get(task.id)) for task in tasks]
    wanted = [task for task, row in rows if (not known if row is None else row.split == split)]
    if not wanted:
        raise UserError(
            f"{str(options.splits)!r} puts no task of {str(options.reference)!r} into split {split!r}",
            hint="give the splits that were made of these tasks, or another --split",
        )
    yield from play_references(wanted, options.how, progress)


def _known_tasks(options: ExportOptions) -> list[TaskSpec]:
    """Return the tasks of the sources, evaluated ones among them: the guard knows their plans and worlds."""
    if options.reference is not None:
        return read_tasks(options.reference)
    from skillweave.harness.trajectories.rollouts import task_files

    return [task for path in task_files(options.logs, options.tasks) for task in read_tasks(path)]


def _counter(tokenizer: Path | None) -> CountTokens:
    if tokenizer is None:
        return estimated_tokens
    from skillweave.harness.trajectories.tokens import tokenizer_counter

    return tokenizer_counter(tokenizer)


def _reasons(dropped: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(dropped.items())) or "there were none"


def _report(
    options: ExportOptions, splits: Splits, sieve: Sieve, found: _Gathered, order: Sequence[tuple[int | None, int]]
) -> dict[str, Any]:
    files = {"splits": options.splits}
    if options.reference is not None:
        files["tasks"] = options.reference
    return {
        "schema": EXPORT_SCHEMA,
        "seen": sieve.seen,
        "kept": len(found.entries),
        "rows": len(order),
        "dropped": dict(sorted(sieve.dropped.items())),
        "held_out": len({leak.row for leak in found.leaks}),
        "tokens": found.tokens,
        "tokens_by": "estimate: bytes / 3" if options.tokenizer is None else options.tokenizer.name,
        "suites": sorted(found.suites),
        "agents": dict(sorted(found.agents.items())),
        "models": dict(sorted(found.models.items())),
        "simulated": found.simulated,
        "strategies": dict(sorted(found.strategies.items())),
        "by_k": {str(k): n for k, n in sorted(Counter(e.k for e in found.entries).items())},
        "epochs": None if options.curriculum is None else _epochs(found.entries, order),
        "curriculum": None if options.curriculum is None else asdict(options.curriculum) | {"pass_rates": None},
        "split": options.rules.split,
        "only": sieve.rules.only,
        "tool_errors_rule": sieve.rules.tool_errors,
        "style": options.how.style if options.reference is not None else None,
        "provenance": Provenance(
            seed=options.how.seed, inputs={name: file_digest(path) for name, path in files.items()}
        ).model_dump(mode="json"),
    }


def _epochs(entries: Sequence[Entry], order: Sequence[tuple[int | None, int]]) -> list[dict[str, Any]]:
    by_number = {entry.number: entry for entry in entries}
    counts: dict[int, Counter[int]] = {}
    for epoch, number in order:
        counts.setdefault(epoch or 0, Counter())[by_number[number].k] += 1
    return [
        {"epoch": epoch, "rows": sum(c.values()), "by_k": {str(k): n for k, n in sorted(c.items())}}
        for epoch, c in sorted(counts.items())
    ]
