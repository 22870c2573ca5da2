"""The TLS in front of production's web processes in tests: what docker/Caddyfile does, in a thread."""

from __future__ import annotations

import itertools
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade"}


@contextmanager
def tls_proxy(host: str, ports: tuple[int, ...]) -> Iterator[int]:
    """A proxy with a certificate for the host, which spreads requests over the web processes; gives its port."""
    turns = itertools.cycle(ports)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            sent = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            upstream = HTTPConnection("127.0.0.1", next(turns), timeout=60)
            try:
                upstream.request(
                    self.command,
                    self.path,
                    body,
                    sent | {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.client_address[0]},
                )
                answer = upstream.getresponse()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                while chunk := answer.read1(65_536):
                    self.wfile.write(chunk)
                    self.wfile.flush()
            except OSError:
                pass  # the browser or the process has left
            finally:
                self.close_connection = True
                upstream.close()

        do_GET = do_POST = do_HEAD = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert(host).configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
