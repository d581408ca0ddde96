"""The file that describes a server: how it is started or where it is, what its tools do, what is copied for it."""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from skillweave.taxonomy.artifacts import digest, file_digest
from skillweave.taxonomy.errors import UserError

HINT = "docs/suites.md shows what stands in such a file"
_VARIABLE = re.compile(r"\$\{(\w+)\}")


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CallSpec(_Closed):
    """A tool call as users write it."""

    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class SkillRule(_Closed):
    """Which calls carry a skill out."""

    tools: tuple[str, ...] = Field(min_length=1)
    where: dict[str, str] = Field(
        default_factory=dict, description="by parameter: a pattern that must be found in the argument"
    )
    description: str = ""


class Config(_Closed):
    """What a user says of a server."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z][\w-]*$")]
    command: str | None = Field(default=None, description="what starts a server that speaks over stdio")
    args: tuple[str, ...] = ()
    env: dict[str, str] = Field(default_factory=dict)
    copy_: tuple[str, ...] = Field(
        default=(), alias="copy", description="files, and folders whose contents, are copied for each rollout"
    )
    url: str | None = Field(default=None, description="where a server is that speaks streamable HTTP")
    headers: dict[str, str] = Field(default_factory=dict)
    reset: tuple[str, ...] | Literal["session"] | None = Field(
        default=None,
        description="with url: a command that makes the server's world anew; session where each session has its own",
    )
    start_timeout: float = Field(default=30, gt=0, description="seconds")
    call_timeout: float = Field(default=60, gt=0, description="seconds")
    tools: tuple[str, ...] = Field(default=("*",), description="tools that are offered, * fits any letters")
    read_only: tuple[str, ...] = Field(default=(), description="tools that change nothing, beside those marked so")
    hidden: tuple[str, ...] = Field(default=(), description="tools that write where the working folder does not show")
    volatile: tuple[str, ...] = Field(default=(), description="tools whose results differ from one time to the next")
    errors: str | None = Field(default=None, description="pattern of results that are refusals, though not marked so")
    skills: dict[str, SkillRule | tuple[str, ...]] = Field(default_factory=dict)
    look: tuple[CallSpec, ...] = Field(default=(), description="calls that show an author what there is")
    ignore: tuple[str, ...] = Field(default=(), description="files of the working folder that do not count")
    briefing: str = Field(default="", description="what the agent is told")
    shown_as: Annotated[str, Field(pattern=r"^/[\w-]+$")] = "/workspace"

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _one_or_many(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("copy"), str):
            return {**given, "copy": [given["copy"]]}
        return given

    @model_validator(mode="after")
    def _one_transport(self) -> "Config":
        if (self.command is None) == (self.url is None):
            raise ValueError("give either command or url")
        foreign = [n for n in ("args", "env", "copy_", "ignore", "hidden") if self.url and getattr(self, n)]
        foreign += [n for n in ("headers", "reset") if self.command and getattr(self, n)]
        if foreign:
            raise ValueError(f"{foreign[0].strip('_')!r} does not go with {'url' if self.url else 'command'}")
        if self.errors is not None:
            re.compile(self.errors)
        for rule in self.skills.values():
            for pattern in rule.where.values() if isinstance(rule, SkillRule) else ():
                re.compile(pattern)
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A config and the folder of its file, from which its paths start."""

    config: Config
    here: Path

    @property
    def identity(self) -> str:
        """Identity of all that the file says and of what is copied; values of environment variables are left out."""
        copied = {str(source): _tree_digest(source) for source in self.copied()}
        here = str(self.here)
        return digest([self.config.model_dump(mode="json"), {k.removeprefix(here): v for k, v in copied.items()}])

    def copied(self) -> list[Path]:
        """Return what is copied into a working folder; raises `UserError` for what is not there."""
        found = [self.here / self.expanded(name) for name in self.config.copy_]
        missing = next((path for path in found if not path.exists()), None)
        if missing is not None:
            raise UserError(f"there is no {str(missing)!r} to copy", hint="paths start at the folder of the config")
        return found

    def expanded(self, text: str, folder: Path | None = None) -> str:
        """Return a text with ``{here}``, ``{folder}`` and variables such as ``${TOKEN}`` filled in."""

        def variable(match: re.Match[str]) -> str:
            value = os.environ.get(match[1])
            if value is None:
                raise UserError(f"the environment variable {match[1]!r} is not set", hint="the config asks for it")
            return value

        text = _VARIABLE.sub(variable, text.replace("{here}", str(self.here)))
        return text if folder is None else text.replace("{folder}", str(folder))

    def program(self, given: str) -> str:
        """Return where a program is: beside the config where its name has a slash, else on the PATH."""
        name = self.expanded(given)
        if "/" in name:
            path = (self.here / name).absolute()
            if not path.is_file():
                raise UserError(f"there is no program {str(path)!r}", hint="paths start at the folder of the config")
            return str(path)
        search = self.config.env.get("PATH")
        found = shutil.which(name, path=None if search is None else self.expanded(search))
        if found is None:
            raise UserError(f"there is no program {name!r} on the PATH", hint="install the server, or give its path")
        return found


def fits(name: str, patterns: tuple[str, ...]) -> bool:
    """Return whether a name fits one of the patterns."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def read_config(path: Path) -> Place:
    """Return the config in a YAML or JSON file; raises `UserError` with file and field for what does not fit."""
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"no file {str(path)!r}", hint="a server is named as mcp:FILE.yaml") from None
    except IsADirectoryError:
        raise UserError(f"{str(path)!r} is a folder, not a file", hint="a server is named as mcp:FILE.yaml") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{str(path)!r} is no YAML: {' '.join(str(error).split())}", hint=HINT) from None
    if not isinstance(given, Mapping):
        raise UserError(f"{str(path)!r} describes no server, it is {given!r}"[:200], hint=HINT)
    try:
        config = Config.model_validate({"name": path.stem, **given})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UserError(
            f"{path}: {place + ': ' if place else ''}{first['msg'].removeprefix('Value error, ')}", hint=HINT
        ) from None
    except re.error as error:
        raise UserError(f"{path}: {error.pattern!r} is no pattern: {error}", hint=HINT) from None
    return Place(config=config, here=path.resolve().parent)


def _tree_digest(path: Path) -> str:
    if path.is_file():
        return file_digest(path)
    files = sorted(p for p in path.rglob("*") if p.is_file())
    return digest([[str(p.relative_to(path)), file_digest(p)] for p in files])
