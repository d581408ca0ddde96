"""How an agent is run: skills, the way to submit, the system prompt, limits, which tasks."""

from pathlib import Path
from typing import Any

import pytest
from ledger_suite import READ, accounts_of, ledger_task
from people_suite import SUITE, taxonomy
from scripted import says, steps, submit

from skillweave.tasks.spec import read_tasks, write_tasks
from skillweave.tasks.suites import registry
from skillweave.tasks.synthesize import synthesize
from skillweave.taxonomy.errors import UserError

BALANCE = f"{accounts_of(1)['acc-1']['balance']:g}"


def one_task(folder: Path, *skills: str) -> Path:
    write_tasks(folder / "one.jsonl", [ledger_task(1, skills)])
    return folder / "one.jsonl"


@pytest.fixture(scope="module")
def bonus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One task of the people app that needs a procedural skill."""
    made = synthesize(SUITE.apps, taxonomy(), ks=(2,), n=12, seed=3).tasks
    path = tmp_path_factory.mktemp("bonus") / "tasks.jsonl"
    write_tasks(path, [next(t for t in made if "people.work_out_service_bonus" in t.skills)])
    return path


def test_skills_are_hidden_listed_or_full(
    run: Any, samples: Any, script: Any, bonus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SUITES", {"office": lambda: SUITE})
    seen = {}
    for mode in ("hidden", "listed", "full"):
        script(steps([submit("x")]))
        result = run(tasks=bonus, agent="react", skills=mode, log_dir=tmp_path / mode)
        asked = next(e for e in samples(result)[0].events if e.event == "model")
        seen[mode] = (asked.input[0].text, {t.name for t in asked.tools})
    name = next(card.name for card in SUITE.skill_cards(read_tasks(bonus)[0]) if "service" in card.name)
    assert name not in seen["hidden"][0]
    assert f"- {name}: " in seen["listed"][0]
    assert "# " not in seen["listed"][0]
    assert f"name: {name}" in seen["full"][0]
    assert len(seen["full"][0]) > len(seen["listed"][0]) + 200
    assert ["read_skill" in tools for _, tools in seen.values()] == [False, True, True]


def test_hidden_skills_cannot_be_read_and_the_oracle_passes_all_the_same(
    run: Any, samples: Any, script: Any, bonus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "SUITES", {"office": lambda: SUITE})
    script(steps([("read_skill", {"name": "people.work_out_service_bonus"})], [submit("x")]))
    result = run(tasks=bonus, agent="react", skills="hidden", log_dir=tmp_path / "a")
    assert "read_skill is not a valid tool" in next(m.text for m in samples(result)[0].messages if m.role == "tool")
    assert run(tasks=bonus, agent="oracle", skills="hidden", log_dir=tmp_path / "b").success == 1.0


def test_the_last_message_can_be_the_answer(run: Any, samples: Any, script: Any, tmp_path: Path) -> None:
    script(steps([("get_balance", {"account": "acc-1"})], f"It was looked up.\nANSWER: {BALANCE}"))
    result = run(tasks=one_task(tmp_path, READ), agent="react", submit="text")
    sample = samples(result)[0]
    asked = next(e for e in sample.events if e.event == "model")
    assert result.success == 1.0
    assert "submit_answer" not in {t.name for t in asked.tools}
    assert "submit_answer" not in asked.input[0].text
    assert "ANSWER:" in asked.input[0].text
    script(steps(""))
    silent = run(tasks=one_task(tmp_path, READ), agent="react", submit="text", log_dir=tmp_path / "silent")
    assert (silent.success, samples(silent)[0].scores["outcome"].answer) == (0.0, None)


def test_own_words_stand_in_place_of_ours_and_the_briefing_stays(
    run: Any, samples: Any, script: Any, tmp_path: Path
) -> None:
    script(steps([submit(BALANCE)]))
    result = run(tasks=one_task(tmp_path, READ), agent="react", system_prompt="Be quick.")
    assert samples(result)[0].messages[0].text == "Be quick.\n\nYou keep the ledger."


@pytest.mark.parametrize("model_path", ["direct", "bridge"])
def test_tool_calls_and_cost_are_limited(run: Any, samples: Any, script: Any, tmp_path: Path, model_path: str) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("mockllm/model: {input: 1000000, output: 1000000}\n")
    endless = lambda *_: says("", ("get_balance", {"account": "acc-1"}))  # noqa: E731
    for name, options, words in (
        ("tools", {"tool_limit": 2}, "more than 2 tool calls"),
        ("cost", {"cost_limit": 20.0, "prices": prices}, "cost limit"),
    ):
        script(endless)
        result = run(
            tasks=one_task(tmp_path, READ), agent="react", log_dir=tmp_path / name, model_path=model_path, **options
        )
        assert (result.success, result.scored, result.limited) == (0.0, 1, 1), result.errors
        score = samples(result)[0].scores["outcome"]
        assert words in score.metadata["limit"].lower()
        assert score.metadata["tool_calls"] == 2 if name == "tools" else True


def test_only_tasks_that_fit_a_pattern_are_run(run: Any, samples: Any) -> None:
    assert sorted(s.id for s in samples(run(14, pattern="ledger-000[12]"))) == ["ledger-0001", "ledger-0002"]
    with pytest.raises(UserError, match="no task fits 'office") as caught:
        run(14, pattern="office*")
    assert "'ledger-0000'" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"skills": "shown"}, "no skills mode 'shown'"),
        ({"submit": "mail"}, "no way to submit 'mail'"),
        ({"submit": "text", "tool_choice": "any"}, "never ends with a text"),
        ({"tool_limit": 0}, "tool limit must be at least 1"),
        ({"cost_limit": 1.0}, "a cost limit needs the price of 'mockllm/model'"),
    ],
)
def test_what_cannot_be_is_refused(run: Any, tmp_path: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        run(7, agent="react", model="mockllm/model", **options)
    assert not (tmp_path / "logs").exists()
