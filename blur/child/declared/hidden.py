"""Text hidden in the lowest bits of an alpha channel, as one generator's web site writes it."""

import numpy as np

from blur.child.pixels import Pixels
from blur.provenance import Signal

_MARKS = (b"stealth_pnginfo", b"stealth_pngcomp")
_MARK_BYTES = 15


def signals_of_alpha(alpha: Pixels) -> tuple[Signal, ...]:
    """Return the mark at the head of the hidden text, if there is one.

    Args:
        alpha: The alpha channel, height x width, one byte a pixel. Bits run down the columns.
    """
    high, wide = alpha.shape[:2]
    bits = 8 * _MARK_BYTES
    columns = min(wide, -(-bits // max(high, 1)))
    run = (alpha[:, :columns] & 1).T.reshape(-1)[:bits]
    if run.size < bits:
        return ()
    head = np.packbits(run).tobytes()
    if head not in _MARKS:
        return ()
    return (Signal("hidden-alpha-metadata", "ai", head.decode("ascii"), "alpha channel"),)
