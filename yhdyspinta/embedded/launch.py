"""Become another program, one that ends with its parent and, when asked, does not run as root.

Run as a script of its own, `python -I -S launch.py PARENT DEADLY_SIGNAL [--not-root FOLDER] -- COMMAND...`,
because what it does must happen between fork and exec, where a process with threads may run no Python.
"""

import ctypes
import os
import pwd
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_SECUREBITS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
SECBIT_NO_SETUID_FIXUP = 4  # a change of user leaves the capabilities alone, also when access() is asked
CAP_DAC_OVERRIDE = 1  # reach files whatever their owner, the one right of root that PostgreSQL keeps
CAPABILITY_VERSION = 0x20080522
CLONE_NEWUSER = 0x10000000

LIBC = ctypes.CDLL(None, use_errno=True)


def checked(result: int) -> None:
    """Raise what the C library reported."""
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def end_with_parent(parent: int, deadly: signal.Signals) -> None:
    """Let Linux send `deadly` when the parent ends in any way; elsewhere only an orderly stop ends children."""
    if sys.platform == "linux":
        checked(LIBC.prctl(PR_SET_PDEATHSIG, int(deadly), 0, 0, 0))
    if os.getppid() != parent:
        raise SystemExit("The parent had ended already.")


def enter_namespace(user: int) -> None:
    """In a user namespace of its own the process is `user`, and still owns the files of root outside."""
    checked(LIBC.unshare(CLONE_NEWUSER))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} 0 1")
    Path("/proc/self/gid_map").write_text(f"{user} 0 1")


def namespaces_allowed(user: int) -> bool:
    """Whether this place lets root enter a user namespace: many containers do not. Tried in a child."""
    child = os.fork()
    if child == 0:
        try:
            enter_namespace(user)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def become(user: int) -> None:
    """Turn from root into `user`, who may still reach every folder that the checkout lies in."""
    checked(LIBC.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    one = 1 << CAP_DAC_OVERRIDE  # effective, permitted and inheritable, then the same for the upper 32 bits
    checked(LIBC.capset((ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)(one, one, one)))
    checked(LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0))


def own(folder: Path, user: int) -> None:
    """Give the folder and all in it to `user`, unless it is theirs already."""
    if folder.stat().st_uid == user:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user, follow_symlinks=False)


def stop_being_root(folder: Path) -> None:
    """PostgreSQL refuses to run as root: use a user namespace where allowed, else the user nobody."""
    nobody = pwd.getpwnam("nobody").pw_uid
    if namespaces_allowed(nobody):
        own(folder, 0)
        enter_namespace(nobody)
    else:
        own(folder, nobody)
        become(nobody)


def main(arguments: list[str]) -> None:
    """Read the command line, take on the restrictions and become the command."""
    separator = arguments.index("--")
    parent, deadly, *options = arguments[:separator]
    command = arguments[separator + 1 :]
    end_with_parent(int(parent), signal.Signals(int(deadly)))
    if options and sys.platform == "linux" and os.geteuid() == 0:
        try:
            stop_being_root(Path(options[1]))
        except (OSError, KeyError) as error:
            raise SystemExit(
                f"PostgreSQL does not run as root, and this place lets root become nobody else ({error}): "
                "start again as an ordinary user."
            ) from None
        end_with_parent(int(parent), signal.Signals(int(deadly)))  # a change of user takes the wish back
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
