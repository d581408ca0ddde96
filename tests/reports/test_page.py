"""The written report: what it finds, what it says, and that it is whole."""

import csv
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from made_logs import Planted, samples, write_log

from skillweave.reports import page
from skillweave.reports.html import VIEWER
from skillweave.reports.page import write_report
from skillweave.taxonomy.errors import UserError

# Whole reports are made in fixtures: seconds on a free machine, minutes on a busy one.

WEAK = "expenses.convert_currency"


class _Outline(HTMLParser):
    """Collects headings, addresses and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.links += [said[name] or "" for name in ("href", "src", "srcset") if said.get(name)]
        self.ids += [said["id"] or ""] if "id" in said else []


def _html(out: Path) -> str:
    return (out / "index.html").read_text(encoding="utf-8")


def _rows(out: Path, table: str) -> list[dict[str, str]]:
    with (out / "tables" / f"{table}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_the_planted_bad_skill_is_named_in_the_summary_the_page_and_the_table(
    weak_report: tuple[Path, dict[str, Any]],
) -> None:
    out, summary = weak_report
    assert summary["runs"][0]["weak_skills"] == [WEAK]
    assert f"{WEAK} (" in next(f for f in summary["runs"][0]["findings"] if "first more often" in f)
    assert [row["skill"] for row in _rows(out, "skills") if row["flagged"] == "True"] == [WEAK]
    assert re.search(rf'{re.escape(WEAK)} <span class="badge">weak</span>', _html(out))


def test_the_headline_is_the_rate_of_the_scored_rollouts(weak_report: tuple[Path, dict[str, Any]]) -> None:
    out, summary = weak_report
    scores = [row["score"] for row in _rows(out, "rollouts")]
    scored = [float(s) for s in scores if s]
    assert summary["runs"][0]["success"]["rate"] == pytest.approx(sum(scored) / len(scored))
    assert summary["runs"][0]["success"]["unscored"] == len(scores) - len(scored) > 0
    assert f"{100 * sum(scored) / len(scored):.1f}%" in summary["verdict"]
    assert f"{len(scores) - len(scored)} unscored and left out" in _html(out)


def test_every_table_that_the_page_points_to_is_there(side_by_side: Path) -> None:
    links = [link for link in _Outline(_html(side_by_side)).links if link.startswith("tables/")]
    assert len(set(links)) >= 12
    assert all((side_by_side / link).is_file() for link in links)


def test_the_rates_of_the_tables_stand_on_the_page(weak_report: tuple[Path, dict[str, Any]]) -> None:
    out, _ = weak_report
    html = _html(out)
    for table in ("by_k", "by_span", "by_novelty", "by_k_span"):
        for row in _rows(out, table):
            assert f'<td class="num">{100 * float(row["rate"]):.1f}%</td>' in html


def test_failures_are_shown_with_the_instruction_and_the_scorers_sentence(
    weak_report: tuple[Path, dict[str, Any]],
) -> None:
    out, _ = weak_report
    html = _html(out)
    shown = _rows(out, "failures")
    assert shown[0]["first_broken"] == WEAK
    assert f"{WEAK}: column &#39;amount&#39; is 12.50 where 1250.00 was expected" in html
    assert f"Please take care of {WEAK} for &lt;Ada &amp; Sons&gt;." in html


@pytest.mark.usefixtures("without_figures")
def test_what_a_log_says_cannot_become_markup(tmp_path: Path) -> None:
    made = samples(Planted(base=0.0), per_k=2)
    for sample in made:
        sample.input = "<script>alert(1)</script>"
    write_log(tmp_path / "logs", made, agent="<img src=x onerror=alert(1)>")
    write_report([tmp_path / "logs"], tmp_path / "out")
    html = _html(tmp_path / "out")
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_a_simulated_agent_is_called_simulated_in_every_form(control_report: tuple[Path, dict[str, Any]]) -> None:
    out, summary = control_report
    assert summary["simulated"] is True
    assert "Simulated, not a real result" in _html(out)
    assert "<title>SIMULATED: " in _html(out)
    assert "SIMULATED, not a real result" in (out / "report.md").read_text(encoding="utf-8")
    assert "SIMULATED, not a real result" in (out / "figures" / "by_k.svg").read_text(encoding="utf-8")


def test_a_real_agent_is_not_called_simulated(weak_report: tuple[Path, dict[str, Any]]) -> None:
    out, summary = weak_report
    assert summary["simulated"] is False
    assert "imulated, not a real result" not in _html(out)


def test_oracle_and_nop_check_the_tasks_and_are_not_measured(control_report: tuple[Path, dict[str, Any]]) -> None:
    out, summary = control_report
    assert {run["agent"]: run["control"] for run in summary["runs"]} == {"react": False, "oracle": True, "nop": True}
    assert summary["verdict"].startswith("The simulated agent react")
    assert "NO: look at the tasks" not in _html(out)


@pytest.mark.usefixtures("without_figures")
def test_an_oracle_that_fails_is_shouted_out(tmp_path: Path) -> None:
    write_log(tmp_path / "l", samples(Planted(), per_k=4), model="openai/x")
    write_log(tmp_path / "l", samples(Planted(base=0.9), per_k=4), name="o", task_id="o", agent="oracle")
    write_report([tmp_path / "l"], tmp_path / "out")
    assert "NO: look at the tasks before reading anything above" in _html(tmp_path / "out")


@pytest.mark.usefixtures("without_figures")
def test_without_a_declared_exposure_the_ladder_is_a_difficulty_control(tmp_path: Path) -> None:
    given = {"name": "train", "sha256": "ab" * 32, "size": 90}
    write_log(tmp_path / "l", samples(Planted(), per_k=4), exposure=given)
    write_report([tmp_path / "l"], tmp_path / "out")
    assert "Novelty ladder, as a difficulty control</h2>" in _html(tmp_path / "out")
    write_log(tmp_path / "l", samples(Planted(), per_k=4), exposure=given | {"declared": True})
    write_report([tmp_path / "l"], tmp_path / "out")
    assert "The novelty ladder</h2>" in _html(tmp_path / "out")


def test_headings_go_down_one_level_at_a_time_and_ids_are_unique(side_by_side: Path) -> None:
    outline = _Outline(_html(side_by_side))
    order = list(outline.headings)
    assert order.count(1) == 1
    after = order[order.index(1) :]
    assert all(b - a <= 1 for a, b in pairwise(after))
    assert len(outline.ids) == len(set(outline.ids))


def test_nothing_on_the_page_comes_from_elsewhere(side_by_side: Path) -> None:
    html = _html(side_by_side)
    links = [link for link in _Outline(html).links if not link.startswith(VIEWER)]
    assert all(re.match(r"#|data:,|tables/|figures/|report\.", link) for link in links)
    assert not re.search(r"@import|url\(|https?://", html.replace(VIEWER, ""))


def test_the_same_logs_give_the_same_bytes(weak_logs: Path, weak_report: tuple[Path, Any], tmp_path: Path) -> None:
    write_report([weak_logs], tmp_path)
    names = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file())
    assert names == sorted(str(p.relative_to(weak_report[0])) for p in weak_report[0].rglob("*") if p.is_file())
    assert all((tmp_path / n).read_bytes() == (weak_report[0] / n).read_bytes() for n in names)


def test_the_summary_is_what_report_json_holds(weak_report: tuple[Path, dict[str, Any]]) -> None:
    out, summary = weak_report
    stored = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert stored == {key: value for key, value in summary.items() if key not in ("page", "out")}
    assert stored["schema"] == "skillweave.report/1"


@pytest.mark.usefixtures("without_figures")
def test_an_earlier_report_in_the_folder_leaves_no_table_behind(weak_logs: Path, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "old.csv").write_text("x\n")
    write_report([weak_logs], tmp_path)
    assert not (tmp_path / "tables" / "old.csv").exists()


def test_a_report_that_cannot_be_made_writes_nothing(
    weak_logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(report: Any) -> str:
        raise RuntimeError("no page")

    monkeypatch.setattr(page, "render_page", broken)
    with pytest.raises(RuntimeError, match="no page"):
        write_report([weak_logs], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_run_without_a_score_is_refused_with_its_first_error(tmp_path: Path) -> None:
    write_log(tmp_path / "l", samples(Planted(errors=1.0), per_k=2))
    with pytest.raises(UserError, match=r"none of the 10 rollouts of 'react.*' has a score: APIError") as caught:
        write_report([tmp_path / "l"], tmp_path / "out")
    assert "inspect view" in str(caught.value.hint)
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(weak_logs: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(UserError, match="is a file, not a folder"):
        write_report([weak_logs], tmp_path / "out")


@pytest.mark.usefixtures("without_figures")
def test_a_run_without_taxonomy_splits_and_synthesis_still_has_a_report(tmp_path: Path) -> None:
    made = samples(Planted(base=0.8), per_k=4)
    for sample in made:
        sample.metadata |= {"span": None, "novelty": None, "length": None, "branches": []}
    write_log(tmp_path / "l", made, taxonomy=None, splits=None, synthesis=None)
    write_report([tmp_path / "l"], tmp_path / "out")
    html = _html(tmp_path / "out")
    assert "The run named no taxonomy." in html
    assert "Not measured: the logs name no novelty." in html
    assert not (tmp_path / "out" / "tables" / "taxonomy.csv").exists()


@pytest.mark.usefixtures("without_figures")
@pytest.mark.parametrize("score", [0.0, 1.0])
def test_an_agent_that_always_fails_or_never_does_has_a_report(tmp_path: Path, score: float) -> None:
    write_log(tmp_path / "l", samples(Planted(base=score), per_k=3))
    summary = write_report([tmp_path / "l"], tmp_path / "out")
    assert summary["runs"][0]["success"]["rate"] == score


@pytest.mark.slow
def test_the_page_of_5000_rollouts_is_under_3_megabytes(tmp_path: Path) -> None:
    for i in range(2):
        rows = samples(Planted(base=0.85), per_k=250, epochs=2, seed=i)
        write_log(tmp_path / "l", rows, name=str(i), model=f"openai/{i}", task_id=str(i))
    write_report([tmp_path / "l"], tmp_path / "out")
    assert (tmp_path / "out" / "index.html").stat().st_size < 3_000_000
