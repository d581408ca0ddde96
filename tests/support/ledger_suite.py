"""A suite that is no SQLite world: six accounts in a dict, three tools, three skills. For tests of the harness."""

import copy
import random
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any

from skillweave.tasks.spec import (
    Expectation,
    LiteralBinding,
    OutputBinding,
    Plan,
    Selection,
    Step,
    TaskSpec,
    write_tasks,
)
from skillweave.tasks.suite import NO_VOICES, Reference, SkillCard, ToolCall, ToolSchema, Turn, Verdict, Voices
from skillweave.tasks.tools import ToolError
from skillweave.tasks.values import Fact
from skillweave.taxonomy.artifacts import Provenance

READ, NOTE, LIMIT = "ledger.read_balance", "ledger.write_note", "ledger.set_limit"
SKILLS = (READ, NOTE, LIMIT)


def _schema(name: str, description: str, **properties: str) -> ToolSchema:
    parameters = {
        "type": "object",
        "properties": {key: {"type": kind, "description": key} for key, kind in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }
    return ToolSchema(name=name, description=description, parameters=parameters)


TOOLS = {
    "get_balance": _schema("get_balance", "Show the balance of an account.", account="string"),
    "add_note": _schema("add_note", "Add a note to an account.", account="string", note="string"),
    "set_limit": _schema("set_limit", "Set the limit of an account.", account="string", limit="number"),
}


class LedgerSession:
    """One rollout's accounts."""

    def __init__(self, accounts: dict[str, dict[str, Any]], turns: Sequence[str] = ("Go on.",)) -> None:
        self.accounts = accounts
        self.closed = False
        self._turns = list(turns)

    async def turn(self, said: str | None) -> Turn | None:
        """Return the next of the turns."""
        return Turn(text=self._turns.pop(0)) if self._turns else None

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> Any:
        """Run a tool; a call of an account named BOOM raises an error that is no refusal."""
        missing = set(TOOLS[tool].parameters["required"]) ^ set(arguments)
        if missing:
            raise ToolError(f"{tool} was not run, its arguments do not fit: {', '.join(sorted(missing))}")
        account = self.accounts.get(str(arguments["account"]))
        if arguments["account"] == "BOOM":
            raise RuntimeError("the ledger burst")
        if account is None:
            raise ToolError(f"There is no account {arguments['account']!r}.")
        if tool == "add_note":
            account["notes"].append(arguments["note"])
        elif tool == "set_limit":
            account["limit"] = arguments["limit"]
        return {"account": arguments["account"], **account}

    def snapshot(self) -> Any:
        """Return all accounts."""
        return copy.deepcopy(self.accounts)

    def close(self) -> None:
        """Note that the session was closed."""
        self.closed = True


class LedgerSuite:
    """Accounts with balances, notes and limits."""

    name = "ledger"
    version = "1"
    roles: Mapping[str, bool] = MappingProxyType({})
    submission = "tool"
    rules = None

    def __init__(self, *, turns: int = 1) -> None:
        self._turns = turns
        self.opened: list[LedgerSession] = []

    def tool_schemas(self) -> Mapping[str, ToolSchema]:
        """Return the three tools."""
        return TOOLS

    def skill_tools(self) -> Mapping[str, Sequence[str]]:
        """Return the one tool of each skill."""
        return {READ: ("get_balance",), NOTE: ("add_note",), LIMIT: ("set_limit",)}

    def skill_cards(self, task: TaskSpec) -> Sequence[SkillCard]:
        """Return none: nothing is to be read."""
        return ()

    def briefing(self, task: TaskSpec) -> str:
        """Return one sentence."""
        return "You keep the ledger."

    def turns(self, task: TaskSpec) -> int:
        """Return the suite's number of turns."""
        return self._turns

    def open(self, task: TaskSpec, voices: Voices = NO_VOICES) -> LedgerSession:
        """Return fresh accounts; the instruction stands in the last turn."""
        turns = (*(f"Hello, part {i + 1} follows." for i in range(self._turns - 1)), task.instruction)
        session = LedgerSession(accounts_of(task.world_seed), turns)
        self.opened.append(session)
        return session

    def reference(self, task: TaskSpec, *, broken: str | None = None) -> Reference:
        """Return the plan's calls; a broken reader invents a balance, a broken writer leaves its call out."""
        balance: float = accounts_of(task.world_seed)["acc-1"]["balance"]
        calls = []
        for step in task.plan.steps:
            if step.skill == READ:
                calls.append(ToolCall(tool="get_balance", arguments={"account": "acc-1"}, step=step.id))
                balance = balance + 1000 if broken == READ else balance
            elif step.skill == NOTE and broken != NOTE:
                note = f"balance {balance:g}" if READ in task.skills else "seen"
                calls.append(ToolCall(tool="add_note", arguments={"account": "acc-2", "note": note}, step=step.id))
            elif step.skill == LIMIT and broken != LIMIT:
                calls.append(ToolCall(tool="set_limit", arguments={"account": "acc-3", "limit": 5}, step=step.id))
        answer = f"{balance:g}" if task.plan.answer else ""
        return Reference(turns=(*((),) * (self._turns - 1), tuple(calls)), answer=answer)

    async def judge(
        self,
        task: TaskSpec,
        snapshot: Any,
        calls: Sequence[Sequence[ToolCall]],
        answer: str | None,
        voices: Voices = NO_VOICES,
    ) -> Verdict:
        """Return the verdict: the accounts as the plan leaves them, and the balance as the answer."""
        expected = accounts_of(task.world_seed)
        balance = f"{expected['acc-1']['balance']:g}"
        done = {READ: answer == balance if task.plan.answer else True}
        if NOTE in task.skills:
            expected["acc-2"]["notes"].append(f"balance {balance}" if READ in task.skills else "seen")
        if LIMIT in task.skills:
            expected["acc-3"]["limit"] = 5
        done[NOTE] = snapshot["acc-2"] == expected["acc-2"]
        done[LIMIT] = snapshot["acc-3"] == expected["acc-3"]
        said = {READ: f"The answer is {answer!r}.", NOTE: "The note is not right.", LIMIT: "The limit is not right."}
        mismatches = [said[skill] for skill in SKILLS if skill in task.skills and not done[skill]]
        if answer is None:
            mismatches.append("No answer was submitted.")
        elif not mismatches and snapshot != expected:
            mismatches.append("Something else was changed.")
        return Verdict(
            success=not mismatches,
            mismatches=tuple(mismatches),
            skills={skill: done[skill] for skill in task.skills},
            first_broken=next((s.skill for s in task.plan.steps if not done[s.skill]), None),
        )

    def workflows(self) -> Iterable[Sequence[str]]:
        """Return one workflow."""
        return [SKILLS]


def accounts_of(seed: int) -> dict[str, dict[str, Any]]:
    """Return the six accounts of a world."""
    rng = random.Random(seed)
    return {f"acc-{i}": {"balance": float(rng.randint(1, 10**6)), "limit": 0, "notes": []} for i in range(1, 7)}


def ledger_task(number: int, skills: Sequence[str]) -> TaskSpec:
    """Return a task in a world of its own."""
    chosen = [skill for skill in SKILLS if skill in skills]
    steps = []
    for i, skill in enumerate(chosen):
        fed = skill == NOTE and READ in chosen
        literal = LiteralBinding(type="Account", value="acc-1", text="acc-1")
        given = OutputBinding(type="Amount", step="s1") if fed else literal
        steps.append(Step(id=f"s{i + 1}", skill=skill, inputs={"of": given}))
    asks = READ in chosen
    return TaskSpec(
        suite="ledger",
        suite_version="1",
        id=f"ledger-{number:04d}",
        skills=tuple(sorted(chosen)),
        k=len(chosen),
        span=None if len(chosen) == 1 else len(chosen) - 1,
        world_seed=number,
        instruction=f"Do {' and '.join(chosen)}.",
        wording="explicit",
        plan=Plan(steps=tuple(steps), answer="s1" if asks else None),
        expectation=Expectation(
            changes=(),
            answer=Fact(type="Amount", kind="number", value=SECRET, forms=(), text=f"{SECRET}") if asks else None,
        ),
        tools=tuple(sorted({READ: "get_balance", NOTE: "add_note", LIMIT: "set_limit"}[s] for s in chosen)),
        calls=len(chosen),
        writes=sum(skill != READ for skill in chosen),
        selection=Selection(strategy="test", information=0.0, branches=1, log_probability=None, budgeted=False),
        provenance=Provenance(seed=number),
        canary="canary",
    )


SECRET = 918273645.0
"""stands in every expectation, so that a test can look for it where it must not be"""
COMBINATIONS = tuple(c for k in (1, 2, 3) for c in combinations(SKILLS, k))


def ledger_tasks(count: int) -> list[TaskSpec]:
    """Return tasks that go round all combinations of the three skills."""
    return [ledger_task(i, COMBINATIONS[i % len(COMBINATIONS)]) for i in range(count)]


def write_ledger(folder: Path, count: int, name: str = "tasks.jsonl") -> Path:
    """Write tasks to a file and return its path."""
    path = folder / name
    write_tasks(path, ledger_tasks(count))
    return path
