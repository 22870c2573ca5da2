"""`manage.py demo`: the whole portal with demo content on this machine, until Ctrl-C."""

import errno
import signal
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from yhdyspinta.embedded.portal import Portal
from yhdyspinta.embedded.process import EmbeddedError, disk_full, lock

FOLDER = settings.VAR_DIR / "demo"
STOPPING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class Command(BaseCommand):
    """Start PostgreSQL, Valkey, the worker and the web server as children, watch them and stop them."""

    help = "Start the whole portal with demo content on this machine; Ctrl-C stops it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="where the portal answers (8000)")
        parser.add_argument(
            "--fresh", action="store_true", help="throw away what the demo kept and start over"
        )

    def handle(self, *args: Any, port: int, fresh: bool, **options: Any) -> None:
        portal = Portal(FOLDER, port, self.say)
        problem = ""
        try:
            hear_signals()
            held = lock(FOLDER.with_suffix(".lock"), wait=False)
            if not held:
                raise EmbeddedError("The demo of this folder is running already: stop it first, with Ctrl-C.")
            portal.start(fresh=fresh)
            portal.watch()
        except KeyboardInterrupt:
            self.say("\nStopping ...\n")
        except EmbeddedError as error:
            problem = str(error)
        except OSError as error:
            problem = disk_full(FOLDER) if error.errno == errno.ENOSPC else str(error)
        ignore_signals()
        portal.stop()
        if problem:
            self.stderr.write(problem)
            sys.exit(1)

    def say(self, text: str) -> None:
        """Print at once, with the line ends that the text has."""
        self.stdout.write(text, ending="")
        self.stdout.flush()


def hear_signals() -> None:
    """Let the first Ctrl-C or request to end stop everything in order; more of them change nothing."""

    def stop(number: int, frame: object) -> None:
        ignore_signals()
        raise KeyboardInterrupt

    for number in STOPPING:
        signal.signal(number, stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)  # run.py holds them back until here


def ignore_signals() -> None:
    """From here on the portal is stopping anyway."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
