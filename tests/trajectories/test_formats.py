"""Each format is a projection of one row, and keeps the rules of whoever reads it."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ledger_suite import LIMIT, NOTE, READ, LedgerSuite, ledger_task

from skillweave.harness.trajectories.atif import atif_row
from skillweave.harness.trajectories.formats import PROVENANCE, openai_row, trl_row
from skillweave.harness.trajectories.registry import formats
from skillweave.harness.trajectories.sharegpt import sharegpt_problem, sharegpt_row, turns_of
from skillweave.tasks.exposure import read_exposure
from skillweave.tasks.novelty import Exposure
from skillweave.tasks.spec import skill_edges
from skillweave.tasks.submit import SUBMIT
from skillweave.tasks.trajectory import Trajectory, call_of, calls_in, reply_of

TABLES = [name for name, form in formats().items() if form.columns]


@pytest.fixture(scope="module")
def exported(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All formats of the bench's references, written once."""
    from skillweave.harness.trajectories.export import ExportOptions, export
    from skillweave.harness.trajectories.references import References
    from skillweave.tasks.suites import registry

    folder = tmp_path_factory.mktemp("formats") / "out"
    with pytest.MonkeyPatch.context() as patch:
        from people_suite import SUITE

        patch.setattr(registry, "SUITES", {**registry.SUITES, "office": lambda: SUITE})
        options = ExportOptions(
            splits=bench.splits_file,
            output=folder,
            reference=bench.tasks_file,
            formats=tuple(formats()),
            how=References(style="thought"),
            shard_rows=10,
        )
        export(options)
    return folder


def conversation(**changes: Any) -> dict[str, Any]:
    """Return a canonical row with parallel calls, a refusal and reasoning."""
    messages = [
        {"role": "system", "content": "You help."},
        {"role": "user", "content": "Do it."},
        {
            "role": "assistant",
            "content": "Both at once.",
            "reasoning_content": "Two are needed.",
            "tool_calls": [call_of("find", {"name": "Ann"}, "c1"), call_of("count", {"of": 3}, "c2")],
        },
        reply_of("find", "nobody", "c1", error=True),
        reply_of("count", "3", "c2"),
        {"role": "assistant", "content": "", "tool_calls": [call_of(SUBMIT, {"answer": "3"}, "c3")]},
    ]
    empty: dict[str, Any] = {
        "messages": messages,
        "tools": [{"type": "function", "function": {"name": "find", "description": "d", "parameters": {}}}],
        **dict.fromkeys(PROVENANCE),
        "id": "row",
        "task": "t",
        "agent": "react",
        "model": "openai/x",
    }
    return {**empty, **changes}


def test_openai_rows_have_arguments_as_text_and_no_foreign_keys() -> None:
    row = openai_row(conversation())
    calls = [c for m in row["messages"] for c in m.get("tool_calls", ())]
    assert [json.loads(c["function"]["arguments"]) for c in calls] == [{"name": "Ann"}, {"of": 3}, {"answer": "3"}]
    allowed = {"role", "content", "tool_calls", "tool_call_id", "name", "weight"}
    assert all(set(m) <= allowed for m in row["messages"])
    assert row["messages"][-1]["role"] == "assistant"


def test_trl_rows_have_arguments_as_objects_and_names_on_tool_messages() -> None:
    row = trl_row(conversation())
    calls = [c["function"]["arguments"] for m in row["messages"] for c in m.get("tool_calls", ())]
    assert calls == [{"name": "Ann"}, {"of": 3}, {"answer": "3"}]
    assert [m["name"] for m in row["messages"] if m["role"] == "tool"] == ["find", "count"]
    assert row["messages"][2]["reasoning_content"] == "Two are needed."


def test_llamafactory_rows_alternate_merge_what_was_done_at_once_and_end_on_gpt() -> None:
    row = sharegpt_row(conversation())
    turns = row["conversations"]
    speakers = [t["from"] for t in turns]
    assert speakers == ["human", "function_call", "observation", "function_call", "observation", "gpt"]
    assert turns[1]["value"].startswith("<think>\nBoth at once.\n</think>\n\n[")
    assert json.loads(turns[1]["value"].partition("</think>")[2]) == [
        {"name": "find", "arguments": {"name": "Ann"}},
        {"name": "count", "arguments": {"of": 3}},
    ]
    assert [r["content"] for r in json.loads(turns[2]["value"])] == ["nobody", "3"]
    assert turns[-1]["value"] == "3"
    assert (row["system"], json.loads(row["tools"])[0]["name"]) == ("You help.", "find")


