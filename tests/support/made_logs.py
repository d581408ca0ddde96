"""Logs of runs that never happened: made from a seed and planted weaknesses, in the form that a real run writes."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from inspect_ai.log import (
    EvalConfig,
    EvalDataset,
    EvalError,
    EvalLog,
    EvalSample,
    EvalSampleLimit,
    EvalSpec,
    write_eval_log,
)
from inspect_ai.model import ChatMessageAssistant, ChatMessageUser, ModelUsage
from inspect_ai.scorer import Score

GROUPS = {
    ("office work", "calendar, meetings"): ["calendar.find_slot", "calendar.move_meeting", "calendar.book_room"],
    ("office work", "mail, letters"): ["mail.find_mail", "mail.reply", "mail.forward"],
    ("money", "expenses, receipts"): ["expenses.sum_month", "expenses.approve", "expenses.convert_currency"],
    ("money", "orders, customers"): ["orders.late_orders", "orders.refund", "customers.find_customer"],
    ("people", "staff, teams"): ["people.find_person", "people.manager_of", "people.team_of"],
    ("people", "leave, holidays"): ["leave.days_left", "leave.request", "leave.approve"],
}
SKILLS = [skill for group in GROUPS.values() for skill in group]
LEVELS = 3


def taxonomy() -> dict[str, Any]:
    """Return a taxonomy.json of three branches, six groups and eighteen skills."""
    nodes: list[dict[str, Any]] = []

    def add(node: str, parent: str | None, level: int, name: str, skill: str | None) -> None:
        figures = {"volume": 1.0, "cut": 0.5, "entropy": 0.1}
        nodes.append({"id": node, "parent": parent, "level": level, "name": name, "skill": skill, **figures})

    add("T", None, 0, "all", None)
    tops: dict[str, str] = {}
    for (top, group), skills in GROUPS.items():
        if top not in tops:
            tops[top] = f"T.{len(tops)}"
            add(tops[top], "T", 1, top, None)
        inner = f"{tops[top]}.{sum(n['parent'] == tops[top] for n in nodes)}"
        add(inner, tops[top], 2, group, None)
        for i, skill in enumerate(skills):
            add(f"{inner}.{i}", inner, 3, skill, skill)
    return {"schema": "skillweave.taxonomy/1", "levels": LEVELS, "nodes": nodes}


def span_of(skills: Sequence[str]) -> int | None:
    """Return 1 within a group, 2 within a branch, 3 across; None for one skill."""
    if len(skills) == 1:
        return None
    places = [key for skill in skills for key, members in GROUPS.items() if skill in members]
    if len(set(places)) == 1:
        return 1
    return 2 if len({top for top, _ in places}) == 1 else 3


@dataclass(frozen=True, kw_only=True)
class Planted:
    """How an agent that does not exist behaves."""

    base: float = 0.97
    skills: Mapping[str, float] = field(default_factory=dict)
    span: Mapping[int, float] = field(default_factory=dict)
    k: Mapping[int, float] = field(default_factory=dict)
    errors: float = 0.0
    limits: float = 0.0


def samples(
    planted: Planted, *, per_k: int = 40, ks: Sequence[int] = (1, 2, 3, 4, 5), epochs: int = 1, seed: int = 0
) -> list[EvalSample]:
    """Return samples of a run; the tasks depend on the sizes only, the outcomes on everything."""
    tasks = _tasks(per_k, ks)
    return [_sample(task, epoch, planted, seed) for epoch in range(1, epochs + 1) for task in tasks]


def _tasks(per_k: int, ks: Sequence[int]) -> list[dict[str, Any]]:
    rng = random.Random(11)
    found = []
    for k in ks:
        for i in range(per_k):
            skills = [SKILLS[i % len(SKILLS)]] if k == 1 else sorted(rng.sample(_pool(rng, k), k))
            found.append(_task(f"t{k}-{i:03d}", skills, rng))
    return found


def _pool(rng: random.Random, k: int) -> list[str]:
    """Return all skills, or those of a branch, or of a group: so that every span occurs."""
    kind = rng.randrange(3)
    if kind == 0 and k <= 3:
        return list(rng.choice(list(GROUPS.values())))
    if kind <= 1:
        top = rng.choice(sorted({top for top, _ in GROUPS}))
        return [s for (name, _), members in GROUPS.items() if name == top for s in members]
    return SKILLS


def _task(name: str, skills: list[str], rng: random.Random) -> dict[str, Any]:
    span = span_of(skills)
    tops = sorted({top for (top, _), members in GROUPS.items() if set(members) & set(skills)})
    branches = [f"T.{['office work', 'money', 'people'].index(top)}" for top in tops]
    return {
        "id": name,
        "skills": skills,
        "combination": "|".join(skills),
        "k": len(skills),
        "span": span,
        "novelty": None if len(skills) == 1 else rng.randrange(4),
        "length": "seen",
        "split": "test",
        "family": "|".join(skills),
        "branches": branches,
        "plan_length": 2 * len(skills),
        "writes": len(skills) // 2,
        "wording": rng.choice(["explicit", "goal"]),
        "edges": [list(pair) for pair in combinations(skills, 2)][:3],
        "suite": "office",
        "apps": sorted({s.split(".")[0] for s in skills}),
        "strata": f"k={len(skills)}",
    }


def _sample(task: dict[str, Any], epoch: int, planted: Planted, seed: int) -> EvalSample:
    rng = random.Random(f"{seed}/{task['id']}/{epoch}")
    chances = {s: planted.base * planted.skills.get(s, 1.0) for s in task["skills"]}
    chance = planted.span.get(task["span"], 1.0) * planted.k.get(task["k"], 1.0)
    broken = [s for s in task["skills"] if rng.random() >= chances[s]]
    if not broken and rng.random() >= chance:
        broken = [rng.choice(task["skills"])]
    errored, limited = rng.random() < planted.errors, rng.random() < planted.limits
    instruction = f"Please take care of {', then '.join(task['skills'])} for <Ada & Sons>."
    return EvalSample(
        id=task["id"],
        epoch=epoch,
        input=instruction,
        target="",
        messages=[ChatMessageUser(content=instruction), ChatMessageAssistant(content="Done.")],
        metadata={key: value for key, value in task.items() if key != "id"},
        scores=None if errored else {"outcome": _score(task, broken, limited, rng)},
        error=EvalError(message="APIError: the server went away", traceback="", traceback_ansi="") if errored else None,
        limit=EvalSampleLimit(type="message", limit=40) if limited else None,
        model_usage={"m": ModelUsage(input_tokens=900 * task["k"], output_tokens=60 * task["k"], total_tokens=0)},
        total_time=1.5 * task["k"],
        uuid=f"{seed}-{task['id']}-{epoch}",
    )


def _score(task: dict[str, Any], broken: list[str], limited: bool, rng: random.Random) -> Score:
    success = not broken and not limited
    sentences = [f"{s}: column 'amount' is 12.50 where 1250.00 was expected" for s in broken]
    if limited:
        sentences.append("the rollout reached its message limit before an answer was given")
    return Score(
        value=1.0 if success else 0.0,
        answer="42" if success else "41",
        explanation="; ".join(sentences),
        metadata={
            "skills": {s: s not in broken for s in task["skills"]},
            "first_broken": broken[0] if broken else None,
            "mismatches": sentences,
            "limit": "message" if limited else None,
            "tool_calls": task["plan_length"] + rng.randrange(3),
            "tool_errors": rng.randrange(2),
        },
    )


def run_metadata(**changes: Any) -> dict[str, Any]:
    """Return what a run says of itself."""
    return {
        "schema": "skillweave.run/1",
        "version": "0.1.0",
        "agent": "react",
        "simulated": None,
        "suite": {"name": "office", "version": "1"},
        "scorer": "1",
        "split": "test",
        "epochs": 1,
        "tools": "all",
        "taxonomy": taxonomy(),
        "splits": {
            "schema": "skillweave.splits/1",
            "splits": {"train": ["a"] * 120, "test": ["b"] * 60, "control": ["c"] * 20},
            "figures": {
                "sizes": {
                    "train": {"tasks": 120, "combinations": 90},
                    "test": {"tasks": 60, "combinations": 44},
                    "control": {"tasks": 20, "combinations": 18},
                },
                "containment": {"tasks": 4, "combinations": 3, "share": 0.02},
                "divergence": {"test": {"atom": 0.013, "compound": 0.41}},
            },
        },
        "synthesis": {
            "schema": "skillweave.synthesis/1",
            "asked": 200,
            "made": 200,
            "by_k": [],
            "rejected": {"not necessary": 31, "not free": 4, "ambiguous": 12},
            "skills_used": 18,
        },
        "hashes": {"tasks": "ab" * 32, "suite": "cd" * 32, "scorer": "ef" * 32, "taxonomy": "01" * 32, "splits": None},
        "exposure": None,
        **changes,
    }


def write_log(
    folder: Path,
    rows: list[EvalSample],
    *,
    name: str = "run",
    model: str = "mockllm/model",
    created: str = "2026-01-01T10:00:00+00:00",
    status: str = "success",
    task_id: str = "task-1",
    planned: int | None = None,
    skillweave: Any = ...,
    **changes: Any,
) -> Path:
    """Write one .eval log; ``changes`` go into the run's metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    said = run_metadata(**changes) if skillweave is ... else skillweave
    ids = sorted({str(r.id) for r in rows})
    log = EvalLog(
        status=status,  # type: ignore[arg-type]
        error=EvalError(message="RuntimeError: out of quota", traceback="", traceback_ansi="")
        if status == "error"
        else None,
        eval=EvalSpec(
            created=created,
            task="compose",
            task_id=task_id,
            dataset=EvalDataset(name="office", samples=planned or len(ids), sample_ids=ids),
            model=model,
            config=EvalConfig(epochs=max((r.epoch for r in rows), default=1)),
            metadata=None if said is None else {"skillweave": said},
        ),
        samples=rows,
    )
    path = folder / f"{name}.eval"
    write_eval_log(log, str(path))
    return path
