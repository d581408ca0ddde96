"""Synthesis with its files: tasks as they are made, a journal to go on from, the report, a private seed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from skillweave.taxonomy.artifacts import digest, read_json, write_json
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.tasks.seeds import Seed
    from skillweave.tasks.synthesis_report import SynthesisReport
    from skillweave.taxonomy.tree import Taxonomy

Progress = Callable[[int, int], None]
"""(done, total)"""
WORTH_A_PROCESS = 50
"""tasks that make another process worth starting"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SynthesisOptions:
    """What ``skillweave synth`` is asked for."""

    output: Path
    sizes: Sequence[int]
    n: int
    suite: str = "office"
    taxonomy: Path | None = None
    """None: the taxonomy.json beside the output, which is built from the suite where there is none"""
    seed: str = "7"
    """a number, ``private``, or the file of a private seed"""
    select: str = "steps"
    families: bool = False
    apps: Sequence[str] = ()
    """apps whose skills alone are used; none stands for all"""
    processes: int | None = None
    """None: as many as are worth it"""
    resume: bool = False


def synthesis_path(tasks: Path) -> Path:
    """Return where the report on the making of a tasks file stands.

    >>> synthesis_path(Path("out/tasks.jsonl")).name
    'tasks.synthesis.json'
    """
    return tasks.with_name(f"{tasks.stem}.synthesis.json")


def synthesize_tasks(options: SynthesisOptions, progress: Progress = lambda done, total: None) -> "SynthesisReport":
    """Make tasks, write them and the report beside them, and return the report.

    Interrupted, the tasks made so far stand in the file; with ``resume`` the same call goes on from there.
    """
    from skillweave.tasks.journal import journal, journal_path
    from skillweave.tasks.request import Request, check_request
    from skillweave.tasks.suites.registry import world_suite
    from skillweave.tasks.synthesis_report import SynthesisReport
    from skillweave.tasks.synthesize import make_tasks

    suite, taxonomy = world_suite(options.suite), taxonomy_of(options)
    seed = _seed(options)
    request = Request(
        ks=tuple(sorted(set(options.sizes))),
        n=options.n,
        seed=seed.value,
        select=options.select,
        families=options.families,
        apps=tuple(sorted(set(options.apps))),
        commitment=seed.commitment,
    )
    check_request(suite, taxonomy, request)
    if options.processes is not None and options.processes < 1:
        raise UserError(f"cannot work with {options.processes!r} processes", hint="use 1 or more")
    _begin(options, seed, taxonomy)
    place = synthesis_path(options.output)
    identity = digest([suite.release, taxonomy.sha256, repr(request)])
    if options.resume and place.is_file() and not journal_path(options.output).is_file() and options.output.is_file():
        report = SynthesisReport.model_validate(read_json(place))
        if report.identity == identity:
            return report
    place.unlink(missing_ok=True)
    with journal(options.output, identity, resume=options.resume) as files:
        report = make_tasks(
            suite,
            taxonomy,
            request,
            sink=files.write,
            done=files.done,
            load=partial(world_suite, options.suite),
            processes=options.processes or _processes(options.n),
            progress=progress,
        ).model_copy(update={"identity": identity})
        write_json(place, report.to_json())
    return report


def _processes(n: int) -> int:
    from skillweave.tasks.lanes import usable_processors

    return max(1, min(usable_processors(), n // WORTH_A_PROCESS))


def taxonomy_of(options: SynthesisOptions) -> "Taxonomy":
    """Return the taxonomy of a file, or the one of the suite, which is not written yet."""
    from skillweave.taxonomy.tree import Taxonomy

    beside = options.output.parent / "taxonomy.json"
    if options.taxonomy is not None or beside.is_file():
        return Taxonomy.load(options.taxonomy or beside)
    from skillweave.harness.sources import read_source
    from skillweave.taxonomy.build import build_taxonomy

    source = read_source([f"suite:{options.suite}"])
    return build_taxonomy(source.graph, seed=0, descriptions=source.descriptions, inputs=source.inputs)


def _seed(options: SynthesisOptions) -> "Seed":
    """Return the seed that the options name; a private one is drawn, or read where the synthesis goes on."""
    from skillweave.tasks.seeds import PRIVATE, Seed, load_seed, private_seed, seed_path

    if options.seed.isdigit():
        return Seed(value=int(options.seed))
    if options.seed != PRIVATE:
        if not Path(options.seed).suffix:
            raise UserError(
                f"no seed {options.seed!r}", hint="give a whole number from 0, private, or the file of a private seed"
            )
        return load_seed(Path(options.seed))
    own = seed_path(options.output)
    return load_seed(own) if options.resume and own.is_file() else private_seed()


def _begin(options: SynthesisOptions, seed: "Seed", taxonomy: "Taxonomy") -> None:
    """Write what the tasks depend on, now that nothing can be refused any more."""
    from skillweave.tasks.seeds import PRIVATE, seed_path

    beside = options.output.parent / "taxonomy.json"
    if options.taxonomy is None and not beside.is_file():
        taxonomy.save(beside)
    if options.seed == PRIVATE:
        seed.save(seed_path(options.output))
