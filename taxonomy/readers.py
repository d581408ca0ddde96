"""Readers of corpora: JSONL, Parquet and chat JSONL files to records of skills."""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from skillweave.taxonomy.artifacts import file_digest, read_jsonl
from skillweave.taxonomy.corpus import Corpus, corpus_from_codes, corpus_from_records
from skillweave.taxonomy.errors import UserError

DEFAULT_FIELDS = ("skills", "abilities", "tools", "label.ability_en")


def pick(value: Any, path: Sequence[str]) -> Iterator[str]:
    """Yield the strings that a dotted path reaches; a list at any level stands for all of its members.

    >>> list(pick({"label": [{"ability_en": ["sum", "sort"]}, {"ability_en": "plot"}]}, ("label", "ability_en")))
    ['sum', 'sort', 'plot']
    """
    if isinstance(value, list | tuple):
        for member in value:
            yield from pick(member, path)
    elif path:
        if isinstance(value, dict) and path[0] in value:
            yield from pick(value[path[0]], path[1:])
    elif isinstance(value, str):
        yield value


def tool_calls(row: Any) -> list[str]:
    """Return the names of the tools that the messages of an OpenAI chat row call, ``function_call`` of old included."""
    names: list[str] = []
    for message in row.get("messages") or ():
        if not isinstance(message, dict):
            continue
        calls = [call.get("function") or call for call in message.get("tool_calls") or () if isinstance(call, dict)]
        calls.append(message.get("function_call") or {})
        names.extend(call["name"] for call in calls if isinstance(call, dict) and isinstance(call.get("name"), str))
    return names


def is_chat(row: Any) -> bool:
    """Return whether a row is an OpenAI-style chat: an object with a list of messages."""
    return isinstance(row, dict) and isinstance(row.get("messages"), list)


def records_of(path: Path, field: str | None = None) -> Iterator[list[str]]:
    """Yield the records of a JSONL file: lists, objects with a field of skills, or chats with tool calls.

    Without a ``field`` the first of `DEFAULT_FIELDS` that the first object has is used.
    """
    for number, row in read_jsonl(path):
        if field is None and is_chat(row):
            yield tool_calls(row)
            continue
        if isinstance(row, list):
            yield list(pick(row, ()))
            continue
        if not isinstance(row, dict):
            raise UserError(f"{path}:{number}: a record must be an object or a list, got {row!r:.60}")
        field = field or _guess(path, number, row)
        yield list(pick(row, tuple(field.split("."))))


def _guess(path: Path, number: int, row: dict[str, Any]) -> str:
    for name in DEFAULT_FIELDS:
        if next(pick(row, tuple(name.split("."))), None) is not None:
            return name
    raise UserError(
        f"{path}:{number}: no field of skills among {', '.join(row) or 'no fields'}",
        hint="name it: --skills-field PATH (dotted paths reach inside)",
    )


