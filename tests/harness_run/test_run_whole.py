"""Runs as a whole: locks, prices, estimates, run files, logs, scores made anew, several processes, faulty endpoints."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ledger_suite import COMBINATIONS, LedgerSuite, write_ledger

from skillweave.harness.history import list_runs, rescore_logs
from skillweave.harness.lock import NAME, locked
from skillweave.harness.run import RunOptions, estimate, run_tasks
from skillweave.harness.shards import run_sharded, shards_of
from skillweave.taxonomy.errors import UserError

SUPPORT = Path(__file__).parents[1] / "support"


@pytest.fixture
def outside(tmp_path: Path) -> dict[str, str]:
    """The environment of a process of its own that knows the ledger, which needs a sitecustomize."""
    place = tmp_path / "site"
    place.mkdir()
    (place / "sitecustomize.py").write_text(
        f"import sys; sys.path.insert(0, {str(SUPPORT)!r})\n"
        "from skillweave.tasks.suites import registry\n"
        "def ledger():\n    from ledger_suite import LedgerSuite\n    return LedgerSuite()\n"
        "registry.SUITES = {**registry.SUITES, 'ledger': ledger}\n"
    )
    paths = [str(place), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p), "XDG_DATA_HOME": str(tmp_path / "data")}


# --- one run at a time


def test_a_folder_that_a_living_process_holds_is_refused_and_a_dead_one_holds_nothing(run: Any, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from skillweave.harness.lock import locked\n"
        "with locked(Path(sys.argv[1])):\n    print('held', flush=True); time.sleep(600)\n"
    )
    logs = tmp_path / "logs"
    with subprocess.Popen([sys.executable, "-c", code, str(logs)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UserError, match=f"process {holder.pid} is running into") as caught:
            run(3)
        assert "--log-dir" in str(caught.value.hint)
        holder.kill()
        holder.wait()
    assert (logs / NAME).exists()
    assert run(3).scored == 3
    assert not (logs / NAME).exists()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"), locked(tmp_path / "file" / "logs"):
        pass


@pytest.mark.slow
def test_a_full_disk_ends_the_run_with_a_word_and_loses_nothing(
    ledger: LedgerSuite, tmp_path: Path, outside: dict[str, str]
) -> None:
    tasks = write_ledger(tmp_path, 7)
    command = [sys.executable, "-c", "from skillweave.harness.cli import main; main()", "run", str(tasks)]
    command += ["--agent", "oracle", "--log-dir", str(tmp_path / "logs"), "-q"]
    full = (
        "import resource, signal, os, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))\n"
        "os.execv(sys.argv[1], sys.argv[1:])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", full, *command],
        env=outside,
        cwd=tmp_path,  # Inspect asks git about the folder, which would leave its own half-written files here
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "could not be written: File too large" in done.stderr
    assert "hint: make room, then run the same command again" in done.stderr
    assert run_tasks(RunOptions(tasks=tasks, log_dir=tmp_path / "logs", agent="oracle")).scored == 7


# --- endpoints that fail


class Faulty(BaseHTTPRequestHandler):
    """An OpenAI-compatible endpoint that fails in one way for each combination of skills."""

    faults = ("429", "500", "garbage", "half", "drop", "hang", "fine")
    asked: dict[str, int] = {}  # noqa: RUF012  shared on purpose

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = next(m["content"] for m in body["messages"] if m["role"] == "user")
        fault = self.faults[[f"Do {' and '.join(c)}." for c in COMBINATIONS].index(text)]
        self.asked[fault] = self.asked.get(fault, 0) + 1
        call = {"name": "submit_answer", "arguments": '{"answer": "done"}'}
        message = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "c", "type": "function", "function": call}],
        }
        choice = {"index": 0, "finish_reason": "tool_calls", "message": message}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        whole = json.dumps(
            {"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
        )
        if fault == "drop":
            self.close_connection = True
            self.connection.close()
            return
        if fault == "hang":
            time.sleep(3)
        status = int(fault) if fault.isdigit() else 200
        said = {"garbage": "<html>busy</html>", "half": whole[: len(whole) // 2]}.get(fault, whole)
        said = '{"error": {"message": "overloaded"}}' if status != 200 else said
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said.encode())
        except OSError:
            return

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def faulty() -> Iterator[str]:
    """The address of a faulty endpoint."""
    Faulty.asked = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Faulty)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.slow
def test_faults_of_the_endpoint_are_tried_again_within_bounds_then_unscored(
    run: Any, samples: Any, faulty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_API_KEY", "x")
    result = run(
        7,
        agent="react",
        model="openai-api/local/m",
        model_base_url=faulty,
        max_retries=1,
        request_timeout=1,
        retry_on_error=0,
        max_samples=7,
    )
    assert (result.scored, result.unscored) == (1, 6), result.errors
    assert {error.id for error in result.errors} == {f"ledger-000{i}" for i in range(6)}
    assert not any("the agent raised" in error.message for error in result.errors)
    assert all(1 <= Faulty.asked[fault] <= 8 for fault in Faulty.faults), Faulty.asked
    assert Faulty.asked["429"] >= 2
    assert Faulty.asked["500"] >= 2
    assert all(not s.scores for s in samples(result) if s.id != "ledger-0006")


# --- what it will cost, and what it may


PRICES = "simulated/perfect: {input: 10, output: 20}\nmockllm/model: {input: 1, output: 1}\n"


def test_a_dry_run_says_what_to_expect_and_writes_nothing(ledger: LedgerSuite, tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text(PRICES)
    options = RunOptions(
        tasks=write_ledger(tmp_path, 7),
        log_dir=tmp_path / "logs",
        model="simulated/perfect",
        prices=tmp_path / "prices.yaml",
        epochs=3,
    )
    found = estimate(options)
    calls = 3 * sum(len(c) + 1 for c in COMBINATIONS)
    assert (found.tasks, found.rollouts, found.model_calls, found.measured) == (7, 21, calls, 7)
    assert found.cost == pytest.approx((found.input_tokens * 10 + found.output_tokens * 20) / 1e6, rel=1e-3)
    assert not (tmp_path / "logs").exists()
    played = run_tasks(options)
    assert played.scored == 21
    assert 0.4 < found.input_tokens / played.tokens < 2.5


def test_no_rollout_begins_once_the_sum_is_spent_and_a_larger_sum_goes_on(
    run: Any, ledger: LedgerSuite, tmp_path: Path
) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text(PRICES)
    given = {"agent": "react", "model": "simulated/perfect", "prices": prices, "max_samples": 1}
    stopped = run(14, max_cost=0.01, **given)
    assert 0 < stopped.scored < 14
    assert stopped.scored + stopped.unscored == 14
    assert "of at most $0.01 were spent" in stopped.errors[0].message
    opened = len(ledger.opened)
    assert run(14, max_cost=10.0, **given).scored == 14
    assert len(ledger.opened) == opened + 14 - stopped.scored


@pytest.mark.parametrize(
    ("text", "words"),
    [("- a", "prices"), ("a/b: {input: -1, output: 1}", "a/b.input"), ("a/b: {input: 1}", "a/b.output"), ("{", "YAML")],
)
def test_prices_that_are_none_are_refused(run: Any, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "prices.yaml").write_text(text)
    with pytest.raises(UserError, match=words):
        run(3, agent="react", model="mockllm/model", prices=tmp_path / "prices.yaml")


# --- logs, and scores made anew


def test_the_runs_of_a_folder_are_listed(run: Any, tmp_path: Path) -> None:
    run(7)
    run(7, agent="react", model="simulated/hopeless")
    rows = list_runs(tmp_path / "logs")
    assert [(r.agent, r.status, r.done, r.planned, r.success, r.simulated) for r in rows] == [
        ("oracle", "success", 7, 7, 1.0, False),
        ("react", "success", 7, 7, 0.0, True),
    ]
    with pytest.raises(UserError, match="no folder"):
        list_runs(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no log"):
        list_runs(tmp_path / "empty")


def test_scores_are_made_anew_after_a_change_of_the_scorer(
    run: Any, samples: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from skillweave.harness import dataset
    from skillweave.tasks.suite import Verdict

    result = run(7)
    assert [row.changed for row in rescore_logs(tmp_path / "logs")] == [0]
    stern = Verdict(success=False, mismatches=("Now it fails.",), skills={}, first_broken=None)

    async def judge(*_: Any) -> Verdict:
        return stern

    monkeypatch.setattr(LedgerSuite, "judge", judge)
    monkeypatch.setattr(dataset, "SCORER_VERSION", "99")
    (row,) = rescore_logs(tmp_path / "logs")
    assert (row.scored, row.changed, row.success, row.scorer) == (7, 7, 0.0, "99")
    assert {s.scores["outcome"].explanation for s in samples(result)} == {"Now it fails."}
    assert [r.success for r in list_runs(tmp_path / "logs")] == [0.0]
    assert [p.name for p in (tmp_path / "logs").glob("*part*")] == []
    (tmp_path / "tasks.jsonl").unlink()
    with pytest.raises(UserError, match="no tasks file") as caught:
        list(rescore_logs(tmp_path / "logs"))
    assert "--tasks" in str(caught.value.hint)


# --- several processes


@pytest.fixture
def elsewhere(outside: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the processes of this one know the ledger too."""
    for name in ("PYTHONPATH", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, outside[name])


