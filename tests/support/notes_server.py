"""A server of notes, without the SDK so that it starts at once: for tests of the suite, speaking just what they need.

Notes are files of its working folder, calls of ``ring`` only a counter in its memory. ``misbehave WAY`` is a tool that
does so.
"""

import json
import os
import sys
import time
from pathlib import Path

TEXT = {"type": "string"}


def tool(name, says, reads, /, **properties):
    schema = {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    hints = {"annotations": {"readOnlyHint": True}} if reads else {}
    return {"name": name, "description": says, "inputSchema": schema, **hints}


TOOLS = [
    tool("list_notes", "List the names of all notes.", True),
    tool("read_note", "Read a note by its name.", True, name=TEXT),
    tool("where", "Say in which folder the notes are.", True),
    tool("clock", "Say how late it is.", True),
    tool("write_note", "Write a note under a name.", False, name=TEXT, text=TEXT),
    tool("delete_note", "Delete a note by its name.", False, name=TEXT),
    tool("ring", "Ring the bell.", False, times={"type": "integer", "default": 1}),
    tool("misbehave", "Misbehave in a way.", False, way=TEXT),
]
TOOLS[6]["inputSchema"]["required"] = []


def act(name, given):
    if name == "list_notes":
        return ", ".join(sorted(path.stem for path in Path().glob("*.txt"))) or "none"
    if name == "where":
        return os.getcwd()
    if name == "clock":
        return str(time.time_ns())
    if name == "ring":
        return f"rang {given.get('times', 1)} times"
    if name == "misbehave":
        return misbehave(given["way"])
    path = Path(f"{given['name']}.txt")
    if name == "write_note":
        path.write_text(given["text"])
        return "written"
    if not path.is_file():
        raise LookupError(f"there is no note {given['name']!r}")
    if name == "read_note":
        return path.read_text()
    path.unlink()
    return "deleted"


def misbehave(way):
    if way == "die":
        print("I die", file=sys.stderr, flush=True)
        os._exit(3)
    if way == "hang":
        time.sleep(60)
    if way == "garbage":
        print("this is no message", flush=True)
        time.sleep(60)
    if way == "softly":
        return "Error: it was softly refused"
    raise LookupError("it was refused")


def answer(request):
    method, given = request["method"], request.get("params") or {}
    if method == "initialize":
        info = {"name": "notes", "version": os.environ.get("NOTES_VERSION", "1")}
        return {"protocolVersion": given["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": info}
    if method == "tools/list":
        return {"tools": TOOLS}
    try:
        text, error = act(given["name"], given.get("arguments") or {}), False
    except LookupError as problem:
        text, error = str(problem.args[0]), True
    return {"content": [{"type": "text", "text": text}], "isError": error}


def main():
    if "--crash" in sys.argv:
        sys.exit("no such option")
    if "--hang" in sys.argv:
        time.sleep(60)
    for line in sys.stdin:
        request = json.loads(line)
        if "id" in request:
            print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": answer(request)}), flush=True)


if __name__ == "__main__":
    main()
