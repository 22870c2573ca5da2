"""Prometheus metrics: requests by view and status, and what waits in the database.

With several gunicorn workers PROMETHEUS_MULTIPROC_DIR names the folder where they add their numbers up.
"""

import os
from collections.abc import Iterator

from django.db import DatabaseError
from django.utils import timezone
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    process_collector,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from collaboration.live.hub import STREAMS
from collaboration.models import PasswordLink
from collaboration.notices import claiming
from collaboration.seals import unsealed

CONTENT_TYPE = CONTENT_TYPE_LATEST
OF_THIS_PROCESS = CollectorRegistry()

REQUESTS = Counter(
    "portal_requests_total",
    "Requests answered, by view, method and status.",
    ["view", "method", "status"],
    registry=OF_THIS_PROCESS,
)
SECONDS = Histogram(
    "portal_request_seconds", "How long an answer took, by view.", ["view"], registry=OF_THIS_PROCESS
)
OF_THIS_PROCESS.register(STREAMS)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Waiting(Collector):
    """What waits in the database: read when somebody asks for the metrics."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            mails = claiming.waiting(timezone.now()) + PasswordLink.objects.count()
            events = unsealed().count()
        except DatabaseError:
            yield GaugeMetricFamily("portal_database_up", "Whether the database answers.", 0)
            return
        yield GaugeMetricFamily("portal_database_up", "Whether the database answers.", 1)
        yield GaugeMetricFamily(
            "portal_mails_waiting",
            "Notifications whose mail should have gone by now, and password links.",
            mails,
        )
        yield GaugeMetricFamily("portal_events_unsealed", "Events that no seal covers yet.", events)


def answered(view: str, method: str, status: int, seconds: float) -> None:
    """Count one answer. A view is named, never its address, so that the number of series stays bounded."""
    REQUESTS.labels(view, method if method in METHODS else "other", str(status)).inc()
    SECONDS.labels(view).observe(seconds)


def exposition() -> bytes:
    """All of it as Prometheus reads it."""
    registry = CollectorRegistry()
    registry.register(Waiting())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    process_collector.ProcessCollector(registry=registry)
    return generate_latest(registry) + generate_latest(OF_THIS_PROCESS)
