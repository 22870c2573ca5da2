"""Opens what somebody brought in a process of its own, without Django, the database and secrets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LIMITED = Path(__file__).with_name("limited.py")
MOST_SECONDS = 30
"""Of the other process; it has less of the processor (`limited.MOST_SECONDS`)."""


class Failed(Exception):
    """The other process broke, hung, or asked for more than it may have."""


def answer_of(program: Path, *words: str, content: bytes) -> bytes:
    """What the program answers to the content. Raises Failed."""
    try:
        done = subprocess.run(  # noqa: S603 our own program, and our own words
            [sys.executable, "-I", str(LIMITED), str(program), *words],
            input=content,
            capture_output=True,
            timeout=MOST_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise Failed from error
    return done.stdout
