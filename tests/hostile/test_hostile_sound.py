"""Broken, lying and endless sound in videos: samples or a reason, in bounded time and memory."""

import io
import struct
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from blur.decoder import Decoder, NotLoadedError, UnreadableError
from blur.limits import DEFAULT, Limits
from blur.reasons import SENTENCES, Reason
from tests.unit.blur.films import Film, frames_of
from tests.unit.blur.tones import Tone, spoken

MAIN = Path(__file__).resolve().parents[2] / "main.py"
COMMAND = (sys.executable, str(MAIN), "--decoder")
ROOM = (64, 48)
TINY = Film(scenes=(6, 6), wide_px=64, high_px=48)
AVI = Film(scenes=(6, 6), wide_px=64, high_px=48, container="avi", codec="mpeg4", options={})
MATROSKA = Film(scenes=(6, 6), wide_px=64, high_px=48, container="matroska")
PCM = Tone(codec="pcm_s16le", form="s16", layout="mono", rate=8_000)
TEN_HOURS_S = 36_000


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """A decoder that has to live through all of them."""
    tried = Decoder(COMMAND, Limits(item_s=15))
    yield tried
    tried.close()


def heard(decoder: Decoder, data: bytes, moments_ms: tuple[int, ...] = (0, 1000, 500)) -> str:
    """Listen to a file; return why nothing is heard, or nothing. More than a second never comes."""
    try:
        decoder.load("hostile", data, ROOM)
        for from_ms in moments_ms:
            sound = decoder.sound("hostile", from_ms)
            assert len(sound.samples) <= DEFAULT.sound_bytes
    except UnreadableError as error:
        return error.reason
    except NotLoadedError:
        return "its process ended"
    return ""


def lives_on(decoder: Decoder) -> bool:
    """Whether the next good sound is heard."""
    return heard(decoder, spoken(Tone(), TINY)) == ""


def stated(*, channels: int = 1, rate: int = 8_000) -> bytes:
    """An AVI whose sound says that it has so many channels, or so many samples a second."""
    data = bytearray(spoken(PCM, AVI))
    at = data.rindex(b"strf", 0, data.index(b"movi")) + 8
    assert struct.unpack_from("<HHI", data, at) == (1, 1, 8_000)
    bytes_a_second, align = min(rate * 2 * channels, 2**32 - 1), min(2 * channels, 65_535)
    struct.pack_into("<HHIIH", data, at, 1, channels, rate, bytes_a_second, align)
    return bytes(data)


def with_gap(gap_s: int) -> bytes:
    """A film whose sound goes on hours after it began."""
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as container:
        pictures = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        sound = container.add_stream("pcm_s16le", rate=8_000, layout="mono")
        for pixels in frames_of(TINY):
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(pictures.encode())
        for start_s in (0, gap_s):
            tone = np.full((1, 8_000), 9_000, np.int16)
            frame = av.AudioFrame.from_ndarray(tone, "s16", "mono")
            frame.sample_rate, frame.pts = 8_000, start_s * 8_000
            container.mux(sound.encode(frame))
    return out.getvalue()


REFUSED: dict[str, Callable[[], bytes]] = {
    "sixty-four channels": lambda: stated(channels=64),
    "a thousand channels": lambda: stated(channels=1_000),
    "65,535 channels": lambda: stated(channels=65_535),
    "one sample a second": lambda: stated(rate=1),
    "four thousand million samples a second": lambda: stated(rate=2**32 - 1),
}


@pytest.mark.parametrize("name", REFUSED)
def test_that_sound_beyond_the_limits_is_refused_with_a_reason(decoder: Decoder, name: str) -> None:
    begun_s = time.monotonic()
    assert heard(decoder, REFUSED[name]())
    assert time.monotonic() - begun_s < 60
    assert lives_on(decoder)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(sound_channels=1), "channels"),
        (Limits(sound_least_hz=50_000), "too slow"),
        (Limits(sound_most_hz=40_000), "too fast"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_that_the_limits_bind_by_themselves(limits: Limits, reason: str) -> None:
    own = Decoder(COMMAND, limits)
    try:
        assert heard(own, spoken(Tone(), TINY)) == SENTENCES[Reason.NO_SOUND], reason
    finally:
        own.close()


def test_that_hours_of_silence_come_a_second_at_a_time(decoder: Decoder) -> None:
    data = with_gap(TEN_HOURS_S)
    process = decoder.pid
    middle_ms = TEN_HOURS_S * 1000 // 2
    assert heard(decoder, data, (0, 1000, 2000, middle_ms, middle_ms + 1000)) == ""
    quiet = np.frombuffer(decoder.sound("hostile", middle_ms).samples, "<i2")
    assert len(quiet) == DEFAULT.sound_bytes // 2
    assert not quiet.any()
    assert np.frombuffer(decoder.sound("hostile", TEN_HOURS_S * 1000).samples, "<i2").any()
    assert decoder.pid == process


@pytest.mark.parametrize("film", [TINY, AVI, MATROSKA], ids=lambda film: film.container)
def test_that_every_shortening_ends_in_sound_or_a_reason(decoder: Decoder, film: Film) -> None:
    whole = spoken(Tone() if film is TINY else PCM, film)
    process = decoder.pid
    for end in range(1, len(whole), max(1, len(whole) // 15)):
        heard(decoder, whole[:end])
    assert decoder.pid == process
    assert lives_on(decoder)


@pytest.mark.parametrize("film", [TINY, AVI, MATROSKA], ids=lambda film: film.container)
def test_that_changed_bytes_end_in_sound_or_a_reason(decoder: Decoder, film: Film) -> None:
    whole = spoken(Tone() if film is TINY else PCM, film)
    for seed in range(15):
        random = np.random.default_rng(seed)
        data = bytearray(whole)
        for place in random.integers(12, len(data), 1 + 3 * seed):
            data[place] = random.integers(0, 256)
        heard(decoder, bytes(data))
    assert lives_on(decoder)
