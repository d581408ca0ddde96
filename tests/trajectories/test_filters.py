"""What becomes training data, and how what is left out is counted."""

from typing import Any

import pytest
from ledger_suite import READ, ledger_task

from skillweave.harness.trajectories.filters import Rules, Sieve, estimated_tokens, mask_errors
from skillweave.harness.trajectories.played import Played
from skillweave.harness.trajectories.secrets import secrets_in
from skillweave.tasks.trajectory import call_of, call_signature, reply_of

TASK = ledger_task(1, (READ,))


def played(*calls: tuple[str, dict[str, Any]], refused: bool = False, **facts: Any) -> Played:
    """Return a rollout that made these calls."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": "Read it."}]
    for i, (tool, arguments) in enumerate(calls or (("get_balance", {"account": "acc-1"}),)):
        messages.append({"role": "assistant", "content": "", "tool_calls": [call_of(tool, arguments, f"c{i}")]})
        messages.append(reply_of(tool, "5", f"c{i}", error=refused))
    given: dict[str, Any] = {
        "task": TASK,
        "agent": "react",
        "model": "m",
        "simulated": False,
        "style": "rollout",
        "attempt": 1,
        "success": True,
        "error": None,
        "limit": None,
        "messages": messages,
        "tools": [],
        "calls": 1,
        "tool_errors": int(refused),
    }
    return Played(**{**given, **facts})


def sieve(**rules: Any) -> Sieve:
    return Sieve(rules=Rules(**rules), count_tokens=estimated_tokens)


@pytest.mark.parametrize(
    ("rollout", "rules", "reason"),
    [
        (played(), {}, None),
        (played(success=False), {}, "failed"),
        (played(success=False), {"only": "all"}, None),
        (played(success=None, error="boom"), {"only": "all"}, "infrastructure error: not scored"),
        (played(success=False, limit="tokens"), {"only": "all"}, "ended by a limit"),
        (played(refused=True), {}, None),
        (played(refused=True), {"tool_errors": "drop"}, "a tool call was refused"),
        (played(refused=True), {"tool_errors": "mask"}, None),
        (played(), {"max_tokens": 10}, "longer than 10 tokens"),
        (played(), {"split": "test"}, "not in split 'test'"),
        (played(messages=[{"role": "user", "content": "x"}]), {}, "nothing that an assistant said"),
        (played(("f", {"x": float("nan")})), {}, "holds what JSON or UTF-8 cannot"),
        (played(("f", {"x": "\ud800"})), {}, "holds what JSON or UTF-8 cannot"),
        (played(("f", {"key": "AKIAIOSFODNN7EXAMPLE"})), {}, "secret: AWS Access Key"),
    ],
)
def test_each_reason_to_drop_a_rollout_is_counted(rollout: Played, rules: Any, reason: str | None) -> None:
    own = sieve(**rules)
    kept = own.keeps(rollout, "train")
    assert (kept is None) == (reason is not None)
    assert dict(own.dropped) == ({reason: 1} if reason else {})
    assert own.seen == 1


def test_the_same_calls_in_the_same_world_are_kept_once_whatever_their_ids_and_letter_case() -> None:
    own = sieve()
    assert own.keeps(played(("f", {"name": "Ann  Lee", "n": 1})), None) is not None
    assert own.keeps(played(("f", {"n": 1.0, "name": "ann lee", "page": None})), None) is None
    assert own.keeps(played(("f", {"n": 2, "name": "ann lee"})), None) is not None
    elsewhere = played(("f", {"name": "Ann  Lee", "n": 1}), task=TASK.model_copy(update={"world_seed": 9}))
    assert own.keeps(elsewhere, None) is not None
    assert list(own.dropped.values()) == [1]


def test_true_and_one_are_different_arguments() -> None:
    first, second = (played(("f", {"x": value})).messages for value in (True, 1))
    assert call_signature(first, 0) != call_signature(second, 0)


def test_a_refused_call_is_masked_and_nothing_else() -> None:
    messages = [*played(refused=True).messages, *played(("g", {})).messages[1:]]
    messages[3]["tool_calls"][0]["id"] = messages[4]["tool_call_id"] = "c9"
    assert [m.get("weight") for m in mask_errors(messages)] == [None, 0, None, None, None]
    assert "weight" not in messages[1]


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "the token is ghp_" + "a1B2" * 9,
        "https://user:s3cretPassw0rd@example.org/x",
    ],
)
def test_secrets_are_found_wherever_they_stand_and_never_repeated(text: str) -> None:
    places = (
        [{"role": "tool", "content": text}],
        [{"role": "assistant", "content": "", "tool_calls": [call_of("f", {"note": text}, "c")]}],
        [{"role": "assistant", "content": "", "reasoning_content": text}],
    )
    for messages in places:
        (kind,) = secrets_in(messages)
        assert text not in kind


def test_ordinary_office_work_holds_no_secrets(bench: Any, write: Any) -> None:
    assert write().report["dropped"] == {}
    assert (
        secrets_in([{"role": "user", "content": "The password policy: change your password; PER-00012, 4f1e979a."}])
        == []
    )
