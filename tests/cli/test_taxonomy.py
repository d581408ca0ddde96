"""skillweave taxonomy: build, show, select."""

import gzip
import json
from pathlib import Path

import pytest

from skillweave.taxonomy.tree import Taxonomy


def test_build_writes_every_skill_of_the_corpus_as_a_leaf(cli, corpus: Path) -> None:
    done = cli("taxonomy", "build", corpus, "-o", "t.json", "--height", "2", "--json")
    found = Taxonomy.load("t.json")
    skills = {s for line in corpus.read_text().splitlines() for s in json.loads(line)["skills"]}
    assert done.code == 0
    assert set(found.skills) == skills
    assert found.levels == done.value["levels"] == 2
    assert done.value["entropy"]["ht"] <= done.value["entropy"]["h1"]
    assert found.provenance.inputs.keys() == {"corpus.jsonl"}


def test_same_seed_gives_the_same_bytes(cli, corpus: Path) -> None:
    for name in ("1.json", "2.json"):
        cli("taxonomy", "build", corpus, "-o", name, "--seed", "3")
    assert Path("1.json").read_bytes() == Path("2.json").read_bytes()


def test_build_reads_a_nested_field_a_chat_and_a_suite(cli, tmp_path: Path) -> None:
    Path("nested.jsonl").write_text('{"label": {"ability_en": ["sum", "sort"]}}\n{"label": {"ability_en": ["plot"]}}\n')
    cli("taxonomy", "build", "nested.jsonl", "-o", "n.json", "--skills-field", "label.ability_en")
    assert Taxonomy.load("n.json").skills == ("plot", "sort", "sum")
    call = {"role": "assistant", "tool_calls": [{"function": {"name": n}} for n in ("find", "mail")]}
    Path("chat.jsonl").write_text(json.dumps({"messages": [call]}) + "\n")
    cli("taxonomy", "build", "chat.jsonl", "-o", "c.json")
    assert Taxonomy.load("c.json").skills == ("find", "mail")
    done = cli("taxonomy", "build", "suite:office", "chat.jsonl", "-o", "s.json", "--json")
    found = Taxonomy.load("s.json")
    assert done.code == 0
    assert {"find", "mail", "people.find_manager"} <= set(found.skills)
    assert found.provenance.inputs.keys() == {"suite:office", "chat.jsonl"}


@pytest.mark.parametrize("zipped", [False, True])
def test_build_reads_a_graph(cli, zipped: bool) -> None:
    text = "source,target,weight\na,b,2\nb,c,0.5\nc,d,2\n"
    path = Path("g.csv.gz" if zipped else "g.csv")
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    assert cli("taxonomy", "build", path, "--graph", "-o", "t.json", "--height", "2").code == 0
    found = Taxonomy.load("t.json")
    assert found.graph.edges == 3
    assert found.branch("a") == found.branch("b") != found.branch("c")


def test_show_prints_the_tree_down_to_a_depth(cli, tree_file: Path) -> None:
    whole, top = cli("taxonomy", "show", tree_file), cli("taxonomy", "show", tree_file, "--depth", 1)
    assert "people.find_manager" in whole.out
    assert len(top.out.splitlines()) < len(whole.out.splitlines())
    shown = cli("taxonomy", "show", tree_file, "--depth", 1, "--json").value
    assert {node["level"] for node in shown["nodes"]} == {0, 1}
    assert shown["skills"] == len(Taxonomy.load(tree_file).skills)


def test_select_samples_under_constraints_and_finds_the_best(cli, tree_file: Path) -> None:
    call = ("taxonomy", "select", tree_file, "-k", 3, "-n", 20, "--json")
    sampled = cli(*call, "--given", "people.find_manager", "--forbid", "people.change_title", "--seed", 4).value
    sets = [c["skills"] for c in sampled["combinations"]]
    assert len(sets) == 20
    assert all("people.find_manager" in s and "people.change_title" not in s and len(set(s)) == 3 for s in sets)
    best = cli(*call, "--best").value["combinations"]
    bits = [c["information"] for c in best]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] >= max(c["information"] for c in sampled["combinations"])
    assert sampled == cli(*call, "--given", "people.find_manager", "--forbid", "people.change_title", "--seed", 4).value


def test_unknown_skill_is_refused_with_the_closest(refused, tree_file: Path) -> None:
    done = refused("taxonomy", "select", tree_file, "-k", 2, "--given", "people.find_manger")
    assert "no skill 'people.find_manger'" in done.err
    assert "people.find_manager" in done.err


def test_k_larger_than_the_number_of_skills_is_refused(refused, tree_file: Path) -> None:
    assert "k = 99" in refused("taxonomy", "select", tree_file, "-k", 99).err


