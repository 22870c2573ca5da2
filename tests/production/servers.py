"""Servers that are not as one wishes: PostgreSQL that is silent or too old, spoken to in its own protocol."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104


def message(kind: bytes, body: bytes) -> bytes:
    """One message of PostgreSQL's protocol."""
    return kind + struct.pack("!I", len(body) + 4) + body


class _Session(socketserver.BaseRequestHandler):
    """Lets everyone in when the server has a version, and answers nothing after that, as a pooler's queue does."""

    def handle(self) -> None:
        version = getattr(self.server, "version", "")
        while version and self._asked() in {SSL_REQUEST, GSS_REQUEST}:
            self.request.sendall(b"N")
        if version:
            facts = {"server_version": version, "client_encoding": "UTF8", "standard_conforming_strings": "on"}
            self.request.sendall(message(b"R", struct.pack("!I", 0)))
            for name, value in facts.items():
                self.request.sendall(message(b"S", f"{name}\0{value}\0".encode()))
            self.request.sendall(message(b"K", struct.pack("!II", 1, 1)) + message(b"Z", b"I"))
        while self.request.recv(65536):
            pass

    def _asked(self) -> int:
        length, code = struct.unpack("!II", self.request.recv(8, 0x100))  # MSG_WAITALL
        if length > 8:
            self.request.recv(length - 8, 0x100)
        return int(code)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    version = ""


@contextmanager
def silent_postgres(version: str = "") -> Iterator[str]:
    """The address of a server that takes connections and stays silent; with a version it lets one in before that."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.version = version
        thread = threading.Thread(target=server.serve_forever, name="silent PostgreSQL")
        thread.start()
        try:
            yield f"postgresql://portal@127.0.0.1:{server.server_address[1]}/portal"
        finally:
            server.shutdown()
            thread.join()
