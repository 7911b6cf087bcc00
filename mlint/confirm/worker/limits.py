"""What a process that runs the user's code may not do.

The kernel holds what it can: memory and processor time (rlimits), writing outside the scratch folder (Landlock), the
network (a network namespace of its own, and Landlock). The audit hook holds the rest as far as Python code goes, and
gives the reason in words; code in C is not seen by it.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys
import tempfile
from dataclasses import dataclass

LARGEST_FILE = 16 << 20
"""Bytes in one file that the code writes; what it prints goes to a file too."""

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_SIGKILL = 9

_NETWORK = frozenset(
    (
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.sendmsg",
        "socket.sendto",
    )
)
_PROCESSES = frozenset(
    "subprocess.Popen os.system os.exec os.posix_spawn os.spawn os.startfile os.fork os.forkpty pty.spawn os.kill "
    "os.killpg".split()
)
_CHANGES = frozenset(
    "os.remove os.rename os.rmdir os.mkdir os.truncate os.link os.symlink os.chmod os.chown os.utime os.setxattr "
    "shutil.rmtree shutil.move".split()
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class ForbiddenError(PermissionError):
    """The code did what it may not do here."""


@dataclass(frozen=True)
class Held:
    """What the platform holds, beside the audit hook: for the line that says what it does not."""

    files: bool
    network: bool
    memory: bool


def confine(scratch: str, *, memory: int, seconds: int, cuda: bool = False) -> Held:
    """Confine this process, for good. `memory`: bytes beyond what it has now; `seconds`: of processor time."""
    os.chdir(scratch)
    os.environ.update(HOME=scratch, TMPDIR=scratch, TEMP=scratch, TMP=scratch, XDG_CACHE_HOME=scratch)
    tempfile.tempdir = scratch
    held = Held(
        network=not cuda and _without_network(),
        files=_without_writing(scratch, cuda),
        memory=not cuda and _limited(memory, seconds),
    )
    sys.addaudithook(_Hook(os.path.realpath(scratch), cuda))
    return held


def die_with_parent() -> None:
    """Let the kernel end this process when the one that started it ends."""
    _prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def adopt_orphans() -> bool:
    """Become the parent of every process below this one whose own parent ends; whether that is possible."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> bool:
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0)


# --- the kernel -----------------------------------------------------------------------------------------------------


def _limited(memory: int, seconds: int) -> bool:
    try:
        import resource
    except ImportError:  # Windows
        return False
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    if sys.platform != "linux":
        return False
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    return True


def _without_network() -> bool:
    """Move to a network namespace without interfaces; whether the kernel allowed it."""
    if sys.platform != "linux":
        return False
    user, group = os.getuid(), os.getgid()
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    with contextlib.suppress(OSError):  # without a mapping the process is nobody, which does as well
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    return True


# --- Landlock -------------------------------------------------------------------------------------------------------

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_WRITE_FILE, _REFER, _TRUNCATE = 1 << 1, 1 << 13, 1 << 14
_IN_FOLDERS = sum(1 << bit for bit in range(4, 13))  # remove and make files and folders
_TCP = 0b11  # bind and connect


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64))


class _Below(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def _without_writing(scratch: str, cuda: bool) -> bool:
    """Forbid to change files outside of the folder; whether the kernel can."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = _WRITE_FILE | _IN_FOLDERS | (_REFER if version > 1 else 0) | (_TRUNCATE if version > 2 else 0)
    ruleset = _Ruleset(rights, _TCP if version > 3 else 0)
    handle = libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.sizeof(ruleset) if version > 3 else 8, 0)
    if handle < 0:
        return False
    to_files = rights & (_WRITE_FILE | _TRUNCATE)
    for path, allowed in ((scratch, rights), ("/dev" if cuda else os.devnull, to_files)):
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        below = _Below(allowed, folder)
        libc.syscall(_ADD_RULE, handle, 1, ctypes.byref(below), 0)
        os.close(folder)
    held = _prctl(_PR_SET_NO_NEW_PRIVS, 1) and libc.syscall(_RESTRICT_SELF, handle, 0) == 0
    os.close(handle)
    return held


# --- the audit hook -------------------------------------------------------------------------------------------------


class _Hook:
    """Raises ForbiddenError for what code may not do, before it happens."""

    def __init__(self, scratch: str, cuda: bool) -> None:
        self._scratch = os.path.join(scratch, "")
        self._free = ("/dev/", "/proc/self/") if cuda else (os.devnull,)

    def __call__(self, event: str, given: tuple[object, ...]) -> None:
        if event == "open":
            self._check_open(*given)
        elif event in _NETWORK:
            raise ForbiddenError(errno.EPERM, f"the code wants the network ({event})")
        elif event in _PROCESSES:
            raise ForbiddenError(errno.EPERM, f"the code wants another process ({event})")
        elif event in _CHANGES and given and not self._is_ours(given[0]):
            raise ForbiddenError(errno.EPERM, f"the code wants to change a file outside of its folder ({event})")

    def _check_open(self, path: object, mode: object, flags: object) -> None:
        named = isinstance(mode, str) and not set("wax+").isdisjoint(mode)
        flagged = isinstance(flags, int) and flags & _WRITES
        if (named or flagged) and isinstance(path, (str, bytes)) and not self._is_ours(path):
            raise ForbiddenError(errno.EPERM, f"the code wants to write to {os.fsdecode(path)}")

    def _is_ours(self, path: object) -> bool:
        if not isinstance(path, (str, bytes)):  # a number: a file that is open already
            return True
        real = os.path.realpath(os.fsdecode(path))
        return os.path.join(real, "").startswith(self._scratch) or real.startswith(self._free)
