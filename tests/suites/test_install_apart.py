"""A suite with an environment of its own: whole or not at all, once, by one process at a time."""

import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from skillweave.harness import suite_install
from skillweave.harness.suite_install import External, install_suite, is_installed
from skillweave.taxonomy.errors import UserError


def wheel(folder: Path) -> Path:
    """Write a package of one module."""
    path = folder / "toy_suite-1.0-py3-none-any.whl"
    info = "toy_suite-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("toy_suite/__init__.py", "WORDS = 'it works'\n")
        made.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: toy-suite\nVersion: 1.0\n")
        made.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(f"{info}/RECORD", "")
    return path


def known(monkeypatch: pytest.MonkeyPatch, requirement: Path, place: Path) -> None:
    toy = External(
        module="toy_suite",
        requirements=(str(requirement),),
        options=("--no-deps", "--no-index", "--quiet"),
        environment=lambda: place,
    )
    monkeypatch.setattr(suite_install, "EXTERNAL", {"toy": toy})


def test_a_half_made_environment_is_made_anew_and_two_at_once_make_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    place = tmp_path / "deep" / "toy-1"
    known(monkeypatch, wheel(tmp_path), place)
    half = place.with_name("toy-1.half")
    half.mkdir(parents=True)
    (half / "left-over").write_text("by a process that was killed")
    assert not is_installed("toy")
    with ThreadPoolExecutor(2) as threads:
        assert len({*threads.map(install_suite, ["toy", "toy"])}) == 1
    assert is_installed("toy")
    assert not half.exists()
    assert not (place / "left-over").exists()
    code = "import toy_suite; print(toy_suite.WORDS)"
    done = subprocess.run([place / "bin/python", "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "it works\n"
    before = place.stat().st_mtime_ns
    install_suite("toy")
    assert place.stat().st_mtime_ns == before, "what is there is left as it is"
    (place / "bin/python").unlink()
    (place / "bin/python").symlink_to(tmp_path / "a python that was removed")
    assert not is_installed("toy")
    install_suite("toy")
    assert is_installed("toy")


def test_what_pip_cannot_install_leaves_nothing_that_looks_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known(monkeypatch, tmp_path / "missing-1.0-py3-none-any.whl", tmp_path / "toy-1")
    with pytest.raises(UserError, match="pip could not install suite 'toy'"):
        install_suite("toy")
    assert not is_installed("toy")


def test_a_place_that_cannot_be_written_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    known(monkeypatch, wheel(tmp_path), tmp_path / "file" / "toy-1")
    with pytest.raises(UserError, match="no environment could be made"):
        install_suite("toy")
