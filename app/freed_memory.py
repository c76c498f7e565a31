"""What the program lets go of does not lie about in its memory.

The C library keeps freed memory for the next one who asks, with its content. Of glibc it can be
had that large pieces (frames, evidence) are mapped each for itself, so that they are gone the
moment they are let go, that what is smaller is overwritten then, down to the kilobyte that each
thread keeps at hand, and that the rest is handed back to the system when asked. Elsewhere the
allocator decides for itself.
"""

import ctypes
import sys

from app.collector import look_through_everything

OWN_MAPPING_BYTES = 32 * 1024  # from this size on a piece has a mapping of its own
OVERWRITES = 0x5A  # any value but 0, which would turn it off
# malloc.h
_M_MMAP_THRESHOLD = -3
_M_PERTURB = -6
_M_ARENA_MAX = -8


def leave_nothing_when_freed() -> None:
    """Have every larger piece of memory mapped for itself and every smaller one overwritten.

    Call it before threads start.
    """
    mallopt = _glibc("mallopt")
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, OWN_MAPPING_BYTES)
        mallopt(_M_PERTURB, OVERWRITES)
        mallopt(_M_ARENA_MAX, 1)  # malloc_trim reaches the end of the first arena alone


def give_back_memory() -> None:
    """Collect what nobody holds any more and hand every whole page of it to the system."""
    look_through_everything()
    trim = _glibc("malloc_trim")
    if trim is not None:
        trim(0)


def _glibc(name: str) -> "ctypes._NamedFuncPointer | None":
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), name, None)  # musl has neither
