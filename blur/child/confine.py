"""Takes away from the decoder process what it does not need, layer by layer.

Called once, after every codec was imported and tried, before the first byte of a batch comes
in. Each layer says whether it is in force; none is needed for the next. What cannot be had on
a platform is left out and told, never pretended.
"""

import sys
from collections.abc import Callable
from enum import IntFlag

from blur.limits import Limits


class Layer(IntFlag):
    """One protection of the decoder process, as a bit of what it reports when it is ready."""

    MEMORY = 1
    CPU_TIME = 2
    NO_FILE_GROWS = 4
    NO_FILE_OPENS = 8
    NO_PROCESS_STARTS = 16
    NO_NEW_PRIVILEGES = 32
    NO_TRACING = 64
    DIES_WITH_PARENT = 128
    NO_NETWORK = 256
    NO_CAPABILITIES = 512
    PLAIN_USER = 1024
    LANDLOCK = 2048
    SYSTEM_CALLS = 4096


def confine(limits: Limits) -> Layer:
    """Lock this process down as far as the platform allows; return what is in force."""
    if sys.platform == "linux":
        from blur.child import confine_linux  # noqa: PLC0415 - exists on this platform only

        return _applied(confine_linux.layers(limits))
    if sys.platform != "win32":
        from blur.child import confine_posix  # noqa: PLC0415 - not on Windows

        # macOS: resource limits alone; untested, for want of such a machine.
        return _applied(confine_posix.layers(limits))
    # Windows: no limit can be set from within without a job object; none is claimed.
    return Layer(0)


def _applied(layers: list[tuple[Layer, Callable[[], None]]]) -> Layer:
    in_force = Layer(0)
    for layer, apply in layers:
        try:
            apply()
        except (OSError, ValueError):
            continue
        in_force |= layer
    return in_force
