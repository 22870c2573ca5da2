"""Child processes that end with their parent: start one, watch it, stop it, read the end of its log."""

import contextlib
import errno
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LAUNCH = Path(__file__).with_name("launch.py")
FAILURE = "Traceback (most recent call last)"
DISK_FULL = os.strerror(errno.ENOSPC)


class EmbeddedError(Exception):
    """Something did not start or stopped by itself; the message is one sentence for the person at the terminal."""


@dataclass
class Child:
    """A process of ours, in a session of its own so that Ctrl-C reaches only us and we stop it in order."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    polite: signal.Signals = signal.SIGTERM

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        polite: signal.Signals = signal.SIGTERM,
        deadly: signal.Signals = signal.SIGKILL,
        not_root: Path | None = None,
    ) -> "Child":
        """Start `command` with its output in `log`. `not_root`: never run as root, but own this folder.

        `polite` asks it to stop; Linux sends `deadly` by itself when the thread that called this ends.
        """
        restriction = ["--not-root", str(not_root)] if not_root else []
        launcher = [
            sys.executable,
            "-I",
            "-S",
            str(LAUNCH),
            str(os.getpid()),
            str(int(deadly)),
            *restriction,
            "--",
        ]
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*launcher, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                start_new_session=True,
            )
        return cls(name, process, log, polite)

    @property
    def ended(self) -> bool:
        """Whether the process is no longer there."""
        return self.process.poll() is not None

    def wait(self, show: Callable[[str], object] = lambda text: None) -> None:
        """Wait for a program that does its work and ends, and show what it prints up to a failure, which raises."""
        with self.log.open(errors="replace") as log:
            ended, failure = False, ""
            while not ended and not failure:
                ended = self.ended
                text, failure, _ = log.read().partition(FAILURE)
                if text:
                    show(text)
                time.sleep(0 if ended else 0.02)
        if self.process.wait() != 0:
            raise EmbeddedError(self.obituary())

    def wait_until(self, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until the program answers; it raises when the program ends first or takes too long."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self.ended:
                raise EmbeddedError(self.obituary())
            if time.monotonic() > deadline:
                self.stop()
                raise EmbeddedError(
                    f"{self.name} did not answer in {seconds:.0f} seconds.\n{self.last_lines()}"
                )
            time.sleep(0.02)

    def ask_to_stop(self) -> None:
        """Ask the program to stop, and do not wait for it."""
        if not self.ended:
            self.process.send_signal(self.polite)

    def stop(self, *, seconds: float = 3) -> None:
        """Ask the program to stop and see to it that it does."""
        self.ask_to_stop()
        self.finish(seconds=seconds)

    def finish(self, *, seconds: float = 3) -> None:
        """Wait for a program that was asked to stop; whatever is left of its session after `seconds` is killed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_lines(self, count: int = 12) -> str:
        """The end of the log, indented."""
        lines = self.log.read_text(errors="replace").rstrip().splitlines()[-count:]
        return "\n".join(f"    {line}" for line in lines)

    def obituary(self) -> str:
        """What to tell the person about a program that ended by itself."""
        logs = [log.read_text(errors="replace") for log in self.log.parent.glob("*.log")]
        if any(DISK_FULL in text for text in logs) or shutil.disk_usage(self.log.parent).free < 1_000_000:
            return disk_full(self.log)
        lines = self.last_lines()
        return (
            f"{self.name} stopped by itself (exit code {self.process.returncode}). From {self.log}:\n{lines}"
        )


def disk_full(place: Path) -> str:
    """The sentence for a full disk."""
    return f"The disk is full: free some space on the disk of {place.parent} and start again."


def is_free(port: int) -> bool:
    """Whether a server can listen on this port of this machine."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(preferred: int = 0) -> int:
    """The preferred port when nobody listens there, else one that the system picks."""
    if preferred and is_free(preferred):
        return preferred
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return int(attempt.getsockname()[1])


def lock(path: Path, *, wait: bool = True) -> IO[bytes] | None:
    """Hold a file locked until it is closed or the process ends; None when another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