def format_of(path: Path) -> str:
    """Return ``jsonl``, ``parquet`` or ``csv`` for a file of records or edges, by its name."""
    name = path.name.lower().removesuffix(".gz")
    kinds = {".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".pq": "parquet", ".csv": "csv"}
    for ending, kind in kinds.items():
        if name.endswith(ending):
            return kind
    raise UserError(
        f"cannot tell what {str(path)!r} is from its name",
        hint="records are .jsonl or .parquet, logs .eval, a graph is --graph FILE.csv (also .gz)",
    )


def read_corpus(paths: Sequence[Path], *, field: str | None = None, normalise: bool = True) -> Corpus:
    """Return the corpus in JSONL and Parquet files together; Parquet alone is streamed without a loop over records."""
    kinds = [format_of(path) for path in paths]
    if not paths:
        raise UserError("no input given", hint="give at least one .jsonl or .parquet file")
    for path, kind in zip(paths, kinds, strict=True):
        if kind == "csv":
            raise UserError(f"{str(path)!r} is a CSV: read it as a graph", hint="add --graph")
    if set(kinds) == {"parquet"}:
        return _parquet_corpus(paths, field, normalise)
    parts = [
        _parquet_records(path, field) if kind == "parquet" else records_of(path, field)
        for path, kind in zip(paths, kinds, strict=True)
    ]
    return corpus_from_records(chain.from_iterable(parts), normalise=normalise)


def input_digests(paths: Sequence[Path]) -> dict[str, str]:
    """Return the sha256 of each input file by its name, for the provenance."""
    return {path.name: file_digest(path) for path in paths}


def _parquet_batches(path: Path, field: str | None) -> Iterator[tuple[Any, Any]]:
    """Yield (skills, ends) of each row group: a flat string array, and where each record ends in it."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        source = parquet.ParquetFile(path)
    except (FileNotFoundError, pa.ArrowInvalid) as error:
        raise UserError(f"{str(path)!r} cannot be read as Parquet: {str(error).splitlines()[0]}") from None
    columns = source.schema_arrow.names
    candidates = [field] if field else [name for name in DEFAULT_FIELDS if name.split(".")[0] in columns]
    if not candidates or candidates[0].split(".")[0] not in columns:
        raise UserError(
            f"{str(path)!r} has no column {field or 'of skills'!r}; it has {', '.join(columns)}",
            hint="name it: --skills-field PATH",
        )
    steps = candidates[0].split(".")
    for batch in source.iter_batches(batch_size=131_072, columns=[steps[0]]):
        yield _flatten(batch.column(0), steps[1:], path)


def _flatten(array: Any, steps: list[str], path: Path) -> tuple[Any, Any]:
    import pyarrow as pa
    from pyarrow import compute

    ends = np.arange(len(array) + 1)
    while True:
        if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
            sizes = compute.fill_null(compute.list_value_length(array), 0).to_numpy(zero_copy_only=False)
            ends = np.concatenate([[0], np.cumsum(sizes)])[ends]
            array = array.flatten()
        elif pa.types.is_struct(array.type) and steps and steps[0] in {child.name for child in array.type}:
            array = compute.struct_field(array, steps.pop(0))
        elif not steps and (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
            return array, ends
        elif pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        else:
            raise UserError(
                f"{str(path)!r}: the skills column holds {array.type}, not strings",
                hint="name the field that holds the skills: --skills-field PATH (dotted paths reach inside)",
            )


def _parquet_corpus(paths: Sequence[Path], field: str | None, normalise: bool) -> Corpus:
    known: dict[str, int] = {}
    codes: list[Any] = []
    ends: list[Any] = [np.zeros(1, dtype=np.int64)]
    total = 0
    for path in paths:
        for values, stops in _parquet_batches(path, field):
            encoded = values.dictionary_encode()
            local = [known.setdefault(name, len(known)) for name in encoded.dictionary.to_pylist()]
            picked = np.append(np.asarray(local, dtype=np.int32), np.int32(-1))
            codes.append(picked[encoded.indices.fill_null(len(local)).to_numpy(zero_copy_only=False)])
            ends.append(stops[1:] + total)
            total += len(values)
    return _drop_blank(
        known, np.concatenate(codes) if codes else np.zeros(0, np.int32), np.concatenate(ends), normalise
    )


def _drop_blank(known: dict[str, int], codes: Any, ends: Any, normalise: bool) -> Corpus:
    names = tuple(known)
    blank = np.asarray([not name.strip() for name in names] + [True])
    kept = ~blank[codes]
    before = np.concatenate([[0], np.cumsum(kept)])
    return corpus_from_codes(names, codes[kept], before[ends], normalise=normalise)


def _parquet_records(path: Path, field: str | None) -> Iterator[list[str]]:
    for values, ends in _parquet_batches(path, field):
        flat = values.to_pylist()
        for start, stop in pairwise(ends):
            yield [name for name in flat[start:stop] if name]
