"""What is installed: five folders as one package, light at start-up."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("numpy", "scipy", "pandas", "numba", "inspect_ai", "langchain", "langgraph", "openai", "matplotlib", "faker")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def test_links_for_editable_installs_are_the_sources_of_the_wheel() -> None:
    sources = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["sources"]
    folders = {folder for folder in sources if folder != "src/skillweave"}
    links = {p.name: p for p in (ROOT / "src/skillweave").iterdir() if p.is_symlink()}
    assert links.keys() == folders
    for name, link in links.items():
        assert sources[name] == f"skillweave/{name}"
        assert link.resolve() == ROOT / name
        assert not link.readlink().is_absolute()


def test_wheel_and_sdist_include_the_same_code() -> None:
    targets = PROJECT["tool"]["hatch"]["build"]["targets"]
    assert {*targets["wheel"]["only-include"]} <= {*targets["sdist"]["only-include"]}


def test_constraints_pin_third_parties_only_and_hold_every_dependency() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all("==" in line and "@" not in line and "/" not in line for line in lines)
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    asked = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
    names = {a.split(">")[0].split("=")[0].split("[")[0].strip().lower().replace("_", "-") for a in asked}
    names.discard("skillweave")  # extras that take in other extras
    assert names <= pinned
    assert "skillweave" not in pinned


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["taxonomy", "build", "--help"]])
def test_help_and_version_import_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from skillweave.harness.cli import main\n"
        f"sys.argv = ['skillweave', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"found = sorted(m for m in {HEAVY!r} if m in sys.modules)\n"
        "assert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.enable_socket
def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=100)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {n.split("/")[0] for n in names} == {"skillweave", f"skillweave-{PROJECT['project']['version']}.dist-info"}
    for expected in (
        "skillweave/__init__.py",
        "skillweave/py.typed",
        "skillweave/harness/cli/__init__.py",
        "skillweave/tasks/suites/office/workflows/from_jobs.jsonl",
        "skillweave/taxonomy/tree.py",
    ):
        assert expected in names
    assert len(names) == len(set(names))
