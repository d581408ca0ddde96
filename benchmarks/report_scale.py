"""How long does a report of 100,000 rollouts take, and how much memory?

    python benchmarks/report_scale.py logs/react/RUN.eval [--rollouts 100000] [--alike] [--keep FOLDER]

Clones of one log go through what ``skillweave report`` calls. Each clone has sample ids of its own and, unless
``--alike``, other skills in its combinations, so that there are as many combinations as a run of that size would have.
Summaries are cloned for every sample, full samples for the failures only: nothing else is read of a full sample.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import zipfile_zstd as zipfile  # Inspect compresses its logs with zstd

sys.path.insert(0, str(Path(__file__).parent))
from marked import write_between

from skillweave.taxonomy.errors import UserError

PER_LOG = 4000
"""rollouts in one clone, about"""


def clone(log: Path, folder: Path, count: int, *, alike: bool = False) -> int:
    """Write clones of a log until there are at least ``count`` rollouts; return how many there are."""
    with zipfile.ZipFile(log) as source:
        header = json.loads(source.read("header.json"))
        summaries = json.loads(source.read("summaries.json"))
        failed = {
            (str(s["id"]), s["epoch"]): source.read(f"samples/{s['id']}_epoch_{s['epoch']}.json")
            for s in summaries
            if ((s.get("scores") or {}).get("outcome") or {}).get("value") == 0
        }
    if not summaries:
        raise UserError(f"{str(log)!r} holds no finished rollout")
    skills = sorted({n["skill"] for n in header["eval"]["metadata"]["skillweave"]["taxonomy"]["nodes"] if n["skill"]})
    folder.mkdir(parents=True, exist_ok=True)
    copies = -(-count // len(summaries))
    together = max(1, PER_LOG // len(summaries))
    for file, start in enumerate(range(0, copies, together)):
        renamed = []
        here = range(start, min(copies, start + together))
        header["eval"]["dataset"]["samples"] = len({s["id"] for s in summaries}) * len(here)
        with zipfile.ZipFile(folder / f"{file:04d}.eval", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
            target.writestr("header.json", json.dumps(header))
            for number in here:
                order = list(skills)
                if not alike:
                    random.Random(number).shuffle(order)
                other = dict(zip(skills, order, strict=True))
                renamed += [_renamed(s, number, other) for s in summaries]
                for (name, epoch), data in failed.items():
                    new = data.replace(json.dumps(name).encode(), json.dumps(f"{name}-{number}").encode())
                    target.writestr(f"samples/{name}-{number}_epoch_{epoch}.json", new)
            target.writestr("summaries.json", json.dumps(renamed))
    return copies * len(summaries)


def _renamed(summary: dict[str, Any], number: int, other: dict[str, str]) -> dict[str, Any]:
    """Return a summary under another id, with its skills replaced."""
    meta, scores = dict(summary["metadata"]), json.loads(json.dumps(summary.get("scores") or {}))
    meta["skills"] = sorted(other[s] for s in meta["skills"])
    meta["combination"] = "|".join(meta["skills"])
    if isinstance(meta.get("edges"), list):
        meta["edges"] = [[other[a], other[b]] for a, b in meta["edges"]]
    said = (scores.get("outcome") or {}).get("metadata") or {}
    if isinstance(said.get("skills"), dict):
        said["skills"] = {other[s]: got for s, got in said["skills"].items()}
    if said.get("first_broken"):
        said["first_broken"] = other[said["first_broken"]]
    return {**summary, "id": f"{summary['id']}-{number}", "metadata": meta, "scores": scores}


def measure(logs: Path, out: Path) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak megabytes of the report, made in a process of its own.

    What its readers use counts. Their peak is that of the largest, times their number, so the sum is an upper bound.
    """
    code = (
        "import resource, sys, time; from pathlib import Path; start = time.perf_counter()\n"
        "from skillweave.reports.page import write_report\n"
        "from skillweave.tasks.lanes import usable_processors\n"
        "write_report([Path(sys.argv[1])], Path(sys.argv[2]))\n"
        "own, others = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))\n"
        "cpu = sum(used.ru_utime + used.ru_stime for used in (own, others))\n"
        "most = own.ru_maxrss + usable_processors() * others.ru_maxrss\n"
        "print(time.perf_counter() - start, cpu, most / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(logs), str(out)], capture_output=True, text=True, check=True)
    wall, cpu, memory = map(float, done.stdout.split())
    return wall, cpu, memory


def main() -> None:
    """Clone, report, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log", type=Path)
    parser.add_argument("--rollouts", type=int, default=100_000)
    parser.add_argument("--alike", action="store_true", help="keep the combinations of the log")
    parser.add_argument("--keep", type=Path, help="folder for clones and report, instead of a temporary one")
    parser.add_argument("--write", type=Path, help="page to put the table into")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        start = time.perf_counter()
        made = clone(given.log, folder / "logs", given.rollouts, alike=given.alike)
        print(f"cloned {made:,} rollouts in {time.perf_counter() - start:.0f} s", file=sys.stderr)
        wall, cpu, memory = measure(folder / "logs", folder / "report")
        size = (folder / "report" / "index.html").stat().st_size / 1e6
        text = "| rollouts | wall seconds | CPU seconds | peak MB | page MB |\n| ---: | ---: | ---: | ---: | ---: |\n"
        text += f"| {made:,} | {wall:.0f} | {cpu:.0f} | {memory:.0f} | {size:.1f} |\n"
        print(text, end="")
        if given.write:
            write_between(given.write, "scale", text)


if __name__ == "__main__":
    main()