def say(speaker: str, value: str = "x") -> dict[str, str]:
    return {"from": speaker, "value": value}


THOUGHT = "<think>\nso\n</think>\n\n"
CALL = '{"name": "find", "arguments": {}}'


@pytest.mark.parametrize(
    ("turns", "problem"),
    [
        ([], "no conversations"),
        ([say("gpt")], "turn 1 is 'gpt'"),
        ([say("human"), say("human")], "turn 2 is 'human'"),
        ([say("human"), say("gpt"), say("human")], "3 turns"),
        ([say("human"), say("function_call", CALL)], "the last turn"),
        ([say("human"), say("function_call", "find()"), say("observation"), say("gpt")], "no JSON"),
        ([say("human"), say("function_call", '{"name": "find"}'), say("observation"), say("gpt")], "no call"),
        ([say("human"), say("function_call", f"[{CALL}]"), say("observation"), say("gpt")], None),
        (
            [say("human"), say("function_call", f"<think>\nso\n</think>\n\n{CALL}"), say("observation"), say("gpt")],
            None,
        ),
    ],
)
def test_what_llamafactory_would_skip_is_found(turns: list[dict[str, str]], problem: str | None) -> None:
    found = sharegpt_problem({"conversations": turns, "tools": "[]"})
    assert (found is None) if problem is None else (problem in str(found)), found


def test_a_row_that_llamafactory_would_skip_is_named_before_it_is_written() -> None:
    problem = formats()["llamafactory"].problem
    assert problem(conversation()) is None
    assert "1 turns are no even number" in str(problem(conversation(messages=[{"role": "user", "content": "Hello?"}])))
    assert formats()["trl"].problem(conversation(messages=[])) is None


def test_an_unasked_word_before_a_call_and_a_reminder_still_alternate() -> None:
    messages = [
        {"role": "user", "content": "Do it."},
        {"role": "assistant", "content": "I shall look."},
        {"role": "assistant", "content": "", "tool_calls": [call_of("find", {}, "c1")]},
        reply_of("find", "x", "c1"),
        {"role": "assistant", "content": "It is x."},
        {"role": "user", "content": "You have not submitted yet."},
        {"role": "assistant", "content": "", "tool_calls": [call_of(SUBMIT, {"answer": "x"}, "c2")]},
        reply_of(SUBMIT, "The answer was recorded.", "c2"),
        {"role": "user", "content": "And now?"},
        {"role": "assistant", "content": "Done."},
    ]
    turns = turns_of(messages)
    assert sharegpt_problem({"conversations": turns, "tools": "[]"}) is None
    assert [t["from"] for t in turns][1] == "function_call"
    assert [t["value"] for t in turns if t["from"] == "gpt"] == ["It is x.", "x", "Done."]


def test_dialogues_of_several_turns_alternate_too() -> None:
    import anyio

    from skillweave.harness.trajectories.reference import play_reference

    suite = LedgerSuite(turns=3)
    said = anyio.run(play_reference, suite, ledger_task(1, (READ, NOTE, LIMIT)), ("get_balance",), "calls")
    turns = turns_of([m for m in said.messages if m["role"] != "system"])
    assert sharegpt_problem({"conversations": turns, "tools": "[]"}) is None
    assert [t["from"] for t in turns].count("human") == 3


def test_atif_documents_have_a_step_a_message_and_results_with_their_calls() -> None:
    row = atif_row(conversation())
    assert row["schema_version"] == "ATIF-v1.7"
    assert [s["source"] for s in row["steps"]] == ["system", "user", "agent", "agent"]
    assert [s["step_id"] for s in row["steps"]] == [1, 2, 3, 4]
    both = row["steps"][2]
    assert [c["arguments"] for c in both["tool_calls"]] == [{"name": "Ann"}, {"of": 3}]
    assert [r["source_call_id"] for r in both["observation"]["results"]] == ["c1", "c2"]
    assert both["observation"]["results"][0]["extra"] == {"error": True}
    assert (both["llm_call_count"], both["reasoning_content"]) == (1, "Two are needed.")
    assert row["agent"]["model_name"] == "openai/x"
    assert row["extra"]["task"] == "t"
    assert atif_row(conversation(agent="reference", model=""))["steps"][3]["llm_call_count"] == 0


