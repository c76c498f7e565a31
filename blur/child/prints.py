"""Perceptual fingerprints: pHash and dHash as ImageHash has them, PDQ as its authors do.

PDQ follows ``pdqhashing`` of ThreatExchange (docs "hashing.pdf", 2019, and its C++ reference):
luma, a box filter run twice along rows and columns, 64 x 64 samples, the 16 x 16 lowest waves
but the constant one, each bit whether it is above their median.
"""

import cv2
import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from blur.child.pixels import Pixels, fitted, resized
from blur.fingerprints import Prints

_PDQ_SIDE_PX = 512
_SAMPLES = 64
_WAVES = 16
_PASSES = 2
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
# A sum of steps between neighbours that the reference counts as full quality.
_FULL_QUALITY = 90

_PHASH_SIDE = 32
_PHASH_WAVES = 8


def _waves(count: int, samples: int) -> NDArray[np.float64]:
    """Return the rows of a cosine transform (type II, not scaled), the constant one first."""
    orders = np.arange(count)[:, None]
    places = np.arange(samples)[None, :]
    return np.asarray(np.cos(np.pi * (2 * places + 1) * orders / (2 * samples)))


_PHASH_MATRIX = 2 * _waves(_PHASH_WAVES, _PHASH_SIDE)
_PDQ_MATRIX = (np.sqrt(2 / _SAMPLES) * _waves(_WAVES + 1, _SAMPLES)[1:]).astype(np.float32)


def prints_of(shown: Pixels) -> Prints:
    """Return the fingerprints of 8-bit RGB or grey pixels, the right way up."""
    image = Image.fromarray(np.ascontiguousarray(shown))
    pdq, quality = pdq_of(shown)
    return Prints(phash_of(image), str(imagehash.dhash(image)), pdq, quality)


def phash_of(image: Image.Image) -> str:
    """Return what ``imagehash.phash`` does, without the library it would load for a cosine."""
    small = image.convert("L").resize((_PHASH_SIDE, _PHASH_SIDE), Image.Resampling.LANCZOS)
    pixels = np.asarray(small, dtype=np.float64)
    low = _PHASH_MATRIX @ pixels @ _PHASH_MATRIX.T
    return str(imagehash.ImageHash(low > np.median(low)))


def pdq_of(shown: Pixels) -> tuple[str, int]:
    """Return PDQ's 256 bits in hex and its quality, 0 to 100."""
    high, wide = shown.shape[:2]
    small = resized(shown, fitted((wide, high), (_PDQ_SIDE_PX, _PDQ_SIDE_PX)))
    luma = small.astype(np.float32) if small.ndim == 2 else small.astype(np.float32) @ _LUMA
    for _ in range(_PASSES):
        luma = _boxed(_boxed(luma, 1), 0)
    samples = luma[np.ix_(_sample_places(luma.shape[0]), _sample_places(luma.shape[1]))]
    waves = _PDQ_MATRIX @ samples @ _PDQ_MATRIX.T
    median = np.sort(waves, axis=None)[waves.size // 2 - 1]
    bits = (waves > median).ravel()
    number = sum(1 << int(place) for place in np.flatnonzero(bits))
    return f"{number:064x}", _quality(samples)


def _sample_places(length: int) -> NDArray[np.intp]:
    return ((np.arange(_SAMPLES) + 0.5) * length / _SAMPLES).astype(np.intp)


def _boxed(luma: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Return means over a window along an axis, the window cut at the borders."""
    length = luma.shape[axis]
    window = (length + 2 * _SAMPLES - 1) // (2 * _SAMPLES)
    behind = window - (window + 2) // 2  # as the reference counts it; the pixel itself is ahead
    places = np.arange(length)
    ends = np.minimum(places + window - behind, length)
    counts = (ends - np.maximum(places - behind, 0)).astype(np.float32)
    kernel, anchor = ((1, window), (0, behind)) if axis == 0 else ((window, 1), (behind, 0))
    sums = cv2.boxFilter(
        luma, cv2.CV_32F, kernel, anchor=anchor, normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    shape = (-1, 1) if axis == 0 else (1, -1)
    return np.asarray(sums / counts.reshape(shape), dtype=np.float32)


def _quality(samples: NDArray[np.float32]) -> int:
    steps = sum(
        int(np.abs(np.trunc(np.diff(samples, axis=axis) * np.float32(100 / 255))).sum())
        for axis in (0, 1)
    )
    return min(steps // _FULL_QUALITY, 100)
