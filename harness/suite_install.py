"""Suites that others wrote and that an extra of this package cannot install."""

import fcntl
import importlib
import importlib.util
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from skillweave.tasks.suites.tau2 import place as tau2
from skillweave.taxonomy.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """How one suite is installed, and how to see that it is there."""

    module: str
    requirements: tuple[str, ...]
    options: tuple[str, ...] = ()
    environment: Callable[[], Path] | None = None
    """where it has an environment of its own; None where it goes into this one"""
    why: str = ""


EXTERNAL: Mapping[str, External] = {
    "bfcl": External(
        module="bfcl_eval",
        requirements=("bfcl-eval==2026.3.23", "mpmath"),
        options=("--no-deps",),
        why="15 MB; with its dependencies it would be 5.6 GB of CUDA",
    ),
    "agentdojo": External(
        module="agentdojo",
        requirements=(
            "agentdojo==0.1.35",
            "anthropic==2.14.0",
            "cachebox==6.2.10",
            "cohere==7.3.1",
            "deepdiff==9.1.0",
            "dnspython==2.9.2",
            "email-validator==2.4.0",
            "fastavro==1.13.1",
            "google-auth==2.63.0",
            "google-genai==3.6.1",
            "orderly-set==5.5.0",
            "tokenizers==0.23.3",
        ),
        options=("--no-deps",),
        why="all that it imports; its google-genai wants an older tenacity than the rest of this environment",
    ),
    "tau2": External(
        module="tau2",
        requirements=tau2.REQUIREMENTS,
        options=("--no-deps",),
        environment=tau2.environment,
        why="59 MB in an environment of its own; with its dependencies 1.1 GB, and an openai that Inspect cannot use",
    ),
}


def is_installed(name: str) -> bool:
    """Return whether an external suite can be found; imports nothing."""
    suite, place = EXTERNAL[name], own_environment(name)
    if place is not None:
        return tau2.python_of(place).exists()
    return importlib.util.find_spec(suite.module) is not None


def own_environment(name: str) -> Path | None:
    """Return where an external suite has an environment of its own; None where it goes into this one."""
    where = EXTERNAL[name].environment
    return None if where is None else where()


def install_suite(name: str) -> tuple[str, ...]:
    """Install a suite with pip, and return the command that did it; one that is there is left as it is.

    pip's own output goes to stderr. Raises `UserError` for a name without an installer and where pip fails.
    """
    if name not in EXTERNAL:
        raise UserError(f"no installer for suite {name!r}", hint=f"there is one for {', '.join(sorted(EXTERNAL))}")
    suite, place = EXTERNAL[name], own_environment(name)
    if place is not None:
        return _install_apart(name, suite, place)
    command = (sys.executable, "-m", "pip", "install", *suite.options, *suite.requirements)
    done = subprocess.run(command, stdout=sys.stderr.fileno(), check=False)
    importlib.invalidate_caches()
    if done.returncode != 0 or not is_installed(name):
        raise _failed(name, command, done.returncode)
    return command


def _install_apart(name: str, suite: External, folder: Path) -> tuple[str, ...]:
    """Make an environment for a suite: under another name until it is whole, and by one process at a time."""
    half = folder.with_name(f"{folder.name}.half")
    command = (
        *(sys.executable, "-m", "pip", "--python", str(tau2.python_of(half)), "install"),
        *suite.options,
        *suite.requirements,
    )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_name(f"{folder.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not tau2.python_of(folder).exists():  # a link: the Python that it was made with may be gone
                for old in (half, folder):
                    shutil.rmtree(old, ignore_errors=True)
                venv.create(half, symlinks=True)
                _fill(name, suite, half, command)
                half.rename(folder)
    except OSError as error:
        raise UserError(
            f"no environment could be made in {str(folder.parent)!r}: {error.strerror}",
            hint="make room there, or run in a virtual environment of your own",
        ) from None
    return command


def _fill(name: str, suite: External, folder: Path, command: tuple[str, ...]) -> None:
    done = subprocess.run(command, stdout=sys.stderr.fileno(), check=False)
    if done.returncode != 0 or not any(folder.glob(f"lib/*/site-packages/{suite.module}")):
        raise _failed(name, command, done.returncode)


def _failed(name: str, command: tuple[str, ...], code: int) -> UserError:
    return UserError(
        f"pip could not install suite {name!r} (exit code {code})", hint=f"run it yourself: {' '.join(command)}"
    )
