"""From the colours of video, luminance and two differences, to red, green and blue."""

from typing import TypeAlias

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

Rgb: TypeAlias = NDArray[np.uint8]

# Matrices as ISO/IEC 23091-2 numbers them.
_MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.SMPTE170M,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
STANDARD_MATRIX = 6  # BT.601: still pictures and small video that name none
HIGH_DEFINITION_MATRIX = 1  # BT.709: larger video that names none


def rgb_of(
    scaler: VideoReformatter,
    frame: VideoFrame,
    size: tuple[int, int],
    *,
    otherwise: int,
    matrix: int | None = None,
    is_full: bool | None = None,
) -> Rgb:
    """Return a frame's pixels at a size.

    Args:
        scaler: Kept from frame to frame, so that it is set up once.
        frame: As it was decoded.
        size: Width and height wanted.
        otherwise: The matrix where nobody names one.
        matrix: The matrix, where something other than the frame names it.
        is_full: Whether black is 0 instead of 16, where something other than the frame says so.
    """
    shrinks = size[0] <= frame.width and size[1] <= frame.height
    named = _MATRICES.get(frame.colorspace if matrix is None else matrix, _MATRICES[otherwise])
    source = frame.color_range if is_full is None else _range(is_full)
    shown = scaler.reformat(
        frame,
        *size,
        "rgb24",
        src_colorspace=named,
        interpolation=Interpolation.AREA if shrinks else Interpolation.BICUBIC,
        src_color_range=source or None,
        dst_color_range=ColorRange.JPEG,
        threads=1,  # no other can be made after the lock-down
    )
    return np.ascontiguousarray(shown.to_ndarray(), dtype=np.uint8)


def _range(is_full: bool) -> int:
    return ColorRange.JPEG if is_full else ColorRange.MPEG
