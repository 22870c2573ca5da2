"""How long a web process waits for the database: a pooler's queue or a frozen server holds nobody for minutes.

The server's own `statement_timeout` does not help: what waits in a queue has not reached the server.
"""

import select
import time
from functools import partial
from typing import Any

from psycopg2 import OperationalError  # type: ignore[import-untyped]
from psycopg2.extensions import (  # type: ignore[import-untyped]
    POLL_OK,
    POLL_READ,
    STATUS_SETUP,
    set_wait_callback,
)


def wait_at_most(seconds: float, *, to_connect: float) -> None:
    """From here on no statement of this process takes longer; the connection that it was sent on is given up."""
    set_wait_callback(partial(_wait, seconds, to_connect))


def _wait(seconds: float, to_connect: float, connection: Any) -> None:
    """Called by psycopg2 in the thread that waits."""
    most = to_connect if connection.status == STATUS_SETUP else seconds
    deadline = time.monotonic() + most
    while (state := connection.poll()) != POLL_OK:
        line = select.poll()  # anew each time: while connecting the socket changes
        line.register(connection.fileno(), select.POLLIN if state == POLL_READ else select.POLLOUT)
        left = deadline - time.monotonic()
        if left <= 0 or not line.poll(left * 1000):
            raise OperationalError(f"PostgreSQL did not answer in {most:g} seconds")
