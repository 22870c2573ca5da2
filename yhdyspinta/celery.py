"""The Celery application: it carries the clock and wake-ups, never the only copy of anything."""

import os
import signal
from typing import Any

from celery import Celery, signals

from yhdyspinta.embedded.launch import end_with_parent
from yhdyspinta.production import database_or_exit, settings_or_exit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
settings_or_exit()
app = Celery("yhdyspinta")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

OF_THE_WORKER = os.getpid()


@signals.setup_logging.connect
def leave_logs_alone(**_sent: Any) -> None:
    """Django's LOGGING is for all: Celery, asked to set nothing up, writes where everything else is written."""


@signals.worker_init.connect
@signals.beat_init.connect
def look_at_the_database(**_sent: Any) -> None:
    """PostgreSQL that is too old ends the worker and the clock with a sentence."""
    database_or_exit()


@signals.worker_process_init.connect
def end_with_the_worker(**_sent: Any) -> None:
    """A process of the pool ends with the worker, however that ends: it would go on with old code."""
    end_with_parent(OF_THE_WORKER, signal.SIGKILL)
