"""The portal's own web server, uvicorn, as a child process on loopback."""

import sys
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from yhdyspinta.embedded.process import Child

ROOT = Path(__file__).parents[2]


def start(port: int, *, env: Mapping[str, str], log: Path) -> Child:
    """Start the web server; it answers a second later. Open live streams end at once when it stops."""
    return Child.start(
        "The web server",
        [
            *(sys.executable, "-m", "uvicorn", "yhdyspinta.asgi:application"),
            *(
                "--host",
                "127.0.0.1",
                "--port",
                str(port),
                "--lifespan",
                "on",
                "--timeout-graceful-shutdown",
                "1",
            ),
        ],
        log=log,
        env=env,
        cwd=ROOT,
    )


def status(port: int) -> int:
    """The status code of the front page, 0 while nothing answers there."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def answers(port: int) -> bool:
    """Whether a web server answers anything at all on this port."""
    return status(port) > 0
