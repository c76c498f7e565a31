"""A piece of a video's sound, as it crosses from the decoder process: one rate, two channels."""

import struct
from dataclasses import dataclass

from blur.limits import Limits
from blur.protocol import LONGEST_MS, BrokenAnswerError

RATE_HZ = 48_000
CHANNELS = 2
FRAME_BYTES = 2 * CHANNELS  # one moment of both channels, 16 bits each, lowest byte first
FRAMES_A_MS = RATE_HZ // 1000

_HEAD = struct.Struct("<BqI")  # `SOUND_HEAD_BYTES` of the protocol


@dataclass(frozen=True, slots=True)
class Sound:
    """What is heard from ``from_ms`` of a video on: interleaved 16-bit samples at 48 kHz, stereo.

    ``is_last`` says that the video has no sound after it.
    """

    from_ms: int
    samples: bytes
    is_last: bool

    @property
    def length_ms(self) -> int:
        """How long it lasts."""
        return len(self.samples) // FRAME_BYTES // FRAMES_A_MS

    @property
    def until_ms(self) -> int:
        """When what comes next begins."""
        return self.from_ms + self.length_ms


def longest_ms(limits: Limits) -> int:
    """Return how long one piece may be."""
    return limits.sound_bytes // FRAME_BYTES // FRAMES_A_MS


def packed_sound(sound: Sound) -> bytes:
    """Return a piece as bytes; the child's side."""
    frames = len(sound.samples) // FRAME_BYTES
    return _HEAD.pack(sound.is_last, sound.from_ms, frames) + sound.samples


def opened_sound(untrusted: bytes, from_ms: int, limits: Limits) -> Sound:
    """Return what a child says is heard from ``from_ms`` on: as many frames as it says.

    Any 16 bits are a sample, so length and place are all there is to check.

    Raises:
        BrokenAnswerError: it is not a piece of sound, of another moment, or longer than allowed.
    """
    if len(untrusted) < _HEAD.size:
        raise BrokenAnswerError("sound cut short")
    untrusted_last, untrusted_from_ms, untrusted_frames = _HEAD.unpack_from(untrusted)
    if untrusted_last > 1 or untrusted_from_ms != from_ms or not 0 <= from_ms <= LONGEST_MS:
        raise BrokenAnswerError("sound of another moment")
    if untrusted_frames > longest_ms(limits) * FRAMES_A_MS:
        raise BrokenAnswerError("more sound than was asked for")
    samples = untrusted[_HEAD.size :]
    if len(samples) != untrusted_frames * FRAME_BYTES:
        raise BrokenAnswerError("sound and its bytes do not fit")
    if untrusted_frames % FRAMES_A_MS or (not untrusted_frames and not untrusted_last):
        raise BrokenAnswerError("no whole milliseconds of sound")
    return Sound(from_ms, samples, bool(untrusted_last))