@pytest.mark.slow
@pytest.mark.usefixtures("elsewhere")
def test_a_run_over_several_processes_leaves_the_log_of_one(
    run: Any, samples: Callable[[Any], list[Any]], ledger: LedgerSuite, tmp_path: Path
) -> None:
    from inspect_ai.log import read_eval_log

    tasks = write_ledger(tmp_path, 14)
    given = {"tasks": tasks, "agent": "react", "model": "simulated/novice", "epochs": 2, "limit": 12}
    one = run(log_dir=tmp_path / "one", **given)
    seen: list[int] = []
    options = RunOptions(log_dir=tmp_path / "many", **given)
    many = run_sharded(options, 2, listener=lambda p: seen.append(p.ended))
    found = [{(s.id, s.epoch): s.scores["outcome"].value for s in samples(result)} for result in (one, many)]
    assert found[0] == found[1]
    assert (many.scored, many.success, many.by_k, many.tokens) == (24, one.success, one.by_k, one.tokens)
    logs = [read_eval_log(str(result.log)) for result in (one, many)]
    metrics = [{n: m.value for n, m in log.results.scores[0].metrics.items()} for log in logs]
    assert metrics[0] == metrics[1]
    assert [log.results.completed_samples for log in logs] == [24, 24]
    assert sorted(seen)[-1] == 24
    assert list((tmp_path / "many").rglob("*.eval")) == [many.log]
    assert not shards_of(tmp_path / "many").exists()
    assert run_sharded(options, 2).log == many.log


