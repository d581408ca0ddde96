"""Rows as shards of JSON Lines and Parquet that `datasets` reads with the same types.

Columns whose values differ in shape from row to row (messages, tools, plans) are `datasets.Json`: stored as JSON text
under Arrow's json type, read back as what they were. Struct columns would fill every missing argument with null.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from skillweave.taxonomy.artifacts import canonical_json

Kind = Literal["string", "int64", "float64", "bool", "json", "strings", "jsons", "turns"]
Columns = Mapping[str, Kind]
TURN = ("from", "value")
"""parts of a ShareGPT turn"""
BATCH = 256
"""rows written to Parquet at once"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What stands in the shards."""

    rows: int
    parquet: tuple[str, ...]
    jsonl: tuple[str, ...]
    parquet_bytes: int
    jsonl_bytes: int


def write_shards(
    folder: Path, rows: Iterable[Mapping[str, Any]], columns: Columns, *, total: int, shard_rows: int, name: str
) -> Written:
    """Write ``total`` rows as ``data/NAME-I-of-N.parquet`` and ``jsonl/NAME-I-of-N.jsonl``."""
    shards = max(1, -(-total // shard_rows))
    source = iter(rows)
    parquet, jsonl, sizes = [], [], [0, 0]
    count = 0
    for number in range(shards):
        stem = f"{name}-{number:05d}-of-{shards:05d}"
        paths = (folder / "data" / f"{stem}.parquet", folder / "jsonl" / f"{stem}.jsonl")
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
        count += _write_shard(*paths, _take(source, shard_rows), columns)
        parquet.append(f"data/{paths[0].name}")
        jsonl.append(f"jsonl/{paths[1].name}")
        for place, path in enumerate(paths):
            sizes[place] += path.stat().st_size
    return Written(rows=count, parquet=tuple(parquet), jsonl=tuple(jsonl), parquet_bytes=sizes[0], jsonl_bytes=sizes[1])


def _take(source: Iterator[Mapping[str, Any]], count: int) -> Iterator[Mapping[str, Any]]:
    for _ in range(count):
        row = next(source, None)
        if row is None:
            return
        yield row


def _write_shard(parquet: Path, jsonl: Path, rows: Iterable[Mapping[str, Any]], columns: Columns) -> int:
    from pyarrow.parquet import ParquetWriter

    schema = arrow_schema(columns)
    count = 0
    with ExitStack() as stack:
        lines = stack.enter_context(jsonl.open("w", encoding="utf-8"))
        writer = stack.enter_context(ParquetWriter(parquet, schema, compression="zstd"))
        batch: list[Mapping[str, Any]] = []
        for row in rows:
            _write_line(lines, row)
            batch.append(row)
            count += 1
            if len(batch) == BATCH:
                writer.write_table(_table(batch, columns, schema))
                batch = []
        if batch:
            writer.write_table(_table(batch, columns, schema))
    return count


def _write_line(lines: IO[str], row: Mapping[str, Any]) -> None:
    lines.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")


def _table(rows: list[Mapping[str, Any]], columns: Columns, schema: Any) -> Any:
    import pyarrow as pa

    arrays = []
    for name, kind in columns.items():
        values = [row.get(name) for row in rows]
        if kind == "json":
            values = [None if v is None else canonical_json(v) for v in values]
        elif kind == "jsons":
            values = [None if v is None else [json.dumps(item, ensure_ascii=False) for item in v] for v in values]
        # Arrow builds no nested extension arrays from Python; it casts to them.
        plain = {"json": pa.string(), "jsons": pa.list_(pa.string())}.get(kind, schema.field(name).type)
        arrays.append(pa.array(values, type=plain).cast(schema.field(name).type))
    return pa.Table.from_arrays(arrays, schema=schema)


def arrow_schema(columns: Columns) -> Any:
    """Return the Arrow schema of columns, with the features by which `datasets` knows them."""
    import pyarrow as pa

    types = {
        "string": pa.string(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "json": pa.json_(),
        "strings": pa.list_(pa.string()),
        "jsons": pa.list_(pa.json_()),
        "turns": pa.list_(pa.struct([pa.field(name, pa.string()) for name in TURN])),
    }
    features = {name: _feature(kind) for name, kind in columns.items()}
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.schema([pa.field(name, types[kind]) for name, kind in columns.items()], metadata=metadata)


def _feature(kind: Kind) -> dict[str, Any]:
    if kind == "json":
        return {"_type": "Json"}
    if kind == "jsons":
        return {"feature": {"_type": "Json"}, "_type": "List"}
    if kind == "turns":
        return {"feature": {name: {"dtype": "string", "_type": "Value"} for name in TURN}, "_type": "List"}
    if kind == "strings":
        return {"feature": {"dtype": "string", "_type": "Value"}, "_type": "List"}
    return {"dtype": kind, "_type": "Value"}


def card_features(columns: Columns) -> list[dict[str, Any]]:
    """Return the columns as a dataset card lists them under ``features``."""
    lists: dict[str, Any] = {
        "strings": "string",
        "jsons": "json",
        "turns": [{"name": name, "dtype": "string"} for name in TURN],
    }
    return [
        {"name": name, "list": lists[kind]} if kind in lists else {"name": name, "dtype": kind}
        for name, kind in columns.items()
    ]
