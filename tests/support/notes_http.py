"""Notes over streamable HTTP, kept in one file that all sessions share: a server that must be reset between rollouts.

``python notes_http.py FILE`` serves it and prints its port; ``python notes_http.py FILE --reset`` makes the file anew.
"""

import socket
import sys
from pathlib import Path

START = "milk\n"


def main() -> None:
    file = Path(sys.argv[1])
    if "--reset" in sys.argv:
        file.write_text(START)
        return
    import uvicorn
    from mcp.server.fastmcp import FastMCP

    server = FastMCP("shared notes", log_level="CRITICAL")

    @server.tool(annotations={"readOnlyHint": True})
    def read() -> str:
        """Read all notes."""
        return file.read_text()

    @server.tool()
    def add(note: str) -> str:
        """Add a note."""
        file.write_text(f"{file.read_text()}{note}\n")
        return "added"

    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(server.streamable_http_app(), log_level="critical")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
