"""Nothing that an agent receives leads to the task, its plan, its expectation or its world."""

import gc
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

from ledger_suite import SECRET, LedgerSession, LedgerSuite

from skillweave.harness.rollouts import Rollout
from skillweave.harness.taskset import TaskSet
from skillweave.tasks.spec import Expectation, Plan, Step, TaskSpec

FORBIDDEN = (TaskSpec, Plan, Step, Expectation, Rollout, TaskSet, LedgerSession, LedgerSuite)


def reachable(roots: Iterable[Any]) -> Iterable[Any]:
    """Yield all objects that the roots refer to, however far.

    Modules and the global names of functions are left out: through `sys.modules` all code reaches everything, and no
    object can be hidden from code of the same process. Closures, defaults, attributes and caches are followed.
    """
    seen: dict[int, Any] = {}
    namespaces = {id(vars(module)) for module in list(sys.modules.values()) if isinstance(module, types.ModuleType)}
    stack = list(roots)
    while stack:
        found = stack.pop()
        if id(found) in seen or id(found) in namespaces or isinstance(found, types.ModuleType):
            continue
        seen[id(found)] = found
        yield found
        if isinstance(found, types.FunctionType):
            stack += [found.__closure__, found.__defaults__, found.__kwdefaults__, found.__dict__]
        else:
            stack += gc.get_referents(found)


def leaks(roots: Iterable[Any]) -> list[str]:
    return [
        type(found).__name__
        for found in reachable(roots)
        if isinstance(found, FORBIDDEN) or (isinstance(found, float) and found == SECRET)
    ]


def test_the_walk_finds_what_a_closure_holds(ledger: LedgerSuite) -> None:
    from ledger_suite import READ, ledger_task

    task = ledger_task(1, [READ])

    def tool() -> str:
        return task.id

    assert "TaskSpec" in leaks([tool])
    assert "float" in leaks([tool])


def test_an_agent_reaches_neither_task_nor_plan_nor_world(
    run: Any, agent_file: Callable[[str], str], monkeypatch: Any
) -> None:
    agent = agent_file(
        "import builtins\n"
        "from langgraph.graph import START, MessagesState, StateGraph\n"
        "def make_graph(model, tools, system_prompt, skills, tool_choice):\n"
        "    async def node(state, config):\n"
        "        builtins.skillweave_probe([model, tools, system_prompt, skills, state, config])\n"
        "        await tools[-1].ainvoke({'answer': '1'})\n"
        "        return {}\n"
        "    graph = StateGraph(MessagesState)\n"
        "    graph.add_node('a', node)\n"
        "    graph.add_edge(START, 'a')\n"
        "    return graph.compile()\n"
    )
    found: list[list[str]] = []
    sizes: list[int] = []

    def probe(roots: list[Any]) -> None:
        found.append(leaks(roots[:-1]))
        sizes.append(sum(1 for _ in reachable(roots[:-1])))

    monkeypatch.setattr("builtins.skillweave_probe", probe, raising=False)
    for path in ("direct", "bridge"):
        result = run(2, agent=agent, model="mockllm/model", model_path=path, max_samples=2)
        assert result.scored == 2, result.errors
    assert found == [[]] * 4
    assert min(sizes) > 100


def test_nothing_that_an_isolated_agent_is_sent_holds_the_expectation(
    run: Any, script: Any, monkeypatch: Any, tmp_path: Any
) -> None:
    from scripted import steps, submit

    from skillweave.harness import isolation

    sent: list[bytes] = []
    packed = isolation.packed
    monkeypatch.setattr(isolation, "packed", lambda value: sent.append(packed(value)) or sent[-1])
    script(steps([submit("1")]))
    result = run(1, agent="react", isolate=True)
    assert result.scored == 1
    told = b"".join(sent)
    assert b"get_balance" in told
    for secret in (str(int(SECRET)).encode(), b"canary", b"expectation", b"world_seed", b"tasks.jsonl"):
        assert secret not in told


def test_no_tool_takes_sql_or_a_path() -> None:
    from skillweave.tasks.suites.registry import load_suite

    names = {
        name for schema in load_suite("office").tool_schemas().values() for name in schema.parameters["properties"]
    }
    assert len(names) > 50
    assert not {n for n in names if n in {"sql", "where", "table", "statement"} or n.endswith(("path", "filename"))}
