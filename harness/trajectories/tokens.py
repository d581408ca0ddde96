"""Length of a conversation under a tokenizer's own chat template."""

import json
from pathlib import Path
from typing import Any

from skillweave.harness.trajectories.filters import CountTokens
from skillweave.harness.trajectories.formats import trl_messages
from skillweave.tasks.trajectory import Message
from skillweave.taxonomy.errors import UserError


def tokenizer_counter(folder: Path) -> CountTokens:
    """Return the function that counts; raises `UserError` where transformers or the tokenizer is missing."""
    try:
        from transformers import AutoTokenizer
    except ImportError:
        raise UserError(
            "--tokenizer needs transformers", hint="install it with: pip install 'skillweave[train]'"
        ) from None
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except (OSError, ValueError, json.JSONDecodeError) as error:
        raise UserError(
            f"{str(folder)!r} holds no tokenizer: {str(error).splitlines()[0]}",
            hint="name a folder with tokenizer.json",
        ) from None
    if not tokenizer.chat_template:
        raise UserError(f"the tokenizer in {str(folder)!r} has no chat template", hint="use that of a chat model")

    def count(messages: list[Message], tools: list[dict[str, Any]]) -> int:
        text = tokenizer.apply_chat_template(trl_messages(messages), tools=tools, tokenize=False)
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    return count
