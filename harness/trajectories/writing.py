"""One format of an export on disk: shards, and the dataset card."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from skillweave.harness.trajectories.card import card
from skillweave.harness.trajectories.evallog import write_logs
from skillweave.harness.trajectories.formats import Format
from skillweave.harness.trajectories.order import Order
from skillweave.harness.trajectories.spool import Spool
from skillweave.harness.trajectories.tables import write_shards
from skillweave.taxonomy.artifacts import write_json

SPLIT = "train"
"""name of the one split of an export, whatever its rows' own"""


def write_format(
    form: Format, spool: Spool, order: Order, folder: Path, report: Mapping[str, Any], *, shard_rows: int
) -> None:
    """Write the rows in a format: shards of Parquet and JSON Lines with the card, or logs."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = _rows(form, spool, order)
    if not form.columns:
        write_logs(folder, rows, report, total=len(order), shard_rows=shard_rows)
        return
    written = write_shards(folder, rows, form.columns, total=len(order), shard_rows=shard_rows, name=SPLIT)
    (folder / "README.md").write_text(card(form, written, report), encoding="utf-8")
    for name, content in form.beside.items():
        write_json(folder / name, content())


def _rows(form: Format, spool: Spool, order: Sequence[tuple[int | None, int]]) -> Iterator[dict[str, Any]]:
    for (epoch, _), row in zip(order, spool.read(number for _, number in order), strict=True):
        yield form.project({**row, "epoch": epoch})
