"""A fax provider of one's own: the HTTP interface of ``outbound/lines/provider.py`` on the loopback.

For trials and tests. It keeps jobs in memory, sends nothing, and lets whoever runs it say what
becomes of them. ``python -m samples.fax_provider 8630`` serves until it is stopped.
"""

import json
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import unquote, urlsplit

TOKEN = "a-token-for-trials"  # noqa: S105  (opens nothing but this)


@dataclass
class Board:
    """The jobs by key, and how the provider behaves: ``trouble`` answers that many requests with an error status."""

    jobs: dict[str, dict[str, object]] = field(default_factory=dict)
    puts: list[str] = field(default_factory=list)
    trouble: list[int] = field(default_factory=list)
    lose_answers: int = 0

    def end(self, key: str, state: str, reason: str = "", pages: int = 0) -> None:
        """Say what became of a job."""
        self.jobs[key] |= {"state": state, "reason": reason, "pages": pages}


class FaxProvider:
    """The provider, running while the block runs; ``url`` is its address, ``board`` its jobs."""

    def __init__(self, port: int = 0) -> None:
        board = self.board = Board()

        class Handler(_Handler):
            jobs = board

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        """Begin to serve."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    jobs: Board

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/lines":
            self._answer(HTTPStatus.OK, {"lines": [{"name": "trial", "state": "idle"}]})
            return
        job = self.jobs.jobs.get(self._key())
        self._answer(HTTPStatus.OK if job else HTTPStatus.NOT_FOUND, job or {})

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self._key()
        if self._in_trouble():
            return
        self.jobs.puts.append(key)
        job = self.jobs.jobs.setdefault(key, {"id": f"job-{len(self.jobs.jobs) + 1}", "state": "waiting", "job": body})
        if self.jobs.lose_answers:
            self.jobs.lose_answers -= 1
            self.close_connection = True
            return
        self._answer(HTTPStatus.OK, job)

    def do_DELETE(self) -> None:
        job = self.jobs.jobs.get(self._key())
        waiting = bool(job) and job is not None and job["state"] == "waiting"
        if waiting:
            self.jobs.end(self._key(), "failed", "cancelled")
        self._answer(HTTPStatus.OK if job else HTTPStatus.NOT_FOUND, {"cancelled": waiting})

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path.removeprefix("/faxes/"))

    def _in_trouble(self) -> bool:
        if not self.jobs.trouble:
            return False
        self._answer(HTTPStatus(self.jobs.trouble.pop(0)), {})
        return True

    def _answer(self, status: HTTPStatus, body: dict[str, object]) -> None:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            status, body = HTTPStatus.UNAUTHORIZED, {}
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        with suppress(BrokenPipeError):
            self.wfile.write(raw)

    def log_message(self, *_: object) -> None:
        """Say nothing on the terminal."""


if __name__ == "__main__":
    with FaxProvider(int(sys.argv[1])) as provider:
        sys.stdout.write(f"{provider.url}\n")
        sys.stdout.flush()
        threading.Event().wait()
