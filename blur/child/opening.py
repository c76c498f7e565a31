"""Opening a picture by what its bytes are, and reading from its header what it will cost."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import av.logging
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from blur.child.heif import HeicFile
from blur.child.orientation import UPRIGHT, orientation, swaps_sides
from blur.child.parts import (
    Length,
    bare_png,
    boxed_length_ms,
    gif_length,
    png_length,
    webp_length,
    webp_size,
)
from blur.child.refusal import RefusedError
from blur.digests import HEAD_BYTES, media_type
from blur.facts import PictureFacts
from blur.limits import Limits
from blur.reasons import Reason

# The classes are called by their type, never found by Pillow's own search: that would try
# formats that nobody named here, and import modules when no file can be opened any more.
_OPENERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "image/jpeg": JpegImagePlugin.JpegImageFile,
    "image/png": PngImagePlugin.PngImageFile,
    "image/gif": GifImagePlugin.GifImageFile,
    "image/webp": WebPImagePlugin.WebPImageFile,
    "image/tiff": TiffImagePlugin.TiffImageFile,
    "image/bmp": BmpImagePlugin.BmpImageFile,
    "image/avif": AvifImagePlugin.AvifImageFile,
    "image/heic": HeicFile,
}
_TURNED_BY_LIBRARIES = frozenset(("image/tiff", "image/heic"))


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture whose header was read and found within the limits; nothing is decoded yet."""

    image: ImageFile.ImageFile
    facts: PictureFacts
    orientation: int
    exif: bytes | None


def prepare(limits: Limits) -> None:
    """Set Pillow's own limits, once, before anything is opened."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    Image.MAX_IMAGE_PIXELS = limits.pixels
    warnings.simplefilter("ignore")  # what Pillow thinks of a file's tags is nobody's concern
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    av.logging.set_level(av.logging.PANIC)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # no thread can be made after the lock-down


class Heeding(io.BytesIO):
    """A file in memory that calls ``heed`` whenever more is read; what that raises ends it."""

    def __init__(self, data: bytes, heed: Callable[[], None]) -> None:
        super().__init__(data)
        self._heed = heed

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes."""
        self._heed()
        return super().read(size)


def opened(data: bytes, limits: Limits, heed: Callable[[], None] | None = None) -> Opened:
    """Read a picture's header; ``heed`` is called while that and the pixels are read.

    Raises:
        RefusedError: it is of no kind that is read here, or asks for more than the limits allow.
        Exception: whatever Pillow meets in a damaged file.
    """
    kind = media_type(data[:HEAD_BYTES])
    if kind is None:
        raise RefusedError(Reason.UNKNOWN_TYPE)
    if kind not in _OPENERS:
        raise RefusedError(Reason.NOT_READ_YET)
    if kind == "image/webp":
        _check_webp(data, limits)
    body = bare_png(data) if kind == "image/png" else data
    image = _OPENERS[kind](io.BytesIO(body) if heed is None else Heeding(body, heed))
    if isinstance(image, HeicFile):
        image.pixels_limit = limits.pixels
    _check_size(image.size, limits)
    length = _length(kind, data, image, limits)
    if length.frames > limits.frames:
        raise RefusedError(Reason.TOO_MANY_FRAMES)
    exif = _exif_of(image)
    which = UPRIGHT if kind in _TURNED_BY_LIBRARIES else orientation(exif)
    wide, high = image.size
    if swaps_sides(which):
        wide, high = high, wide
    facts = PictureFacts(kind, wide, high, length.frames, length.duration_ms)
    return Opened(image, facts, which, exif)


def _check_webp(data: bytes, limits: Limits) -> None:
    # Its decoder makes room for whole frames while it opens.
    size = webp_size(data)
    if size is not None:
        _check_size(size, limits)
    if int.from_bytes(data[4:8], "little") + 8 > len(data) + 1:
        raise RefusedError(Reason.ENDS_EARLY)


def _check_size(size: tuple[int, int], limits: Limits) -> None:
    wide, high = size
    if wide <= 0 or high <= 0:
        raise RefusedError(Reason.NO_SIZE)
    if max(size) > limits.side_px or wide * high > limits.pixels:
        raise RefusedError(Reason.TOO_MANY_PIXELS)


def _exif_of(image: ImageFile.ImageFile) -> bytes | None:
    exif = image.info.get("exif")
    return exif if isinstance(exif, bytes) else None


def _length(kind: str, data: bytes, image: ImageFile.ImageFile, limits: Limits) -> Length:
    if kind == "image/png":
        return png_length(data)
    if kind == "image/gif":
        return gif_length(data)
    if kind == "image/webp":
        return webp_length(data)
    if kind == "image/tiff":
        return Length(_pages(image, limits), None)
    if kind in {"image/avif", "image/heic"}:
        frames = int(getattr(image, "n_frames", 1))
        lasts = kind == "image/avif" and frames > 1
        return Length(frames, boxed_length_ms(data) if lasts else None)
    return Length(1, None)


def _pages(image: ImageFile.ImageFile, limits: Limits) -> int:
    """Return how many pages of a TIFF can be reached, and leave it at the first."""
    pages = 1
    try:
        while pages <= limits.frames:
            image.seek(pages)
            pages += 1
    except Exception:  # noqa: S110 - a page with any fault ends the count, not the file
        pass
    image.seek(0)
    return pages
