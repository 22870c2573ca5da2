"""The portal as people meet it: a real ASGI server in a process of its own, on a clone of the demo database."""

import os
from dataclasses import dataclass
from pathlib import Path

from yhdyspinta.embedded import web
from yhdyspinta.embedded.process import Child, free_port


@dataclass
class PortalServer:
    """A running portal: its address, its database and its log."""

    url: str
    database_url: str
    child: Child

    @property
    def log(self) -> Path:
        """The file with all that the server printed."""
        return self.child.log

    def stop(self) -> None:
        """Stop the server."""
        self.child.stop()


def start_portal(database_url: str, *, log: Path, **more: str) -> PortalServer:
    """Start the portal in demo mode on this database and a free port, ready to answer; `more` environment."""
    port = free_port()
    demo = {
        "DATABASE_URL": database_url,
        "YHDYSPINTA_DEMO": "1",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    }
    child = web.start(port, env=os.environ | demo | more, log=log)
    child.wait_until(lambda: web.answers(port))
    return PortalServer(f"http://127.0.0.1:{port}", database_url, child)
