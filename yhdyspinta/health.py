"""What machines ask the portal: does the process answer, is it ready, its metrics. And an id for every request.

The first middleware of all: a probe comes with any Host header, without a session, and over plain HTTP.
"""

import hmac
import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

import redis
from django.conf import settings
from django.db import DatabaseError, NotSupportedError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from yhdyspinta import metrics
from yhdyspinta.logs import META_KEY, holds_no_code, request_id

LOOPBACK = {"127.0.0.1", "::1"}
FIT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
access = logging.getLogger("yhdyspinta.access")


class HealthMiddleware:
    """Answers /healthz, /readyz and /metrics itself; gives every other request its id, its log line and its count."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if probe := PROBES.get(request.path_info):
            return probe(request)
        given = request.headers.get("X-Request-ID", "")
        identity = given if FIT_ID.fullmatch(given) and holds_no_code(given) else uuid4().hex
        request.META[META_KEY] = identity
        token, began = request_id.set(identity), time.monotonic()
        try:
            response = self.get_response(request)
            note(request, response, time.monotonic() - began)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = identity
        return response


def note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Count the answer and log it, by the name of the view: an address may hold what is nobody's business."""
    match = request.resolver_match
    view = (match.view_name or match.route or "-") if match else "-"
    metrics.answered(view, request.method or "", response.status_code, seconds)
    access.info(
        "answered",
        extra={
            "method": request.method,
            "route": view,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000),
        },
    )


def alive(_request: HttpRequest) -> HttpResponse:
    """The process answers: nothing else is asked."""
    return HttpResponse("alive\n", content_type="text/plain")


def ready(_request: HttpRequest) -> HttpResponse:
    """Whether people can work: the database answers and has every migration. Redis off is degraded, yet ready."""
    found = {"database": database_state(), "redis": redis_state()}
    if found["database"] != "ok":
        return JsonResponse({"status": "not ready", **found}, status=503)
    return JsonResponse({"status": "ok" if found["redis"] == "ok" else "degraded", **found})


def database_state() -> str:
    """`ok`, or what is wrong, in words that tell nothing of addresses."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only') = 'on'")
            takes_no_writes = cursor.fetchone()[0]
        waiting = migrations_waiting()
    except NotSupportedError as error:
        return str(error)
    except DatabaseError:
        return "does not answer"
    if takes_no_writes:
        return "takes no writes"
    return f"{waiting} migrations are not applied" if waiting else "ok"


class Migrated:
    """Once every migration of this code is applied, it stays so while the process lives: asked until then only."""

    known = False


def migrations_waiting() -> int:
    """How many migrations of this code the database lacks."""
    if Migrated.known:
        return 0
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    Migrated.known = waiting == 0
    return waiting


def redis_state() -> str:
    """`ok`, or that it does not answer."""
    client = redis.Redis.from_url(
        settings.CELERY_BROKER_URL, socket_connect_timeout=1, socket_timeout=1, retry=None
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return "does not answer"
    finally:
        client.close()
    return "ok"


def measured(request: HttpRequest) -> HttpResponse:
    """The metrics, for this machine itself or for who knows METRICS_TOKEN; for others there is no such page."""
    if not may_measure(request):
        return HttpResponse(status=404)
    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


def may_measure(request: HttpRequest) -> bool:
    """The token, when one is set, or an unproxied connection from this machine itself."""
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN:
        return kind == "Bearer" and hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    proxied = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not proxied


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": alive,
    "/readyz": ready,
    "/metrics": measured,
}
"""What is answered here, and in a thread of its own."""
