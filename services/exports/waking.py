"""Waking the worker when an export waits. Without Redis nobody is woken, and the sweep finds the export."""

from __future__ import annotations

import logging
from functools import cache

from celery import Celery
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from services.models import Export

log = logging.getLogger(__name__)
PATIENCE = {"socket_connect_timeout": 0.3, "socket_timeout": 0.5, "max_retries": 0}
"""Seconds that a request waits for a broker which hangs."""


@cache
def _sender() -> Celery:
    return Celery("yhdyspinta", broker=settings.CELERY_BROKER_URL, set_as_current=False)


def wake() -> None:
    """Ask a worker to make what waits. Never raises."""
    try:
        with _sender().connection_for_write(transport_options=PATIENCE) as connection:
            _sender().send_task(
                "services.tasks.make_exports", connection=connection, retry=False, ignore_result=True
            )
    except (OperationalError, OSError) as problem:
        log.warning("The worker was not woken, the sweep will find the export: %s", problem)


def wake_after_commit(export: Export) -> None:
    """Wake the worker when the export's row can be seen, unless it is ready already."""
    if export.made_at is None:
        transaction.on_commit(wake)
