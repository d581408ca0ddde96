"""The one reader of Inspect's .eval logs: folders of logs in, runs with their rollouts out.

Sample summaries are read where they hold enough (cheap); full samples only for the failures that a page shows.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillweave.reports.records import CONTROLS, Failure, LogFile, Rollout, Run, RunRecord
from skillweave.reports.rows import SCORE, is_cut, rollout_of
from skillweave.tasks.garbage import RECORDS, seldom_collected
from skillweave.tasks.lanes import usable_processors
from skillweave.tasks.pool import FORKS, workers
from skillweave.taxonomy.errors import UserError

RUN_SCHEMA = "skillweave.run/1"
MANY = 20_000
"""planned rollouts from which logs are read in several processes: below, starting these costs more than it saves"""
_HEAVY = {"messages", "events", "store", "attachments", "output"}
_NO_MODEL = ("", "none", "none/none", "none/model")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Log:
    """One readable log of ours."""

    path: Path
    folder: Path
    said: Mapping[str, Any]
    model: str
    task_id: str
    created: str
    status: str
    error: str | None
    planned: int


def read_logs(folders: Sequence[Path]) -> tuple[Run, ...]:
    """Return one run per agent and folder, in the order given, then by agent and model.

    A later attempt at the same sample and epoch (a retry, a second run into the same folder) replaces an earlier one,
    unless only the earlier one was scored. Raises `UserError` where a folder is missing or holds no log of ours, where
    nothing ran, and where suite or scorer versions differ.
    """
    for folder, times in Counter(f.resolve() for f in folders).items():
        if times > 1:
            raise UserError(f"{str(folder)!r} is given {times} times", hint="name each folder once")
    logs = [log for folder in folders for log in _logs_in(folder)]
    _comparable(logs)
    grouped: dict[tuple[str, str, str, str], list[_Log]] = defaultdict(list)
    for log in logs:
        name = str((log.said.get("simulated") or {}).get("name"))
        grouped[str(log.folder), str(log.said["agent"]), log.model, name].append(log)
    keys = sorted(grouped, key=lambda key: ([str(f) for f in folders].index(key[0]), *key[1:]))
    labels = _labels([(key[0], name) for key, name in zip(keys, _names([key[1:3] for key in keys]), strict=True)])
    with _rollouts_of(logs) as rollouts:
        return tuple(_run(grouped[key], label, rollouts) for key, label in zip(keys, labels, strict=True))


def read_failures(rollouts: Iterable[Rollout]) -> list[Failure]:
    """Return the rollouts with all that their logs say of them: instruction, answer, every mismatch."""
    from inspect_ai.log import read_eval_log_samples_by_id

    wanted: dict[str, list[Rollout]] = defaultdict(list)
    for rollout in rollouts:
        wanted[rollout.log].append(rollout)
    found: dict[tuple[str, str, int], Failure] = {}
    for log, rows in wanted.items():
        ids = [(r.sample, r.epoch) for r in rows]
        for sample in read_eval_log_samples_by_id(log, ids, exclude_fields=_HEAVY):
            row = next(r for r in rows if (r.sample, r.epoch) == (str(sample.id), sample.epoch))
            score = (sample.scores or {}).get(SCORE)
            said = (score.metadata if score else None) or {}
            found[log, row.sample, row.epoch] = Failure(
                rollout=row,
                instruction=_text(sample.input),
                explanation=(score.explanation if score else None) or "",
                mismatches=tuple(map(str, said.get("mismatches") or row.mismatches)),
                answer=(score.answer if score else None) or "",
            )
    return [found[key] for rows in wanted.values() for r in rows if (key := (r.log, r.sample, r.epoch)) in found]


def read_steps(rollouts: Iterable[Rollout]) -> dict[tuple[str, str, int], list[str]]:
    """Return what each rollout did, by (log, sample, epoch): a line each call with its result, and each text."""
    from inspect_ai.log import read_eval_log_samples_by_id

    wanted: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for r in rollouts:
        wanted[r.log].append((r.sample, r.epoch))
    found = {}
    for log, ids in wanted.items():
        for sample in read_eval_log_samples_by_id(log, ids, exclude_fields=_HEAVY - {"messages", "attachments"}):
            found[log, str(sample.id), sample.epoch] = list(_steps(sample.messages))
    return found


def _steps(messages: Sequence[Any]) -> Iterable[str]:
    """Yield a line a step; calls made at once follow each other, so that how they were bundled makes no difference."""
    results = {m.tool_call_id: m.error.message if m.error else m.text for m in messages if m.role == "tool"}
    for message in messages:
        if message.role != "assistant":
            continue
        if message.text.strip():
            yield _short(message.text)
        for call in message.tool_calls or ():
            given = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
            yield _short(f"{call.function}({given}) -> {results.get(call.id, 'no result')}")


def _short(text: str, most: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n\n".join(message.text for message in content if message.role == "user")


def _logs_in(folder: Path) -> list[_Log]:
    if not folder.exists():
        raise UserError(f"no folder {str(folder)!r}", hint="give a folder of .eval logs, as skillweave run makes them")
    files = [folder] if folder.is_file() else sorted(folder.rglob("*.eval"))
    if not files:
        raise UserError(f"{str(folder)!r} holds no .eval logs", hint="make some with skillweave run")
    logs = [log for file in files if (log := _header(file, folder)) is not None]
    if not logs:
        raise UserError(
            f"{str(files[0])!r} was not written by skillweave: it has no {RUN_SCHEMA!r} in its metadata",
            hint="report reads logs of skillweave run, or of inspect eval skillweave/compose",
        )
    return logs


def _header(path: Path, folder: Path) -> _Log | None:
    """Return what a log says of itself, None where it is not ours; raises `UserError` where it cannot be read."""
    from inspect_ai.log import read_eval_log

    try:
        header = read_eval_log(str(path), header_only=True)
    except Exception as error:
        raise UserError(
            f"{str(path)!r} cannot be read as an Inspect log: {error}",
            hint="it may be half-written: try inspect log recover, or move it away",
        ) from None
    said = (header.eval.metadata or {}).get("skillweave")
    if not isinstance(said, Mapping):
        return None
    if said.get("schema") != RUN_SCHEMA:
        raise UserError(
            f"{str(path)!r} has schema {said.get('schema')!r}, this version reads {RUN_SCHEMA!r}",
            hint="run again with this version of skillweave",
        )
    return _Log(
        path=path,
        folder=folder,
        said=said,
        model="" if header.eval.model in _NO_MODEL else header.eval.model,
        task_id=header.eval.task_id,
        created=str(header.eval.created),
        status=header.status,
        error=header.error.message if header.error else None,
        planned=(header.eval.dataset.samples or 0) * (header.eval.config.epochs or 1),
    )


def _comparable(logs: Sequence[_Log]) -> None:
    """Refuse logs whose scores mean different things."""
    first = logs[0]
    for log in logs[1:]:
        for what in ("suite", "scorer"):
            ours, theirs = (_version(one.said[what]) for one in (first, log))
            if ours != theirs:
                raise UserError(
                    f"scores are not comparable: {what} {ours!r} in {str(first.path)!r}, "
                    f"{theirs!r} in {str(log.path)!r}",
                    hint="report them one by one, or run the older one again",
                )


def _version(value: Any) -> str:
    return f"{value['name']} {value['version']}" if isinstance(value, Mapping) else str(value)


def _names(runs: Sequence[tuple[str, str]]) -> list[str]:
    """Return a name for each (agent, model): what all measured runs share is left out where the rest tells them apart.

    >>> _names([("react", "a"), ("react", "b"), ("nop", "")])
    ['a', 'b', 'nop']
    >>> _names([("react", "a"), ("reflect", "a")])
    ['react · a', 'reflect · a']
    """
    measured = [(agent, model) for agent, model in runs if agent not in CONTROLS]
    models = {model for _, model in measured}
    short = len({agent for agent, _ in measured}) == 1 and len(models) == len(measured) > 1 and all(models)

    def name(agent: str, model: str) -> str:
        if agent in CONTROLS or not model:
            return agent
        return model if short else f"{agent} · {model}"

    return [name(*run) for run in runs]


def _labels(named: Sequence[tuple[str, str]]) -> list[str]:
    """Return labels made unique by the folder's name, and by a number where that is not enough."""
    counts = Counter(label for _, label in named)
    labels = [label if counts[label] == 1 else f"{label} ({Path(folder).name})" for folder, label in named]
    seen: Counter[str] = Counter()
    for i, label in enumerate(labels):
        seen[label] += 1
        if seen[label] > 1:
            labels[i] = f"{label} #{seen[label]}"
    return labels


