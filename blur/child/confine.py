"""Takes away from the decoder process what it does not need, layer by layer.

Called once, after every codec was imported and tried, before the first byte of a batch comes
in. Each layer says whether it is in force; none is needed for the next. What cannot be had on
a platform is left out and told, never pretended.
"""

import sys
from collections.abc import Callable

from blur.limits import Limits
from blur.protection import Layer


def confine(limits: Limits) -> Layer:
    """Lock this process down as far as the platform allows; return what is in force."""
    if sys.platform == "linux":
        from blur.child import confine_linux  # noqa: PLC0415 - exists on this platform only

        return _applied(confine_linux.layers(limits))
    if sys.platform != "win32":
        from blur.child import confine_posix  # noqa: PLC0415 - not on Windows

        wanted = confine_posix.layers(limits)
        if sys.platform == "darwin":
            from blur.child import confine_macos  # noqa: PLC0415 - exists there only

            wanted.append((Layer.SEATBELT, confine_macos.fasten))
        return _applied(wanted)
    # Windows: the parent puts this process into a job as well.
    from blur.child import confine_windows  # noqa: PLC0415 - of use there only

    return _applied(confine_windows.layers())


def _applied(layers: list[tuple[Layer, Callable[[], None]]]) -> Layer:
    in_force = Layer(0)
    for layer, apply in layers:
        try:
            apply()
        except (OSError, ValueError):
            continue
        in_force |= layer
    return in_force
