"""An OpenAI-compatible endpoint on loopback that plays author and solver on the notes, by rule."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ARGUMENTS: dict[str, dict[str, Any]] = {
    "read_note": {"name": "shopping"},
    "write_note": {"name": "plan", "text": "go at noon"},
    "delete_note": {"name": "todo"},
    "ring": {"times": 3},
    "misbehave": {"way": "die"},
}
REQUESTS = {
    "read_note": "Tell how many eggs the note shopping lists.",
    "list_notes": "Tell the name of a note that begins with s.",
    "write_note": "Write 'go at noon' into the note plan.",
    "delete_note": "Delete the note todo.",
    "ring": "Ring the bell with times 3.",
}
ANSWERS = {"read_note": "3", "list_notes": "shopping"}


def author(prompt: str, model: str) -> str:
    """Return the arguments of the next call, or the words of a request for the calls that a prompt lists."""
    following = re.search(r"The next call is (\w+):", prompt)
    if following:
        return f"Here it is: {json.dumps(ARGUMENTS[following[1]])}"
    tools = re.findall(r"^(\w+)\(.*\) -> ", prompt.partition("\n\n")[0], re.MULTILINE)
    answer = next((ANSWERS[tool] for tool in tools if tool in ANSWERS), "")
    request = " ".join(REQUESTS.get(tool, f"Do {tool}.") for tool in tools)
    if model in ("technical", "careless") and not (model == "careless" and "Your last reply was wrong" in prompt):
        return json.dumps({"request": "Please call write_note and delete_note.", "answer": answer})
    if model == "giving-away":
        request += f" It is {answer}."
    return json.dumps({"request": request, "answer": "99" if model == "dreaming" else answer})


def solver(messages: list[dict[str, Any]], model: str) -> dict[str, Any]:
    """Return the calls that a request asks for, at once, then the answer."""
    text = next(m["content"] for m in messages if m["role"] == "user")
    wanted = [tool for tool, words in REQUESTS.items() if words in text]
    if any(m["role"] == "tool" for m in messages) or model == "lazy":
        answer = next((ANSWERS[tool] for tool in wanted if tool in ANSWERS), "done")
        calls = [("submit_answer", {"answer": answer})]
    else:
        calls = [(tool, ARGUMENTS.get(tool, {})) for tool in wanted]
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": f"c{i}", "type": "function", "function": {"name": n, "arguments": json.dumps(a)}}
            for i, (n, a) in enumerate(calls)
        ],
    }


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        messages = asked["messages"]
        if asked.get("tools"):
            message = solver(messages, asked["model"])
        else:
            message = {"role": "assistant", "content": author(messages[-1]["content"], asked["model"])}
        reply = {
            "id": "x",
            "object": "chat.completion",
            "created": 0,
            "model": asked["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }
        body = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.server.asked.append(asked)  # type: ignore[attr-defined]

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def models() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve the models; give the address, and the list of requests that came in."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", server.asked  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