@pytest.mark.usefixtures("elsewhere")
def test_shards_that_are_not_finished_are_gone_on_with_and_not_mixed(ledger: LedgerSuite, tmp_path: Path) -> None:
    tasks = write_ledger(tmp_path, 6)
    options = RunOptions(tasks=tasks, log_dir=tmp_path / "logs", agent="oracle")
    shards_of(options.log_dir).mkdir()
    (shards_of(options.log_dir) / "shards.json").write_text('{"key": "another", "count": 2}')
    with pytest.raises(UserError, match="holds the shards of another run"):
        run_sharded(options, 2)
    with pytest.raises(UserError, match="begun over several processes"):
        run_tasks(options)


# --- Ctrl-C


@pytest.mark.slow
def test_an_interrupted_run_says_how_to_go_on_and_does(
    ledger: LedgerSuite, tmp_path: Path, outside: dict[str, str]
) -> None:
    tasks = write_ledger(tmp_path, 40)
    agent = tmp_path / "slow.py"
    agent.write_text(
        "import asyncio\nfrom langgraph.graph import START, MessagesState, StateGraph\n"
        "def make_graph(tools):\n"
        "    async def node(state):\n        await asyncio.sleep(0.4)\n        return {}\n"
        "    graph = StateGraph(MessagesState)\n    graph.add_node('a', node)\n    graph.add_edge(START, 'a')\n"
        "    return graph.compile()\n"
    )
    words = ["run", str(tasks), "--agent", f"{agent}:make_graph", "--model", "mockllm/model", "--max-samples", "2"]
    command = [sys.executable, "-c", "from skillweave.harness.cli import main; main()", *words]
    command += ["--log-dir", str(tmp_path / "logs")]
    with subprocess.Popen(command, env=outside, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and not _finished(tmp_path / "data"):
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    (row,) = list_runs(tmp_path / "logs")
    assert row.status == "cancelled"
    assert 0 < row.done < 40
    before = len(ledger.opened)
    result = run_tasks(
        RunOptions(
            tasks=tasks, log_dir=tmp_path / "logs", agent=f"{agent}:make_graph", model="mockllm/model", max_samples=20
        )
    )
    assert result.scored == 40
    assert len(ledger.opened) - before == 40 - row.done


def _finished(data: Path) -> bool:
    """Return whether Inspect has noted a finished sample."""
    import sqlite3

    for path in data.rglob("*.db"):
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as found:
                rows = found.execute("SELECT count(*) FROM samples").fetchone()
            found.close()
            return bool(rows[0] > 4)
        except sqlite3.Error:
            continue
    return False


@pytest.mark.slow
def test_a_killed_run_loses_nothing_and_plays_nothing_twice(
    ledger: LedgerSuite, tmp_path: Path, outside: dict[str, str]
) -> None:
    tasks = write_ledger(tmp_path, 30)
    ends = tmp_path / "ends"
    agent = tmp_path / "counting.py"
    agent.write_text(
        "import asyncio\nfrom langgraph.graph import START, MessagesState, StateGraph\n"
        "def make_graph(tools):\n"
        "    async def node(state):\n        await asyncio.sleep(0.3)\n"
        f"        with open({str(ends)!r}, 'a') as stream:\n            stream.write('x')\n        return {{}}\n"
        "    graph = StateGraph(MessagesState)\n    graph.add_node('a', node)\n    graph.add_edge(START, 'a')\n"
        "    return graph.compile()\n"
    )
    options = RunOptions(
        tasks=tasks, log_dir=tmp_path / "logs", agent=f"{agent}:make_graph", model="mockllm/model", max_samples=2
    )
    words = ["run", str(tasks), "--agent", options.agent, "--model", "mockllm/model", "--max-samples", "2", "-q"]
    command = [sys.executable, "-c", "from skillweave.harness.cli import main; main()", *words]
    command += ["--log-dir", str(options.log_dir)]
    with subprocess.Popen(command, env=outside, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline and (not ends.exists() or ends.stat().st_size < 10):
            time.sleep(0.1)
        process.kill()
    before = ends.stat().st_size
    assert 10 <= before < 30
    result = run_tasks(options)
    assert (result.scored, result.unscored) == (30, 0)
    # Those that had ended but were not yet noted when the kill came are played again: at most what runs at once.
    assert 30 <= ends.stat().st_size <= 30 + 2 * 2
