"""The demo: the whole road on the office suite, small enough to be over in a minute, with its own proof."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from skillweave.harness.summary import RunResult

SUITE, SEED, TASKS, SIZES = "office", 7, 80, (1, 2, 3, 4)
APPS = frozenset(("people", "calendar", "expenses"))
"""the apps of the demo's agent: so few tasks must share skills, or none can be held out whose skills are in training"""
SIMULATED = "simulated/novice"
EXPECTED = {"oracle": 1.0, "nop": 0.0}
"""what the two agents without a model must score"""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What the demo made."""

    folder: Path
    report: Path
    model: str
    results: "dict[str, RunResult]"
    """by agent"""

    @property
    def simulated(self) -> bool:
        """Whether the agent's model was a simulated one."""
        return self.model.startswith("simulated/")

    @property
    def faults(self) -> list[str]:
        """What oracle and nop scored where it is not what they must score."""
        return [
            f"{name} scored {result.success!r} with {result.unscored} unscored rollouts, not {EXPECTED[name]!r}"
            for name, result in self.results.items()
            if name in EXPECTED and (result.success != EXPECTED[name] or result.unscored)
        ]

    @property
    def sound(self) -> bool:
        """Whether oracle and nop scored what they must, and every rollout of the agent was scored."""
        return not self.faults and not any(r.unscored for r in self.results.values())

    def lines(self) -> list[str]:
        """Return what is said at the end."""
        success = self.results["react"].success
        rate = "no rollout could be scored" if success is None else f"success {success:.1%}"
        found = [f"FAULT: {fault}: the task set or the scorer is broken" for fault in self.faults]
        found += [] if self.faults else ["oracle scores 1 and nop 0: the tasks can be solved and are not free"]
        found.append(f"react with {self.model}: {rate} of {self.results['react'].scored} rollouts")
        if self.simulated:
            found.append(f"{self.model} is SIMULATED: it shows what a report looks like and measures no real model")
        if not self.results["react"].success and self.results["react"].unscored:
            found += [f"unscored: {e.message.splitlines()[0]}" for e in self.results["react"].errors[:1]]
        tasks = self.folder / "tasks.jsonl"
        found += [
            f"report: {self.report}",
            "next, with a model of yours:",
            f"  skillweave run {tasks} --splits {self.folder / 'splits.json'} --split test --agent react "
            f"--model openai/gpt-5-mini --log-dir {self.folder / 'logs-mine'}",
        ]
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as plain JSON."""
        return {
            "sound": self.sound,
            "faults": self.faults,
            "report": str(self.report),
            "model": self.model,
            "simulated": self.simulated,
            "runs": {name: result.to_json() for name, result in self.results.items()},
        }


def run_demo(folder: Path, *, model: str | None = None, tell: Tell = lambda line: None) -> Demo:
    """Go the whole road in a folder and return what came of it; ``tell`` hears what is being done.

    The agent's model is ``model``, else ``INSPECT_EVAL_MODEL``, else a simulated one. What an earlier demo left in the
    folder is made anew, its finished rollouts on the same tasks are kept.
    """
    chosen = model or os.environ.get("INSPECT_EVAL_MODEL") or SIMULATED
    if chosen.startswith("simulated/"):
        tell(f"no real model was named: {chosen} stands in, a SIMULATED model with planted weaknesses")
    logs = folder / "logs" / _make_tasks(folder, tell)
    results = {}
    for agent in ("oracle", "nop", "react"):
        results[agent] = _run(folder, logs / agent, agent, chosen if agent == "react" else None, tell)
    from skillweave.reports.page import write_report

    tell("writing the report")
    write_report([logs], folder / "report")
    return Demo(folder=folder, report=folder / "report" / "index.html", model=chosen, results=results)


def _make_tasks(folder: Path, tell: Tell) -> str:
    """Make taxonomy, tasks and splits; return a short name of these tasks, under which their logs stand."""
    from skillweave.harness.sources import read_source, suite_records
    from skillweave.harness.stages import make_splits
    from skillweave.harness.synthesis import SynthesisOptions, synthesize_tasks
    from skillweave.taxonomy.artifacts import write_jsonl
    from skillweave.taxonomy.build import build_taxonomy

    taxonomy, tasks = folder / "taxonomy.json", folder / "tasks.jsonl"
    corpus = folder / "corpus.jsonl"
    tell(f"building the taxonomy of {', '.join(sorted(APPS))} in suite:{SUITE}")
    jobs = ([skill for skill in job if skill.split(".")[0] in APPS] for job in suite_records(SUITE))
    write_jsonl(corpus, ({"skills": job} for job in jobs if job))
    source = read_source([str(corpus)])
    found = build_taxonomy(source.graph, seed=SEED, inputs=source.inputs)
    found.save(taxonomy)
    tell(f"making {TASKS} tasks of k = {SIZES[0]} to {SIZES[-1]}, each checked on a real world")
    made = synthesize_tasks(
        SynthesisOptions(suite=SUITE, taxonomy=taxonomy, sizes=SIZES, n=TASKS, seed=str(SEED), output=tasks)
    )
    if made.made == 0:
        raise UserError("no task could be made", hint="skillweave synth shows why, by k and reason")
    splits = make_splits(tasks, taxonomy, seed=SEED, output=folder / "splits.json")
    sizes = ", ".join(f"{name} {size['tasks']}" for name, size in splits.figures["sizes"].items())
    tell(f"{made.made} tasks made, split into {sizes}")
    return splits.provenance.inputs["tasks"][:8]


def _run(folder: Path, logs: Path, agent: str, model: str | None, tell: Tell) -> "RunResult":
    from skillweave.harness.run import RunOptions, run_tasks

    tell(f"running {agent}" + (f" with {model}" if model else ""))
    options = RunOptions(
        tasks=folder / "tasks.jsonl",
        splits=folder / "splits.json",
        taxonomy=folder / "taxonomy.json",
        log_dir=logs,
        agent=agent,
        model=model,
    )
    return run_tasks(options)
