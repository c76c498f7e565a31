"""From an opened picture to plain pixels: at a scale, the right way up, in sRGB."""

import io
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from blur.child.opening import Opened
from blur.child.orientation import UPRIGHT, swaps_sides
from blur.child.refusal import RefusedError
from blur.reasons import Reason

Pixels: TypeAlias = NDArray[np.uint8]
NEUTRAL = 128  # the grey that shows through where a picture is transparent

# No thread can be made after the lock-down, and each decoder has a processor to itself.
cv2.setNumThreads(1)

_SRGB = ImageCms.createProfile("sRGB")
_LAB = ImageCms.createProfile("LAB")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Pixels as the file has them (8-bit RGB or grey, not yet turned), and how to show them."""

    plain: Pixels
    to_srgb: ImageCms.ImageCmsTransform | None
    orientation: int

    def scaled(self, size: tuple[int, int]) -> "Decoded":
        """Return the same picture at a size in pixels as shown; area means when it shrinks."""
        wide, high = reversed(size) if swaps_sides(self.orientation) else size
        return Decoded(resized(self.plain, (wide, high)), self.to_srgb, self.orientation)

    def greyed(self) -> "Decoded":
        """Return the same in grey, if that needs no profile: a third of the numbers to average."""
        if self.plain.ndim == 2 or self.to_srgb is not None:
            return self
        return Decoded(_grey_of(self.plain), None, self.orientation)

    def shown(self) -> Pixels:
        """Return sRGB (or grey) pixels the right way up."""
        plain = self.plain
        if self.to_srgb is not None:
            colours = np.asarray(ImageCms.applyTransform(Image.fromarray(plain), self.to_srgb))
            plain = _grey_of(colours) if plain.ndim == 2 else colours
        return turned(plain, self.orientation)

    def as_stored_colours(self) -> Pixels:
        """Return pixels the right way up, their profile not applied: what fingerprints are of."""
        return turned(self.plain, self.orientation)

    def shown_part(self, box: tuple[int, int, int, int]) -> Pixels:
        """Return a part as :meth:`shown` would: left, top, width, height, the right way up."""
        left, top, wide, high = box
        part = turned(self.plain, self.orientation)[top : top + high, left : left + wide]
        return Decoded(np.ascontiguousarray(part), self.to_srgb, UPRIGHT).shown()


def decoded(
    opened: Opened,
    at_least: tuple[int, int] | None = None,
    frame: int = 0,
    *,
    at: int = 0,
    in_grey: bool = False,
) -> Decoded:
    """Decode one frame; a JPEG at the least of its built-in scales that holds ``at_least``.

    Args:
        opened: The picture; it stands at frame ``at`` and will stand at ``frame``.
        at_least: Size needed, in pixels as shown; ``None`` for all there is.
        frame: Which frame, from 0.
        at: The frame that the picture stands at.
        in_grey: Its colours are not needed: of a JPEG only the brightness is then made to pixels,
            unless a profile says what its colours mean.
    """
    image = opened.image
    if frame >= opened.facts.frames:
        raise RefusedError(Reason.NO_SUCH_FRAME)
    if frame != at:
        image.seek(frame)
    if at_least is not None and opened.facts.media_type == "image/jpeg":
        grey = in_grey and image.mode == "RGB" and not image.info.get("icc_profile")
        image.draft("L" if grey else None, _as_stored(at_least, opened))
        image.decodermaxblock = 1 << 24
    image.load()
    profile = image.info.get("icc_profile")
    return _plain(image, profile if isinstance(profile, bytes) else None, opened.orientation)


def _as_stored(size: tuple[int, int], opened: Opened) -> tuple[int, int]:
    return (size[1], size[0]) if swaps_sides(opened.orientation) else size


def _plain(image: Image.Image, profile: bytes | None, which: int) -> Decoded:
    if image.mode in {"I;16", "I;16L", "I;16B", "I;16N", "I", "F"}:
        return Decoded(_from_deep(image), _transform(profile, "L"), which)
    if image.mode == "LAB":
        lab = ImageCms.buildTransform(_LAB, _SRGB, "LAB", "RGB")
        return Decoded(np.asarray(ImageCms.applyTransform(image, lab)), None, which)
    if image.has_transparency_data:
        image = _over_neutral(image)
    elif image.mode in {"1", "LA", "La"}:
        image = image.convert("L")
    elif image.mode in {"P", "PA", "YCbCr", "HSV", "RGBX"}:
        image = image.convert("RGB")
    transform = _transform(profile, image.mode)
    if image.mode not in {"L", "RGB"}:
        converted = ImageCms.applyTransform(image, transform) if transform else image.convert("RGB")
        return Decoded(np.asarray(converted), None, which)
    return Decoded(np.asarray(image), transform, which)


def _over_neutral(image: Image.Image) -> Image.Image:
    clear = image if image.mode == "RGBA" else image.convert("RGBA")
    ground = Image.new("RGBA", clear.size, (NEUTRAL, NEUTRAL, NEUTRAL, 255))
    ground.alpha_composite(clear)
    # Grey stays grey, so that a profile of grey fits it.
    return ground.convert("L" if image.mode in {"L", "LA", "La"} else "RGB")


def _from_deep(image: Image.Image) -> Pixels:
    """Return 8-bit grey of 16-bit, 32-bit or floating-point grey."""
    deep = np.asarray(image)
    if image.mode == "F":
        return _from_floats(deep)
    if image.mode == "I" and (deep.max(initial=0) > 65_535 or deep.min(initial=0) < 0):
        return _from_floats(deep.astype(np.float32))
    # 257 = 65535 / 255: white stays white; one table look-up a pixel.
    table = ((np.arange(65_536, dtype=np.uint32) + 128) // 257).astype(np.uint8)
    return np.take(table, deep)


def _from_floats(deep: NDArray[np.float32]) -> Pixels:
    """Return 8-bit grey of numbers without a known white: from the least to the greatest."""
    finite = np.nan_to_num(deep.astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = float(finite.min()), float(finite.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    span = high - low or 1.0
    scaled: Pixels = np.clip((finite - low) * (255 / span) + 0.5, 0, 255).astype(np.uint8)
    return scaled


def _transform(profile: bytes | None, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return how a profile's colours become sRGB; ``None`` for sRGB itself and for nonsense."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        space = source.profile.xcolor_space.strip()
        if {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}.get(space) != mode:
            return None
        if space == "RGB" and "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.buildTransform(source, _SRGB, mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _grey_of(colours: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(colours, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def resized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Return pixels at another width and height: area means to shrink, linear to enlarge."""
    high, wide = pixels.shape[:2]
    if (wide, high) == size:
        return pixels
    shrinks = size[0] <= wide and size[1] <= high
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, size, interpolation=how), dtype=np.uint8)


def turned(pixels: Pixels, which: int) -> Pixels:
    """Return pixels the right way up for an EXIF orientation; a view where that is enough."""
    if which in {5, 6, 7, 8}:
        pixels = pixels.swapaxes(0, 1)
    if which in {2, 3, 6, 7}:
        pixels = pixels[:, ::-1]
    if which in {3, 4, 7, 8}:
        pixels = pixels[::-1]
    return pixels


def fitted(size: tuple[int, int], room: tuple[int, int]) -> tuple[int, int]:
    """Return ``size`` shrunk to fit ``room``, its shape kept, never enlarged, never empty."""
    share = min(1.0, room[0] / size[0], room[1] / size[1])
    wide = min(max(1, round(size[0] * share)), max(1, room[0]))
    high = min(max(1, round(size[1] * share)), max(1, room[1]))
    return wide, high
