"""Broken, lying and oversized files: decoded or refused with a reason, and the next one decodes."""

import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from blur.decoder import Decoder, Look, NotLoadedError, UnreadableError
from blur.limits import Limits
from tests.hostile.bombs import BOMBS, GOOD_INSIDE

MAIN = Path(__file__).resolve().parents[2] / "main.py"
COMMAND = (sys.executable, str(MAIN), "--decoder")
# Kept beside the checkout, not in it; read in place.
CORPUS = MAIN.parent.parent / "shared" / "hostile"
ROOM = (640, 480)
LONGEST_S = 5 * 30 + 30  # five requests a file, each with its limit, and a process begun anew


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """A decoder that has to live through all of them."""
    tried = Decoder(COMMAND, Limits(item_s=30))
    yield tried
    tried.close()


def good() -> bytes:
    """Return a picture with nothing wrong."""
    out = io.BytesIO()
    Image.linear_gradient("L").save(out, "PNG")
    return out.getvalue()


def met(decoder: Decoder, data: bytes) -> str | None:
    """Do with a file all that can be done; return why it cannot be read, or nothing."""
    try:
        facts = decoder.load("hostile", data, ROOM).facts
    except UnreadableError as error:
        return error.reason
    assert facts.width_px > 0
    assert facts.height_px > 0
    for look in (
        Look(level=6, grey=False, fit_px=ROOM),
        Look(level=6, fit_px=ROOM, crop=(0.2, 0.2, 0.6, 0.6), one_to_one=True),
        Look(level=6, fit_px=ROOM, frame=facts.frames - 1),
    ):
        try:
            frame = decoder.view("hostile", look)
        except (UnreadableError, NotLoadedError):
            continue
        assert len(frame.pixels) == frame.stride_bytes * frame.height_px
    try:
        decoder.study(data)
    except UnreadableError:
        return None
    return None


@pytest.mark.parametrize("suite", ["pillow", "image-rs", "libpng"])
def test_that_every_file_of_a_suite_is_decoded_or_refused_with_a_reason(
    decoder: Decoder, suite: str
) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus of hostile files is not beside the checkout")
    files = sorted(path for path in (CORPUS / suite).rglob("*") if path.is_file())
    assert files
    next_one = good()
    for file in files:
        begun_s = time.monotonic()
        reason = met(decoder, file.read_bytes())
        assert reason is None or reason
        assert time.monotonic() - begun_s < LONGEST_S, file
        assert decoder.facts(next_one).width_px == 256, file
    assert met(decoder, next_one) is None


@pytest.mark.parametrize("name", BOMBS)
def test_that_a_bomb_does_not_go_off(decoder: Decoder, name: str) -> None:
    reason = met(decoder, BOMBS[name]())
    assert (reason is None) == (name in GOOD_INSIDE), reason
    assert met(decoder, good()) is None


def test_that_a_picture_over_the_limit_is_refused_by_its_header(decoder: Decoder) -> None:
    process = decoder.pid
    for name in ("900 million pixels", "a JPEG of headers", "an endless canvas"):
        assert (
            met(decoder, BOMBS[name]())
            == "it claims to be larger than the limit for pictures allows"
        )
    assert decoder.pid == process


def test_that_every_shortening_of_a_file_is_decoded_or_refused(decoder: Decoder) -> None:
    picture = Image.linear_gradient("L").resize((40, 30)).convert("RGB")
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"):
        out = io.BytesIO()
        picture.save(out, kind)
        whole = out.getvalue()
        for end in range(1, len(whole), max(1, len(whole) // 60)):
            met(decoder, whole[:end])
    assert met(decoder, good()) is None
