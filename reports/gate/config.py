"""gate.yaml: what a gate blocks on, how large a drop matters, and how often it may be wrong."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from skillweave.taxonomy.errors import UserError

Dimension = Literal["k", "span", "novelty", "branch", "suite", "split", "skill"]
Share = Annotated[float, Field(gt=0.0, lt=1.0, allow_inf_nan=False)]
Model = TypeVar("Model", bound=BaseModel)


class Quarantined(BaseModel):
    """One task that is known to be flaky, left out of the verdict until it expires."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: str
    reason: str = Field(min_length=1)
    added: date = Field(description="entries younger than the candidate's run are not heeded")
    expires: date


class GateConfig(BaseModel):
    """What decides the verdict; every value has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    baseline: Path | None = Field(default=None, description="baseline file or logs, relative to the config's folder")
    candidate: Path | None = Field(default=None, description="logs of the candidate, relative to the config's folder")
    min_drop: float = Field(default=0.02, ge=0.0, lt=1.0, description="a smaller drop never fails the gate")
    alpha: Share = Field(default=0.05, description="chance of a false alarm, over all slices and looks together")
    power: Share = Field(default=0.8, description="at which the minimum detectable effect is stated")
    target_drop: Share = Field(default=0.1, description="drop at which the power is stated")
    max_unscored: float = Field(default=0.05, ge=0.0, lt=1.0, description="share of rollouts; above it: not decidable")
    block: tuple[Dimension, ...] = Field(
        default=("k", "span", "novelty", "branch", "suite", "split"),
        description="slices that are tested, and must be decidable with strict",
    )
    search: tuple[Dimension, ...] = Field(
        default=("skill",), description="slices that are tested where they can be, and may stay undecidable"
    )
    reliability: bool = Field(default=True, description="whether a drop of pass^k fails too, where epochs allow")
    looks: Literal[1, 2] = Field(default=1, description="2: a first look at half of the tasks, to stop early")
    first_look: Share = Field(default=0.3, description="share of alpha that the first look spends")
    quarantine: Path | None = Field(default=None, description="YAML list of known-flaky tasks")
    run: dict[str, Any] | None = Field(
        default=None, description="for gate --run: what a skillweave.yaml holds, for one agent with one model"
    )

    @model_validator(mode="after")
    def _once(self) -> "GateConfig":
        twice = sorted({d for d in (*self.block, *self.search) if (*self.block, *self.search).count(d) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands twice among block and search")
        return self


def read_config(path: Path) -> GateConfig:
    """Return a gate.yaml with its paths made relative to its folder; raises `UserError` for what is none."""
    found = _parse(GateConfig, _yaml(path), str(path))
    folder = path.parent
    moved = {
        name: folder / value
        for name in ("baseline", "candidate", "quarantine")
        if (value := getattr(found, name)) is not None
    }
    return found.model_copy(update=moved)


def read_quarantine(path: Path) -> tuple[Quarantined, ...]:
    """Return the entries of a quarantine file; raises `UserError` for what is none, and for a task named twice."""
    rows = _yaml(path)
    if not isinstance(rows, list):
        raise UserError(
            f"{str(path)!r} is no list", hint="write '- {task: ID, reason: WHY, added: DATE, expires: DATE}'"
        )
    found = tuple(_parse(Quarantined, row, f"{path}: entry {i}") for i, row in enumerate(rows, 1))
    names = [q.task for q in found]
    if twice := sorted({n for n in names if names.count(n) > 1}):
        raise UserError(f"{str(path)!r} names task {twice[0]!r} twice", hint="keep one entry")
    return found


def _yaml(path: Path) -> Any:
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"no file {str(path)!r}", hint="check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{str(path)!r} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise UserError(f"{str(path)!r} is no YAML: {' '.join(str(error).split())}") from None


def _parse(model: type[Model], value: Any, where: str) -> Model:
    try:
        return model.model_validate({} if value is None else value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UserError(
            f"{where}: {place + ': ' if place else ''}{first['msg']} (got {str(first['input'])[:60]!r})",
            hint=f"there is {', '.join(model.model_fields)}",
        ) from None


def in_force(entries: tuple[Quarantined, ...], begun: str) -> tuple[tuple[Quarantined, ...], Mapping[str, str]]:
    """Return the entries that count for a run that began then, and why the others do not (task -> reason).

    An entry added after the candidate ran could hide what that run showed, so it waits for the next one.
    """
    day = date.fromisoformat(begun[:10])
    kept, dropped = [], {}
    for q in entries:
        if q.expires < day:
            dropped[q.task] = f"its quarantine ran out on {q.expires}"
        elif q.added > day:
            dropped[q.task] = f"it was put in quarantine on {q.added}, after the candidate ran"
        else:
            kept.append(q)
    return tuple(kept), dropped