@contextmanager
def _rollouts_of(logs: Sequence[_Log]) -> Iterator[Callable[[Path], list[Rollout]]]:
    """Give what reads the rollouts of a log: in this process, or ahead in several where there is much to read."""
    many = len(logs) > 1 and sum(log.planned for log in logs) >= MANY
    processes = min(len(logs), usable_processors()) if many and FORKS else 1
    with seldom_collected(RECORDS):
        if processes == 1:
            yield _rollouts
            return
        with workers(processes) as pool:
            pending = {log.path: pool.submit(_rollouts, log.path) for log in logs}
            yield lambda path: pending[path].result()


def _run(logs: Sequence[_Log], label: str, rollouts_of: Callable[[Path], list[Rollout]]) -> Run:
    ordered = sorted(logs, key=lambda log: (log.created, str(log.path)))
    kept: dict[tuple[str, int], Rollout] = {}
    read = 0
    for log in ordered:
        for rollout in rollouts_of(log.path):
            read += 1
            key = (rollout.sample, rollout.epoch)
            if rollout.scored or key not in kept or not kept[key].scored:
                kept[key] = rollout
    if not kept:
        why = next((log.error for log in reversed(ordered) if log.error), ordered[-1].status)
        raise UserError(
            f"{str(ordered[-1].path)!r} holds no finished rollout: {why}",
            hint="run again with the same --log-dir: what is finished is kept",
        )
    rollouts = tuple(kept[key] for key in sorted(kept))
    return Run(record=_record(ordered, label, rollouts, read - len(rollouts)), rollouts=rollouts)


