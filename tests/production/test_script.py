"""scripts/production_like.py ends when it is asked to, and leaves nothing running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import ROOT

LONGEST = 90  # seconds; nothing here is measured


def running_in(folder: Path) -> list[str]:
    """Command lines of processes that name the folder, in their arguments or in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue  # it has ended meanwhile, or is another user's
        if str(folder).encode() in told and state != "Z":
            found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def eventually(happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + LONGEST
    while not happens() and time.monotonic() < deadline:
        time.sleep(0.1)
    return happens()


@pytest.mark.slow
@pytest.mark.parametrize("when", ["Ctrl-C stops it.", "Migrating"])
def test_it_ends_on_sigterm_also_where_a_shell_ignores_ctrl_c(tmp_path: Path, when: str) -> None:
    """A shell starts what runs in its background deaf to Ctrl-C, and so what takes that for SIGTERM's answer."""
    folder, output = tmp_path / "own", tmp_path / "output"
    command = [sys.executable, "-u", "scripts/production_like.py", "--folder", str(folder)]
    with output.open("wb") as file:
        script = subprocess.Popen(
            ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", *command],
            cwd=ROOT,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")},
            start_new_session=True,
        )
    try:
        assert eventually(lambda: when in output.read_text() or script.poll() is not None), output.read_text()
        assert len(running_in(folder)) > 1
        script.send_signal(signal.SIGTERM)
        script.send_signal(signal.SIGTERM)  # whoever is impatient breaks nothing
        assert script.wait(LONGEST) == 0, output.read_text()
        assert eventually(lambda: running_in(folder) == []), running_in(folder)
    finally:
        script.kill()
        script.wait()
