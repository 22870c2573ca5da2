"""Runs a program with little memory and time, where the system knows such limits: python -I limited.py program words…"""

from __future__ import annotations

import runpy
import sys

MOST_SECONDS, MOST_MEMORY = 20, 1_500_000_000


def limit() -> None:
    """Of this process, for good."""
    try:
        import resource  # noqa: PLC0415 not on every system

        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    except (ImportError, ValueError, OSError):
        pass


if __name__ == "__main__":
    limit()
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")