def test_an_empty_corpus_is_refused(refused) -> None:
    Path("empty.jsonl").write_text("")
    Path("hollow.jsonl").write_text('{"skills": []}\n')
    assert "no skills" in refused("taxonomy", "build", "empty.jsonl", "-o", "t.json").err
    refused("taxonomy", "build", "hollow.jsonl", "-o", "t.json")


def test_a_line_that_is_no_json_is_refused_by_file_and_number(refused) -> None:
    Path("bad.jsonl").write_text('{"skills": ["a", "b"]}\n{"skills": ["a",\n')
    assert "bad.jsonl:2: no JSON" in refused("taxonomy", "build", "bad.jsonl", "-o", "t.json").err


@pytest.mark.parametrize("weight", ["-1", "nan", "inf", "0", "heavy"])
def test_a_weight_that_is_no_positive_number_is_refused_with_its_row(refused, weight: str) -> None:
    Path("g.csv").write_text(f"source,target,weight\na,b,1\nb,c,{weight}\n")
    done = refused("taxonomy", "build", "g.csv", "--graph", "-o", "t.json")
    assert "g.csv" in done.err
    assert "weight" in done.err


@pytest.mark.parametrize("height", ["0", "-1", "tall", "1.5"])
def test_a_height_that_is_none_is_refused(refused, corpus: Path, height: str) -> None:
    assert (
        f"no taxonomy of height {height!r}"
        in refused("taxonomy", "build", corpus, "-o", "t.json", "--height", height).err
    )


def test_inputs_that_do_not_exist_are_refused(refused, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    Path("broken.eval").write_bytes(b"no log")
    assert "no file 'missing.jsonl'" in refused("taxonomy", "build", "missing.jsonl", "-o", "t.json").err
    assert "no suite 'offce'" in refused("taxonomy", "build", "suite:offce", "-o", "t.json").err
    assert "no .eval logs in 'nothing'" in refused("taxonomy", "build", "nothing", "-o", "t.json").err
    assert "'broken.eval' is no Inspect log" in refused("taxonomy", "build", "broken.eval", "-o", "t.json").err
    assert "corpus.txt" in refused("taxonomy", "build", "corpus.txt", "-o", "t.json").err


def test_a_missing_external_suite_names_the_command_that_installs_it(refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = refused("taxonomy", "build", "suite:bfcl", "-o", "t.json")
    assert "skillweave suite install bfcl" in done.err


def test_an_output_that_cannot_be_written_is_refused_before_any_work(refused, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert "'folder'" in refused("taxonomy", "build", corpus, "-o", "folder").err
    assert "is a file" in refused("taxonomy", "build", corpus, "-o", "corpus.jsonl/t.json").err


def test_a_taxonomy_of_another_schema_is_refused(refused) -> None:
    Path("t.json").write_text('{"schema": "skillweave.taxonomy/9"}')
    assert "'skillweave.taxonomy/9'" in refused("taxonomy", "show", "t.json").err


def test_compare_gives_agreement_by_level_and_refuses_a_truth_that_misses_skills(cli, refused, tree_file: Path) -> None:
    found = Taxonomy.load(tree_file)
    rows = [f"{s},{found.branch(s)}\n" for s in found.skills]
    Path("truth.csv").write_text("skill,branch\n" + "".join(rows))
    value = cli("taxonomy", "compare", tree_file, "truth.csv", "--json").value
    assert value["truth_levels"] == ["branch"]
    assert value["ami"][0] == pytest.approx([1.0])
    assert value["purity"] == pytest.approx([1.0])
    assert "dendrogram purity" in cli("taxonomy", "compare", tree_file, "truth.csv").out
    Path("truth.csv").write_text("skill,branch\n" + "".join(rows[1:]))
    assert "misses 1 of" in refused("taxonomy", "compare", tree_file, "truth.csv").err


def test_export_writes_what_other_programs_read(cli, refused, tree_file: Path) -> None:
    assert cli("taxonomy", "export", tree_file, "-o", "t.nwk", "--json").value["format"] == "Newick"
    assert Path("t.nwk").read_text().endswith(";\n")
    cli("taxonomy", "export", tree_file, "-o", "t.graphml")
    assert "<graphml" in Path("t.graphml").read_text()
    assert "no format for 't.doc'" in refused("taxonomy", "export", tree_file, "-o", "t.doc").err


def test_stability_is_measured_where_asked_and_needs_a_corpus(cli, refused, corpus: Path) -> None:
    value = cli("taxonomy", "build", corpus, "-o", "t.json", "--stability", 2, "--json").value
    assert len(value["quality"]["stability"]) == value["levels"] - 1
    Path("g.csv").write_text("source,target,weight\na,b,1\n")
    Path("t.json").unlink()
    assert "a graph has none" in refused("taxonomy", "build", "g.csv", "--graph", "-o", "t.json", "--stability", 1).err
