"""Every number on the page stands in a row of a CSV."""

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

NUMBER = re.compile(r"[+−]?\d+(?:,\d{3})*(?:\.\d+)?")
INFINITY = float("inf")


class _Page(HTMLParser):
    """Collects the numbers of each table, and which CSV stands below it; and those of sentences and of charts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[tuple[str, list[str]]] = []
        self.loose: list[str] = []
        self._waiting: list[list[str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {key: value or "" for key, value in attrs}
        if tag == "table" or "explorer" in said.get("class", "").split():
            self._waiting.append([])
        if tag == "a" and said.get("href", "").startswith("tables/"):
            self.tables += [(said["href"][7:-4], found) for found in self._waiting]
            self._waiting = []
        if tag not in ("meta", "link", "br", "img"):
            self._open.append((tag, said.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        classes = " ".join(names for _, names in self._open).split()
        if "td" in tags or "rates" in classes:
            self._waiting[-1].append(data)
        elif ("title" in tags and "svg" in tags) or {"findings", "hero"} & set(classes) or "h1" in tags:
            self.loose.append(data)


def _shown(values: list[str]) -> set[str]:
    """Return every form in which the page may show the values of a CSV."""
    found: set[str] = set()
    for value in values:
        found.update(NUMBER.findall(value))
        try:
            number = float(value)
        except ValueError:
            continue
        if abs(number) == INFINITY or number != number:
            continue
        if abs(number) <= 1:
            found |= {f"{100 * abs(number):.1f}", f"{100 * abs(number):.0f}"}
        found |= {f"{abs(number):.{digits}f}" for digits in (0, 1, 2, 3, 4)} | {f"{abs(number):,.0f}"}
    return found


def _tables(out: Path) -> dict[str, set[str]]:
    found = {}
    for path in sorted((out / "tables").glob("*.csv")):
        with path.open(encoding="utf-8") as stream:
            found[path.stem] = _shown([cell for row in csv.reader(stream) for cell in row])
    return found


def _numbers(texts: list[str]) -> list[str]:
    """Return the numbers of texts, names of skills and tasks left out."""
    return [
        n.lstrip("+−") for text in texts for n in NUMBER.findall(re.sub(r"\bT\.[\d.]+|[a-z]\w*[._-]\S+", " ", text))
    ]


@pytest.mark.parametrize("report", ["side_by_side", "weak_report"])
def test_every_number_of_a_table_is_in_the_csv_that_is_named_below_it(
    report: str, request: pytest.FixtureRequest
) -> None:
    made = request.getfixturevalue(report)
    out = made if isinstance(made, Path) else made[0]
    page, known = _Page((out / "index.html").read_text(encoding="utf-8")), _tables(out)
    assert len(page.tables) >= 12
    seen = [(name, _numbers(texts)) for name, texts in page.tables]
    assert sum(len(numbers) for _, numbers in seen) > 500
    assert {name: lost for name, numbers in seen if (lost := sorted(set(numbers) - known[name]))} == {}


@pytest.mark.parametrize("report", ["side_by_side", "weak_report"])
def test_every_number_of_a_sentence_or_a_chart_is_in_some_csv(report: str, request: pytest.FixtureRequest) -> None:
    made = request.getfixturevalue(report)
    out = made if isinstance(made, Path) else made[0]
    page, known = _Page((out / "index.html").read_text(encoding="utf-8")), _tables(out)
    everything = set().union(*known.values()) | {"95"}
    numbers = _numbers(page.loose)
    assert len(numbers) > 100
    assert sorted(set(numbers) - everything) == []
