"""skillweave taxonomy: build, show, select."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest
from people_suite import taxonomy as people

from skillweave.reports.ladders import read_taxonomies
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


def test_what_was_dropped_summed_or_merged_is_reported(cli) -> None:
    Path("g.csv").write_text("source,target,weight\na,b,1\nb,a,2\na,a,5\nb,c,1\n")
    done = cli("taxonomy", "build", "g.csv", "--graph", "-o", "g.json", "--json")
    assert done.err.splitlines() == ["self-loops dropped: 1", "duplicate edges summed: 1"]
    assert done.value["notes"] == {"self_loops": 1, "duplicate_edges": 1}
    assert done.value["graph"]["volume"] == 8
    rows = [["Read File", "plot"], ["read_file", "plot"], ["Read File", "sum"], []]
    Path("c.jsonl").write_text("".join(json.dumps({"skills": r}) + "\n" for r in rows))
    done = cli("taxonomy", "build", "c.jsonl", "-o", "c.json", "--json")
    assert "records without skills: 1" in done.err
    assert "merged, such as 'read_file' into 'Read File'" in done.err
    assert done.value["merged"] == {"Read File": ["read_file"]}
    assert Taxonomy.load("c.json").provenance.options["merged"] == {"Read File": ["read_file"]}


def test_a_cover_says_what_it_covers_and_keeps_to_a_span(cli, tree_file: Path) -> None:
    value = cli("taxonomy", "select", tree_file, "-k", 2, "-n", 12, "--method", "cover", "--span", 0, "--json").value
    assert {c["span"] for c in value["combinations"]} == {0}
    assert value["covered"]["combinations"] == len(value["combinations"])
    free = cli("taxonomy", "select", tree_file, "-k", 2, "-n", 12, "--method", "cover", "--json").value
    assert len({c["span"] for c in free["combinations"]}) > 1


def test_the_weight_of_a_bit_is_reported_whether_given_or_found(cli, tree_file: Path) -> None:
    call = ("taxonomy", "select", tree_file, "-k", 3, "--json")
    assert cli(*call, "--beta", 2.5).value["beta"] == 2.5
    found = cli(*call, "--quantile", 0.9).value
    assert found["beta"] > 0
    assert cli(*call, "--beta", repr(found["beta"])).value == found
    assert cli(*call, "--best").value["beta"] is None


def test_commands_that_need_no_search_never_import_numba(cli, tree_file: Path) -> None:
    found = Taxonomy.load(tree_file)
    Path("truth.csv").write_text("skill,branch\n" + "".join(f"{s},{found.branch(s)}\n" for s in found.skills))
    calls = [
        ["show", str(tree_file)],
        ["select", str(tree_file), "-k", "2", "--method", "cover"],
        ["compare", str(tree_file), "truth.csv"],
        ["export", str(tree_file), "-o", "t.nwk"],
        ["plot", str(tree_file), "-o", "t.svg"],
    ]
    code = (
        "import json, sys; from skillweave.harness.cli.app import app\n"
        "for call in json.loads(sys.argv[1]):\n"
        "    app(['taxonomy', *call], standalone_mode=False)\n"
        "    assert 'numba' not in sys.modules, call[0]\n"
    )
    done = subprocess.run([sys.executable, "-c", code, json.dumps(calls)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert Path("t.svg").exists()


def test_more_skills_than_any_group_of_the_span_has_are_refused(refused, tree_file: Path) -> None:
    found = Taxonomy.load(tree_file)
    done = refused("taxonomy", "select", tree_file, "-k", len(found.skills), "--span", 0)
    assert f"k = {len(found.skills)} is more than the" in done.err
    assert "skills under any span 0" in done.err


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


@pytest.mark.parametrize("method", ["sample", "best", "cover", "uniform", "frequency", "random-k", "pairwise", "beam"])
def test_every_method_of_selection_gives_distinct_skills_and_repeats(cli, tree_file: Path, method: str) -> None:
    command = ("taxonomy", "select", tree_file, "-k", 3, "-n", 4, "--method", method, "--seed", 5, "--json")
    found = cli(*command).value
    assert found["method"] == method
    assert len(found["combinations"]) == 4
    assert all(len(set(c["skills"])) == 3 and c["information"] > 0 for c in found["combinations"])
    assert cli(*command).value == found


def test_a_quantile_sets_what_a_bit_weighs(cli, tree_file: Path) -> None:
    def mean(quantile: float) -> float:
        value = cli("taxonomy", "select", tree_file, "-k", 3, "-n", 200, "--quantile", quantile, "--json").value
        return sum(c["information"] for c in value["combinations"]) / 200

    assert mean(0.9) > mean(0.3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--best", "--beta", 2), "--beta has no meaning with method 'best'"),
        (("--beta", 2, "--quantile", 0.5), "--beta and --quantile"),
        (("--beta", "nan"), "beta must be a finite number, got nan"),
        (("--quantile", 1.5), "a quantile must lie between 0 and 1, got 1.5"),
        (("--method", "beam", "--span", 1), "method 'beam' takes no --span"),
        (("--method", "pairwise", "--forbid", "a"), "method 'pairwise' takes no --forbid"),
        (("--best", "--method", "cover"), "--best and --method cover exclude each other"),
        (("--span", 99), "no span 99"),
    ],
)
def test_wishes_that_a_method_cannot_meet_are_refused(refused, tree_file: Path, options: tuple, message: str) -> None:
    assert message in refused("taxonomy", "select", tree_file, "-k", 2, *options).err


@pytest.mark.parametrize(("kind", "suffix"), [("icicle", "svg"), ("radial", "png"), ("degrees", "pdf")])
def test_a_picture_is_drawn_and_drawn_again_with_the_same_bytes(
    cli, corpus: Path, tmp_path: Path, kind: str, suffix: str
) -> None:
    rows = [{"skills": [f"s{i}", f"s{(i * j) % 30}"]} for i in range(30) for j in range(1, 1 + 40 // (i + 1))]
    corpus.write_text("".join(json.dumps(r) + "\n" for r in rows))
    assert cli("taxonomy", "build", corpus, "-o", "t.json").code == 0
    pictures = [tmp_path / f"{i}.{suffix}" for i in (1, 2)]
    for picture in pictures:
        assert cli("taxonomy", "plot", "t.json", "--kind", kind, "-o", picture).code == 0
    first, second = (p.read_bytes() for p in pictures)
    assert first == second
    assert len(first) > 2_000


def test_a_picture_that_cannot_be_drawn_is_refused(refused, tree_file: Path) -> None:
    assert "no picture format for 't.bmp'" in refused("taxonomy", "plot", tree_file, "-o", "t.bmp").err
    assert "no heights were compared" in refused("taxonomy", "plot", tree_file, "--kind", "entropy", "-o", "t.svg").err


def test_similar_skills_are_merged_by_the_embedding_that_the_user_names(cli, refused, tmp_path: Path) -> None:
    rows = [["read file", "open document"], ["read files", "sum column"], ["read file", "sum column"]]
    (tmp_path / "c.jsonl").write_text("".join(json.dumps({"skills": r}) + "\n" for r in rows))
    (tmp_path / "embed.py").write_text(
        "import numpy as np\n"
        "def embed(names):\n"
        "    return np.asarray([[n.startswith(w) for w in ('read', 'open', 'sum')] for n in names], float)\n"
    )
    build = ("taxonomy", "build", "c.jsonl", "-o", "t.json", "--merge-similar")
    assert cli(*build, "embed.py:embed", "--json").value["skills"] == 3
    assert "merged_by_embedding" in (tmp_path / "t.json").read_text()
    (tmp_path / "t.json").unlink()
    assert "no function in 'embed.py:other'" in refused(*build, "embed.py:other").err
    assert "no embedding 'nothing.here:embed'" in refused(*build, "nothing.here:embed").err
    assert "got 1.5" in refused(*build, "embed.py:embed", "--merge-threshold", 1.5).err


def test_a_model_names_groups_and_a_failing_one_costs_no_taxonomy(
    cli, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from inspect_ai.model import get_model
    from scripted import says

    from skillweave.harness import naming

    answers = [says("Handling of people"), *(says("") for _ in range(50))]
    scripted = get_model("mockllm/model", custom_outputs=answers)
    monkeypatch.setattr(naming, "find_model", lambda name, base_url=None: scripted)
    build = ("taxonomy", "build", corpus, "--height", 2)
    done = cli(*build, "-o", "named.json", "--name-model", "some/model")
    assert done.code == 0
    assert "some/model named 1 of" in done.err
    named = json.loads(Path("named.json").read_text())
    assert "Handling of people" in {n["name"] for n in named["nodes"]}
    assert named["provenance"]["options"]["named_by_model"] == 1
    monkeypatch.setattr(naming, "find_model", lambda name, base_url=None: get_model("mockllm/model", custom_outputs=[]))
    done = cli(*build, "-o", "words.json", "--name-model", "some/model")
    assert done.code == 0
    assert "named 0 of" in done.err
    assert "first problem: " in done.err


def test_alternatives_are_other_trees_of_the_same_skills_that_a_report_reads(cli, corpus: Path, tmp_path: Path) -> None:
    assert cli("taxonomy", "build", corpus, "-o", "t.json").code == 0
    done = cli("taxonomy", "alternatives", corpus, "--of", "t.json", "--copies", 2, "-o", "other", "--json")
    assert done.value == {"folder": "other", "taxonomies": ["resampled-1", "resampled-2"]}
    own = Taxonomy.load(tmp_path / "t.json")
    found = read_taxonomies([tmp_path / "other"])
    assert all(set(tree.skills) == set(own.skills) for tree in found.values())


def test_alternatives_of_a_taxonomy_that_the_corpus_knows_nothing_of_are_refused(refused, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"skills": ["x", "y"]}\n')
    people().save(tmp_path / "t.json")
    done = refused("taxonomy", "alternatives", "x.jsonl", "--of", "t.json", "-o", "other")
    assert "holds none of the skills" in done.err
