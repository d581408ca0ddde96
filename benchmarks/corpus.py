"""From a Parquet corpus of a million records to the skill graph: time and peak memory.

    python benchmarks/corpus.py [--records 1000000] [--skills 20000] [--write]

Records name 1 to 10 skills (5 different ones on average), most of them of one of 200 topics, by a long-tailed
popularity; some names come in a second spelling, which is to be merged. The measured process only reads the file and
makes the graph; its memory is the highest resident size beyond what it held after the imports (Linux). ``--write``
puts the table into docs/taxonomy.md.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from taxonomy import DOCS, resident, table, write_between  # noqa: TID251

HEADER = ("records", "skills a record", "skills", "spellings merged", "edges", "step", "wall s", "CPU s", "peak MB")
TOPICS = 200


def write_corpus(path: Path, records: int, skills: int, *, seed: int = 0) -> None:
    """Write a Parquet file of records, in row groups of 100,000."""
    import pyarrow as pa
    from pyarrow import parquet

    rng = np.random.default_rng(seed)
    names = np.asarray(
        [f"Skill number {i}" for i in range(skills)] + [f"skill_number_{i}" for i in range(0, skills, 50)]
    )
    weight = 1.0 / (1 + rng.permutation(skills)) ** 0.7
    topic = np.sort(rng.integers(TOPICS, size=skills))
    total = np.concatenate([[0.0], np.cumsum(weight)])
    schema = pa.schema([("skills", pa.list_(pa.string()))])
    with parquet.ParquetWriter(path, schema) as writer:
        for start in range(0, records, 100_000):
            sizes = rng.integers(1, 11, size=min(100_000, records - start))
            own = np.repeat(rng.integers(TOPICS, size=len(sizes)), sizes)
            inside = rng.random(len(own)) < 0.8
            low = np.where(inside, np.searchsorted(topic, own), 0)
            high = np.where(inside, np.searchsorted(topic, own, side="right"), skills)
            drawn = total[low] + rng.random(len(own)) * (total[high] - total[low])
            picked = np.clip(np.searchsorted(total, drawn, side="right") - 1, 0, skills - 1)
            other = (picked % 50 == 0) & (rng.random(len(picked)) < 0.3)
            picked = np.where(other, skills + picked // 50, picked)
            ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
            column = pa.ListArray.from_arrays(pa.array(ends), pa.array(names[picked]))
            writer.write_table(pa.table({"skills": column}, schema=schema))


def measure(path: Path) -> list[dict[str, Any]]:
    """Return the rows of reading the corpus and of making its graph, measured in this process."""
    import scipy.sparse.csgraph  # noqa: F401
    from pyarrow import compute, csv, parquet  # noqa: F401

    from skillweave.taxonomy.readers import read_corpus
    from skillweave.taxonomy.weights import from_corpus

    held = resident("VmRSS")
    clocks = [(time.perf_counter(), time.process_time())]
    corpus = read_corpus([path])
    clocks.append((time.perf_counter(), time.process_time()))
    peaks = [resident("VmHWM") - held]
    graph = from_corpus(corpus)
    clocks.append((time.perf_counter(), time.process_time()))
    peaks.append(resident("VmHWM") - held)
    facts = {
        "records": f"{corpus.records:,}",
        "skills a record": f"{corpus.incidence.nnz / corpus.records:.2f}",
        "skills": f"{len(graph.names):,}",
        "spellings merged": f"{corpus.notes['merged_spellings']:,}",
        "edges": f"{graph.edges:,}",
    }
    rows = []
    for step, (one, two), peak in (("read", (0, 1), peaks[0]), ("to the graph, reading included", (0, 2), peaks[1])):
        wall, cpu = (clocks[two][clock] - clocks[one][clock] for clock in (0, 1))
        rows.append({**facts, "step": step, "wall s": f"{wall:.2f}", "CPU s": f"{cpu:.2f}", "peak MB": f"{peak:.0f}"})
    return rows


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--skills", type=int, default=20_000)
    parser.add_argument("--write", action="store_true", help="put the table into docs/taxonomy.md")
    parser.add_argument("--one", type=Path, metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.parquet"
        write_corpus(path, options.records, options.skills)
        command = [sys.executable, __file__, "--one", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    text = table(json.loads(done.stdout.strip().splitlines()[-1]), HEADER)
    print(text)
    if options.write:
        write_between(DOCS, "benchmark: corpus", text)


if __name__ == "__main__":
    main()