def _record(logs: Sequence[_Log], label: str, rollouts: Sequence[Rollout], superseded: int) -> RunRecord:
    last = logs[-1]
    said = last.said
    used = Counter(r.log for r in rollouts)
    planned = {log.task_id: log.planned for log in logs if log.status != "success"}
    finished = {log.task_id for log in logs if log.status == "success"}
    missing = 0 if finished else max(0, max(planned.values(), default=0) - len(rollouts))
    return RunRecord(
        label=label,
        agent=str(said["agent"]),
        model=last.model,
        simulated=said.get("simulated"),
        suite=str(said["suite"]["name"]),
        suite_version=str(said["suite"]["version"]),
        scorer=str(said["scorer"]),
        version=str(said.get("version") or ""),
        split=said.get("split"),
        epochs=max(r.epoch for r in rollouts),
        created=last.created,
        tools=said.get("tools"),
        taxonomy=_first(logs, "taxonomy"),
        splits=_first(logs, "splits"),
        synthesis=_first(logs, "synthesis"),
        audit=_first(logs, "audit"),
        hashes=said.get("hashes") or {},
        exposure=_first(logs, "exposure"),
        logs=tuple(
            LogFile(path=str(log.path), status=log.status, error=log.error, rollouts=used[str(log.path)])
            for log in logs
        ),
        superseded=superseded,
        missing=missing,
    )


def _first(logs: Sequence[_Log], key: str) -> Any:
    """Return what the newest log that says anything under a key says."""
    return next((log.said[key] for log in reversed(logs) if log.said.get(key)), None)


def _plain(summary: Any) -> dict[str, Any]:
    """Return of a sample's summary what `rollout_of` reads; ``model_dump`` would take ten times as long."""
    score = (summary.scores or {}).get(SCORE)
    parts = ("value", "answer", "explanation", "metadata")
    return {
        **{name: getattr(summary, name) for name in ("id", "epoch", "metadata", "error", "limit", "total_time")},
        "scores": {} if score is None else {SCORE: {name: getattr(score, name) for name in parts}},
        "model_usage": {
            name: {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
            for name, usage in summary.model_usage.items()
        },
    }


def _rollouts(path: Path) -> list[Rollout]:
    from inspect_ai.log import read_eval_log_sample, read_eval_log_sample_summaries

    found = []
    for summary in read_eval_log_sample_summaries(str(path)):
        if not summary.completed:
            continue
        plain = _plain(summary)
        if is_cut(plain["metadata"], (plain["scores"] or {}).get(SCORE)):
            full = read_eval_log_sample(str(path), summary.id, summary.epoch, exclude_fields=_HEAVY)
            plain |= full.model_dump(include={"metadata", "scores"})
        try:
            found.append(rollout_of(plain, str(path)))
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(
                f"{str(path)!r}: sample {summary.id!r} is not one of ours: {error!r}",
                hint="run again with this version of skillweave",
            ) from None
    return found
