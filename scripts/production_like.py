#!/usr/bin/env python3
"""The processes of docker-compose.yml without Docker: two web processes, a worker and a beat, until Ctrl-C.

    .venv/bin/python scripts/production_like.py [--folder var/production] [--check]

PostgreSQL 18 and Valkey come from wheels. To use a PostgreSQL of your own, run docker/postgres/roles.sql there and set
OWNER_DATABASE_URL (the owner's) and DATABASE_URL (the application's). `--check` makes three people, walks the journey
with them over HTTP as a TLS proxy would pass it on, and stops. It works in a folder that it throws away; in a
PostgreSQL of your own the people can sign in no more afterwards, and their map is archived.
"""

import argparse
import secrets
import signal
import sys
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.gear.client import Client
from tests.gear.journey import leave, make_people, walk
from tests.gear.production import HOST, Production
from yhdyspinta.embedded.process import EmbeddedError

STOPS = (signal.SIGTERM, signal.SIGINT)


def main() -> int:
    """Start, check or wait, stop; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, help="what everything is kept in (var/production)")
    parser.add_argument("--check", action="store_true", help="walk the journey, then stop and keep nothing")
    options = parser.parse_args()
    is_kept = options.folder or not options.check
    with nullcontext(options.folder or "var/production") if is_kept else TemporaryDirectory() as folder:
        return run(Production(Path(folder).absolute(), say=sys.stdout.write), is_check=options.check)


def run(portal: Production, *, is_check: bool) -> int:
    """The portal until Ctrl-C or until it is checked; the exit code."""
    for asked in STOPS:  # also where a shell has told its background not to hear Ctrl-C
        signal.signal(asked, interrupt)
    try:
        portal.start()
        for name, port in zip(portal.web_names, portal.ports, strict=True):
            print(f"{name}: http://127.0.0.1:{port}/healthz")
        print(f"Requests come through a TLS proxy: Host: {HOST}, X-Forwarded-Proto: https")
        if not is_check:
            print("Ctrl-C stops it.", flush=True)
            portal.watch()
        else:
            password = secrets.token_urlsafe(16)
            people = make_people(portal, password)
            for step in walk(Client(HOST, portal.ports), people, password):
                print(f"ok: {step}", flush=True)
            leave(portal)
    except KeyboardInterrupt:
        print("\nStopping ...")
    except (EmbeddedError, AssertionError) as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        ignore()
        portal.stop()
    return 0


def interrupt(_signal: int, _frame: object) -> None:
    """What Ctrl-C does, once: another one in the middle of the first would end what stops the rest."""
    ignore()
    raise KeyboardInterrupt


def ignore() -> None:
    """Stopping is under way."""
    for asked in STOPS:
        signal.signal(asked, signal.SIG_IGN)


if __name__ == "__main__":
    sys.exit(main())
