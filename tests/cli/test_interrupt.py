"""Ctrl-C on the real command: whole tasks in the file, and --resume ends with the bytes of an uninterrupted run."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from skillweave.tasks.spec import read_tasks

# A test runner in the background may have had SIGINT ignored, which its children inherit.
START = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from skillweave.harness.cli import main; main()"
)


def synth(folder: Path, name: str, *more: str) -> subprocess.Popen[str]:
    options = ("--suite", "office-small", "-k", "1-2", "-n", "40", "--processes", "2", "-o", f"{name}.jsonl", *more)
    return subprocess.Popen(
        [sys.executable, "-c", START, "synth", *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )


def children(pid: int) -> list[str]:
    """Return the processes that a process has started."""
    return Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_leaves_a_valid_file_that_resume_ends_like_an_uninterrupted_one(
    tmp_path: Path, stop: signal.Signals
) -> None:
    running = synth(tmp_path, "tasks")
    path, until = tmp_path / "tasks.jsonl", monotonic() + 90
    while not (path.exists() and path.stat().st_size > 5000) and monotonic() < until:
        sleep(0.05)
    workers = children(running.pid)
    running.send_signal(stop)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "--resume goes on" in said
    assert workers
    assert not [pid for pid in workers if Path(f"/proc/{pid}/cmdline").exists()]
    before = len(read_tasks(path))
    assert 0 < before < 40
    for name, more in (("tasks", ["--resume"]), ("whole", [])):
        done = synth(tmp_path, name, *more)
        _, said = done.communicate(timeout=120)
        assert done.returncode == 0, said
    assert path.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert (tmp_path / "tasks.synthesis.json").read_bytes() == (tmp_path / "whole.synthesis.json").read_bytes()
