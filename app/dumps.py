"""Nothing of this process is left behind when it crashes, and no other process looks into it.

The window holds clear pixels while a reveal lasts, and keys; a command holds keys and evidence.
A dump of either on the disk would be all that is never written, in one file.
"""

import ctypes
import sys

_PR_SET_DUMPABLE = 4  # linux/prctl.h
_NO_FAULT_BOX, _NO_CRITICAL_BOX = 2, 1  # Windows: errhandlingapi.h, what reports are made of


def leave_none() -> None:
    """Forbid dumps of this process, from the system and from other processes of its user."""
    if sys.platform == "win32":  # untested, for want of such a machine
        ctypes.WinDLL("kernel32").SetErrorMode(_NO_FAULT_BOX | _NO_CRITICAL_BOX)
        return
    import resource  # noqa: PLC0415 - not on Windows

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
