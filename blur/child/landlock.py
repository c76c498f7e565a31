"""Landlock: from here on this process reads, writes and runs nothing by name, and connects nowhere.

Of connections it holds those by TCP (ABI 4) and those to abstract sockets of others (ABI 6).

Called by number, for want of a wrapper in the C library. Numbers and structures are from
linux/landlock.h and are the same on every architecture; a later ABI adds rights to the same
structure, and all that the kernel knows are taken away.
"""

import ctypes
import errno
import os

_CREATE_RULESET = 444
_RESTRICT_SELF = 446
_ASK_VERSION = 1
# How many file rights each ABI knows, from the first to the fifth; later ones added none.
_FILE_RIGHTS = (13, 14, 15, 15, 16)
_NETWORK_SINCE, _NETWORK_RIGHTS = 4, 2
_SCOPES_SINCE, _SCOPES = 6, 2

_libc = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


def abi() -> int:
    """Return the version of Landlock that the kernel speaks; 0 if it has none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)))


class Restriction:
    """Landlock put on this process, and how far the kernel's version of it reaches."""

    def __init__(self) -> None:
        self._version = 0  # under which this process is; 0 while it is under none

    def restrict(self) -> None:
        """Take all rights that the kernel's Landlock knows; no rule gives one back.

        Raises:
            OSError: the kernel has no Landlock, or new privileges were not given up before.
        """
        version = abi()
        _restrict(version)
        self._version = version

    def holds_connections(self) -> None:
        """Raise OSError unless TCP connections are among what was taken."""
        self._require(_NETWORK_SINCE)

    def holds_signals(self) -> None:
        """Raise OSError unless signals and abstract sockets of others are among what was taken."""
        self._require(_SCOPES_SINCE)

    def _require(self, version: int) -> None:
        if self._version < version:
            raise OSError(errno.ENOSYS, "not known to this kernel's Landlock")


def _restrict(version: int) -> None:
    if version == 0:
        raise OSError(ctypes.get_errno(), "landlock")
    rules = _Ruleset((1 << _FILE_RIGHTS[min(version, len(_FILE_RIGHTS)) - 1]) - 1, 0, 0)
    size = 8
    if version >= _NETWORK_SINCE:
        rules.handled_access_net = (1 << _NETWORK_RIGHTS) - 1
        size = 16
    if version >= _SCOPES_SINCE:
        rules.scoped = (1 << _SCOPES) - 1  # no signal and no abstract socket beyond this process
        size = 24
    handle = int(
        _libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint(0))
    )
    if handle < 0:
        raise OSError(ctypes.get_errno(), "landlock_create_ruleset")
    try:
        if _libc.syscall(_RESTRICT_SELF, handle, ctypes.c_uint(0)) != 0:
            raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    finally:
        os.close(handle)
