"""What Linux adds to the resource limits: from namespaces to a filter on system calls."""

import ctypes
import os
import signal
from collections.abc import Callable
from functools import partial

from blur.child import confine_posix, landlock, seccomp
from blur.limits import Limits
from blur.protection import Layer

# From linux/prctl.h, linux/sched.h and linux/capability.h.
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63
_NOBODY = 65_534

_libc = ctypes.CDLL(None, use_errno=True)


def layers(limits: Limits) -> list[tuple[Layer, Callable[[], None]]]:
    """Return everything to take away, in order: what needs a privilege comes first."""
    landlocked = landlock.Restriction()
    return [
        (Layer.NO_NETWORK, _leave_network),
        (Layer.PLAIN_USER, _become_nobody),
        (Layer.NO_CAPABILITIES, _drop_capabilities),
        (Layer.NO_NEW_PRIVILEGES, partial(_prctl, _PR_SET_NO_NEW_PRIVS, 1)),
        (Layer.LANDLOCK, landlocked.restrict),
        (Layer.LANDLOCK_CONNECTIONS, landlocked.holds_connections),
        (Layer.LANDLOCK_SIGNALS, landlocked.holds_signals),
        (Layer.NO_TRACING, partial(_prctl, _PR_SET_DUMPABLE, 0)),
        # After the change of user, which clears it.
        (Layer.DIES_WITH_PARENT, partial(_prctl, _PR_SET_PDEATHSIG, signal.SIGKILL)),
        *confine_posix.layers(limits),
        # Last: it stands against what the layers before it still needed.
        (Layer.SYSTEM_CALLS, seccomp.install),
    ]


def around_programs() -> list[Callable[[], None]]:
    """Return what to take from a foreign program, in order; nobody here knows what else it needs.

    It keeps its user, so that it may read its own file.
    """
    return [
        _leave_network,
        _drop_capabilities,
        partial(_prctl, _PR_SET_NO_NEW_PRIVS, 1),
        partial(_prctl, _PR_SET_PDEATHSIG, signal.SIGKILL),
        confine_posix.no_file_grows,
    ]


def _leave_network() -> None:
    """Move into a network without any interface; as root directly, else in a user namespace."""
    if _libc.unshare(_CLONE_NEWNET) != 0 and _libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def _become_nobody() -> None:
    """Stop being root, to whom limits on processes do not apply; others stay who they are."""
    if os.geteuid() != 0:
        return
    _empty_bounding_set()  # which takes a power that is gone right after
    os.setgroups([])
    os.setresgid(_NOBODY, _NOBODY, _NOBODY)
    os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _drop_capabilities() -> None:
    _empty_bounding_set()
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if _libc.capset(ctypes.byref(header), ctypes.byref(nothing)) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def _empty_bounding_set() -> None:
    for capability in range(_LAST_CAPABILITY + 1):
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)  # fails for those that do not exist


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
