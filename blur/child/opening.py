"""Opening a picture by what its bytes are, and reading from its header what it will cost."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from pi_heif import options as heif_options
from pi_heif.as_plugin import HeifImageFile
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

from blur.child.orientation import UPRIGHT, orientation, swaps_sides
from blur.child.parts import Length, bare_png, gif_length, png_length, webp_length, webp_size
from blur.child.refusal import RefusedError
from blur.digests import HEAD_BYTES, media_type
from blur.facts import PictureFacts
from blur.limits import Limits
from blur.reasons import Reason


class HeicFile(HeifImageFile):  # type: ignore[misc] # its package has no types
    """A HEIC file whose frame 0 is the picture that its writer named the first."""

    def seek(self, frame: int) -> None:
        """Stand at a frame: the named picture, then the others in the order of the file."""
        primary = int(self._heif_file.primary_index) if self._heif_file else 0
        if frame <= primary:
            frame = primary if frame == 0 else frame - 1
        super().seek(frame)


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
    heif_options.DECODE_THREADS = 1
    heif_options.THUMBNAILS = heif_options.DEPTH_IMAGES = heif_options.AUX_IMAGES = False
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # no thread can be made after the lock-down


def opened(data: bytes, limits: Limits) -> Opened:
    """Read a picture's header.

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
    image = _OPENERS[kind](io.BytesIO(body))
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
        return Length(int(getattr(image, "n_frames", 1)), None)
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
