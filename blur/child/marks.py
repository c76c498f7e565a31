"""Marks that a file carries about its own making: camera fields, generator texts, editors.

The text of a prompt never leaves this process: only whose manner it is written in does.
"""

from collections.abc import Iterator

from PIL import Image

from blur.child.parts import PROFILE_LIMIT_BYTES, inflated, png_chunks
from blur.study import Signal

_TEXT_LIMIT_BYTES = 1024 * 1024
_EXIF_FOLDER = 0x8769
_MAKE, _MODEL, _SOFTWARE, _USER_COMMENT = 0x010F, 0x0110, 0x0131, 0x9286
# Exposure time, aperture, sensitivity, focal length: a camera writes at least two of them.
_EXPOSURE_FIELDS = (0x829A, 0x829D, 0x8827, 0x920A)
_EDITORS = ("Photoshop", "Lightroom", "GIMP", "Affinity", "Capture One", "darktable", "Snapseed")
_PNG_KEYS = {
    "prompt": "ComfyUI",
    "workflow": "ComfyUI",
    "invokeai_metadata": "InvokeAI",
    "sd-metadata": "InvokeAI",
    "dream": "InvokeAI",
    "fooocus_scheme": "Fooocus",
    "sui_image_params": "SwarmUI",
}
_WIDE_COMMENT = b"UNICODE\0"
WIDE_ORDERS = ("utf-16-be", "utf-16-le")


def signals_of(data: bytes, media_type: str, exif: bytes | None) -> tuple[Signal, ...]:
    """Return what a file declares about its making, each mark once, in a fixed order."""
    found: list[Signal] = []
    if media_type == "image/png":
        found += _png_signals(data)
    if exif:
        found += _exif_signals(exif)
    return tuple(dict.fromkeys(found))


def _png_signals(data: bytes) -> Iterator[Signal]:
    texts = list(_png_texts(data))
    by_fooocus = any(key == "fooocus_scheme" for key, _ in texts)
    for key, text in texts:
        where = f"PNG text {key}"
        if key == "parameters" and by_fooocus:
            yield Signal("generator-parameters", "ai", "Fooocus", where)
        elif key == "parameters" and "Steps:" in text:
            yield Signal("generator-parameters", "ai", "AUTOMATIC1111-style", where)
        elif key in _PNG_KEYS:
            kind = "generator-tag" if key == "fooocus_scheme" else "generator-parameters"
            yield Signal(kind, "ai", _PNG_KEYS[key], where)
        elif key == "parameters":
            yield Signal("generator-parameters", "ai", "unknown generator", where)


def _png_texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield key (in lower case) and text of a PNG's text chunks that are not oversized."""
    for kind, start, end in png_chunks(data):
        if kind not in {b"tEXt", b"zTXt", b"iTXt"}:
            continue
        if end - start > _TEXT_LIMIT_BYTES:
            continue
        key, _, rest = data[start + 8 : end - 4].partition(b"\0")
        body: bytes | None = rest
        if kind == b"zTXt":
            body = inflated(rest[1:], PROFILE_LIMIT_BYTES)
        elif kind == b"iTXt":
            packed = rest[:1] == b"\1"
            body = rest[2:].split(b"\0", 2)[-1]
            body = inflated(body, PROFILE_LIMIT_BYTES) if packed else body
        if body is not None:
            yield key.decode("latin-1").lower(), body.decode("utf-8", "replace")


def _exif_signals(block: bytes) -> Iterator[Signal]:
    exif = Image.Exif()
    exif.load(block)
    folder = exif.get_ifd(_EXIF_FOLDER)
    make, model = _plain(exif.get(_MAKE)), _plain(exif.get(_MODEL))
    exposed = sum(field in folder for field in _EXPOSURE_FIELDS)
    if make and model and exposed >= 2 and not (make + model).lstrip().startswith(("{", "[")):
        yield Signal("camera-exif", "capture", f"{make} {model}", "EXIF")
    software = _plain(exif.get(_SOFTWARE))
    for editor in _EDITORS:
        if editor.lower() in software.lower():
            yield Signal("editor-software", "edited", editor, "EXIF Software")
    if "Steps:" in _comment(folder.get(_USER_COMMENT)):
        yield Signal("generator-parameters", "ai", "AUTOMATIC1111-style", "EXIF UserComment")


def _plain(value: object) -> str:
    return value.strip(" \0") if isinstance(value, str) else ""


def _comment(value: object) -> str:
    """Return a user comment as text; UTF-16 in either order, as its writers differ."""
    if not isinstance(value, bytes):
        return _plain(value)
    body = value[8:]
    if value[:8] != _WIDE_COMMENT:
        return body.decode("latin-1")
    texts = [body.decode(order, "replace") for order in WIDE_ORDERS]
    return next((text for text in texts if "Steps:" in text), texts[0])
