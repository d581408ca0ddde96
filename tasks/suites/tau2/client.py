"""Our end of the lines to tau2's worker: one process serves all rollouts of ours, and ends with us.

The process is kept for as long as it lives. A request to one that has died raises `WorkerDied`; who asks for the worker
next gets a new one. It is asked from any thread and any event loop.
"""

import asyncio
import atexit
import json
import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from skillweave.tasks.suite import NO_VOICES, Voices
from skillweave.tasks.suites.tau2.place import environment, is_there, python_of
from skillweave.taxonomy.errors import UserError

PATIENCE = 300
"""seconds that the worker may work on a request before it is given up; a model's time is not counted"""
HINT = "install it with skillweave suite install tau2"

Line = Mapping[str, Any]


class WorkerDied(RuntimeError):
    """The worker ended, or did not answer: with it, all worlds that it held."""


class Refused(RuntimeError):
    """The worker could not do what it was asked."""


class Worker:
    """A process with tau2 in it."""

    def __init__(self) -> None:
        """Start it; raises `UserError` where tau2 is not installed."""
        if not is_there():
            raise UserError("suite 'tau2' is not installed", hint=HINT)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [python_of(environment()), "-I", "-X", "utf8", Path(__file__).with_name("worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
            start_new_session=True,
        )
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._waiting: dict[int, Callable[[Line], None]] = {}
        self._dead: str | None = None
        self.owner = os.getpid()
        self._reader = threading.Thread(target=self._read, daemon=True, name="tau2")
        self._reader.start()

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._dead is None and self._process.poll() is None

    def ask_now(self, op: str, **request: Any) -> Any:
        """Return the answer to a request that needs no model; blocks. Raises `WorkerDied` and `Refused`."""
        inbox: queue.SimpleQueue[Line] = queue.SimpleQueue()
        self._send(op, request, inbox.put)
        try:
            return _answer(inbox.get(timeout=PATIENCE))
        except queue.Empty:
            raise self._given_up() from None

    async def ask(self, op: str, voices: Voices = NO_VOICES, **request: Any) -> Any:
        """Return the answer to a request; models are asked on the way. Raises `WorkerDied`, `Refused`, what they do."""
        inbox: asyncio.Queue[Line] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def hand_over(line: Line) -> None:
            with suppress(RuntimeError):  # the loop was closed: nobody waits any more
                loop.call_soon_threadsafe(inbox.put_nowait, line)

        self._send(op, request, hand_over)
        while True:
            try:
                line = await asyncio.wait_for(inbox.get(), PATIENCE)
            except TimeoutError:
                raise self._given_up() from None
            if "ask" not in line:
                return _answer(line)
            await self._consult(line, voices)

    async def _consult(self, line: Line, voices: Voices) -> None:
        """Put a question to a model; the worker hears of a failure too, so that nobody there waits for ever."""
        answer: dict[str, Any] = {"answer": line["ask"], "error": "the model was not asked"}
        try:
            answer = {"answer": line["ask"], "message": dict(await voices[line["role"]](line["request"]))}
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {error}"
            raise
        finally:
            with suppress(WorkerDied):
                self._write(answer)

    def tell(self, op: str, **request: Any) -> None:
        """Send what has no answer; nothing happens where the worker has died."""
        with suppress(WorkerDied):
            self._write({"id": 0, "op": op, **request})

    def close(self) -> None:
        """End the process."""
        with suppress(OSError), self._lock:
            self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=5)

    def _given_up(self) -> WorkerDied:
        self._process.kill()
        return WorkerDied(f"tau2's worker did not answer within {PATIENCE} s and was ended")

    def _send(self, op: str, request: Mapping[str, Any], sink: Callable[[Line], None]) -> None:
        with self._lock:
            number = next(self._numbers)
            self._waiting[number] = sink
        try:
            self._write({"id": number, "op": op, **request})
        except WorkerDied:
            self._waiting.pop(number, None)
            raise

    def _write(self, line: Line) -> None:
        data = json.dumps(line).encode() + b"\n"
        try:
            with self._lock:
                if self._dead is not None:
                    raise WorkerDied(self._dead)
                self._process.stdin.write(data)  # type: ignore[union-attr]
                self._process.stdin.flush()  # type: ignore[union-attr]
        except (OSError, ValueError):
            raise WorkerDied("tau2's worker has ended") from None

    def _read(self) -> None:
        """Hand each line to who waits for it; where there are no more, tell all who wait that there will be none."""
        with self._errors, self._process.stdout as lines:  # type: ignore[union-attr]
            for text in lines:
                line = json.loads(text)
                sink = self._waiting.get(line["id"]) if "ask" in line else self._waiting.pop(line["id"], None)
                if sink is not None:
                    sink(line)
            said = self._last_words()
        with self._lock:
            self._dead = f"tau2's worker has ended{said}"
            waiting = list(self._waiting.values())
            self._waiting.clear()
        for sink in waiting:
            sink({"dead": self._dead})

    def _last_words(self) -> str:
        with suppress(OSError, ValueError):
            self._errors.seek(0)
            lines = self._errors.read().decode(errors="replace").strip().splitlines()
            return f": {lines[-1]}" if lines else ""
        return ""


def _answer(line: Line) -> Any:
    if "dead" in line:
        raise WorkerDied(line["dead"])
    if "failed" in line:
        raise Refused(line["failed"])
    return line["done"]


def _environment() -> dict[str, str]:
    """Return what the worker may know: where programs are, and neither keys nor settings of anyone's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "TZ") if name in os.environ}
    return {**kept, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "PYTHON_DOTENV_DISABLED": "1"}


_WORKERS: list[Worker] = []
_STARTING = threading.Lock()


def worker() -> Worker:
    """Return the worker of this process, started where there is none or the last one has died."""
    with _STARTING:
        if _WORKERS and not (_WORKERS[0].alive and _WORKERS[0].owner == os.getpid()):
            gone = _WORKERS.pop()
            if gone.owner == os.getpid():
                gone.close()
        if not _WORKERS:
            _WORKERS.append(Worker())
        return _WORKERS[0]


@atexit.register
def end_worker() -> None:
    """End the worker of this process."""
    while _WORKERS:
        found = _WORKERS.pop()
        if found.owner == os.getpid():
            found.close()
