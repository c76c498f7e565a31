"""EXIF fields: what a camera writes, what an editor or a generator does."""

import re
from collections.abc import Iterator

from PIL import Image

from blur.child.declared.texts import aigc_label, made_by, signals_of_comment, with_text
from blur.provenance import Signal

# UTF-16 comes in either order in user comments, as their writers differ.
WIDE_ORDERS = ("utf-16-be", "utf-16-le")

_EXIF_FOLDER = 0x8769
_DESCRIPTION, _MAKE, _MODEL, _SOFTWARE, _ARTIST = 0x010E, 0x010F, 0x0110, 0x0131, 0x013B
_USER_COMMENT, _WINDOWS_COMMENT = 0x9286, 0x9C9C
# Exposure time, aperture, sensitivity, focal length: a camera writes at least two of them.
_EXPOSURE_FIELDS = (0x829A, 0x829D, 0x8827, 0x920A)
_WIDE_COMMENT = b"UNICODE\0"
_COMFY_FIELD = re.compile(r"\s*(prompt|workflow)\s*:\s*\{", re.IGNORECASE)
_SIGNATURE = re.compile(r"Signature:\s*[A-Za-z0-9+/]{16,}={0,2}\s*")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def signals_of_exif(block: bytes) -> Iterator[Signal]:
    """Yield what an EXIF block declares.

    Raises:
        Exception: whatever Pillow meets in a damaged block.
    """
    exif = Image.Exif()
    exif.load(block)
    folder = exif.get_ifd(_EXIF_FOLDER)
    make, model = _plain(exif.get(_MAKE)), _plain(exif.get(_MODEL))
    exposed = sum(field in folder for field in _EXPOSURE_FIELDS)
    if make and model and exposed >= 2 and not _is_data(make) and not _is_data(model):
        yield Signal("camera-exif", "capture", f"{make} {model}", "EXIF")
    for name, said in (("Make", make), ("Model", model)):
        if _COMFY_FIELD.match(said):
            mark = Signal("generator-parameters", "ai", "ComfyUI", f"EXIF {name}")
            yield from with_text((mark,), said)
    yield from made_by(_plain(exif.get(_SOFTWARE)), "EXIF Software")
    description = _plain(exif.get(_DESCRIPTION))
    if _SIGNATURE.fullmatch(description) and _UUID.fullmatch(_plain(exif.get(_ARTIST))):
        yield Signal("generator-tag", "ai", "xAI", "EXIF ImageDescription")
    comments = (
        ("EXIF UserComment", _comment(folder.get(_USER_COMMENT) or exif.get(_USER_COMMENT))),
        ("EXIF ImageDescription", description),
        ("EXIF XPComment", _windows(exif.get(_WINDOWS_COMMENT))),
    )
    for where, said in comments:
        yield from signals_of_comment(said, where)
        if said.startswith("AIGC") and "{" in said:
            yield from aigc_label(said[said.index("{") :], where)


def _is_data(said: str) -> bool:
    return said.startswith(("{", "[")) or bool(_COMFY_FIELD.match(said))


def _plain(value: object) -> str:
    return value.strip(" \0") if isinstance(value, str) else ""


def _windows(value: object) -> str:
    body = bytes(value) if isinstance(value, bytes | tuple) else b""
    return body.decode("utf-16-le", "replace").strip(" \0")


def _comment(value: object) -> str:
    """Return a user comment as text: ASCII, UTF-8, or UTF-16 in the order that reads better."""
    if not isinstance(value, bytes):
        return _plain(value)
    mark, body = value[:8], value[8:]
    if mark == _WIDE_COMMENT:
        return min((body.decode(order, "replace") for order in WIDE_ORDERS), key=_strangeness)
    if mark not in {b"ASCII\0\0\0", b"JIS\0\0\0\0\0", bytes(8)}:
        body = value  # no mark at all: the text begins at once
    return body.decode("utf-8", "replace").strip(" \0")


def _strangeness(text: str) -> int:
    """Return how many letters no comment of the kind would hold: the wrong order makes many."""
    return sum(not "\0" < letter < "\u0250" for letter in text)
