"""The skill graph: which skills occur together, and how strongly."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from skillweave.taxonomy.errors import UserError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkillGraph:
    """An undirected weighted graph over skills, without self-loops."""

    names: tuple[str, ...]
    """The skills, in the order of the rows."""
    adjacency: sparse.csr_array[Any]
    """Symmetric float64 CSR (n, n), zero diagonal, indices sorted."""
    weight: str
    """How edges are weighted: count, steps, ppmi, cosine or given."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """What was dropped or summed on the way: counts by reason."""

    @property
    def degrees(self) -> Floats:
        """Weighted degrees (n,)."""
        return np.asarray(self.adjacency.sum(axis=1), dtype=np.float64).ravel()

    @property
    def edges(self) -> int:
        """Number of undirected edges."""
        return int(self.adjacency.nnz // 2)

    @property
    def sha256(self) -> str:
        """Identity of the graph: names and weighted edges, whatever the order of the skills."""
        order = np.argsort(np.asarray(self.names, dtype=object))
        adjacency = sparse.csr_array(self.adjacency[order][:, order])
        adjacency.sort_indices()
        state = hashlib.sha256("\0".join(self.names[i] for i in order).encode())
        for part in (adjacency.indptr.astype("<i8"), adjacency.indices.astype("<i8"), adjacency.data.astype("<f8")):
            state.update(part.tobytes())
        return state.hexdigest()

    def components(self) -> Ints:
        """Return the component number of each skill (n,)."""
        from scipy.sparse.csgraph import connected_components

        return np.asarray(connected_components(self.adjacency, directed=False)[1], dtype=np.int64)


def from_edges(
    names: Sequence[str], source: Ints, target: Ints, weights: Floats, *, kind: str = "given", where: str = "edge"
) -> SkillGraph:
    """Return the graph of an edge list: self-loops dropped and counted, duplicate edges (either direction) summed.

    ``source`` and ``target`` index ``names``. A weight that is not a positive finite number raises `UserError` with the
    edge and its place, ``where`` being what one row is called.

    >>> g = from_edges(["a", "b"], np.array([0, 1, 0]), np.array([1, 0, 0]), np.array([1.0, 2.0, 5.0]))
    >>> g.degrees.tolist(), dict(g.notes)
    ([3.0, 3.0], {'self_loops': 1, 'duplicate_edges': 1})
    """
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights > 0)))
    if bad.size:
        row = int(bad[0])
        raise UserError(
            f"{where} {row + 1} ({names[source[row]]!r}, {names[target[row]]!r}) has weight {float(weights[row])!r}",
            hint="weights must be finite and more than 0; leave an edge out instead of giving it 0",
        )
    if not names:
        raise UserError("the graph has no skills", hint="give at least one edge")
    loops = source == target
    low, high = np.minimum(source, target)[~loops], np.maximum(source, target)[~loops]
    upper = sparse.coo_array((weights[~loops].astype(np.float64), (low, high)), shape=(len(names), len(names))).tocsr()
    upper.sum_duplicates()
    notes = {"self_loops": int(loops.sum()), "duplicate_edges": int(low.size - upper.nnz)}
    return SkillGraph(names=tuple(names), adjacency=_symmetric(upper), weight=kind, notes=notes)


def _symmetric(upper: Any) -> sparse.csr_array[Any]:
    full = sparse.csr_array(upper + upper.T, dtype=np.float64)
    full.sort_indices()
    return full


def read_edges(path: Path | str) -> SkillGraph:
    """Return the graph in a CSV of ``source,target,weight`` (``.gz`` too); without a third column every weight is 1.

    The header line is needed. A row that is no edge raises `UserError` with its line number.
    """
    import pyarrow as pa
    from pyarrow import csv

    place = Path(path)
    if not place.is_file():
        raise UserError(f"no file {str(place)!r}", hint="--graph reads a CSV of source,target,weight, also .gz")
    text = csv.ConvertOptions(column_types={name: pa.string() for name in ("source", "target", "weight")})
    try:
        table = csv.read_csv(place, convert_options=text)
    except (pa.ArrowInvalid, OSError) as error:
        raise UserError(f"{str(place)!r} is no CSV of edges: {str(error).splitlines()[0]}") from None
    if not {"source", "target"} <= set(table.column_names):
        raise UserError(
            f"{str(place)!r} has the columns {', '.join(table.column_names)}",
            hint="the first line must be source,target,weight",
        )
    if table.num_rows == 0:
        raise UserError(f"{str(place)!r} has no edges", hint="give at least one row of source,target,weight")
    weights = np.ones(table.num_rows)
    if "weight" in table.column_names:
        try:
            weights = table["weight"].cast(pa.float64()).to_numpy()
        except pa.ArrowInvalid:
            row, value = next((i, v) for i, v in enumerate(table["weight"].to_pylist()) if not _is_number(v))
            raise UserError(f"{place}:{row + 2}: weight {value!r} is no number") from None
    both = pa.chunked_array([*table["source"].chunks, *table["target"].chunks]).combine_chunks().dictionary_encode()
    codes = both.indices.to_numpy().astype(np.int64)
    names = both.dictionary.to_pylist()
    blank = next((i for i, name in enumerate(names) if not name.strip()), None)
    if blank is not None:
        row = int(np.flatnonzero(codes == blank)[0]) % table.num_rows
        raise UserError(f"{place}:{row + 2}: a skill has no name")
    order = np.argsort(np.asarray(names, dtype=object))
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    codes = rank[codes]
    rows = table.num_rows
    return from_edges([names[i] for i in order], codes[:rows], codes[rows:], weights, where=f"{place}: edge")


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
