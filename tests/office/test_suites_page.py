"""docs/suites.md: its tables have the form that the script writes, and its worked example works."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from skillweave.tasks.appsuite import AppSuite
from skillweave.tasks.suitecheck import check_suite
from skillweave.tasks.suites.office.suite import OFFICE, SUITE
from skillweave.tasks.suites.registry import load_suite
from skillweave.tasks.synthesize import synthesize
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.weights import from_corpus

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/suites.md").read_text(encoding="utf-8")


def between(marker: str) -> str:
    return PAGE.split(f"<!-- {marker} -->\n")[1].split(f"\n<!-- /{marker} -->")[0]


def test_the_script_writes_what_stands_in_the_page() -> None:
    command = [sys.executable, str(ROOT / "benchmarks/suites.py"), "--sizes", "office-small", "--times", "3"]
    done = subprocess.run([*command, "--heights", "2"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = {part.split("\n", 1)[0]: part.split("\n", 1)[1] for part in done.stdout.split("\n\n") if "\n" in part}
    assert written["apps"] == between("apps")
    shown = between("agreement").splitlines()
    made = written["agreement"].splitlines()
    assert made[0] == shown[0]
    assert made[2:] == [row for row in shown[2:] if row.split("|")[5].strip() == "2"]
    assert written["sizes"].splitlines()[0] == between("sizes").splitlines()[0]
    assert written["sizes"].splitlines()[2].split("|")[1:3] == between("sizes").splitlines()[2].split("|")[1:3]


def test_tools_and_skills_are_shown_as_they_are() -> None:
    spec = importlib.util.spec_from_file_location("suites_page", ROOT / "benchmarks/suites.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert between("tools") == "\n\n".join(map(script.tool_text, script.TOOLS))
    assert between("skills") == "\n\n".join(map(script.skill_text, script.SKILLS))
    assert sum(OFFICE.skills[s].rule is not None for s in script.SKILLS) == 1
    figure = script.schema_figure()
    drawn = {text.get_text() for text in figure.axes[0].texts}
    assert {t.name for t in OFFICE.schema.tables} | {a.name for a in OFFICE.apps} <= drawn


@pytest.fixture
def parking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppSuite:
    code = next(part.split("```")[0] for part in PAGE.split("```python\n")[1:] if "office_parking.py" in part)
    (tmp_path / "office_parking.py").write_text(code.replace('load_suite("office")', 'load_suite("office-small")'))
    monkeypatch.chdir(tmp_path)
    suite = load_suite("office_parking.py:SUITE")
    assert isinstance(suite, AppSuite)
    return suite


def test_the_app_of_the_worked_example_stands_beside_the_others(parking: AppSuite) -> None:
    assert check_suite(parking) == []
    assert len(parking.apps.tools) == len(OFFICE.tools) + 2
    own, base = parking.apps.world(4), load_suite("office-small").apps.world(4)  # type: ignore[attr-defined]
    for table in ("people", "tickets", "orders"):
        rows = [w.open().rows(f"SELECT * FROM {table}") for w in (own, base)]
        assert rows[0] == rows[1]
    assert own.rules == base.rules
    assert parking.version != SUITE.version


def test_tasks_are_made_with_the_worked_example(parking: AppSuite) -> None:
    told = [skills for skills in parking.workflows() if any(s.startswith("parking.") for s in skills)]
    assert len(told) == 3
    tree = build_taxonomy(from_corpus(corpus_from_records(told, normalise=False)), height=2, seed=0)
    made = synthesize(parking.apps, tree, ks=(1, 2), n=8, seed=3)
    assert {"parking.extend", "parking.find_expiry"} <= {s for t in made.tasks for s in t.skills}
    assert {t.suite for t in made.tasks} == {"office_parking.py:SUITE"}


def test_the_page_names_every_check() -> None:
    from skillweave.tasks.suitecheck import CHECKS

    for name in ("worlds", "tools", "workflows", *CHECKS):
        assert f"| {name} |" in PAGE
