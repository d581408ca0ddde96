"""Worked examples in the prompt: from tasks or trajectories, never of what is played, and declared as practised."""

import json
from pathlib import Path
from typing import Any

import pytest
from ledger_suite import LIMIT, NOTE, READ, accounts_of, ledger_task
from scripted import steps, submit

from skillweave.harness.demos import worked
from skillweave.tasks.spec import write_tasks
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.weights import from_corpus


@pytest.fixture
def train(tmp_path: Path) -> Path:
    """Three tasks in other worlds."""
    path = tmp_path / "train.jsonl"
    write_tasks(path, [ledger_task(101, [READ, NOTE]), ledger_task(102, [READ]), ledger_task(103, [NOTE, LIMIT])])
    return path


def one_task(folder: Path) -> Path:
    write_tasks(folder / "one.jsonl", [ledger_task(1, [READ, NOTE])])
    records = [(READ, NOTE), (READ, NOTE), (LIMIT, "ledger.close"), (NOTE, LIMIT)]
    graph = from_corpus(corpus_from_records(records, normalise=False))
    build_taxonomy(graph, height=2, seed=0).save(folder / "taxonomy.json")
    return folder / "one.jsonl"


def test_examples_stand_in_the_prompt_and_are_declared(
    run: Any, samples: Any, script: Any, train: Path, tmp_path: Path
) -> None:
    from inspect_ai.log import read_eval_log

    script(steps([submit("1")]))
    tasks = one_task(tmp_path)
    plain = run(tasks=tasks, agent="react", log_dir=tmp_path / "plain")
    script(steps([submit("1")]))
    shown = run(tasks=tasks, agent="react", demos=f"{train}:2", log_dir=tmp_path / "shown")
    prompt = samples(shown)[0].messages[0].text
    balance = f"{accounts_of(101)['acc-1']['balance']:g}"
    assert f"Request: Do {READ}." in prompt
    assert f'add_note({{"account":"acc-2","note":"balance {balance}"}})' in prompt.replace(": ", ":").replace(", ", ",")
    assert "Do ledger.write_note and ledger.set_limit" not in prompt
    assert prompt.endswith("You keep the ledger.")
    assert samples(plain)[0].metadata["novelty"] is None
    assert (samples(shown)[0].metadata["novelty"], samples(shown)[0].metadata["length"]) == (0, "seen")
    said = read_eval_log(str(shown.log), header_only=True).eval.metadata["skillweave"]
    assert said["exposure"]["declared"] is True
    assert said["exposure"]["combinations"] == [[READ], [READ, NOTE]] or said["exposure"]["size"] == 2
    assert said["exposure"]["tasks"] == ["ledger-0102", "ledger-0101"]
    assert said["options"]["demos"] == f"{train}:2"


def test_trajectories_are_shown_too(run: Any, samples: Any, script: Any, tmp_path: Path) -> None:
    call = {"id": "c", "function": {"name": "get_balance", "arguments": '{"account": "acc-1"}'}}
    row = {
        "task": "ledger-0102",
        "skills": [READ],
        "success": True,
        "messages": [
            {"role": "system", "content": "SECRET"},
            {"role": "user", "content": "How much?"},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c", "content": "7" * 9000},
        ],
    }
    path = tmp_path / "rows.jsonl"
    failed = {**row, "task": "ledger-0103", "success": False}
    path.write_text(json.dumps(failed) + "\n" + json.dumps(row) + "\n")
    script(steps([submit("1")]))
    result = run(tasks=one_task(tmp_path), agent="react", demos=f"{path}:1")
    prompt = samples(result)[0].messages[0].text
    assert 'Request: How much?\nget_balance({"account": "acc-1"}) -> 777' in prompt
    assert "SECRET" not in prompt
    assert len(prompt) < 4000
    with pytest.raises(UserError, match="holds 1 examples"):
        run(tasks=one_task(tmp_path), agent="react", demos=f"{path}:2", model="mockllm/model")


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("train.jsonl", "no demos 'train.jsonl'"),
        ("train.jsonl:0", "no demos"),
        ("gone.jsonl:2", "no file 'gone.jsonl'"),
        ("one.jsonl:1", "holds 0 examples"),
        ("bad.jsonl:1", "no trajectory with messages and skills"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.jsonl").write_text('{"messages": 3}\n')
    with pytest.raises(UserError, match=words):
        run(tasks=one_task(tmp_path), agent="react", demos=spec, model="mockllm/model")
    assert not (tmp_path / "logs").exists()


def test_an_example_without_calls_is_its_request() -> None:
    assert worked([{"role": "user", "content": "Hello."}]) == "Request: Hello."
