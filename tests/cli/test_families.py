"""Families from synthesis to the report: success of a combination against its own parts, bound as they are in it."""

import json
from collections import Counter
from pathlib import Path

from skillweave.reports.analysis import analyse
from skillweave.reports.families import base_outcomes, families
from skillweave.reports.logs import read_logs
from skillweave.tasks.spec import read_tasks

PROFILE = {"base": 0.95, "k": {"1": 0.9, "2": 0.7, "3": 0.6}}


def test_families_run_from_synthesis_to_a_measured_gap(cli, tree_file: Path) -> None:
    made = cli("synth", "--taxonomy", tree_file, "--families", "-k", "2", "-n", 8, "-o", "tasks.jsonl", "--json")
    tasks = read_tasks(Path("tasks.jsonl"))
    assert (made.code, made.value["made"]) == (0, 8)
    whole = made.value["families"]["whole"]
    assert whole >= 6  # luck may pass an atom, so few are missing
    assert Counter(t.role for t in tasks) == {"combination": 8, **made.value["families"]["members"]}
    Path("profile.json").write_text(json.dumps(PROFILE))
    cli("run", "tasks.jsonl", "--model", "simulated/own", "-M", "profile=profile.json", "--epochs", 4, "-q")
    (run,) = read_logs([Path("logs")])
    found, short = families(run.rollouts)
    assert len(found) == whole
    assert short <= 8 - whole
    assert len(base_outcomes(run.rollouts)) == 4 * sum(t.role == "base" for t in tasks)
    figures = analyse([run]).measured[0]
    assert figures.families is not None
    assert figures.families.overall.gap is not None
    assert {a.k: a.basis for a in figures.by_k}[2] == "bound atoms of the same families"
    assert {"literal inputs", "inputs to look up"} & set(figures.atoms)
    assert figures.headline.n == 8 * 4, "atoms and bases are in the headline"
