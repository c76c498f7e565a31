"""One tiny picture of each kind, through every step, before the lock-down.

Libraries load parts of themselves on first use; after the lock-down they could not.
"""

import io

# Imported by PyAV when a file first has such a stream; by then no file can be opened any more.
import av.audio.codeccontext
import av.audio.stream
import av.subtitles.codeccontext
import av.subtitles.stream  # noqa: F401 - as above
from PIL import Image, ImageCms

from blur.child.cabinet import Cabinet
from blur.child.film import Film
from blur.child.kept import is_film
from blur.child.opening import opened
from blur.child.pixels import decoded
from blur.child.prints import prints_of
from blur.child.tried_files import FILM, FILM_WITH_SOUND, HEIC
from blur.limits import Limits
from blur.protocol import Op, Request
from blur.sheet import Sheet

_SIDE_PX = 24
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF")
_TOKEN = bytes(16)
_NO_SHEET = Sheet(is_complete=True)


def samples() -> list[bytes]:
    """Return one small file of each kind, and a JPEG and a TIFF of rarer making."""
    ramp = Image.linear_gradient("L").resize((_SIDE_PX, _SIDE_PX)).convert("RGB")
    files = [_saved(ramp, kind) for kind in _FORMATS]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    files.append(_saved(ramp.convert("CMYK"), "JPEG", icc_profile=profile))
    files.append(_saved(ramp.convert("RGBA"), "PNG"))
    files.append(_saved(ramp, "TIFF", compression="tiff_adobe_deflate"))
    return [*files, FILM, FILM_WITH_SOUND, HEIC]


def try_codecs() -> None:
    """Load each sample and look at it in every manner."""
    cabinet = Cabinet(Limits())
    for data in samples():
        if not is_film(data):
            prints_of(decoded(opened(data, Limits())).as_stored_colours())
        cabinet.load(_TOKEN, data, (64, 64))
        cabinet.finish(_TOKEN)
        for level in range(7):
            look = Request(
                op=Op.VIEW,
                number=0,
                token=_TOKEN,
                level=level,
                edges=level % 2 == 0,
                fit_px=(64, 64),
                crop=(0.2, 0.2, 0.5, 0.5),
            )
            cabinet.view(look)
        while not (cabinet.sheet(_TOKEN) or _NO_SHEET).is_complete:
            pass
        if is_film(data):
            cabinet.view(Request(op=Op.VIEW, number=0, token=_TOKEN, level=6, time_ms=80))
        if data is FILM_WITH_SOUND:
            cabinet.sound(_TOKEN, 0)
        cabinet.drop(_TOKEN)
    film = Film(FILM, Limits())
    film.key_frame(film.timeline.keys[-1], (_SIDE_PX, _SIDE_PX))
    film.close()


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
