"""A mail server that can refuse somebody, and can stop answering."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mails on loopback and keeps who got which.

    `hangs_at`: a command that it never answers, or "connection", or "taken": it has the mail, and does not say so.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, refuses: str = "", hangs_at: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.refuses, self.hangs_at = refuses, hangs_at
        self.mails: list[tuple[str, str]] = []
        self.hangs = threading.Event()
        self.goes_on = threading.Event()

    def hang(self, command: str) -> None:
        if command == self.hangs_at:
            self.hangs.set()
            self.goes_on.wait(timeout=60)


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.server.hang("connection")
        self.say("220 mail.example")
        recipient = ""
        while line := self.rfile.readline().decode().strip():
            command = line.split(":")[0].split()[0].upper()
            self.server.hang(command)
            if command == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            if command == "RCPT" and self.server.refuses and self.server.refuses in recipient:
                self.say("550 no such mailbox")
            elif command == "DATA":
                self.say("354 go ahead")
                if (message := self._message()) is None:
                    return None
                self.server.mails.append((recipient, message))
                self.server.hang("taken")
                self.say("250 taken")
            elif command == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 mail.example")
        return None

    def _message(self) -> str | None:
        """The mail; None when whoever sends it has left before its end."""
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line.decode())
        return "".join(lines)


@contextmanager
def mail_server(settings: Any, *, refuses: str = "", hangs_at: str = "") -> Iterator[MailServer]:
    """A server that Django's mail goes to meanwhile."""
    with MailServer(refuses, hangs_at) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        try:
            yield server
        finally:
            server.goes_on.set()
            server.shutdown()
