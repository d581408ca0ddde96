"""From options and a gate.yaml to a verdict: find the runs, read the quarantine, decide, show where rollouts part."""

from dataclasses import dataclass
from pathlib import Path

from skillweave.reports.gate.config import GateConfig, read_config, read_quarantine
from skillweave.reports.gate.decide import Gate, decide
from skillweave.reports.gate.parting import Parting, partings
from skillweave.reports.gate.results import read_results, read_run, results_of
from skillweave.taxonomy.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A verdict, and the first tasks that went worse side by side."""

    gate: Gate
    partings: tuple[Parting, ...]
    """empty where the baseline is a file: it holds no rollouts"""


def configure(config: Path | None, baseline: Path | None, candidate: Path | None) -> GateConfig:
    """Return the config with the command line's paths in place of its own; raises `UserError` where one is missing."""
    found = GateConfig() if config is None else read_config(config)
    given = {"baseline": baseline or found.baseline, "candidate": candidate or found.candidate}
    found = found.model_copy(update=given)
    for name in ("baseline", "candidate"):
        if getattr(found, name) is None:
            raise UserError(f"no {name} to judge", hint=f"give --{name} PATH, or name it in the config")
    return found


def judge(config: GateConfig) -> Judged:
    """Return the verdict on the candidate's logs; raises `UserError` for what cannot be read."""
    assert config.baseline is not None
    assert config.candidate is not None
    quarantine = read_quarantine(config.quarantine) if config.quarantine else ()
    run = read_run(config.candidate)
    if config.baseline.suffix == ".json":
        return Judged(gate=decide(read_results(config.baseline), results_of(run), config, quarantine), partings=())
    before = read_run(config.baseline)
    gate = decide(results_of(before), results_of(run), config, quarantine)
    return Judged(gate=gate, partings=partings(gate.broken, before, run) if gate.broken else ())
