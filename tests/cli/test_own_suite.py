"""Suites of one's own: started by init, found wanting or not by check, and used like any other."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ledger_suite import LedgerSuite

from skillweave.tasks.suite import ToolSchema
from skillweave.tasks.suitecheck import check_suite, counts
from skillweave.tasks.suites import registry
from skillweave.tasks.suites.office.suite import SIZES, office_suite

Cli = Callable[..., Any]


@pytest.fixture
def depot(cli: Cli, tmp_path: Path) -> Path:
    assert cli("init", "suite", "depot").code == 0
    return tmp_path / "depot.py"


@pytest.fixture
def office(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SUITES", {name: (lambda name=name: office_suite(name)) for name in SIZES})


def test_a_new_suite_passes_its_check_and_goes_the_whole_road(cli: Cli, depot: Path) -> None:
    checked = cli("suite", "check", "depot.py:SUITE", "--json")
    assert (checked.code, checked.value["problems"]) == (0, [])
    assert checked.value["counts"]["skills"] == 6
    assert "All checks passed" in cli("suite", "check", "depot.py:SUITE").out
    assert cli("suite", "show", "depot.py:SUITE", "--json").value["counts"] == checked.value["counts"]
    assert cli("taxonomy", "build", "suite:depot.py:SUITE", "-o", "tree.json").code == 0
    made = cli("synth", "--suite", "depot.py:SUITE", "--taxonomy", "tree.json", "-k", "1-3", "-n", 9, "-o", "t.jsonl")
    assert made.code == 0, made.err
    for agent, success in (("oracle", 1.0), ("nop", 0.0)):
        run = cli("run", "t.jsonl", "--agent", agent, "--log-dir", agent, "--json")
        assert run.value["success"] == success
    assert '"id":"depot-k1-' in Path("t.jsonl").read_text()


@pytest.mark.parametrize(
    ("old", "new", "check", "says"),
    [
        ('"Count the items that {member} holds."', '"Count the items."', "phrases", "does not mention {member}"),
        ('"Give {item} to {member}."', '"Give {item} to {who} and {member}."', "phrases", "{who}, which is no input"),
        ('"Look up the holder of {item}.", ', "", "phrases", "has 2 phrases"),
        ('"Give {item} to {member}."', '"Give {item to {member}."', "phrases", "cannot be filled in"),
        ('Input(types=("Money", "Count"), values', "Input(types=(), values", "types", "takes no value type"),
        ('nouns=("the dearest item that {member} holds",),', "", "phrases", "no noun"),
        ('name="price", sql="REAL NOT NULL", kind="typed"', 'name="price", sql="REAL NOT NULL", kind="rough"',
         "columns", "the class 'rough'"),
        ('output="Member",', 'output="Owner",', "types", "'Owner', which is no value type"),
        ('Input(types=("Money", "Count"), values', 'Input(types=("Money",), values', "types",
         "'Count', which no skill takes"),
        ('"value": Input(types=("Money", "Count"), values=(12.5, 40.0, 99.9))',
         '"value": Input(types=("Money", "Count"), values=(12.5, 40.0, 99.9), literal=True)', "types",
         "which no skill takes"),
        ("procedure=dearest", "procedure=count_items", "alike", "has the tools and the procedure of"),
        ('naive={"as for cheap items": deposit_of_cheap_items, "in full": deposit_in_full},', "naive={},", "rules",
         "declares no naive rule"),
        ("low = int(rng.integers(5, 15))", 'return {"low": 5, "high": 9, "from": 100}', "rules",
         "the same rule in two worlds"),
        ('("depot.work_out_deposit", "depot.note_value", "depot.hand_over"),', '("depot.lend",),', "workflows",
         "is no skill"),
        ('("depot.find_holder", "depot.count_items", "depot.hand_over"),\n    ', "", "workflows", ""),
        ('candidates="SELECT id AS key, name FROM items"', 'candidates="SELECT id AS key, name FROM items WHERE 0"',
         "descriptions", "fits exactly one entity never"),
        ('tools=("get_item", "hand_over_item")', 'tools=("get_item",)', "plans", "calls hand_over_item without"),
        ('applicable(found, "nobody holds it")', 'applicable(False, "out of order")', "plans", "out of order"),
        ("    found = len(use.search_items(holder_id=member)", "    found = len(use.search_things(member)", "plans",
         "fails with AttributeError"),
        ('into.rows.add("items", name=f"{colour} {thing}"', 'into.rows.add("items", name=thing', "worlds", "UNIQUE"),
        ("    use.hand_over_item(item_id=item, member_id=member)\n", "", "plans", "changes nothing"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_suite_is_listed(cli: Cli, depot: Path, old: str, new: str, check: str, says: str) -> None:
    text = depot.read_text()
    assert old in text
    depot.write_text(text.replace(old, new))
    done = cli("suite", "check", "depot.py:SUITE", "--json")
    if (check, says) == ("workflows", ""):  # every skill occurs elsewhere too
        assert done.code == 0
        return
    assert done.code == 1
    assert [p for p in done.value["problems"] if p["check"] == check and says in p["problem"]], done.value["problems"]


def test_what_is_wrong_is_printed_as_a_table(cli: Cli, depot: Path) -> None:
    depot.write_text(depot.read_text().replace('"Give {item} to {member}."', '"Give {item} away."'))
    done = cli("suite", "check", "depot.py:SUITE")
    assert done.code == 1
    assert "1 problem:" in done.out
    assert "depot.hand_over" in done.out


def test_a_suite_that_is_not_made_of_apps_is_checked_by_what_it_shows() -> None:
    suite = LedgerSuite()
    assert check_suite(suite) == []
    assert counts(suite)["tools"] == len(suite.tool_schemas())
    bare = ToolSchema(name="pay", description=" ", parameters={"type": "object", "properties": {"sum": {}}})
    suite.tool_schemas = lambda: {"pay": bare}  # type: ignore[method-assign]
    assert {(p.check, p.where) for p in check_suite(suite)} == {("tools", "pay")}
    assert len(check_suite(suite)) == 3


def test_a_tool_without_a_docstring_or_with_an_unknown_parameter_is_told(refused: Cli, depot: Path) -> None:
    text = depot.read_text()
    depot.write_text(text.replace("        city: city in which the member lives\n", ""))
    assert "parameter 'city' has no type or no description" in refused("suite", "check", "depot.py:SUITE").err


def test_a_new_skill_stands_beside_the_others(cli: Cli, office: None) -> None:
    done = cli("init", "skill", "leave.count_gaps", "--suite", "office-small", "--json")
    assert done.code == 0
    checked = cli("suite", "check", done.value["suite"], "--json").value
    own = cli("suite", "show", "office-small", "--json").value
    assert checked["problems"] == []
    assert checked["counts"]["skills"] == own["counts"]["skills"] + 1
    assert checked["counts"]["rows"] == own["counts"]["rows"]
    assert checked["version"] != own["version"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("suite", "Big Depot"), "no name for a suite: 'Big Depot'"),
        (("suite", "../depot"), "no name for a suite"),
        (("skill", "find_phone"), "write it as APP.VERB_OBJECT"),
        (("skill", "post.find_phone"), "has no app 'post'"),
        (("skill", "people.find_manager"), "has the skill 'people.find_manager' already"),
        (("suite", "depot", "--folder", "nowhere"), "no folder 'nowhere'"),
    ],
)
def test_a_start_that_cannot_be_is_refused(refused: Cli, arguments: tuple[str, ...], says: str) -> None:
    assert says in refused("init", *arguments).err


def test_a_file_that_is_there_is_not_written_over(refused: Cli, depot: Path) -> None:
    before = depot.read_text()
    assert "is there already" in refused("init", "suite", "depot").err
    assert depot.read_text() == before


@pytest.mark.parametrize(
    ("spec", "text", "says"),
    [
        ("gone.py:SUITE", None, "no file 'gone.py'"),
        ("own.py:SUITE", "SWEET = 1\n", "'own.py' has no 'SUITE'"),
        ("own.py:SUITE", "SUITE = 1\n", "is no tool suite but int"),
        ("own.py:SUITE", "import nothing_of_this_name\n", "ModuleNotFoundError"),
        ("depot", None, "no suite 'depot'"),
    ],
)
def test_a_suite_that_cannot_be_loaded_is_refused(refused: Cli, spec: str, text: str | None, says: str) -> None:
    if text is not None:
        Path("own.py").write_text(text)
    assert says in refused("suite", "check", spec).err


def test_tasks_of_a_suite_that_changed_since_are_refused(cli: Cli, refused: Cli, depot: Path) -> None:
    cli("taxonomy", "build", "suite:depot.py:SUITE", "-o", "tree.json")
    cli("synth", "--suite", "depot.py:SUITE", "--taxonomy", "tree.json", "-k", "1", "-n", 2, "-o", "t.jsonl")
    shutil.copy(depot, "old.py")
    depot.write_text(depot.read_text().replace('"red"', '"crimson"'))
    assert "make the tasks again" in refused("try", "t.jsonl").err


def test_the_office_passes_in_all_its_checks(cli: Cli, office: None) -> None:
    value = cli("suite", "check", "office-small", "--json").value
    assert value["problems"] == []
    assert value["counts"]["apps"] >= 12
    assert value["counts"]["tools"] >= 80
    assert value["counts"]["skills"] >= 130
    assert value["counts"]["procedural"] >= 25
    assert value["counts"]["workflows"] >= 200
