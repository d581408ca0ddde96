"""Run a gate's candidate: in one go, or half first, so that a clear regression ends at half the cost."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.harness.runfile import parse_run
from skillweave.reports.gate.config import GateConfig, read_quarantine
from skillweave.reports.gate.decide import first_look
from skillweave.reports.gate.looks import first_half
from skillweave.reports.gate.results import Results, read_results, read_run, results_of
from skillweave.taxonomy.errors import UserError

Progress = Callable[[int, int], None]
"""(rollouts ended, rollouts planned)"""


def run_options(given: Mapping[str, Any], folder: Path, log_dir: Path) -> RunOptions:
    """Return the options of a config's run section: what a run file holds, for one agent with one model."""
    found = parse_run(given, folder.resolve(), "run")
    if len(found) != 1:
        raise UserError(f"run: a gate judges one agent with one model, this names {len(found)} runs")
    return replace(found[0], log_dir=log_dir)


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
