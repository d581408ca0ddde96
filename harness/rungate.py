"""Run a gate's candidate: in one go, or half first, so that a clear regression ends at half the cost."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.reports.gate.config import GateConfig, read_quarantine
from skillweave.reports.gate.decide import first_look
from skillweave.reports.gate.looks import first_half
from skillweave.reports.gate.results import Results, read_results, read_run, results_of
from skillweave.taxonomy.errors import UserError

PATHS = ("tasks", "splits", "taxonomy", "prices")
"""options that name files, relative to the config's folder"""
Progress = Callable[[int, int], None]
"""(rollouts ended, rollouts planned)"""


def run_options(given: Mapping[str, Any], folder: Path, log_dir: Path) -> RunOptions:
    """Return the options of a config's run section; raises `UserError` for one that skillweave run does not have."""
    from pydantic import TypeAdapter, ValidationError

    names = {f.name for f in fields(RunOptions)} - {"log_dir", "pattern"}
    if unknown := sorted(set(given) - names):
        raise UserError(f"run: there is no option {unknown[0]!r}", hint=f"there is {', '.join(sorted(names))}")
    values = {name: folder / value if name in PATHS and value else value for name, value in given.items()}
    if isinstance(args := given.get("model_args"), Mapping):
        values["model_args"] = {name: _beside(value, folder) for name, value in args.items()}
    if str(values.get("agent", "")).partition(":")[0].endswith((".py", ".json")):
        values["agent"] = str(folder / values["agent"])
    try:
        return TypeAdapter(RunOptions).validate_python({**values, "log_dir": log_dir})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise UserError(f"run: {place}: {first['msg']} (got {str(first['input'])[:60]!r})") from None


def _beside(value: Any, folder: Path) -> Any:
    """Return the path of a file in the config's folder where a model's argument names one."""
    return str(folder / value) if isinstance(value, str) and (folder / value).is_file() else value


def run_candidate(config: GateConfig, folder: Path, *, log_dir: Path | None = None, progress: Progress) -> None:
    """Run the tasks of a config into its candidate's folder, or another.

    With two looks the rest is run only if the first half shows no regression. The same call again plays only what is
    not finished.
    """
    if config.run is None:
        raise UserError("the config has no run section", hint="say there what to run, or leave --run out")
    assert config.candidate is not None
    target = log_dir or config.candidate
    options = run_options(config.run, folder, target)
    if config.looks == 1:
        run_tasks(options, listener=lambda p: progress(p.ended, p.total))
        return
    assert config.baseline is not None
    baseline = read_results(config.baseline)
    half = first_half([t for t in baseline.tasks if t.of])
    rest = {t.id for t in baseline.tasks} - half
    _run_some(options, half, progress)
    look = first_look(baseline, results_of(read_run(target)), config, _quarantine(config))
    if look is None or not look.regressed:
        _run_some(options, rest, progress)


def promote(config: GateConfig, folder: Path, log_dir: Path, *, progress: Progress) -> Results:
    """Play the candidate's tasks once more and return that run: the next baseline.

    The run that the gate has judged is not taken: of several candidates the lucky one passes, and a baseline made of
    luck fails the next. Raises `UserError` where the folder holds the judged run, or the new one does not end well.
    """
    if config.candidate is not None and log_dir.resolve() == config.candidate.resolve():
        raise UserError(f"{str(log_dir)!r} holds the run that was judged", hint="name a folder of its own")
    run_candidate(config.model_copy(update={"looks": 1}), folder, log_dir=log_dir, progress=progress)
    found = results_of(read_run(log_dir))
    if found.errored or found.missing:
        raise UserError(
            f"{str(log_dir)!r} did not end well: {found.errored or f'{found.missing} rollouts never ran'}",
            hint="the same command again plays what is not finished",
        )
    return found


def _run_some(options: RunOptions, names: Iterable[str], progress: Progress) -> None:
    """Run the named tasks alone."""
    if chosen := sorted(names):
        run_tasks(replace(options, pattern=",".join(chosen)), listener=lambda p: progress(p.ended, p.total))


def _quarantine(config: GateConfig) -> Any:
    return read_quarantine(config.quarantine) if config.quarantine else ()