@pytest.mark.parametrize("name", TABLES)
def test_parquet_and_json_lines_hold_the_same_rows_in_shards(name: str, exported: Path, bench: Any) -> None:
    from pyarrow import parquet

    folder = exported / name
    columns = formats()[name].columns
    shards = sorted((folder / "data").glob("*.parquet"))
    assert [p.stem for p in shards] == [p.stem for p in sorted((folder / "jsonl").glob("*.jsonl"))]
    assert len(shards) == -(-len(bench.of("train")) // 10) > 1
    for shard in shards:
        lines = [json.loads(x) for x in (folder / f"jsonl/{shard.stem}.jsonl").read_text("utf-8").splitlines()]
        table = parquet.read_table(shard).to_pylist()
        assert len(lines) == len(table)
        for line, row in zip(lines, table, strict=True):
            assert set(line) == set(row) == set(columns)
            for column, kind in columns.items():
                value = row[column]
                if kind == "json":
                    value = json.loads(value)
                elif kind == "jsons":
                    value = [json.loads(item) for item in value]
                assert value == line[column], column


def test_every_row_bears_its_provenance(exported: Path, bench: Any, rows: Any) -> None:
    tasks = {t.id: t for t in bench.tasks}
    schema = Draft202012Validator(Trajectory.model_json_schema(by_alias=True))
    for row in rows(exported / "openai"):
        task = tasks[row["task"]]
        assert (row["skills"], row["combination"], row["k"]) == (list(task.skills), task.combination, task.k)
        assert (row["world_seed"], row["plan"]) == (task.world_seed, task.plan.canonical())
        assert row["strategy"] == task.selection.strategy == row["selection"]["strategy"]
        assert row["taxonomy"] == bench.splits.provenance.inputs["taxonomy"]
        assert (row["agent"], row["model"], row["style"]) == ("reference", "", "thought")
        assert row["canary"].startswith(task.canary.split(":")[0])
        assert "not for training" not in row["canary"]
        schema.validate(row)


def test_an_inspect_log_opens_and_holds_the_conversations(exported: Path, bench: Any) -> None:
    from inspect_ai.log import read_eval_log

    logs = sorted((exported / "inspect").glob("*.eval"))
    samples = [s for log in logs for s in read_eval_log(str(log)).samples or []]
    assert {s.metadata["task"] for s in samples} == {t.id for t in bench.of("train")}
    first = samples[0]
    assert [m.role for m in first.messages[:3]] == ["system", "user", "assistant"]
    row = next(row for row in json_rows(exported / "openai") if row["task"] == first.metadata["task"])
    assert first.messages[2].tool_calls[0].arguments == calls_in(row["messages"])[0][1]
    assert first.scores["outcome"].value == 1.0


def json_rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(x) for p in sorted((folder / "jsonl").glob("*")) for x in p.read_text("utf-8").splitlines()]


def test_the_same_export_again_gives_the_same_bytes(write: Any, tmp_path: Path) -> None:
    names = tuple(TABLES)
    write(formats=names)
    first = {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    write(formats=names)
    again = {p.relative_to(tmp_path): p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()}
    assert first == again
    assert len(first) > len(names) * 3


@pytest.mark.parametrize("name", TABLES)
def test_what_was_exported_can_be_declared_as_practised(name: str, exported: Path, bench: Any, tmp_path: Path) -> None:
    train = tmp_path / "train.jsonl"
    shards = sorted((exported / name / "jsonl").iterdir())
    train.write_text("".join(p.read_text("utf-8") for p in shards), encoding="utf-8")
    tasks = {t.id: (t.skills, skill_edges(t)) for t in bench.tasks}
    found = read_exposure(str(train), tasks=tasks)
    assert found.exposure.combinations == Exposure([t.skills for t in bench.of("train")]).combinations
    assert found.edges == {edge for t in bench.of("train") for edge in skill_edges(t)}
    # Without the tasks it goes by the skills that each row names.
    assert read_exposure(str(train)).exposure.combinations == found.exposure.combinations
