"""Waking the worker when something waits for it. Without Redis nobody is woken, and the clock comes round later."""

from __future__ import annotations

import logging
from functools import cache, partial

from celery import Celery
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
PATIENCE = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5, "max_retries": 0}
"""Seconds that a request waits for a broker which hangs."""


@cache
def _sender() -> Celery:
    return Celery("yhdyspinta", broker=settings.CELERY_BROKER_URL, set_as_current=False)


def wake(task: str) -> None:
    """Ask a worker to do the task. Never raises."""
    try:
        with _sender().connection_for_write(transport_options=PATIENCE) as connection:
            _sender().send_task(task, connection=connection, retry=False, ignore_result=True)
    except (OperationalError, OSError) as problem:
        log.warning("The worker was not woken for %s, the clock will come round: %s", task, problem)


def wake_after_commit(task: str) -> None:
    """Wake the worker when what waits can be seen."""
    transaction.on_commit(partial(wake, task))
