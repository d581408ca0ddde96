"""The runs in a folder, as their logs tell them, and their scores made anew."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One log in a few words."""

    log: str
    created: str
    agent: str
    model: str
    split: str | None
    status: str
    """success, error (some rollout is unscored), cancelled, or started (running, or cut off: run it again)"""
    done: int
    """rollouts that ended"""
    planned: int
    success: float | None
    simulated: bool

    def to_json(self) -> dict[str, Any]:
        """Return the row as plain JSON."""
        return asdict(self)


def list_runs(folder: Path) -> list[RunRow]:
    """Return the runs in a folder and below it, the newest last; raises `UserError` where there are none."""
    return [_row(path) for path in sorted(_logs(folder), key=_age)]


def _logs(folder: Path) -> list[Path]:
    if not folder.exists():
        raise UserError(f"no folder {str(folder)!r}", hint="name the --log-dir of a run")
    found = [folder] if folder.is_file() else sorted(folder.rglob("*.eval"))
    ours = [path for path in found if _ours(path)]
    if not ours:
        raise UserError(f"{str(folder)!r} holds no log of skillweave run")
    return ours


def _age(path: Path) -> tuple[str, int]:
    """Return when a run began, to the second, and when its log was last written: it tells runs of one second apart."""
    return _header(path).eval.created, path.stat().st_mtime_ns


def _ours(path: Path) -> bool:
    return isinstance((_header(path).eval.metadata or {}).get("skillweave"), dict)


def _header(path: Path) -> "EvalLog":
    from inspect_ai.log import read_eval_log

    try:
        return read_eval_log(str(path), header_only=True)
    except Exception as error:
        raise UserError(
            f"{str(path)!r} cannot be read as an Inspect log: {error}", hint="move it away, or run inspect log recover"
        ) from None


def _row(path: Path) -> RunRow:
    from inspect_ai.log import read_eval_log_sample_summaries

    from skillweave.harness.summary import value_of

    header = _header(path)
    said = (header.eval.metadata or {})["skillweave"]
    samples = read_eval_log_sample_summaries(str(path))
    values = [value for sample in samples if (value := value_of(sample)) is not None]
    return RunRow(
        log=str(path),
        created=str(header.eval.created),
        agent=said["agent"],
        model=header.eval.model,
        split=said["split"],
        status=header.status,
        done=len(values),
        planned=(header.eval.dataset.samples or 0) * (header.eval.config.epochs or 1),
        success=sum(values) / len(values) if values else None,
        simulated=said["simulated"] is not None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """What scoring a log again changed."""

    log: str
    scored: int
    changed: int
    success: float | None
    scorer: str


def rescore_logs(folder: Path, tasks: Path | None = None) -> Iterator[Rescored]:
    """Score every log in a folder with the scorer of this version, and write it in place, whole or not at all.

    ``tasks`` is the file of the tasks where it is not where it was. A log of other tasks raises `UserError`.
    """
    from inspect_ai import score
    from inspect_ai._util.error import PrerequisiteError
    from inspect_ai.log import read_eval_log, write_eval_log

    from skillweave.harness.dataset import SCORER_VERSION
    from skillweave.harness.models import plain
    from skillweave.harness.scoring import outcome
    from skillweave.taxonomy.artifacts import digest

    for path in _logs(folder):
        before = read_eval_log(str(path))
        if before.status == "started":
            raise UserError(f"{str(path)!r} is not finished", hint="run the same command again first")
        try:
            after = score(
                before, outcome(tasks=None if tasks is None else str(tasks)), action="overwrite", display="none"
            )
        except (PrerequisiteError, ExceptionGroup) as error:
            first: BaseException = error
            while isinstance(first, ExceptionGroup):
                first = first.exceptions[0]
            if not isinstance(first, PrerequisiteError):
                raise
            raise UserError(plain(first), hint="--tasks FILE names the tasks of the run") from None
        said = (after.eval.metadata or {})["skillweave"]
        said["scorer"] = SCORER_VERSION
        said["hashes"]["scorer"] = digest(SCORER_VERSION)
        old, new = (_scores(log) for log in (before, after))
        part = path.with_name(f".{path.name}.part.eval")
        write_eval_log(after, str(part))
        part.replace(path)
        values = [value for value in new.values() if value == value]
        yield Rescored(
            log=str(path),
            scored=len(values),
            changed=sum(new[key] != old.get(key) and new[key] == new[key] for key in new),
            success=sum(values) / len(values) if values else None,
            scorer=SCORER_VERSION,
        )


def _scores(log: "EvalLog") -> dict[tuple[str, int], float]:
    return {(str(s.id), s.epoch): s.scores["outcome"].as_float() for s in log.samples or () if s.scores and not s.error}
