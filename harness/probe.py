"""An agent tried on one tiny task: does it build, ask the model, call the tools, submit, and end."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.harness.run import RunOptions, run_tasks
from skillweave.harness.watchdog import watched
from skillweave.tasks.spec import write_tasks
from skillweave.tasks.suites.probe import SKILLS, TOOLS, probe_task
from skillweave.taxonomy.build import build_taxonomy
from skillweave.taxonomy.corpus import corpus_from_records
from skillweave.taxonomy.weights import from_corpus

if TYPE_CHECKING:
    from inspect_ai.log import EvalSample

SECONDS = 60
"""that the tiny task may take where no other limit is given"""
MODEL = "simulated/perfect"
"""makes the right calls wherever the tools for them are offered, so that what goes wrong is the agent's"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What was seen of an agent."""

    agent: str
    model: str
    problems: tuple[str, ...]
    """what is wrong, in words, the cause before what follows from it"""
    success: bool
    """whether the tiny task was solved"""
    model_calls: int
    tool_calls: int
    stuck: bool = False
    """whether it had to be interrupted; then threads may be left that never end, and the process should"""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {**asdict(self), "problems": list(self.problems)}


def probe_agent(options: RunOptions) -> Probe:
    """Run an agent on one tiny task, by default with a simulated model that needs no key.

    Tasks and log folder of the options do not matter. Raises `UserError` for an agent that cannot be loaded.
    """
    from inspect_ai.log import read_eval_log

    with tempfile.TemporaryDirectory(prefix="skillweave-") as name:
        folder = Path(name)
        write_tasks(folder / "tasks.jsonl", [probe_task()])
        records = [(skill, f"probe.other_{i}") for i, skill in enumerate(SKILLS)] + [tuple(SKILLS)]
        graph = from_corpus(corpus_from_records(records, normalise=False))
        build_taxonomy(graph, height=2, seed=0).save(folder / "taxonomy.json")
        chosen = replace(
            options,
            tasks=folder / "tasks.jsonl",
            log_dir=folder / "logs",
            model=options.model or MODEL,
            time_limit=options.time_limit or SECONDS,
            retry_on_error=0,
        )
        with watched(chosen.time_limit or SECONDS) as watch:
            try:
                result = run_tasks(chosen)
            except KeyboardInterrupt:
                if watch.place is None:
                    raise
                return _stuck(chosen, watch.place)
        sample = next(iter(read_eval_log(str(result.log), resolve_attachments=True).samples or ()))
        return Probe(
            agent=options.agent,
            model=chosen.model or MODEL,
            problems=tuple(_problems(sample, chosen)),
            success=result.success == 1.0,
            model_calls=sum(event.event == "model" for event in sample.events),
            tool_calls=len(_calls(sample)),
        )


def _stuck(options: RunOptions, place: str) -> Probe:
    problem = (
        f"it never gave the processor back, and was stopped at {place}: nothing else can run meanwhile, so no time "
        "limit ends it; await something in each round of a loop, or run it with --isolate"
    )
    return Probe(
        agent=options.agent,
        model=options.model or MODEL,
        problems=(problem,),
        success=False,
        model_calls=0,
        tool_calls=0,
        stuck=True,
    )


def _calls(sample: "EvalSample") -> Sequence[Any]:
    return [call for turn in (sample.store.get("skillweave") or {}).get("calls", ()) for call in turn]


def _problems(sample: "EvalSample", options: RunOptions) -> Iterator[str]:
    record = sample.store.get("skillweave") or {}
    asked = [event for event in sample.events if event.event == "model"]
    offered = {tool.name for event in asked for tool in event.tools}
    if sample.error is not None:
        yield f"it could not be played: {sample.error.message.splitlines()[0]}"
    if record.get("failure"):
        yield str(record["failure"])
    if sample.limit is not None:
        yield f"it did not end by itself: {_limit(sample)}"
    if not asked:
        yield (
            "it never asked the model that it was given: does the graph use a model of its own, or none? A compiled "
            "graph gets it by RolloutTools() among its middleware, a function as its parameter model"
        )
    elif not offered & set(TOOLS):
        yield (
            "it asked the model without the tools that it was given: bind them (create_agent(model, tools)), or add "
            "RolloutTools() to the middleware of a compiled graph"
        )
    elif missing := sorted(set(TOOLS) - offered):
        yield f"it never offered the model the tool {', '.join(missing)}"
    if offered & set(TOOLS) and not _calls(sample):
        if any(event.output.message.tool_calls for event in asked if event.output.choices):
            yield "no tool was called: does the graph carry out the model's calls (a ToolNode, create_agent)?"
        else:
            yield "the model called no tool: try --tool-choice any, or a stronger model"
    yield from _unheard(asked)
    if not record.get("submitted"):
        yield (
            "it never submitted: the model must be offered submit_answer, which stands among the tools"
            if options.submit == "tool"
            else "its last message is no text of the model: with --submit text that is the answer"
        )
    score = (sample.scores or {}).get("outcome")
    if record.get("submitted") and score is not None and score.as_float() < 1.0:
        yield f"it ended, but did not solve the task: {score.explanation}"


def _unheard(asked: Sequence[Any]) -> Iterator[str]:
    """Say where the model was asked on without having been shown what its calls came to: endpoints refuse that."""
    called = {call.id for event in asked[:-1] for c in event.output.choices for call in c.message.tool_calls or ()}
    heard = [[m for m in event.input if m.role in ("assistant", "tool")] for event in asked]
    answered = [{m.tool_call_id for m in messages if m.role == "tool"} for messages in heard]
    shown = [{c.id for m in messages if m.role == "assistant" for c in m.tool_calls or ()} for messages in heard]
    if any(calls - answers for calls, answers in zip(shown, answered, strict=True)):
        yield "it sent the model a call of its own without a tool message that answers it, which real endpoints refuse"
    elif called and not called & set().union(*answered):
        yield "it never showed the model what a tool said: keep the messages that a ToolNode adds"


def _limit(sample: "EvalSample") -> str:
    events = [event for event in sample.events if event.event == "sample_limit"]
    return events[-1].message if events else str(sample.limit)
