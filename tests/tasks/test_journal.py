"""An interrupted synthesis leaves whole tasks and goes on to the same bytes; so do several processes."""

from pathlib import Path

import pytest
from people_suite import APPS, taxonomy

from skillweave.tasks.jobs import Job, Outcome, Shop
from skillweave.tasks.journal import journal, journal_path
from skillweave.tasks.request import Request
from skillweave.tasks.spec import read_tasks
from skillweave.tasks.synthesize import make_tasks
from skillweave.taxonomy.errors import UserError

REQUEST = Request(ks=(1, 2), n=12, seed=7, families=True)


def write(path: Path, *, stop: int | None = None, resume: bool = False, processes: int = 1) -> int:
    """Make the tasks into a file, interrupted at the job of a number; return how many jobs were carried out."""
    jobs = 0

    with journal(path, "this one", resume=resume) as files:

        def sink(job: Job, outcome: Outcome) -> None:
            nonlocal jobs
            if jobs == stop:
                raise KeyboardInterrupt
            jobs += any(outcome.lines)
            files.write(job, outcome)

        make_tasks(APPS, taxonomy(), REQUEST, sink=sink, done=files.done, processes=processes)
    return jobs


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("whole") / "tasks.jsonl"
    assert write(path) > 4
    assert not journal_path(path).exists()
    return path.read_bytes()


def test_two_processes_give_the_same_bytes_as_one(whole: bytes, tmp_path: Path) -> None:
    write(tmp_path / "tasks.jsonl", processes=2)
    assert (tmp_path / "tasks.jsonl").read_bytes() == whole


@pytest.mark.parametrize("stop", [0, 1, 4])
def test_what_was_interrupted_is_valid_and_ends_with_the_same_bytes(whole: bytes, tmp_path: Path, stop: int) -> None:
    path = tmp_path / "tasks.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, stop=stop)
    assert whole.startswith(path.read_bytes())
    before = path.read_bytes()
    if stop:
        assert len(read_tasks(path)) >= stop
    write(path, resume=True)
    assert path.read_bytes() == whole
    assert path.read_bytes().startswith(before)


def test_going_on_carries_out_no_finished_job_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tasks.jsonl"
    done: list[str] = []
    carry_out = Shop.carry_out

    def counted(shop: Shop, job: Job) -> Outcome:
        done.append(job.digest())
        return carry_out(shop, job)

    monkeypatch.setattr(Shop, "carry_out", counted)
    with pytest.raises(KeyboardInterrupt):
        write(path, stop=3)
    write(path, resume=True)
    repeated = {name for name in done if done.count(name) > 1}
    assert len(repeated) <= 1, "but for the one at which it was interrupted"


def test_a_process_that_was_killed_while_it_wrote_leaves_nothing_that_stays(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, stop=4)
    with path.open("ab") as tasks, journal_path(path).open("ab") as log:
        tasks.write(b'{"schema": "skillweave.tas')
        log.write(b'["0123')
    write(path, resume=True)
    assert path.read_bytes() == whole


def test_a_journal_entry_whose_tasks_never_reached_the_disk_does_not_count(whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tasks.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, stop=4)
    path.write_bytes(path.read_bytes()[:-10])
    write(path, resume=True)
    assert path.read_bytes() == whole


def test_without_resume_it_starts_anew_and_another_synthesis_cannot_go_on(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "tasks.jsonl"
    with pytest.raises(KeyboardInterrupt):
        write(path, stop=2)
    with pytest.raises(UserError, match="journal of another synthesis"), journal(path, "another", resume=True):
        pass
    write(path)
    assert path.read_bytes() == whole
