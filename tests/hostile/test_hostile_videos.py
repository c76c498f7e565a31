"""Broken, lying and oversized videos: stills or a reason, in bounded time and memory."""

import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from blur.decoder import Decoder, Look, NotLoadedError, UnreadableError
from blur.limits import Limits
from tests.unit.blur.films import Film, made
from tests.unit.blur.heic import box
from tests.unit.blur.pictures import blocks, saved

MAIN = Path(__file__).resolve().parents[2] / "main.py"
COMMAND = (sys.executable, str(MAIN), "--decoder")
ROOM = (320, 240)
TINY = Film(scenes=(6, 6), wide_px=64, high_px=48)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """A decoder that has to live through all of them."""
    tried = Decoder(COMMAND, Limits(item_s=15))
    yield tried
    tried.close()


def met(decoder: Decoder, data: bytes) -> str | None:
    """Do with a file all that can be done; return why it cannot be read, or nothing."""
    try:
        decoder.load("hostile", data, ROOM)
    except UnreadableError as error:
        return error.reason
    try:
        while not (sheet := decoder.sheet("hostile")).is_complete:
            pass
        for frame in range(len(sheet.times_ms)):
            decoder.view("hostile", Look(level=6, fit_px=ROOM, frame=frame))
        for time_ms in (0, 10**6):
            decoder.view_at("hostile", time_ms, Look(level=6, fit_px=ROOM))
            decoder.view_at("hostile", time_ms, Look(level=6, fit_px=ROOM), after=True)
    except (UnreadableError, NotLoadedError):
        return None
    return None


def lives_on(decoder: Decoder) -> bool:
    """Whether the next good files decode."""
    return decoder.facts(saved(blocks())).width_px == 240 and met(decoder, made(TINY)) is None


def behind(head: bytes, text: bytes) -> bytes:
    return head + b"\n" + text


PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile /etc/hostname\nfile http://127.0.0.1:9/\n"
FTYP = box(b"ftyp", b"isom" + bytes(4) + b"isomavc1mp41")


def nested(depth: int) -> bytes:
    """A box in a box in a box."""
    head = b""
    for left in range(depth, 0, -1):
        head += struct.pack(">I4s", 8 * left, b"moov")
    return FTYP + head


def with_reference() -> bytes:
    """A film whose samples lie in another file, by its own word."""
    data = made(Film(scenes=(3,), container="mov"))
    own = data.index(b"url \0\0\0\1")
    changed = bytearray(data)
    changed[own + 7] = 0  # no longer in this file
    return bytes(changed)


def lying_size() -> bytes:
    """A film that says it is 65,535 pixels wide and high."""
    data = bytearray(made(TINY))
    at = data.index(b"avc1", data.index(b"stsd"))
    data[at + 28 : at + 32] = b"\xff\xff\xff\xff"
    return bytes(data)


def endless_table() -> bytes:
    """A film whose table of samples has four thousand million entries."""
    data = bytearray(made(TINY))
    at = data.index(b"stts")
    data[at + 8 : at + 12] = struct.pack(">I", 1)
    data[at + 12 : at + 16] = b"\xff\xff\xff\xf0"
    return bytes(data)


REFUSED: dict[str, Callable[[], bytes]] = {
    "a playlist": lambda: PLAYLIST,
    "a list of files": lambda: CONCAT,
    "a playlist behind the head of a film": lambda: behind(FTYP, PLAYLIST),
    "a playlist as the film's data": lambda: FTYP + box(b"mdat", PLAYLIST),
    "a list of files behind Matroska's mark": lambda: behind(
        bytes.fromhex("1a45dfa3") + b"\x8b\x42\x82\x88matroska", CONCAT
    ),
    "a playlist in AVI's first box": lambda: b"RIFF" + struct.pack("<I", 200) + b"AVI " + PLAYLIST,
    "ten thousand boxes in each other": lambda: nested(10_000),
    "an index without a film": lambda: FTYP + box(b"moov", b""),
    "a film without its index": lambda: FTYP + box(b"mdat", bytes(1000)),
    "a head and nothing": lambda: FTYP,
}
SURVIVED: dict[str, Callable[[], bytes]] = {
    "samples in another file": with_reference,
    "a size of 65,535": lying_size,
    "a table without end": endless_table,
}


@pytest.mark.parametrize("name", REFUSED)
def test_that_what_is_no_film_is_refused_with_a_reason(decoder: Decoder, name: str) -> None:
    assert met(decoder, REFUSED[name]())
    assert lives_on(decoder)


@pytest.mark.parametrize("name", SURVIVED)
def test_that_a_lying_film_ends_in_stills_or_a_reason(decoder: Decoder, name: str) -> None:
    begun_s = time.monotonic()
    met(decoder, SURVIVED[name]())
    assert time.monotonic() - begun_s < 60
    assert lives_on(decoder)


@pytest.mark.parametrize("container", ["mp4", "matroska", "avi"])
def test_that_every_shortening_of_a_film_ends_in_stills_or_a_reason(
    decoder: Decoder, container: str
) -> None:
    codec = "mpeg4" if container == "avi" else "libx264"
    whole = made(Film(scenes=(6, 6), wide_px=64, high_px=48, container=container, codec=codec))
    process = decoder.pid
    for end in range(1, len(whole), max(1, len(whole) // 25)):
        met(decoder, whole[:end])
    assert decoder.pid == process
    assert lives_on(decoder)


def test_that_a_film_cut_before_its_index_is_refused(decoder: Decoder) -> None:
    whole = made(TINY)
    assert whole.index(b"mdat") < whole.index(b"moov")
    for share in (0.3, 0.6):
        assert met(decoder, whole[: int(len(whole) * share)])


def test_that_a_film_cut_behind_its_index_shows_what_there_is(decoder: Decoder) -> None:
    options = {"movflags": "frag_keyframe+empty_moov"}
    film = Film(scenes=(25, 25, 25), container_options=options)
    whole = made(film)
    assert whole.index(b"moov") < whole.index(b"mdat")
    cut = whole[: len(whole) * 6 // 10]
    decoder.load("cut", cut, ROOM)
    while not (sheet := decoder.sheet("cut")).is_complete:
        pass
    assert 1 <= len(sheet.times_ms) <= 6
    assert sheet.times_ms[-1] < 3000


@pytest.mark.parametrize("container", ["mp4", "matroska", "avi"])
def test_that_films_with_bytes_changed_end_in_stills_or_a_reason(
    decoder: Decoder, container: str
) -> None:
    codec = "mpeg4" if container == "avi" else "libx264"
    whole = made(Film(scenes=(6, 6), wide_px=64, high_px=48, container=container, codec=codec))
    for seed in range(25):
        random = np.random.default_rng(seed)
        data = bytearray(whole)
        for place in random.integers(12, len(data), 1 + seed):
            data[place] = random.integers(0, 256)
        met(decoder, bytes(data))
    assert lives_on(decoder)
