"""Rows of a training set in any of the formats that trainers use, ours or another's, as claims for the guard."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from skillweave.tasks.leaks import Claim, made_by
from skillweave.taxonomy.artifacts import read_json, read_jsonl
from skillweave.taxonomy.errors import UserError

SUFFIXES = (".jsonl", ".json", ".parquet", ".eval")
HINT = f"give a file ({', '.join(SUFFIXES)}) or a folder of an export"
_META = ("metadata", "extra", "provenance")
_TASK = ("task", "task_id", "sample", "sample_id", "id", "session_id")
Calls = list[tuple[str, dict[str, Any], bool]]


def read_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (where, row) of a file or folder; raises `UserError` for what holds no rows."""
    if path.is_dir():
        files = _files(path)
        if not files:
            raise UserError(f"{str(path)!r} holds no rows", hint=HINT)
        for file in files:
            yield from read_rows(file)
        return
    if not path.is_file():
        raise UserError(f"no file {str(path)!r}", hint=HINT)
    if path.suffix not in SUFFIXES:
        raise UserError(f"{str(path)!r} is no training set", hint=HINT)
    for number, row in _of_file(path):
        if not isinstance(row, dict):
            raise UserError(f"{path}:{number}: no object: {str(row)[:60]!r}", hint="each row is one trajectory")
        yield f"{path.name}:{number}", row


def _files(folder: Path) -> list[Path]:
    """Return the files of a folder; of an export, which holds its rows twice, the lines."""
    for place in (folder / "jsonl", folder / "data", folder):
        found = sorted(p for p in place.rglob("*") if p.suffix in SUFFIXES and p.name not in ("export.json",))
        found = [p for p in found if p.name != "dataset_info.json"]
        if place.is_dir() and found:
            return found
    return []


def _of_file(path: Path) -> Iterator[tuple[int, Any]]:
    if path.suffix == ".jsonl":
        yield from read_jsonl(path)
    elif path.suffix == ".json":
        value = read_json(path)
        yield from enumerate(value if isinstance(value, list) else [value], 1)
    elif path.suffix == ".parquet":
        yield from enumerate(_of_parquet(path), 1)
    else:
        yield from enumerate(_of_log(path), 1)


def _of_parquet(path: Path) -> Iterator[dict[str, Any]]:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(path)
        for batch in file.iter_batches(batch_size=256):
            for row in batch.to_pylist():
                yield {name: _decoded(value) for name, value in row.items()}
    except (ArrowException, OSError) as error:
        raise UserError(f"{str(path)!r} cannot be read as Parquet: {str(error).splitlines()[0]}") from None


def _decoded(value: Any) -> Any:
    """Return what JSON text in a column stands for, the column's own text for anything else."""
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value


def _of_log(path: Path) -> Iterator[dict[str, Any]]:
    from inspect_ai.log import read_eval_log_samples

    from skillweave.harness.trajectories.rollouts import openai_messages

    try:
        for sample in read_eval_log_samples(str(path), all_samples_required=False, resolve_attachments=True):
            yield {**(sample.metadata or {}), "id": sample.id, "messages": openai_messages(sample.messages)}
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f"{str(path)!r} cannot be read as an Inspect log: {error}") from None


def claim_of_row(where: str, row: Mapping[str, Any], known: Mapping[str, Any]) -> Claim:
    """Return what a row says of itself and which calls it holds; ``known`` are task ids that mean something."""
    said = [row, *(row[name] for name in _META if isinstance(row.get(name), Mapping))]
    tools, read = made_by(calls_of(row))
    planned = _first(said, "plan_tools")
    plan = _first(said, "plan")
    seed = _first(said, "world_seed")
    return Claim(
        id=str(_first(said, "id") or _first(said, "trajectory_id") or where),
        task=next((str(p[n]) for p in said for n in _TASK if isinstance(p.get(n), str) and p[n] in known), None),
        skills=_skills(said),
        plan=plan if isinstance(plan, Mapping) else None,
        world_seed=seed if isinstance(seed, int) else None,
        tools=tools,
        read=read,
        planned=frozenset(map(str, planned)) if isinstance(planned, list) else None,
    )


def _first(places: list[Mapping[str, Any]], name: str) -> Any:
    return next((place[name] for place in places if place.get(name) is not None), None)


def _skills(places: list[Mapping[str, Any]]) -> tuple[str, ...]:
    listed = _first(places, "skills")
    if isinstance(listed, list):
        return tuple(map(str, listed))
    joined = _first(places, "combination")
    return tuple(joined.split("|")) if isinstance(joined, str) and joined else ()


def calls_of(row: Mapping[str, Any]) -> Calls:
    """Return the calls of a row: OpenAI or TRL messages, ShareGPT turns, or ATIF steps."""
    found: Calls = []
    for message in _objects(row.get("messages")) + _objects(row.get("conversations")) + _objects(row.get("steps")):
        speaker = message.get("from") or message.get("role")
        if speaker in ("function_call", "tool_call") and isinstance(
            message.get("value") or message.get("content"), str
        ):
            found += _written(str(message.get("value") or message.get("content")))
        for call in _objects(message.get("tool_calls")):
            function = call.get("function")
            inner = function if isinstance(function, Mapping) else call
            name = inner.get("name") or inner.get("function_name") or function
            if isinstance(name, str):
                arguments = inner.get("arguments")
                found.append((name, _object(arguments), _refused(call, message, row)))
    return found


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _object(value: Any) -> dict[str, Any]:
    decoded = _decoded(value)
    return dict(decoded) if isinstance(decoded, Mapping) else {}


def _refused(call: Mapping[str, Any], message: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Return whether the reply says that the call was refused, as our canonical rows and ATIF documents do."""
    own = call.get("id") or call.get("tool_call_id")
    replies = [m for m in _objects(row.get("messages")) if m.get("role") == "tool" and m.get("tool_call_id") == own]
    observed = message.get("observation")
    results = _objects(observed.get("results")) if isinstance(observed, Mapping) else []
    said = [r.get("extra") for r in results if r.get("source_call_id") == own]
    return any(m.get("error") for m in replies) or any(isinstance(e, Mapping) and e.get("error") for e in said)


def _written(text: str) -> Calls:
    """Return the calls written as JSON in a turn, after a thought if there is one."""
    value = _decoded(text.rpartition("</think>")[2].strip())
    calls = value if isinstance(value, list) else [value]
    return [(str(c["name"]), _object(c.get("arguments")), False) for c in _objects(calls) if c.get("name")]
