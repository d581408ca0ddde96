"""A process that has LangGraph loaded and nothing of any run, and forks one agent after the other.

Starting Python with LangGraph takes more than a second; a fork takes milliseconds, and its memory holds no task.
Asked over standard input, a socket: ``f`` and a file descriptor forks an agent that serves it, and replies its pid;
``k`` and a pid kills that agent with all that it started. It ends, with all agents, when the socket is closed.
"""

import gc
import os
import signal
import socket
import struct

from skillweave.agents import child, plan_execute, react, reflect, taxonomy_router

REQUEST = struct.Struct("!cq")
REPLY = struct.Struct("!q")


def main() -> None:
    """Serve requests on file descriptor 0."""
    control = socket.socket(fileno=os.dup(0))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    gc.freeze()  # so that the collector does not touch, and copy, the pages that all agents share
    living: set[int] = set()
    control.sendall(REPLY.pack(os.getpid()))
    while True:
        request, descriptors, _, _ = socket.recv_fds(control, REQUEST.size, 1)
        if len(request) < REQUEST.size:
            break
        kind, pid = REQUEST.unpack(request)
        if kind == b"f":
            pid = _fork(control, descriptors[0])
            living.add(pid)
        elif pid in living:
            living.discard(pid)
            _kill(pid)
        control.sendall(REPLY.pack(pid))
    for pid in living:
        _kill(pid)


def _fork(control: socket.socket, descriptor: int) -> int:
    pid = os.fork()
    if pid:
        os.close(descriptor)
        return pid
    try:
        os.setsid()
        control.close()
        child.serve(socket.socket(fileno=descriptor))
    finally:
        os._exit(0)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        try:
            kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    os.waitpid(pid, 0)


__all__ = ["main", "plan_execute", "react", "reflect", "taxonomy_router"]

if __name__ == "__main__":
    main()
