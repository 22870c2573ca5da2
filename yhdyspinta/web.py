"""How gunicorn runs the portal: `gunicorn --config python:yhdyspinta.web yhdyspinta.asgi:application`.

Everything that differs between places comes from the environment: WEB_BIND, WEB_WORKERS, TRUSTED_PROXIES,
FORWARDED_ALLOW_IPS.
"""

import logging
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn_worker import UvicornWorker

from yhdyspinta.embedded.launch import end_with_parent
from yhdyspinta.hops import LastHops
from yhdyspinta.production import database_or_exit, number, settings_or_exit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yhdyspinta.settings")
settings_or_exit()


class Worker(UvicornWorker):  # type: ignore[misc]
    """Uvicorn's worker, which tells the application when the last request is over."""

    CONFIG_KWARGS = {
        "loop": "auto",
        "http": "auto",
        "lifespan": "on",
        "access_log": False,
        "proxy_headers": False,  # read below
        "timeout_graceful_shutdown": 5,  # open live streams end; their browsers come back to the next worker
    }

    wsgi: Any

    def load_wsgi(self) -> None:
        """The application, which hears of the browser's address and scheme only what its proxies say."""
        super().load_wsgi()
        told = ProxyHeadersMiddleware(self.wsgi, self.cfg.forwarded_allow_ips)
        self.wsgi = LastHops(told, number("TRUSTED_PROXIES", 1))


bind = os.environ.get("WEB_BIND") or "127.0.0.1:8000"
workers = number("WEB_WORKERS", 2, least=1)
worker_class = "yhdyspinta.web.Worker"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (a heartbeat must not wait for a disk)
timeout = 60
graceful_timeout = 20
keepalive = 75  # longer than a proxy keeps its connections: otherwise it meets closed ones
max_requests = 20_000
max_requests_jitter = 2_000  # not all at once
control_socket_disable = True  # it would be a file in a home folder that this user does not have
logconfig_dict = {
    **settings.LOGGING,
    "loggers": {
        "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
        "gunicorn.access": {"handlers": [], "level": "WARNING", "propagate": False},
    },
}
accesslog = None  # yhdyspinta.health logs requests, without addresses of people


def on_starting(_server: Any) -> None:
    """Make the folder where the workers add their numbers up. No other process is to know of it."""
    database_or_exit()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="portal-metrics-")


def post_fork(server: Any, _worker: Any) -> None:
    """A worker ends with its master, however that ends: it would keep the port, and answer with old code."""
    end_with_parent(server.pid, signal.SIGTERM)


def post_worker_init(_worker: Any) -> None:
    """Uvicorn's words go where all others go: the worker's class gave them handlers that gunicorn does not have."""
    for name in ("uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).propagate = True


def child_exit(_server: Any, worker: Any) -> None:
    """Keep what a worker has counted, drop what it measured of itself."""
    from prometheus_client import multiprocess  # noqa: PLC0415 (its first import looks for the folder)

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """Leave no numbers behind."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
