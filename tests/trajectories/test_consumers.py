"""What is exported, read by the code of those who read it: `datasets`, and TRL's path through a chat template."""

import importlib.util
import json
import os
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from skillweave.harness.trajectories import registry
from skillweave.harness.trajectories.registry import formats
from skillweave.tasks.trajectory import calls_in

NEEDED = ("datasets", "transformers", "tokenizers", "trl", "accelerate")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
if MISSING and os.environ.get("CI") != "true":
    pytest.skip(f"needs {', '.join(MISSING)}: make extras", allow_module_level=True)

TEMPLATE = Path(registry.__file__).with_name("chat_template.jinja")
TABLES = tuple(name for name, form in formats().items() if form.columns)


@pytest.fixture(scope="module", autouse=True)
def _offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hf")))
        for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
            patch.setenv(name, "1")
        yield


@pytest.fixture(scope="module")
def exported(bench: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from people_suite import SUITE

    from skillweave.harness.trajectories.export import ExportOptions, export
    from skillweave.tasks.suites import registry

    folder = tmp_path_factory.mktemp("consumed") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "SUITES", {**registry.SUITES, "office": lambda: SUITE})
        export(
            ExportOptions(
                splits=bench.splits_file,
                output=folder,
                reference=bench.tasks_file,
                formats=TABLES,
                shard_rows=8,
            )
        )
    return folder


def load(folder: Path, cache: Path) -> Any:
    import datasets

    datasets.disable_progress_bars()
    return datasets.load_dataset(str(folder), split="train", cache_dir=str(cache))


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(x) for p in sorted((folder / "jsonl").glob("*")) for x in p.read_text("utf-8").splitlines()]


def rounded(value: Any) -> Any:
    """Return a value with its floats to 12 digits: the JSON parser of `datasets` is off in the last one."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return round(value, 12) if isinstance(value, float) else value


@pytest.mark.parametrize("name", TABLES)
def test_datasets_loads_the_folder_by_its_card_and_gets_what_was_written(
    name: str, exported: Path, tmp_path: Path
) -> None:
    # The number of rows that the card states is verified by datasets itself while loading.
    found = load(exported / name, tmp_path)
    assert rounded(found.to_list()) == rounded(lines(exported / name))


def test_the_card_says_what_the_columns_are(exported: Path, tmp_path: Path) -> None:
    import datasets

    found = datasets.load_dataset(str(exported / "trl"), cache_dir=str(tmp_path))
    assert list(found) == ["train"]
    assert found["train"].features["tools"].feature == datasets.Json()
    card = (exported / "trl/README.md").read_text(encoding="utf-8")
    front = yaml.safe_load(card.split("---")[1])
    told = datasets.Features._from_yaml_list(front["dataset_info"]["features"])
    assert told == found["train"].features
    assert (front["license"], front["dataset_info"]["splits"][0]["num_examples"]) == ("apache-2.0", len(found["train"]))


@pytest.fixture(scope="module")
def tokenizer(exported: Path) -> Any:
    """A small byte-level BPE trained on the rows, with the chat template of the repository."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = ["<|start|>", "<|end|>", "<call>", "</call>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    texts = [str(m["content"]) for row in lines(exported / "trl")[:6] for m in row["messages"]]
    made.train_from_iterator(texts, trainer)
    template = TEMPLATE.read_text(encoding="utf-8")
    return PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="<|end|>", pad_token="<|end|>", chat_template=template
    )


def test_trl_renders_every_row_with_its_calls_as_they_were_made(exported: Path, tokenizer: Any, tmp_path: Path) -> None:
    from trl.data_utils import apply_chat_template, is_conversational

    found = load(exported / "trl", tmp_path)
    for row, line in zip(found, lines(exported / "trl"), strict=True):
        assert is_conversational(row)
        text = apply_chat_template({"messages": row["messages"]}, tokenizer, tools=row["tools"])["text"]
        for tool, arguments, _ in calls_in(line["messages"]):
            called = json.dumps({"name": tool, "arguments": arguments}, ensure_ascii=False)
            assert f"<call>{called}</call>" in text
        assert text.count("<call>") - 1 == len(calls_in(line["messages"]))  # one stands in the preamble


def test_trl_trains_on_what_the_assistant_said_and_on_nothing_else(
    exported: Path, tokenizer: Any, tmp_path: Path
) -> None:
    from trl.data_utils import _tokenize

    row = load(exported / "trl", tmp_path)[0]
    made = _tokenize(tokenizer, row["messages"], tools=row["tools"], return_assistant_tokens_mask=True)
    trained = tokenizer.decode([i for i, own in zip(made["input_ids"], made["assistant_masks"], strict=True) if own])
    calls = [
        f"<call>{json.dumps({'name': t, 'arguments': a}, ensure_ascii=False)}</call><|end|>\n"
        for t, a, _ in calls_in(row["messages"])
    ]
    assert trained == "".join(calls)
    masked = [{**m, "weight": 0} if i == 2 else m for i, m in enumerate(row["messages"])]
    made = _tokenize(tokenizer, masked, tools=row["tools"], return_assistant_tokens_mask=True)
    left = tokenizer.decode([i for i, own in zip(made["input_ids"], made["assistant_masks"], strict=True) if own])
    assert left == "".join(calls[1:])


def test_tokens_are_counted_by_a_given_tokenizer(
    exported: Path, tokenizer: Any, write: Any, rows: Any, tmp_path: Path
) -> None:
    tokenizer.save_pretrained(tmp_path / "tokenizer")
    done = write(tokenizer=tmp_path / "tokenizer", formats=("trl",))
    row = rows(tmp_path / "out")[0]
    ids = tokenizer.apply_chat_template(row["messages"], tools=row["tools"], tokenize=True, return_dict=True)
    assert row["tokens"] == len(ids["input_ids"])
    assert done.report["tokens_by"] == "tokenizer"
    assert "length by tokenizer" in (tmp_path / "out/README.md").read_text()


def test_llamafactorys_own_loading_finds_the_folder(exported: Path, tmp_path: Path) -> None:
    import datasets

    folder = exported / "llamafactory"
    (entry,) = json.loads((folder / "dataset_info.json").read_text()).values()
    files = [str(p) for p in sorted((folder / entry["file_name"]).iterdir())]
    assert {Path(f).suffix for f in files} == {".jsonl"}
    found = datasets.load_dataset("json", data_files=files, split="train", cache_dir=str(tmp_path))
    assert set(entry["columns"].values()) <= set(found.column_names)
    assert found[0]["conversations"][0] == lines(folder)[0]["conversations"][0]


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.timeout(300)
def test_harbors_models_take_every_atif_document(exported: Path, tmp_path: Path) -> None:
    """Harbor asks for Python 3.12 and many packages; its models need Pydantic only."""
    venv.create(tmp_path / "harbor", with_pip=True)
    python = tmp_path / "harbor/bin/python"
    for what in (("--no-deps", "--ignore-requires-python", "harbor"), ("pydantic",)):
        subprocess.run([python, "-m", "pip", "install", "-q", *what], check=True, capture_output=True, timeout=200)
    code = (
        "import json, sys\n"
        "from harbor.models.trajectories import Trajectory\n"
        "for line in sys.stdin: Trajectory.model_validate(json.loads(line))\n"
    )
    given = "".join(json.dumps(row) + "\n" for row in lines(exported / "atif"))
    done = subprocess.run([python, "-c", code], input=given, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    broken = given.replace('"step_id": 2', '"step_id": 7', 1)
    assert subprocess.run([python, "-c", code], input=broken, capture_output=True, text=True).returncode == 1
