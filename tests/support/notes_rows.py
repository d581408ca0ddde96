"""Tasks on the notes of notes_server, as a user writes them."""

from typing import Any


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"tool": tool, "arguments": arguments}


WRITE = {
    "id": "keep",
    "instruction": "Read the note todo. Write the day on which Ann is called, as YYYY-MM-DD, into a note named day.",
    "calls": [call("read_note", name="todo"), call("write_note", name="day", text="2026-05-03")],
}
ASK = {
    "id": "eggs",
    "instruction": "How many eggs are to be bought? See the note shopping.",
    "calls": [call("read_note", name="shopping")],
    "answer": 3,
}
BELL = {"id": "bell", "instruction": "Ring the bell, then twice.", "calls": [call("ring"), call("ring", times=2)]}
