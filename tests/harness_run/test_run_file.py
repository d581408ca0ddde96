"""A file that describes a whole run."""

from pathlib import Path

import pytest
from ledger_suite import LedgerSuite, write_ledger

from skillweave.harness.run import run_tasks
from skillweave.harness.runfile import read_runfile
from skillweave.taxonomy.errors import UserError


def test_a_run_file_describes_every_agent_with_every_model(ledger: LedgerSuite, tmp_path: Path) -> None:
    write_ledger(tmp_path, 7)
    (tmp_path / "skillweave.yaml").write_text(
        "suite: ledger\ntasks: tasks.jsonl\nagents: [react, oracle]\nmodels: [simulated/perfect, simulated/hopeless]\n"
        "log_dir: out\nepochs: 2\nlimits: {tool_calls: 30, seconds: 60}\n"
    )
    runs = read_runfile(tmp_path / "skillweave.yaml")
    assert [(r.agent, r.model, r.log_dir.name) for r in runs] == [
        ("react", "simulated/perfect", "react-simulated-perfect"),
        ("react", "simulated/hopeless", "react-simulated-hopeless"),
        ("oracle", None, "oracle"),
    ]
    assert (runs[0].tool_limit, runs[0].time_limit, runs[0].epochs) == (30, 60, 2)
    assert [run_tasks(r).success for r in runs] == [1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "tasks: Field required"),
        ("tasks: t.jsonl\nagnets: [react]", "agnets"),
        ("tasks: t.jsonl\nepochs: 0", "epochs"),
        ("tasks: t.jsonl\nlimits: {token: 3}", "limits.token"),
        ("tasks: [", "no YAML"),
        ("suite: office\ntasks: tasks.jsonl", "is for suite 'office', its tasks are of 'ledger'"),
    ],
)
def test_a_run_file_that_is_wrong_is_refused(ledger: LedgerSuite, tmp_path: Path, text: str, words: str) -> None:
    write_ledger(tmp_path, 2)
    (tmp_path / "skillweave.yaml").write_text(text)
    with pytest.raises(UserError) as caught:
        read_runfile(tmp_path / "skillweave.yaml")
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("text", "hint"),
    [("agnets: [react]", "it may hold tasks, suite,"), ("limits: {token: 3}", "limits may hold steps,")],
)
def test_the_hint_names_the_keys_of_the_place(tmp_path: Path, text: str, hint: str) -> None:
    (tmp_path / "skillweave.yaml").write_text(f"tasks: t.jsonl\n{text}")
    with pytest.raises(UserError) as caught:
        read_runfile(tmp_path / "skillweave.yaml")
    assert (caught.value.hint or "").startswith(hint)
