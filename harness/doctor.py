"""Whether this environment is fit: what is installed, what belongs together, which models have a key."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from skillweave import __version__

TESTED = {"inspect-ai": "0.3.285", "openai": "3.54.0", "langchain-openai": "1.7.3"}
"""the set that the agent bridge was tested with; it uses private parts of openai"""
KEYS = (
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GOOGLE_API_KEY",
    "MISTRAL_API_KEY",
    "GROQ_API_KEY",
    "TOGETHER_API_KEY",
    "OPENROUTER_API_KEY",
    "AZUREAI_API_KEY",
    "HF_TOKEN",
)


PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
EXTRAS = {
    "mcp": ("mcp", "agents on a LangGraph server"),
    "local": ("xllamacpp", "model files on this machine"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: Literal["ok", "note", "fault"]
    """ok, note (works, but know this) or fault (some command will not work)"""
    detail: str
    hint: str | None = None


def examine() -> tuple[Finding, ...]:
    """Return what was found, in a fixed order; looks at this environment only and asks no network."""
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _python,
        _packages,
        _world,
        _models,
        _surroundings,
        _suites,
        _extras,
        _browser,
    )
    return tuple(finding for check in checks for finding in check())


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    fit = sys.version_info >= (3, 11)
    yield Finding(
        what="python",
        state="ok" if fit else "fault",
        detail=f"{version}, skillweave {__version__}",
        hint=None if fit else "skillweave needs Python 3.11 or newer",
    )


def _packages() -> Iterator[Finding]:
    for name, tested in TESTED.items():
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Finding(what=name, state="fault", detail="not installed", hint=f"pip install {name}=={tested}")
            continue
        same = version == tested
        yield Finding(
            what=name,
            state="ok" if same else "note",
            detail=version if same else f"{version}, tested with {tested}",
            hint=None if same else "inspect-ai, openai and langchain-openai belong together: see constraints.txt",
        )


def _world() -> Iterator[Finding]:
    try:
        import apsw

        connection = apsw.Connection(":memory:")
        apsw.Session(connection, "main").close()
        connection.close()
        yield Finding(what="sqlite", state="ok", detail=f"{apsw.sqlite_lib_version()} with sessions")
    except (ImportError, AttributeError) as error:
        yield Finding(what="sqlite", state="fault", detail=str(error), hint="pip install --force-reinstall apsw")


def _models() -> Iterator[Finding]:
    chosen = os.environ.get("INSPECT_EVAL_MODEL")
    yield Finding(
        what="model",
        state="ok" if chosen else "note",
        detail=f"INSPECT_EVAL_MODEL={chosen}" if chosen else "INSPECT_EVAL_MODEL is not set: --model is needed",
    )
    present = [key for key in KEYS if os.environ.get(key)]
    yield Finding(
        what="keys",
        state="ok" if present else "note",
        detail=f"set: {', '.join(present)}" if present else "no provider key is set",
        hint=None if present else "export one, for instance OPENAI_API_KEY; local models and simulated/... need none",
    )


def _surroundings() -> Iterator[Finding]:
    from dotenv import dotenv_values, find_dotenv

    path = find_dotenv(usecwd=True)
    sets = sorted(set(dotenv_values(path)) & {*KEYS, "INSPECT_EVAL_MODEL"}) if path else []
    yield Finding(
        what=".env",
        state="ok" if path else "note",
        detail=f"{path} sets {', '.join(sets) or 'no key and no model'}" if path else "none from here upwards",
    )
    proxies = [name for name in PROXIES if os.environ.get(name) or os.environ.get(name.lower())]
    local = "127.0.0.1" in (os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or "")
    yield Finding(
        what="proxies",
        state="note" if proxies and not local else "ok",
        detail=f"set: {', '.join(proxies)}" if proxies else "none",
        hint="NO_PROXY lacks 127.0.0.1: local models may not be reached" if proxies and not local else None,
    )


def _extras() -> Iterator[Finding]:
    for extra, (package, why) in EXTRAS.items():
        try:
            version = metadata.version(package)
        except metadata.PackageNotFoundError:
            yield Finding(
                what=f"extra {extra}",
                state="note",
                detail=f"{package} is not installed ({why})",
                hint=f"pip install 'skillweave[{extra}]'",
            )
            continue
        yield Finding(what=f"extra {extra}", state="ok", detail=f"{package} {version}")


def _suites() -> Iterator[Finding]:
    from skillweave.harness.suite_install import EXTERNAL, is_installed
    from skillweave.tasks.suites.registry import SUITES

    yield Finding(what="suites", state="ok", detail=", ".join(sorted(SUITES)))
    for name, suite in EXTERNAL.items():
        there = is_installed(name)
        yield Finding(
            what=f"suite {name}",
            state="ok" if there else "note",
            detail="installed" if there else f"not installed ({suite.why})",
            hint=None if there else f"skillweave suite install {name}",
        )


def _browser() -> Iterator[Finding]:
    found = next((b for b in ("chromium", "google-chrome", "chromium-browser") if shutil.which(b)), None)
    yield Finding(
        what="browser",
        state="ok" if found else "note",
        detail=found or "no Chromium: only the tests of the report page need one",
    )
