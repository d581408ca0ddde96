"""A run over several processes, one core each, and one log in the end, as a run in one process would have left it.

The shards stand in ``<log folder>.shards`` beside the log folder, never in it: a report would count them twice. They
are kept until every rollout is scored, so that the same command goes on where it stopped.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from skillweave.harness.lock import locked
from skillweave.harness.progress import Listener, Progress
from skillweave.harness.run import RunOptions, check_run, run_tasks
from skillweave.harness.summary import RunResult, summarize
from skillweave.taxonomy.artifacts import digest, read_json, write_json
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog

PATHS = ("tasks", "log_dir", "splits", "taxonomy", "prices")
PLAN = "shards.json"


def shards_of(log_dir: Path) -> Path:
    """Return the folder in which the shards of a run stand."""
    return log_dir.with_name(f"{log_dir.name}.shards")


def run_sharded(options: RunOptions, workers: int, *, listener: Listener | None = None) -> RunResult:
    """Run the tasks over so many processes and return what came of it, in one log with its metrics made anew.

    Sample ids and scores are those of a run in one process. Raises `UserError` as `run_tasks` does, and where the
    folder holds a run that was begun in one process.
    """
    total = check_run(options)
    folder = shards_of(options.log_dir)
    key = digest({**_plain(options), "log_dir": None, "max_samples": None, "max_cost": None})
    with locked(options.log_dir):
        done = _merged(options.log_dir, key)
        if done is not None and done.status == "success":
            return summarize(done, options.log_dir)
        count = _count(folder, key, min(workers, total))
        logs = _play(options, folder, count, workers, total, listener)
        merged = _merge(logs, options, key)
        if done is not None:
            Path(done.location).unlink(missing_ok=True)
        if merged.status == "success":
            shutil.rmtree(folder)
    return summarize(merged, options.log_dir)


def _count(folder: Path, key: str, workers: int) -> int:
    """Return the number of shards: what an earlier call made it, else one a worker."""
    plan = folder / PLAN
    if plan.is_file():
        found = read_json(plan)
        if found["key"] != key:
            raise UserError(
                f"{str(folder)!r} holds the shards of another run", hint="finish that run, or remove the folder"
            )
        return int(found["count"])
    write_json(plan, {"key": key, "count": workers})
    return workers


def _merged(log_dir: Path, key: str) -> "EvalLog | None":
    from inspect_ai.log import list_eval_logs, read_eval_log

    for info in list_eval_logs(str(log_dir)):
        header = read_eval_log(info, header_only=True)
        said = (header.eval.metadata or {})["skillweave"]
        if said.get("shards", {}).get("key") == key:
            return header
        if said.get("shards") is None and header.status != "success":
            raise UserError(
                f"log folder {str(log_dir)!r} holds a run that was begun in one process",
                hint="go on without --workers, or name another --log-dir",
            )
    return None


def _play(
    options: RunOptions, folder: Path, count: int, workers: int, total: int, listener: Listener | None
) -> "list[EvalLog]":
    heard: dict[int, Mapping[str, int]] = {}
    lock = Lock()

    def tell(number: int, found: Mapping[str, int]) -> None:
        with lock:
            heard[number] = found
            sums = {name: sum(one[name] for one in heard.values()) for name in ("ended", "scored", "succeeded")}
        if listener is not None:
            listener(Progress(total=total, **sums))

    processes: list[subprocess.Popen[str]] = []

    def shard(number: int) -> Path:
        limit = "" if options.limit is None else f":{options.limit}"
        own = replace(
            options,
            log_dir=folder / str(number),
            limit=None,
            shard=f"{number}/{count}{limit}",
            max_cost=None if options.max_cost is None else options.max_cost / count,
        )
        command = [sys.executable, "-m", "skillweave.harness.shards"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            processes.append(process)
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(_plain(own)))
            process.stdin.close()
            log = None
            for line in process.stdout:
                found = json.loads(line)
                if "error" in found:
                    raise UserError(found["error"], hint=found["hint"])
                if "log" in found:
                    log = Path(found["log"])
                else:
                    tell(number, found)
        if log is None:
            raise UserError(
                f"the process of shard {number} ended with {process.returncode}",
                hint="run the same command again: finished rollouts are kept",
            )
        return log

    with _ending(processes), ThreadPoolExecutor(workers) as pool:
        paths = list(pool.map(shard, range(count)))
    from inspect_ai.log import read_eval_log

    return [read_eval_log(str(path)) for path in paths]


@contextmanager
def _ending(processes: Sequence["subprocess.Popen[str]"]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        # Ctrl-C reaches the processes by itself; whatever else ends us must not leave them behind.
        for process in processes:
            if process.poll() is None:
                process.terminate()
        raise


def _merge(logs: "Sequence[EvalLog]", options: RunOptions, key: str) -> "EvalLog":
    """Write the log of the whole from those of the shards."""
    from inspect_ai.log import read_eval_log, recompute_metrics, write_eval_log

    merged = logs[0]
    samples = [sample for log in logs for sample in log.samples or ()]
    merged.samples = sorted(samples, key=lambda s: (s.epoch, str(s.id)))
    ids = [name for log in logs for name in log.eval.dataset.sample_ids or ()]
    merged.eval.dataset.sample_ids = sorted(ids, key=str)
    merged.eval.dataset.samples = len(ids)
    for arguments in (merged.eval.task_args, merged.eval.task_args_passed):
        arguments.pop("shard", None)
    if merged.eval.metadata is not None:
        merged.eval.metadata["skillweave"]["shards"] = {"key": key, "count": len(logs)}
    for log in logs[1:]:
        for name, usage in log.stats.model_usage.items():
            known = merged.stats.model_usage.get(name)
            merged.stats.model_usage[name] = usage if known is None else known + usage
    merged.stats.started_at = min(log.stats.started_at for log in logs)
    merged.stats.completed_at = max(log.stats.completed_at for log in logs)
    merged.status = next((log.status for log in logs if log.status != "success"), "success")
    merged.error = next((log.error for log in logs if log.error is not None), None)
    if merged.results is not None:
        merged.results.total_samples = sum(log.results.total_samples for log in logs if log.results)
        merged.results.completed_samples = sum(log.results.completed_samples for log in logs if log.results)
    recompute_metrics(merged)
    location = options.log_dir / Path(merged.location).name
    write_eval_log(merged, str(location))
    return read_eval_log(str(location), header_only=True)


def _plain(options: RunOptions) -> dict[str, Any]:
    return {k: str(v.resolve()) if isinstance(v, Path) else v for k, v in asdict(options).items()}


def _options(found: Mapping[str, Any]) -> RunOptions:
    given: dict[str, Any] = {k: Path(v) if k in PATHS and v is not None else v for k, v in found.items()}
    return RunOptions(**given)


def _say(value: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run one shard: options on standard input, progress and the log on standard output."""
    options = _options(json.load(sys.stdin))

    def tell(progress: Progress) -> None:
        _say({"ended": progress.ended, "scored": progress.scored, "succeeded": progress.succeeded})

    try:
        result = run_tasks(options, listener=tell)
    except UserError as error:
        _say({"error": error.message, "hint": error.hint})
        return
    _say({"log": str(result.log)})


if __name__ == "__main__":
    main()
