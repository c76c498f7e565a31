"""The sound of videos through the real decoder process: its pitch, its place, its bounds."""

import secrets
import struct

import numpy as np
import pytest

from blur.decoder import Decoder, UnreadableError
from blur.limits import DEFAULT
from blur.protocol import SOUND_HEAD_BYTES, BrokenAnswerError
from blur.reasons import SENTENCES, Reason
from blur.sound import FRAME_BYTES, RATE_HZ, Sound, longest_ms, opened_sound, packed_sound
from tests.unit.blur.films import Film, made
from tests.unit.blur.pictures import blocks, saved
from tests.unit.blur.tones import SHORT, Tone, pitch_hz, spoken

ROOM = (320, 240)
SMALL = {"scenes": (25, 25, 25), "wide_px": 64, "high_px": 48}
MPEG4 = Film(container="avi", codec="mpeg4", options={}, **SMALL)  # type: ignore[arg-type]
MATROSKA = Film(container="matroska", **SMALL)  # type: ignore[arg-type]
MOV = Film(container="mov", **SMALL)  # type: ignore[arg-type]
KINDS = {
    "AAC in MP4": (Tone(), SHORT),
    "AAC of six channels": (Tone(layout="5.1", rate=48_000), SHORT),
    "MP3 in AVI": (Tone(codec="libmp3lame"), MPEG4),
    "PCM of a telephone in AVI": (
        Tone(codec="pcm_s16le", form="s16", layout="mono", rate=8_000),
        MPEG4,
    ),
    "FLAC of a studio in Matroska": (
        Tone(codec="flac", form="s16", rate=96_000),
        MATROSKA,
    ),
    "Opus in Matroska": (Tone(codec="libopus", form="s16", rate=48_000), MATROSKA),
    "A-law in QuickTime": (Tone(codec="pcm_alaw", form="s16", layout="mono", rate=8_000), MOV),
}


def pitched(tone: Tone, *pitches_hz: int) -> Tone:
    """The same kind of tone at other pitches."""
    return Tone(
        pitches_hz=pitches_hz,
        rate=tone.rate,
        codec=tone.codec,
        form=tone.form,
        layout=tone.layout,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_that_what_is_heard_has_the_pitch_of_its_moment(decoder: Decoder, kind: str) -> None:
    tone, film = KINDS[kind]
    seed = secrets.randbits(32)
    print("seed", seed)
    pitches = [int(hz) for hz in np.random.default_rng(seed).choice(range(300, 3000, 40), 3, False)]
    decoder.load("spoken", spoken(pitched(tone, *pitches), film), ROOM)
    for second in (0, 1, 2, 1):  # one after the other, and back
        piece = decoder.sound("spoken", 1000 * second)
        # Codecs are late by some ten milliseconds, so that the last of it may be missing.
        assert 850 <= piece.length_ms <= 1000
        middle = piece.samples[100 * 48 * FRAME_BYTES : 850 * 48 * FRAME_BYTES]
        assert abs(pitch_hz(middle) - pitches[second]) < 4
        loudest = np.abs(np.frombuffer(middle, "<i2").astype(int)).max()
        assert 0.3 < loudest / 32768 < 0.95 or tone.layout == "5.1"


def test_that_pieces_follow_each_other_without_a_seam(decoder: Decoder) -> None:
    decoder.load(
        "spoken", spoken(Tone(codec="pcm_s16le", form="s16", rate=RATE_HZ), MATROSKA), ROOM
    )
    whole = b"".join(decoder.sound("spoken", 1000 * second).samples for second in range(3))
    made_of = 3 * RATE_HZ // 1024 * 1024  # whole frames; what follows fills up a millisecond
    heard = np.frombuffer(whole, "<i2")[::2].astype(float)[:made_of]
    wanted = Tone(rate=RATE_HZ).drawn()[:made_of].astype(float) * 32767
    assert len(heard) == made_of
    assert np.abs(heard - wanted).max() <= 2


def test_that_sound_that_begins_late_is_silent_until_then(decoder: Decoder) -> None:
    decoder.load("late", spoken(Tone(after_s=1.0), SHORT), ROOM)
    assert pitch_hz(decoder.sound("late", 0).samples[: 900 * 48 * FRAME_BYTES]) == 0
    assert abs(pitch_hz(decoder.sound("late", 1000).samples) - 440) < 4


def test_that_after_the_last_sound_there_is_a_piece_of_no_length(decoder: Decoder) -> None:
    decoder.load("spoken", spoken(Tone(), SHORT), ROOM)
    assert decoder.sound("spoken", 60_000) == Sound(60_000, b"", True)


@pytest.mark.parametrize("data", [made(SHORT), saved(blocks())], ids=["a silent film", "a picture"])
def test_that_what_has_no_sound_says_so(decoder: Decoder, data: bytes) -> None:
    decoder.load("silent", data, ROOM)
    with pytest.raises(UnreadableError) as refused:
        decoder.sound("silent", 0)
    assert refused.value.reason == SENTENCES[Reason.NO_SOUND]
    assert decoder.facts(data).width_px > 0


def piece(frames: int, *, last: int = 0, from_ms: int = 0, size: int | None = None) -> bytes:
    """What a child might say."""
    said = struct.pack("<BqI", last, from_ms, frames)
    return said + bytes(FRAME_BYTES * frames if size is None else size)


MOST = longest_ms(DEFAULT) * 48
LIES = {
    "cut short": piece(48)[: SOUND_HEAD_BYTES - 1],
    "of another moment": piece(48, from_ms=1),
    "neither last nor not": piece(48, last=2),
    "longer than it says": piece(48, size=FRAME_BYTES * 48 + 1),
    "shorter than it says": piece(48, size=FRAME_BYTES * 48 - 1),
    "too long": piece(MOST + 48),
    "enormous by its word": piece(2**32 - 1, size=0),
    "no whole millisecond": piece(49),
    "nothing and not the last": piece(0),
}


@pytest.mark.parametrize("lie", LIES)
def test_that_a_piece_that_does_not_fit_its_head_is_no_sound(lie: str) -> None:
    with pytest.raises(BrokenAnswerError):
        opened_sound(LIES[lie], 0, DEFAULT)


def test_that_an_honest_piece_is_taken_as_it_is() -> None:
    honest = Sound(700, secrets.token_bytes(2 * 48 * FRAME_BYTES), False)
    assert opened_sound(packed_sound(honest), 700, DEFAULT) == honest
    assert (honest.length_ms, honest.until_ms) == (2, 702)
