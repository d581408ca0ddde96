"""Processes at work for another one end with it, however it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

from skillweave.tasks.pool import workers

STARTED = """
import os, time
from skillweave.tasks.pool import workers

def work(number):
    print(os.getpid(), flush=True)
    time.sleep(60)

if __name__ == "__main__":
    with workers(2) as pool:
        list(pool.map(work, range(2)))
"""


def running(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    (tmp_path / "started.py").write_text(STARTED, encoding="utf-8")
    with subprocess.Popen([sys.executable, "started.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        pids = [int(first.stdout.readline()) for _ in range(2)]
        assert len(set(pids)) == 2
        assert all(map(running, pids))
        first.send_signal(signal.SIGKILL)
    until = monotonic() + 20
    while any(map(running, pids)) and monotonic() < until:
        sleep(0.05)
    assert not any(map(running, pids))


def test_a_block_that_raises_does_not_wait_for_its_workers() -> None:
    def stop() -> None:
        with workers(1) as pool:
            assert pool.submit(os.getpid).result() != os.getpid()
            pool.submit(sleep, 60)
            raise RuntimeError("enough")

    started = monotonic()
    with pytest.raises(RuntimeError, match="enough"):
        stop()
    assert monotonic() - started < 30
