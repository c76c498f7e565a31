"""Digests in one pass, and types by content."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blur.digests import HEAD_BYTES, DigestPass, media_type
from tests.unit.blur.pictures import blocks, saved


@given(st.lists(st.binary(max_size=300)))
def test_that_pieces_give_the_digests_of_the_whole(pieces: list[bytes]) -> None:
    one_pass = DigestPass()
    for piece in pieces:
        one_pass.update(piece)
    whole = b"".join(pieces)
    digests = one_pass.finish()
    assert digests.sha256 == hashlib.sha256(whole).hexdigest()
    assert digests.sha1 == hashlib.sha1(whole).hexdigest()  # noqa: S324
    assert digests.md5 == hashlib.md5(whole).hexdigest()  # noqa: S324
    assert digests.size_bytes == len(whole)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
def test_that_the_first_bytes_say_the_type(kind: str) -> None:
    assert media_type(saved(blocks(), kind)[:HEAD_BYTES]) == f"image/{kind.lower()}"


@pytest.mark.parametrize(
    ("head", "named"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "image/avif"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isomavc1", "video/mp4"),
        (b"", None),
        (b"GIF88a", None),
        (b"RIFF\0\0\0\0WAVE", None),
    ],
)
def test_that_boxes_and_nonsense_are_told_apart(head: bytes, named: str | None) -> None:
    assert media_type(head) == named
