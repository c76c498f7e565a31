"""seccomp: the system calls that a decoder needs, and no others.

The filter is a program for the kernel's packet filter, assembled here. What is not on the list
is answered "not permitted"; what only an intruder would try ends the process. Numbers are from
the kernel's tables for each architecture; on one that is not here there is no filter, and the
process says so.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Sequence
from dataclasses import dataclass

# linux/audit.h, linux/seccomp.h, linux/filter.h
_PR_SET_SECCOMP, _FILTER_MODE = 22, 2
_SET_FILTER, _ALL_THREADS = 1, 1
_ALLOW = 0x7FFF_0000
_REFUSE = 0x0005_0000 | errno.EPERM
_KILL = 0x8000_0000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_OTHER_ABI = 0x4000_0000  # x32 calls on x86-64: the same kernel by other numbers
_PROT_EXEC = 4
_RLIMIT_CPU = 0
_ANYTHING_AT_ALL = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Architecture:
    """The numbers of one architecture's system calls."""

    audit: int
    seccomp: int
    allowed: tuple[int, ...]
    # Allowed with something that must not be: no memory that can be run, no limit but the clock's.
    memory: tuple[int, ...]
    limits: int
    deadly: tuple[int, ...]


# In the order of `allowed`: read, write, readv, writev, futex, brk, munmap, mremap, madvise,
# close, fstat, lseek, rt_sigaction, rt_sigprocmask, rt_sigreturn, sigaltstack, clock_gettime,
# clock_nanosleep, nanosleep, gettimeofday, getpid, gettid, getrandom, getrusage, sched_yield,
# sched_getaffinity, set_robust_list, rseq, restart_syscall, exit, exit_group, membarrier,
# mbind (how memory lies, asked by the C library for large blocks), pselect6, ppoll; and their
# elders select and poll, which x86-64 alone has.
# In the order of `memory`: mmap, mprotect, pkey_mprotect. `limits`: prlimit64.
# In the order of `deadly`: socket, connect, accept, bind, sendto, execve, execveat, ptrace,
# process_vm_readv, process_vm_writev, bpf, keyctl, mount, init_module, kexec_load, unshare,
# setns, io_uring_setup, userfaultfd, perf_event_open.
ARCHITECTURES = {
    "x86_64": Architecture(
        audit=0xC000_003E,
        seccomp=317,
        allowed=(
            *(0, 1, 19, 20, 202, 12, 11, 25, 28, 3, 5, 8, 13, 14, 15, 131, 228, 230, 35, 96),
            *(39, 186, 318, 98, 24, 204, 273, 334, 219, 60, 231, 324, 237, 270, 271, 23, 7),
        ),
        memory=(9, 10, 329),
        limits=302,
        deadly=(
            *(41, 42, 43, 49, 44, 59, 322, 101, 310, 311, 321, 250, 165, 175, 246, 272, 308),
            *(425, 323, 298),
        ),
    ),
    "aarch64": Architecture(
        audit=0xC000_00B7,
        seccomp=277,
        allowed=(
            *(63, 64, 65, 66, 98, 214, 215, 216, 233, 57, 80, 62, 134, 135, 139, 132, 113, 115),
            *(101, 169, 172, 178, 278, 165, 124, 123, 99, 293, 128, 93, 94, 283, 235, 72, 73),
        ),
        memory=(222, 226, 288),
        limits=261,
        deadly=(
            *(198, 203, 202, 200, 206, 221, 281, 117, 270, 271, 280, 219, 40, 105, 104, 97, 268),
            *(425, 282, 241),
        ),
    ),
}

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


@dataclass(frozen=True, slots=True)
class _Step:
    """One instruction; ``then`` and ``otherwise`` say how many to skip."""

    code: int
    value: int
    then: int = 0
    otherwise: int = 0

    def packed(self) -> bytes:
        return struct.pack("=HBBI", self.code, self.then, self.otherwise, self.value)


def install() -> None:
    """Let only the listed system calls through, in every thread of this process, for ever.

    Raises:
        OSError: the kernel has no filters, this architecture has no list here, or new
            privileges were not given up before.
    """
    architecture = ARCHITECTURES.get(platform.machine())
    if architecture is None:
        raise OSError(errno.ENOSYS, "no list of system calls for this architecture")
    code = program(architecture)
    steps = ctypes.create_string_buffer(code, len(code))
    filtered = _Program(len(code) // 8, ctypes.cast(steps, ctypes.c_void_p))
    arguments = (ctypes.c_uint(_ALL_THREADS), ctypes.byref(filtered))
    if _libc.syscall(architecture.seccomp, ctypes.c_uint(_SET_FILTER), *arguments) == 0:
        return
    if _libc.prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(filtered), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def program(architecture: Architecture) -> bytes:
    """Return the filter for an architecture, eight bytes an instruction."""
    steps = [
        _Step(_LOAD, _ARCHITECTURE_AT),
        _Step(_EQUAL, architecture.audit, then=1),
        _Step(_RETURN, _KILL),
        _Step(_LOAD, _NUMBER_AT),
        *_answered(_AT_LEAST, _OTHER_ABI, _KILL),
    ]
    for number in architecture.allowed:
        steps += _answered(_EQUAL, number, _ALLOW)
    for number in architecture.memory:
        steps += _when(number, [_Step(_LOAD, _argument(2)), *_unless_any(_PROT_EXEC)])
    steps += _when(
        architecture.limits,
        [
            # Of this process (0) and the processor's time alone.
            _Step(_LOAD, _argument(0)),
            *_unless_any(_ANYTHING_AT_ALL, goes_on=True),
            _Step(_LOAD, _argument(1)),
            _Step(_EQUAL, _RLIMIT_CPU, then=1),
            _Step(_RETURN, _REFUSE),
            _Step(_RETURN, _ALLOW),
        ],
    )
    for number in architecture.deadly:
        steps += _answered(_EQUAL, number, _KILL)
    steps.append(_Step(_RETURN, _REFUSE))
    return b"".join(step.packed() for step in steps)


def _argument(place: int) -> int:
    """Return where the low half of an argument lies; both architectures are little-endian."""
    return 16 + 8 * place


def _answered(test: int, value: int, answer: int) -> list[_Step]:
    return [_Step(test, value, otherwise=1), _Step(_RETURN, answer)]


def _when(number: int, then: Sequence[_Step]) -> list[_Step]:
    """Return steps that run for one call alone, and end in an answer."""
    return [_Step(_EQUAL, number, otherwise=len(then)), *then]


def _unless_any(bits: int, *, goes_on: bool = False) -> list[_Step]:
    """Return steps that refuse a loaded value with any of the bits; else allow it, or go on."""
    refusal = [_Step(_ANY_BIT, bits, otherwise=1), _Step(_RETURN, _REFUSE)]
    return refusal if goes_on else [*refusal, _Step(_RETURN, _ALLOW)]
