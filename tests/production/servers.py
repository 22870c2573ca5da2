"""Servers that a healthy machine does not have: PostgreSQL that is silent, too old, or takes encrypted connections only."""

from __future__ import annotations

import asyncio
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.production.tls import Proxy, both_ways

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
            facts = {
                "server_version": version,
                "client_encoding": "UTF8",
                "standard_conforming_strings": "on",
                "DateStyle": "ISO, MDY",  # else psycopg2 sets it before it hands the connection over
            }
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


class EncryptedOnly(Proxy):
    """PostgreSQL's own beginning of TLS, in front of a real server: the wheel's is built without OpenSSL.

    Whoever does not ask for encryption is refused, as `hostssl` in pg_hba.conf does.
    """

    is_encrypted_at_once = False

    async def _answer(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while (asked := struct.unpack("!II", await client.readexactly(8))[1]) == GSS_REQUEST:
                back.write(b"N")
            if asked == SSL_REQUEST:
                back.write(b"S")
                await back.drain()
                await back.start_tls(self.context)
                server = await asyncio.open_connection("127.0.0.1", next(self.ports))
                self.asked[self.port] += 1
                await both_ways((client, back), server)
                server[1].close()
            else:
                refusal = b"SFATAL\0VFATAL\0C28000\0Mno pg_hba.conf entry, no encryption\0\0"
                back.write(message(b"E", refusal))
                await back.drain()
        back.close()
