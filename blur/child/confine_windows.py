"""What Windows lets a process give up by itself, without an administrator.

Untested, for want of such a machine: `inspect --protection` says so. The bounds on memory and
processes are put on from outside, by :mod:`blur.job_object`.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import partial

from blur.protection import Layer

# winnt.h: PROCESS_MITIGATION_POLICY, and in each policy's flags what is taken away.
_DYNAMIC_CODE, _PROHIBITED = 2, 1
_EXTENSION_POINTS, _DISABLED = 6, 1
_SIGNATURE, _MICROSOFT_ONLY = 8, 1
_IMAGE_LOAD, _NO_REMOTE_NOR_LOW = 10, 1 | 2
_CHILD_PROCESS, _NONE_CREATED = 13, 1
# winnt.h: access to a token, TokenIntegrityLevel, SE_GROUP_INTEGRITY, the untrusted level.
_ADJUST_PRIVILEGES, _ADJUST_DEFAULT, _QUERY = 0x20, 0x80, 0x8
_INTEGRITY_LEVEL, _GROUP_INTEGRITY = 25, 0x20
_UNTRUSTED = "S-1-16-0"


class _Label(ctypes.Structure):
    _fields_ = (("sid", ctypes.c_void_p), ("attributes", ctypes.c_uint32))


def layers() -> list[tuple[Layer, Callable[[], None]]]:
    """Return everything to give up, in order: the integrity last, which the others may need."""
    return [
        (Layer.NO_NEW_CODE, _no_new_code),
        (Layer.NO_PROCESS_STARTS, partial(_give_up, _CHILD_PROCESS, _NONE_CREATED)),
        (Layer.NO_CAPABILITIES, _drop_privileges),
        (Layer.LOWEST_INTEGRITY, _sink),
    ]


def _no_new_code() -> None:
    """Run no code but what is loaded by now: no made code, no library of another's."""
    for policy, flags in (
        (_DYNAMIC_CODE, _PROHIBITED),
        (_SIGNATURE, _MICROSOFT_ONLY),
        (_IMAGE_LOAD, _NO_REMOTE_NOR_LOW),
        (_EXTENSION_POINTS, _DISABLED),
    ):
        _give_up(policy, flags)


def _give_up(policy: int, flags: int) -> None:
    if sys.platform != "win32":
        raise OSError("not Windows")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    value = ctypes.c_uint32(flags)
    if not kernel.SetProcessMitigationPolicy(policy, ctypes.byref(value), ctypes.sizeof(value)):
        raise ctypes.WinError(ctypes.get_last_error())


def _drop_privileges() -> None:
    if sys.platform != "win32":
        raise OSError("not Windows")
    advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    if not advapi.AdjustTokenPrivileges(_token(), True, None, 0, None, None):
        raise ctypes.WinError(ctypes.get_last_error())


def _sink() -> None:
    """Sink to the level at which nothing that belongs to the person can be written or signalled."""
    if sys.platform != "win32":
        raise OSError("not Windows")
    advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    sid = ctypes.c_void_p()
    if not advapi.ConvertStringSidToSidW(_UNTRUSTED, ctypes.byref(sid)):
        raise ctypes.WinError(ctypes.get_last_error())
    label = _Label(sid, _GROUP_INTEGRITY)
    size = ctypes.sizeof(label) + advapi.GetLengthSid(sid)
    if not advapi.SetTokenInformation(_token(), _INTEGRITY_LEVEL, ctypes.byref(label), size):
        raise ctypes.WinError(ctypes.get_last_error())


def _token() -> ctypes.c_void_p:
    """Return a handle to this process's token; it is closed with the process."""
    if sys.platform != "win32":
        raise OSError("not Windows")
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    advapi = ctypes.WinDLL("advapi32", use_last_error=True)
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    token = ctypes.c_void_p()
    access = _ADJUST_PRIVILEGES | _ADJUST_DEFAULT | _QUERY
    own = ctypes.c_void_p(kernel.GetCurrentProcess())
    if not advapi.OpenProcessToken(own, access, ctypes.byref(token)):
        raise ctypes.WinError(ctypes.get_last_error())
    return token
