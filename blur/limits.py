"""What one picture may cost. A file that asks for more is refused with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on files, pictures and the process that decodes them; any can be lowered."""

    # A sheet film scan has 144 million pixels; the 900-million bombs of the test suites stay out.
    pixels: int = 200_000_000
    # What JPEG itself can say; longer sides only occur in files made to break something.
    side_px: int = 65_535
    # The largest camera and scanner files; the whole file is held in memory once on each side.
    file_bytes: int = 512 * 1024 * 1024
    # Half an hour from a telephone, hours from a site. The decoder holds all of it in memory
    # beside what `memory_bytes` needs for frames.
    video_bytes: int = 1024 * 1024 * 1024
    # The largest classifiers of pictures in use; with its working copies it fits `memory_bytes`.
    model_bytes: int = 512 * 1024 * 1024
    # Frames of 8K, twice over; a decoder of video holds up to sixteen of them at a time.
    video_pixels: int = 70_000_000
    # Twenty minutes at fifteen frames a second; stepping further would take longer than `item_s`.
    frames: int = 20_000
    # What is heard of a video at once: a second of 48,000 moments, two channels, 16 bits. The
    # next piece is asked for while one is played.
    sound_bytes: int = 192_000
    # 22.2 and what ambisonics of the fourth order record; a stream of more is made to break.
    sound_channels: int = 32
    # Telephones record 8,000 a second and studios 192,000; of fewer, a frame would last minutes.
    sound_least_hz: int = 4_000
    sound_most_hz: int = 384_000
    # 200 million pixels of PNG decode in about 6 s on a slow desk; the rest is head-room.
    item_s: float = 20.0
    # A decoder that is not ready by then (a cold disk) will not be.
    start_s: float = 60.0
    # Address space of the decoder: 0.6 GiB are libraries, the rest a 200-million-pixel picture
    # with alpha and its working copies.
    memory_bytes: int = 5 * 1024 * 1024 * 1024 // 2
    # The largest screen sold, twice over: 8K by 4 bytes is 127 MiB.
    frame_bytes: int = 128 * 1024 * 1024
    # What the decoder keeps for items loaded ahead, compressed bytes and pixels together.
    kept_bytes: int = 384 * 1024 * 1024
    # The item at hand, ten ahead and some behind.
    kept_items: int = 16

    def most_bytes(self) -> int:
        """Return the length of the longest file of any kind."""
        return max(self.file_bytes, self.video_bytes)

    def words(self) -> list[str]:
        """Return the limits as words of a command line."""
        return [f"{field.name}={getattr(self, field.name)}" for field in fields(self)]

    @classmethod
    def from_words(cls, words: Iterable[str]) -> Self:
        """Return the limits that the words of a command line say."""
        said = dict(word.split("=", 1) for word in words)
        limits = cls()
        for field in fields(cls):
            if field.name in said:
                number = type(getattr(limits, field.name))(said[field.name])
                limits = replace(limits, **{field.name: number})
        return limits


DEFAULT = Limits()
