"""skillweave run: an agent attempts tasks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from skillweave.harness.cli.output import NEGATIVE, OK, Output, command, table
from skillweave.reports.records import CONTROLS
from skillweave.taxonomy.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from skillweave.harness.progress import Progress
    from skillweave.harness.run import RunOptions
    from skillweave.harness.summary import RunResult

EXAMPLE = (
    "skillweave run tasks.jsonl --splits splits.json --split test --agent react --model openai/gpt-5-mini "
    "--log-dir logs/"
)
SHOWN_ERRORS = 3
SHIPPED = ("react", "plan_execute", "reflect", "taxonomy_router", *CONTROLS)


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "run", example=EXAMPLE)(run)


def run(
    out: Output,
    context: typer.Context,
    tasks: Annotated[Path | None, typer.Argument(help="A tasks.jsonl.", metavar="TASKS", show_default=False)] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="A skillweave.yaml; options go before what it says."),
    ] = None,
    agent: Annotated[
        str,
        typer.Option(help=f"{', '.join(SHIPPED)}, or your own: see docs/agents.md."),
    ] = "react",
    model: Annotated[
        str | None, typer.Option(help="As Inspect names it: openai/NAME, ollama/NAME, simulated/novice, ...")
    ] = None,
    model_args: Annotated[
        list[str] | None, typer.Option("-M", help="Argument of the model provider: NAME=VALUE.", metavar="NAME=VALUE")
    ] = None,
    model_base_url: Annotated[str | None, typer.Option(help="Where the model is served.")] = None,
    splits: Annotated[Path | None, typer.Option(help="The splits.json of the tasks.")] = None,
    split: Annotated[str | None, typer.Option(help="Run this split; test and dev bring the k = 1 control.")] = None,
    no_control: Annotated[bool, typer.Option("--no-control", help="Leave the k = 1 control out.")] = False,
    taxonomy: Annotated[
        Path | None, typer.Option(help="The taxonomy.json of the tasks (default: the one beside them).")
    ] = None,
    log_dir: Annotated[Path, typer.Option(help="Folder of the log; a run that was cut off is resumed.")] = Path("logs"),
    epochs: Annotated[int, typer.Option(min=1, help="Attempts on each task.")] = 1,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many tasks, spread over k.")] = None,
    tools: Annotated[str, typer.Option(help="Tools offered: needed, k+N, branch or all.")] = "needed",
    tool_choice: Annotated[Literal["auto", "any"], typer.Option(help="any forces a tool call at each step.")] = "auto",
    model_path: Annotated[
        Literal["direct", "bridge"], typer.Option(help="bridge: langchain-openai over Inspect's agent bridge.")
    ] = "direct",
    max_steps: Annotated[int | None, typer.Option(min=1, help="Model calls of a rollout.")] = None,
    max_samples: Annotated[int | None, typer.Option(min=1, help="Rollouts at once.")] = None,
    message_limit: Annotated[int | None, typer.Option(min=1, help="Messages of a rollout.")] = None,
    token_limit: Annotated[int | None, typer.Option(min=1, help="Tokens of a rollout.")] = None,
    time_limit: Annotated[int | None, typer.Option(min=1, help="Seconds of a rollout.")] = None,
    temperature: Annotated[float | None, typer.Option(min=0.0, help="Sampling temperature.")] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Tokens of one reply of the model.")] = None,
    skills: Annotated[
        Literal["hidden", "listed", "full"],
        typer.Option(help="Procedural skills: not to be read, listed for read_skill, or whole in the prompt."),
    ] = "listed",
    submit: Annotated[
        Literal["tool", "text"] | None,
        typer.Option(help="The answer is given by a tool, or as the last message (default: as the suite has it)."),
    ] = None,
    model_role: Annotated[
        list[str] | None,
        typer.Option(
            help="A model beside the agent's, such as user=openai/NAME (whom it talks to) or judge=NAME.",
            metavar="ROLE=MODEL",
        ),
    ] = None,
    system_prompt: Annotated[
        str | None, typer.Option(help="Words on how to work in place of ours; @FILE reads them from a file.")
    ] = None,
    tool_limit: Annotated[int | None, typer.Option(min=1, help="Tool calls of a rollout.")] = None,
    cost_limit: Annotated[float | None, typer.Option(min=0.0, help="Dollars a rollout may cost; needs prices.")] = None,
    prices: Annotated[
        Path | None, typer.Option(help="YAML or JSON of prices by model, as Inspect's --model-cost-config.")
    ] = None,
    demos: Annotated[
        str | None,
        typer.Option(help="FILE.jsonl:N shows N train trajectories (or plans of tasks) and declares them practised."),
    ] = None,
    isolate: Annotated[
        bool, typer.Option("--isolate", help="Run the agent's graph in a process of its own, which a time limit kills.")
    ] = False,
    max_cost: Annotated[
        float | None, typer.Option(min=0.0, help="Dollars after which no further rollout begins; needs prices.")
    ] = None,
    max_retries: Annotated[int, typer.Option(min=0, help="Times a request to the model is tried again.")] = 5,
    request_timeout: Annotated[int, typer.Option(min=1, help="Seconds of one request to the model.")] = 600,
    workers: Annotated[int, typer.Option(min=1, help="Processes; one uses one core.")] = 1,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what to expect: rollouts, tokens, dollars.")
    ] = False,
    task: Annotated[str | None, typer.Option(help="Only tasks whose id fits, such as '*-k2-*' or 'a,b'.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the choice and order of the offered tools.")] = 0,
) -> int | None:
    """Let an agent attempt tasks and score the outcome; exits with 1 when a rollout could not be scored."""
    from dataclasses import replace

    from skillweave.harness.run import RunOptions
    from skillweave.harness.runfile import read_runfile

    if (tasks is None) == (config is None):
        raise UserError("give a tasks.jsonl, or a run file with -c", hint=EXAMPLE)
    options = RunOptions(
        tasks=tasks or Path(),
        log_dir=log_dir,
        agent=agent,
        model=model,
        model_args=parse_arguments(model_args or []),
        model_base_url=model_base_url,
        splits=splits,
        split=split,
        control=not no_control,
        taxonomy=taxonomy,
        tools=tools,
        seed=seed,
        epochs=epochs,
        limit=limit,
        tool_choice=tool_choice,
        model_path=model_path,
        max_steps=max_steps,
        max_samples=max_samples,
        message_limit=message_limit,
        token_limit=token_limit,
        time_limit=time_limit,
        temperature=temperature,
        max_tokens=max_tokens,
        skills=skills,
        submit=submit,
        roles=parse_roles(model_role or []),
        system_prompt=text_or_file(system_prompt),
        tool_limit=tool_limit,
        cost_limit=cost_limit,
        prices=prices,
        demos=demos,
        isolate=isolate,
        max_cost=max_cost,
        max_retries=max_retries,
        request_timeout=request_timeout,
        pattern=task,
    )
    runs: tuple[RunOptions, ...] = (options,)
    if config is not None:
        given = {name: getattr(options, name) for name in _given(context) if hasattr(options, name)}
        runs = tuple(replace(described, **given) for described in read_runfile(config))
    if dry_run:
        return _estimate(out, runs)
    results = [_run(out, one, workers) for one in runs]
    value = results[0].to_json() if config is None else {"runs": [result.to_json() for result in results]}

    def show(console: "Console") -> None:
        for result in results:
            _print(console, result)

    out.show(value, show)
    return NEGATIVE if any(result.unscored for result in results) else OK


NAMES = {"task": "pattern", "no_control": "control", "model_role": "roles"}
"""options whose name is another one in `RunOptions`"""


def _given(context: typer.Context) -> list[str]:
    """Return the fields of `RunOptions` that stand on the command line: they go before those of a run file."""
    named = [n for n in context.params if getattr(context.get_parameter_source(n), "name", "") == "COMMANDLINE"]
    return [NAMES.get(name, name) for name in named if name not in ("tasks", "config")]


def _run(out: Output, options: "RunOptions", workers: int) -> "RunResult":
    from skillweave.harness.cli.bars import rollouts_bar
    from skillweave.harness.run import run_tasks
    from skillweave.harness.shards import run_sharded

    seen: list[str] = []
    with rollouts_bar(out, f"{options.agent} attempts") as show:

        def tell(progress: "Progress") -> None:
            seen[:] = [f"{progress.ended} of {progress.total} rollouts ended"]
            show(progress)

        try:
            if workers > 1:
                return run_sharded(options, workers, listener=tell)
            return run_tasks(options, listener=tell)
        except KeyboardInterrupt:
            done = seen[0] if seen else "no rollout ended"
            out.note(f"stopped: {done} and is kept in {str(options.log_dir)!r}; the same command goes on from there")
            raise


def _estimate(out: Output, runs: "Sequence[RunOptions]") -> int:
    from skillweave.harness.run import estimate

    found = [estimate(options) for options in runs]
    total = {
        "runs": [one.to_json() for one in found],
        "rollouts": sum(one.rollouts for one in found),
        "cost": None if any(one.cost is None for one in found) else sum(one.cost or 0.0 for one in found),
    }

    def show(console: "Console") -> None:
        rows = [
            (o.agent, o.model or "-", e.rollouts, e.model_calls, e.input_tokens, e.output_tokens, e.cost)
            for o, e in zip(runs, found, strict=True)
        ]
        table(console, ("agent", "model", "rollouts", "model calls", "tokens in", "tokens out", "dollars"), rows)
        console.print("for an agent that takes the steps of the plan, nothing cached; nothing was run or written")

    out.show(total, show)
    return OK


def text_or_file(given: str | None) -> str | None:
    """Return a text as it is, or that of the file named after ``@``; raises `UserError` where there is none."""
    if given is None or not given.startswith("@"):
        return given
    path = Path(given[1:])
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{str(path)!r} cannot be read: {error}", hint="@FILE names a text file") from None


def parse_arguments(given: list[str]) -> dict[str, Any]:
    """Return NAME=VALUE pairs as a mapping; numbers, true, false and null are read as such.

    >>> parse_arguments(["profile=p.json", "seed=3"])
    {'profile': 'p.json', 'seed': 3}
    """
    import json

    found: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise UserError(f"-M {pair!r} is no NAME=VALUE", hint="for instance -M profile=profile.json")
        try:
            found[name] = json.loads(value)
        except json.JSONDecodeError:
            found[name] = value
    return found


def parse_roles(given: list[str]) -> dict[str, str]:
    """Return ROLE=MODEL pairs as a mapping.

    >>> parse_roles(["user=openai/gpt-5-mini"])
    {'user': 'openai/gpt-5-mini'}
    """
    found: dict[str, str] = {}
    for pair in given:
        role, _, model = pair.partition("=")
        if not (role and model):
            raise UserError(f"--model-role {pair!r} is no ROLE=MODEL", hint="for instance user=openai/NAME")
        found[role] = model
    return found


def _print(console: "Console", result: "RunResult") -> None:
    kind = " (simulated: no measure of any real model)" if result.simulated else ""
    success = "-" if result.success is None else f"{result.success:.1%}"
    console.print(f"{result.agent} with {result.model}{kind}: success {success} of {result.scored} scored rollouts")
    rows = [(k, rate.scored, rate.succeeded, rate.success) for k, rate in result.by_k.items()]
    table(console, ("k", "scored", "succeeded", "success"), rows)
    for name, rates in (("tasks", result.by_idle), ("group", result.by_group)):
        if rates:
            own = [(value, rate.scored, rate.succeeded, rate.success) for value, rate in rates.items()]
            table(console, (name, "scored", "succeeded", "success"), own)
    for name, found in result.measures.items():
        console.print(f"{name}: {found.mean:.1%} of {found.n} scored rollouts")
    for reason, count in list(result.stopped.items())[:SHOWN_ERRORS]:
        console.print(f"{count} rollouts failed so: {reason.splitlines()[0]}")
    if result.limited:
        console.print(f"{result.limited} rollouts were ended by a limit and count as failed")
    if result.unscored:
        console.print(f"{result.unscored} rollouts could not be scored and are in no rate:")
        for error in result.errors[:SHOWN_ERRORS]:
            console.print(f"  {error.id}: {error.message.splitlines()[0]}")
    console.print(f"log: {result.log}")
