"""Writing drawn pictures as files of every kind that a batch holds, and near-copies of them."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image, ImageEnhance, PngImagePlugin

_CAMERA = {0x010F: "Meridian Optical", 0x0110: "MO-35", 0x0131: "MO-35 1.04"}
# Exposure time, aperture, sensitivity, when taken, focal length.
_EXPOSURE = {
    0x829A: (1, 250),
    0x829D: (56, 10),
    0x8827: 200,
    0x9003: "2024:05:18 17:42:09",
    0x920A: (35, 1),
}
_GENERATOR_TEXT = (
    "a bowl of pears on a wooden table, morning light\n"
    "Steps: 28, Sampler: Euler a, CFG scale: 6.5, Seed: 20240518, Size: 832x624, Model: orchard-2"
)
_SHOWN_TURNED = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
_ORIENTATION_TAG = 0x0112
_SUFFIX_FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF"}


def save_picture(image: Image.Image, path: Path, how: Mapping[str, object]) -> None:
    """Write a picture in the format of its name.

    ``how`` may hold ``quality``, ``camera``, ``generator``, ``cmyk``, ``turned`` (an EXIF
    orientation) and ``cut`` (the share of the file that is kept).
    """
    kind = _SUFFIX_FORMATS.get(path.suffix.lower(), path.suffix[1:].upper())
    if kind == "GIF":
        image = image.quantize(128)
    turned = how.get("turned")
    if isinstance(turned, int):
        image = image.transpose(_SHOWN_TURNED[turned])
    if how.get("cmyk"):
        image = image.convert("CMYK")
    data = _bytes_of(image, kind, _options(kind, how))
    cut = how.get("cut")
    path.write_bytes(data[: int(len(data) * cut)] if isinstance(cut, float) else data)


def _options(kind: str, how: Mapping[str, object]) -> dict[str, object]:
    by_kind: dict[str, dict[str, object]] = {
        "JPEG": {"quality": how.get("quality", 88)},
        "WEBP": {"quality": how.get("quality", 88), "method": 2},
        "PNG": {"compress_level": 3},
        "TIFF": {"compression": "tiff_adobe_deflate"},
    }
    options = by_kind.get(kind, {})
    exif = _exif(how)
    if exif is not None:
        options["exif"] = exif
    if how.get("generator"):
        marks = PngImagePlugin.PngInfo()
        marks.add_text("parameters", _GENERATOR_TEXT)
        options["pnginfo"] = marks
    return options


def save_animation(frames: list[Image.Image], path: Path, each_ms: int) -> None:
    """Write pictures that follow each other in a loop, as a GIF or a WebP by the name."""
    first, *rest = frames
    first.save(path, save_all=True, append_images=rest, duration=each_ms, loop=0)


def _bytes_of(image: Image.Image, kind: str, options: Mapping[str, object]) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _exif(how: Mapping[str, object]) -> Image.Exif | None:
    if not how.get("camera") and not how.get("turned"):
        return None
    exif = Image.Exif()
    if how.get("camera"):
        exif.update(_CAMERA)
        exif.get_ifd(0x8769).update(_EXPOSURE)
    if how.get("turned"):
        exif[_ORIENTATION_TAG] = how["turned"]
    return exif


def _cropped(image: Image.Image) -> Image.Image:
    wide, high = image.size
    return image.crop((int(wide * 0.02), int(high * 0.02), int(wide * 0.97), int(high * 0.98)))


def _halved(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


# What can be done to a picture that leaves it nearly the same.
ALTERATIONS: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "recompressed": lambda image: image,
    "cropped": _cropped,
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.12),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.86),
    "smaller": _halved,
    "paler": lambda image: ImageEnhance.Color(image).enhance(0.7),
}
