"""A catalogue on this machine that answers as a test tells it, and remembers what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Answer:
    """One answer: a body, a status, headers, and how long it takes to come."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class Asked:
    """One request: its parameters and headers (names in lower case)."""

    params: dict[str, str]
    headers: dict[str, str]


@dataclass
class Catalogue:
    """The running server: its address and the requests it has had."""

    address: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def catalogue(answer: Callable[[int, dict[str, str]], Answer]) -> Iterator[Catalogue]:
    """Serve while the block runs.

    Args:
        answer: Given the number of a request, from 0, and its parameters, what to answer.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            params = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            served.asked.append(Asked(params, {name.lower(): text for name, text in self.headers.items()}))
            given = answer(len(served.asked) - 1, params)
            time.sleep(given.seconds)
            try:
                self.send_response(given.status)
                for name, text in given.headers.items():
                    self.send_header(name, text)
                self.send_header("Content-Length", str(len(given.body)))
                self.end_headers()
                self.wfile.write(given.body)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the client has given up, as a test of timeouts wants it to

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    served = Catalogue(f"http://127.0.0.1:{server.server_port}/search")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def arxiv_feed(ids: list[str], total: int) -> bytes:
    """Return a feed as arXiv's API gives it, with these papers out of `total`."""
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{one}v2</id><title>About {one}</title><summary>It says {one}.</summary>"
        f"<published>2024-01-0{n % 9 + 1}T00:00:00Z</published><author><name>Ann {one}</name></author></entry>"
        for n, one in enumerate(ids)
    )
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
        f"<o:totalResults>{total}</o:totalResults>{entries}</feed>"
    ).encode()
