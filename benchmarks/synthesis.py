"""Synthesis: how fast it is and how much memory it takes, and which sampled combinations become tasks.

    python benchmarks/synthesis.py speed -n 1000 -n 10000 -k 1 -k 3 -k 5 -k 1-5
    python benchmarks/synthesis.py acceptance -n 1000 -k 1-8
    python benchmarks/synthesis.py acceptance --report tasks.synthesis.json

Both print a Markdown table. Each measurement is made in a process of its own, on verified tasks of the office suite;
its start, with the loading of the suite, is not counted. Memory is the peak of the first process, and of its largest
worker.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from skillweave.harness.cli.synth import parse_sizes


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join("---" for _ in head) + "|"
    for row in rows:
        yield "| " + " | ".join(shown(value) for value in row) + " |"


def shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.2g}" if abs(value) < 0.1 and value else f"{value:.2f}"
    return str(value)


def measure(suite: str, k: str, n: int, processes: int, seed: int) -> dict[str, Any]:
    """Make tasks in this process and return what it took, with the report."""
    from skillweave.harness.sources import read_source
    from skillweave.tasks.journal import journal
    from skillweave.tasks.request import Request
    from skillweave.tasks.suites.registry import world_suite
    from skillweave.tasks.synthesize import make_tasks
    from skillweave.taxonomy.build import build_taxonomy

    apps, source = world_suite(suite), read_source([f"suite:{suite}"])
    tree = build_taxonomy(source.graph, seed=0, descriptions=source.descriptions, inputs=source.inputs)
    assert apps.release
    request = Request(ks=tuple(parse_sizes(k)), n=n, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        began, used = perf_counter(), process_time()
        with journal(Path(folder) / "tasks.jsonl", "benchmark", resume=False) as files:
            report = make_tasks(apps, tree, request, sink=files.write, processes=processes)
        seconds = perf_counter() - began
    own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "seconds": seconds,
        "cpu": process_time() - used + workers.ru_utime + workers.ru_stime,
        "megabytes": [own.ru_maxrss / 1024, workers.ru_maxrss / 1024 if processes > 1 else None],
        "report": report.to_json(),
    }


def apart(*options: Any) -> dict[str, Any]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "one", *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def speed(suite: str, ks: Sequence[str], ns: Sequence[int], processes: Sequence[int], seed: int) -> Iterator[str]:
    """Yield the table of speed and memory."""
    rows = []
    for k in ks:
        for n in ns:
            for count in processes:
                found = apart(suite, k, n, count, seed)
                made = found["report"]["made"]
                rate, cost = made / found["seconds"], 1000 * found["cpu"] / max(1, made)
                first, largest = (None if m is None else round(m) for m in found["megabytes"])
                rows.append((k, made, count, round(rate, 1), round(cost), first, largest))
    head = ("k", "tasks", "processes", "tasks/s", "CPU ms a task", "MB, first process", "MB, largest worker")
    yield from table(head, rows)


def acceptance(suite: str, ks: Sequence[str], ns: Sequence[int], seed: int, processes: int) -> Iterator[str]:
    """Yield the table of what becomes of sampled combinations, by k and span."""
    yield from acceptance_of(apart(suite, ",".join(ks), ns[0], processes, seed)["report"])


def acceptance_of(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield the table of one report."""
    rows = []
    for row in report["acceptance"]:
        reasons = sorted((-r["count"], r["reason"]) for r in report["table"] if r["k"] == row["k"])
        drawn, made, tried = row["drawn"], row["made"], row["tried"]
        rows.append(
            (
                row["k"],
                row["span"],
                row["uniform"],
                row["realisable"],
                drawn,
                made / drawn if drawn else None,
                made / tried if tried else None,
                f"{reasons[0][1]} ({-reasons[0][0]})" if reasons else None,
            )
        )
    head = (
        "k",
        "span",
        "share of all sets",
        "have a connected plan",
        "drawn of those",
        "gave a task",
        "tries that passed",
        "what stopped most tries at this k",
    )
    yield from table(head, rows)


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    for name in ("speed", "acceptance"):
        one = commands.add_parser(name)
        one.add_argument("-n", type=int, action="append")
        one.add_argument("-k", action="append")
        one.add_argument("--processes", type=int, action="append")
        one.add_argument("--suite", default="office")
        one.add_argument("--seed", type=int, default=7)
        one.add_argument("--report", type=Path, help="of a synthesis that was made before (acceptance only)")
    inner = commands.add_parser("one")
    inner.add_argument("values", nargs=5)
    given = parser.parse_args()
    if given.what == "one":
        suite, k, n, processes, seed = given.values
        print(json.dumps(measure(suite, k, int(n), int(processes), int(seed))))
        return
    ns, ks, processes = given.n or [1000], given.k or ["1-5"], given.processes or [1, 2]
    if given.report is not None:
        lines = acceptance_of(json.loads(given.report.read_text(encoding="utf-8")))
    elif given.what == "speed":
        lines = speed(given.suite, ks, ns, processes, given.seed)
    else:
        lines = acceptance(given.suite, ks, ns, given.seed, processes[-1])
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    main()
