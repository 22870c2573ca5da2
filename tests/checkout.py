"""A copy of the checkout to run whole commands in, and a look at the processes that it has left."""

import os
import shutil
from pathlib import Path

from tests.databases import ROOT


def copy_checkout(folder: Path) -> Path:
    """Copy what belongs to the repository, without environments, caches and databases."""
    ignored = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis")
    return Path(shutil.copytree(ROOT, folder, ignore=ignored))


def processes_in(folder: Path) -> list[str]:
    """The command lines of living processes that work in this folder or name it; zombies are dead."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            here = (process / "cwd").resolve().is_relative_to(folder)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if command and int(process.name) != os.getpid() and (here or str(folder) in command):
            found.append(f"{process.name} {command}")
    return found
