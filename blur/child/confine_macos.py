"""The seatbelt of macOS: nothing but computing. Untested, for want of such a machine."""

import ctypes

_NAMED = 1
_NOTHING_BUT_COMPUTING = b"pure-computation"  # what sandbox.h calls kSBXProfilePureComputation


def fasten() -> None:
    """Leave this process its open descriptors, memory and processor, and nothing else.

    Raises:
        OSError: the system refused, or has no such call any more.
    """
    library = ctypes.CDLL("libSystem.dylib")
    why = ctypes.c_char_p()
    try:
        refused = library.sandbox_init(
            _NOTHING_BUT_COMPUTING, ctypes.c_uint64(_NAMED), ctypes.byref(why)
        )
    except AttributeError as error:
        raise OSError("sandbox_init is not here") from error
    if refused:
        raise OSError("sandbox_init")
