"""Suites that others wrote and that an extra of this package cannot install."""

import importlib
import importlib.util
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from skillweave.taxonomy.errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class External:
    """How one suite is installed, and how to see that it is there."""

    module: str
    requirements: tuple[str, ...]
    options: tuple[str, ...] = ()
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
            "anthropic",
            "cachebox",
            "cohere",
            "deepdiff",
            "dnspython",
            "email-validator",
            "fastavro",
            "google-auth",
            "google-genai",
            "orderly-set",
        ),
        options=("--no-deps",),
        why="all that it imports; its google-genai wants an older tenacity than the rest of this environment",
    ),
}


def is_installed(name: str) -> bool:
    """Return whether an external suite's package can be found; imports nothing."""
    return importlib.util.find_spec(EXTERNAL[name].module) is not None


def install_suite(name: str) -> tuple[str, ...]:
    """Install a suite into this environment with pip, and return the command that did it.

    pip's own output goes to stderr. Raises `UserError` for a name without an installer and where pip fails.
    """
    if name not in EXTERNAL:
        raise UserError(f"no installer for suite {name!r}", hint=f"there is one for {', '.join(sorted(EXTERNAL))}")
    suite = EXTERNAL[name]
    command = (sys.executable, "-m", "pip", "install", *suite.options, *suite.requirements)
    done = subprocess.run(command, stdout=sys.stderr.fileno(), check=False)
    importlib.invalidate_caches()
    if done.returncode != 0 or not is_installed(name):
        raise UserError(
            f"pip could not install suite {name!r} (exit code {done.returncode})",
            hint=f"run it yourself: {' '.join(command)}",
        )
    return command
