#!/usr/bin/env python3
"""The one command of this repository, with nothing installed but Python 3.11 or newer.

    python3 run.py demo [--port 8000] [--fresh]    start the portal with demo content
    python3 run.py test [pytest's arguments]       run every check and every test

The first run makes .venv beside this file and installs the packages that requirements/ locks by hash. A later run
installs nothing while those files stay the same.
"""

import ctypes
import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 (here, since what follows would not even load)
    sys.exit(
        f"Yhdyspinta needs Python 3.11 or newer, and this is {sys.version.split()[0]}: "
        "start it with a newer one, for example python3.11 run.py demo."
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
UNFINISHED = VENV / "unfinished"
STEPS = 4

COMMANDS = {
    "demo": ("demo.txt", ["manage.py", "demo"]),
    "test": ("dev.txt", ["-m", "pytest"]),
}
CONTAINS = {"demo.txt": ["demo.txt"], "dev.txt": ["dev.txt", "demo.txt"]}  # who has dev has all of demo

DISK_FULL = ("No space left on device", "os error 28", "Errno 28", "Disk quota exceeded")
NO_NETWORK = (
    "NewConnectionError",
    "connection broken by",
    "ProxyError",
    "Name or service not known",
    "Temporary failure in name resolution",
    "dns error",
    "error sending request",
    "tcp connect error",
    "Failed to fetch",
    "timed out",
)


class Problem(Exception):
    """Something that the person can put right; the message is one sentence."""


def main(arguments: list[str]) -> None:
    """Check, install what is missing, hand over to the command."""
    if not arguments or arguments[0] not in COMMANDS:
        raise Problem((__doc__ or "").strip())
    if os.name == "nt":
        raise Problem("Yhdyspinta's demo and tests need Linux or macOS: on Windows run this inside WSL.")
    requirements, command = COMMANDS[arguments[0]]
    os.chdir(ROOT)
    if not installed(requirements):
        with alone():
            if not installed(requirements):
                install(requirements)
        say(4, f"Starting: {' '.join([*command, *arguments[1:]])}")
    if arguments[0] == "demo":
        os.environ["YHDYSPINTA_DEMO"] = "1"
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    os.execv(PYTHON, [str(PYTHON), *command, *arguments[1:]])  # noqa: S606


def say(step: int, what: str) -> None:
    """Tell the person who waits what happens now."""
    print(f"{step}/{STEPS} {what} ...", flush=True)


def fingerprint(requirements: str) -> str:
    """What an installation depends on: the locked packages, the installer and the Python."""
    content = b"".join((ROOT / "requirements" / name).read_bytes() for name in ("uv.txt", requirements))
    return f"{hashlib.sha256(content).hexdigest()} {sys.version.split()[0]}"


def installed(requirements: str) -> bool:
    """Whether .venv holds exactly what these requirements ask for."""
    try:
        return PYTHON.exists() and json.loads(STAMP.read_text())[requirements] == fingerprint(requirements)
    except (FileNotFoundError, KeyError, ValueError):
        return False


@contextmanager
def alone() -> Iterator[None]:
    """Only one run.py at a time installs into .venv."""
    import fcntl  # noqa: PLC0415 (Windows has none, and has been told so by now)

    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / "install.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another run.py that is installing ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def install(requirements: str) -> None:
    """Make .venv unless a sound one is there, and install the packages with hashes."""
    STAMP.unlink(missing_ok=True)
    say(1, "Making .venv")
    if UNFINISHED.exists() or not sound():
        make_venv()
    say(2, "Installing the installer, uv")
    locked = ["requirements/uv.txt", f"requirements/{requirements}"]
    run([PYTHON, "-m", "pip", "install", "-q", "--retries", "1", "--require-hashes", "-r", locked[0]])
    say(3, f"Installing the packages of {locked[1]}")
    UNFINISHED.touch()  # until all is there: a package half installed would pass for installed
    options: list[str | Path] = ["--python", PYTHON, "--require-hashes", "--compile-bytecode"]
    run([VENV / "bin" / "uv", "pip", "sync", *options, *locked])
    stamp = json.dumps({name: fingerprint(name) for name in CONTAINS[requirements]})
    half_made = STAMP.with_suffix(".half-made")
    half_made.write_text(stamp)
    half_made.replace(STAMP)
    UNFINISHED.unlink()


def sound() -> bool:
    """Whether .venv is of this Python and whole: an interrupted installation may have left it half made."""
    check = f"import pip, sys; sys.exit(sys.version_info[:3] != {tuple(sys.version_info[:3])})"
    try:
        for question in (["-c", check], ["-m", "pip", "--version"]):
            subprocess.run([PYTHON, *question], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def make_venv() -> None:
    """Make .venv from scratch."""
    try:
        for module in ("venv", "ensurepip"):
            import_module(module)
    except ImportError:
        raise Problem(
            "This Python cannot make virtual environments: install them first, "
            "on Debian and Ubuntu with: apt-get install python3-venv"
        ) from None
    run([sys.executable, "-m", "venv", "--clear", VENV])


def run(command: list[str | Path]) -> None:
    """Run one step of the installation and show what it prints; a failure becomes one sentence."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=end_with_parent,
    )
    lines: list[str] = []
    try:
        for line in process.stdout or ():
            lines.append(line.rstrip())
            if not line.startswith((" + ", " - ", " ~ ")):
                print(f"    {line.rstrip()}", flush=True)
        process.wait()
    finally:
        process.terminate()
    if process.returncode == 0:
        return
    output = "\n".join(lines)
    if any(sign in output for sign in DISK_FULL) or shutil.disk_usage(VENV).free < 5_000_000:
        raise Problem(disk_full())
    if any(sign in output for sign in NO_NETWORK):
        raise Problem(
            "The package index cannot be reached: check the network and the proxy settings, then run this again."
        )
    raise Problem(f"The installation stopped (its messages are above): {Path(command[0]).name} failed.")


def end_with_parent() -> None:
    """In the child: let Linux end it when run.py ends in any way."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, int(signal.SIGTERM))


def disk_full() -> str:
    """The sentence for a full disk."""
    return f"The disk is full: free about 1 GB on the disk of {ROOT} and run this again."


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Problem as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit("\nStopped; the next run continues from here.")
    except OSError as error:
        sys.exit(
            disk_full() if error.errno in {errno.ENOSPC, errno.EDQUOT} else f"This did not work: {error}."
        )
