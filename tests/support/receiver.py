"""A receiver of webhooks on this machine: it answers as it is told, and keeps what came."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Receiver:
    """`statuses` are answered in turn, then 200. `got`: body and signature of every request."""

    url: str = ""
    statuses: list[int] = field(default_factory=list[int])
    got: list[tuple[bytes, str]] = field(default_factory=list[tuple[bytes, str]])


@contextmanager
def receiver() -> Generator[Receiver]:
    """One that listens on a port of its own."""
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.got.append((body, self.headers["CMDB-Signature"]))
            status = found.statuses.pop(0) if found.statuses else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", found.url + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: what came is kept."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()
