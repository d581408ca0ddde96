"""Declared exposures: every form in which one is given, and what follows for one combination."""

import json
from pathlib import Path
from typing import Any

import pytest

from skillweave.tasks.exposure import UNEXPOSED, Declared, Practised, combinations_in, read_exposure
from skillweave.tasks.novelty import Exposure
from skillweave.tasks.spec import TaskSpec, skill_edges
from skillweave.tasks.splitting import split_tasks
from skillweave.taxonomy.errors import UserError
from skillweave.taxonomy.tree import Taxonomy

SKILLS = "abcdefgh"


def written(folder: Path, name: str, value: Any) -> str:
    """Write a file of JSON, JSON Lines or text and return its path."""
    text = value if isinstance(value, str) else json.dumps(value)
    if name.endswith(".jsonl"):
        text = "".join(json.dumps(row) + "\n" for row in value)
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def known_tasks(tasks: list[TaskSpec]) -> dict[str, Any]:
    """Return skills and edges by task id, as the reader takes them."""
    return {t.id: (t.skills, skill_edges(t)) for t in tasks}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.json", [["a", "b"], "c|d|e", ["b", "a"]]),
        ("x.json", {"combinations": [["a", "b"], ["e", "d", "c"]]}),
        ("x.csv", "a,b\nc,d,e\nb,a\n"),
        ("x.txt", "a|b\n\nc | d | e\nb|a\n"),
    ],
)
def test_a_list_of_combinations_may_be_json_csv_or_text_and_duplicates_count_once(
    name: str, content: Any, tmp_path: Path
) -> None:
    found = read_exposure(written(tmp_path, name, content), known=SKILLS)
    assert found.exposure.combinations == (("a", "b"), ("c", "d", "e"))
    assert (found.source, found.edges) == (name, None)


def test_a_train_split_is_an_exposure_with_the_edges_of_its_tasks(make_task, tree: Taxonomy, tmp_path: Path) -> None:
    tasks = [make_task(c, c) for c in ("ab", "ac", "bd", "abc", "efg", "eh", "e", "f", "a", "b", "cd", "gh", "fh")]
    splits = split_tasks(tasks, tree, seed=1)
    splits.save(tmp_path / "splits.json")
    found = read_exposure(f"{tmp_path / 'splits.json'}:train", tasks=known_tasks(tasks))
    train = [t for t in tasks if t.id in splits.splits["train"]]
    assert found.exposure.combinations == tuple(sorted(t.skills for t in train))
    assert found.edges == {edge for t in train for edge in skill_edges(t)}
    assert found.sha256 == splits.exposure.sha256
    assert found.source == "splits.json:train"
    alone = read_exposure(f"{tmp_path / 'splits.json'}:train")  # without the tasks: skills yes, edges no
    assert alone.exposure.combinations == found.exposure.combinations
    assert alone.edges is None


def test_trajectories_tell_by_task_by_skills_or_by_the_tools_that_were_called(make_task, tmp_path: Path) -> None:
    called = [{"role": "assistant", "tool_calls": [{"function": {"name": n}} for n in ("find", "send")]}]
    rows = [
        {"metadata": {"task_id": "t1"}},
        {"skills": ["c", "d", "unheard of"]},
        {"messages": called},
        {"messages": []},
    ]
    found = read_exposure(
        written(tmp_path, "x.jsonl", rows),
        tasks=known_tasks([make_task("ab", "t1")]),
        known=SKILLS,
        skills_of_tools=lambda tools: ["e", "f"] if tools == {"find", "send"} else [],
    )
    assert found.exposure.combinations == (("a", "b"), ("c", "d"), ("e", "f"))
    assert (found.rows, found.unread, found.edges) == (4, 1, None)


def test_trajectories_that_all_name_their_task_tell_edges_too(make_task, tmp_path: Path) -> None:
    tasks = [make_task("abc", "t1"), make_task("ef", "t2")]
    found = read_exposure(
        written(tmp_path, "x.jsonl", [{"id": "t1"}, {"id": "t2"}, {"id": "t1"}]), tasks=known_tasks(tasks)
    )
    assert found.edges == {("a", "b"), ("b", "c"), ("e", "f")}
    assert len(found.exposure) == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.json", [["a", "zzz"]], "'zzz', no skill of the taxonomy"),
        ("x.json", [], "holds no combinations"),
        ("x.json", [["a", 3]], "item 0 is no combination"),
        ("x.json", {"a": 1}, "holds no list of combinations"),
        ("x.jsonl", [{"messages": []}], "tells no skills in 1 rows"),
        ("x.jsonl", [[1]], "no object"),
        ("x.md", "a|b", "no exposure"),
        ("x.json:train", None, "no file"),
        ("x.txt", None, "no file"),
    ],
)
def test_what_is_no_exposure_is_refused_by_name(name: str, content: Any, said: str, tmp_path: Path) -> None:
    spec = str(tmp_path / name) if content is None else written(tmp_path, name, content)
    with pytest.raises(UserError, match=said):
        read_exposure(spec, known=SKILLS)


