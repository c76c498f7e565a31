"""Bounds that Windows puts on a process from outside. Untested, for want of such a machine."""

import ctypes
import sys

from blur.protection import Layer

# From winnt.h.
_UI_RESTRICTIONS, _EXTENDED_LIMITS = 4, 9
_NO_UI_AT_ALL = 0xFF  # no clipboard, desktop, display settings, handles or atoms of others
_ACTIVE_PROCESSES, _PROCESS_MEMORY, _KILL_ON_CLOSE, _DIE_ON_FAULT = 0x8, 0x100, 0x2000, 0x400
# An environment's python.exe starts the real one beside it.
_PROCESSES_LIMIT = 2


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class _Limits(ctypes.Structure):
    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def bound(process_handle: int, memory_bytes: int) -> Layer:
    """Put a process into a job of its own, and return what that protects; nothing elsewhere.

    The job ends its processes when this one ends, because its handle is then closed.
    """
    if sys.platform != "win32":
        return Layer(0)
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    limits = _Limits()
    limits.basic.flags = _ACTIVE_PROCESSES | _PROCESS_MEMORY | _KILL_ON_CLOSE | _DIE_ON_FAULT
    limits.basic.processes = _PROCESSES_LIMIT
    limits.process_memory = memory_bytes
    is_set = kernel.SetInformationJobObject(
        job, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
    )
    nothing = ctypes.c_uint32(_NO_UI_AT_ALL)
    kernel.SetInformationJobObject(job, _UI_RESTRICTIONS, ctypes.byref(nothing), 4)
    if not is_set or not kernel.AssignProcessToJobObject(job, ctypes.c_void_p(process_handle)):
        return Layer(0)
    return Layer.MEMORY | Layer.DIES_WITH_PARENT