def test_an_empty_split_is_no_exposure(make_task, tree: Taxonomy, tmp_path: Path) -> None:
    split_tasks([make_task("ab", "1")], tree, seed=1).save(tmp_path / "s.json")
    with pytest.raises(UserError, match="split 'dev' is empty"):
        read_exposure(f"{tmp_path / 's.json'}:dev")


def practised(tree: Taxonomy | None, *combinations: str, edges: set[tuple[str, str]] | None = None) -> Practised:
    return Practised(exposure=Exposure(combinations), taxonomy=tree, edges=None if edges is None else frozenset(edges))


def test_inside_a_practised_combination_is_noted_beside_the_novelty(tree: Taxonomy) -> None:
    known = practised(tree, "abcd", "ef")
    found = known.of("ac")
    assert (found.inside, found.practised, found.novelty, found.length) == (True, 2, 3, "seen")
    itself = known.of("ef")
    assert (itself.inside, itself.novelty) == (True, 0)
    beyond = known.of("ae")
    assert (beyond.inside, beyond.practised) == (False, 1)


def test_a_size_never_practised_has_no_novelty_even_inside_a_practised_combination(tree: Taxonomy) -> None:
    found = practised(tree, "abcd").of("abc")
    assert (found.novelty, found.length, found.inside, found.practised) == (None, "shorter", True, 3)


def test_without_an_exposure_nothing_is_new_or_practised(tree: Taxonomy) -> None:
    known = Practised(exposure=UNEXPOSED.exposure, taxonomy=tree, edges=frozenset())
    found = known.of("ab", [("a", "b")])
    assert (found.novelty, found.length, found.practised, found.inside, found.new_edges) == (None, None, 0, False, None)


def test_without_a_taxonomy_all_but_novelty_is_known() -> None:
    found = practised(None, "abc", edges={("a", "b")}).of("ab", [("a", "b"), ("b", "a")])
    assert (found.novelty, found.practised, found.inside, found.new_edges) == (None, 2, True, 0.5)


def test_a_skill_that_the_taxonomy_lacks_is_named(tree: Taxonomy) -> None:
    with pytest.raises(UserError, match="no skill 'zzz'"):
        practised(tree, "ac").of(("a", "zzz"))
    with pytest.raises(UserError, match="no skill 'z'"):
        practised(tree, "az").of("ac")


def test_new_edges_are_unknown_where_the_exposure_tells_none(tree: Taxonomy) -> None:
    assert practised(tree, "ab").of("ab", [("a", "b")]).new_edges is None
    assert practised(tree, "ab", edges=set()).of("ab").new_edges is None  # a plan without edges
    assert practised(tree, "ab", edges=set()).of("ab", [("a", "b")]).new_edges == 1.0


def test_no_combination_has_neither_novelty_nor_length(tree: Taxonomy) -> None:
    found = practised(tree, "ab").of("")
    assert (found.novelty, found.length) == (None, None)


def test_a_declared_exposure_gives_the_novelty_of_a_split(make_task, tree: Taxonomy) -> None:
    tasks = [make_task(c, c) for c in ("ab", "ac", "bd", "abc", "ef", "eh", "e", "f", "a", "b", "cd", "gh", "fh")]
    declared = Declared(exposure=Exposure(["ac", "efg"]), source="mine.json")
    splits = split_tasks(tasks, tree, seed=1, exposure=declared)
    rows = splits.rows
    assert splits.exposure.name == "mine.json"
    assert splits.exposure.sha256 == declared.sha256
    assert {c: rows[c].novelty for c in ("ac", "ab", "cd", "bd", "ef", "abc", "a")} == {
        "ac": 0,
        "bd": 1,
        "ab": 2,
        "cd": 2,
        "ef": 3,
        "abc": 3,
        "a": None,
    }
    assert (rows["a"].length, rows["ef"].inside, rows["ac"].new_edges) == ("shorter", True, None)


def test_combinations_are_read_from_lists_too() -> None:
    assert combinations_in([["a", " b "], "c|d"]) == [("a", "b"), ("c", "d")]
