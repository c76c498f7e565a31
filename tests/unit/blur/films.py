"""Small abstract films, encoded when a test asks: patterns that move, with cuts between them."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from tests.unit.blur.pictures import blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film to make: so many frames of each scene, at ``rate`` frames a second."""

    scenes: Sequence[int] = (25, 25, 25)
    wide_px: int = 320
    high_px: int = 240
    rate: int = 25
    codec: str = "libx264"
    container: str = "mp4"
    pixels: str = "yuv420p"
    rotation: int = 0
    options: dict[str, str] = field(default_factory=lambda: {"preset": "ultrafast", "crf": "18"})
    container_options: dict[str, str] = field(default_factory=dict)

    def cuts_ms(self) -> list[int]:
        """When each scene begins."""
        starts = np.cumsum([0, *self.scenes[:-1]])
        return [round(1000 * int(start) / self.rate) for start in starts]


def drawn(scene: int, number: int, wide: int, high: int) -> NDArray[np.uint8]:
    """A soft pattern of a scene's own colours that moves a little with each frame."""
    random = np.random.default_rng(scene)
    ground = random.integers(0, 256, 3)
    coarse = np.clip(random.normal(ground, 30, (6, 8, 3)), 0, 255).astype(np.uint8)
    soft = cv2.resize(coarse, (wide, high), interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(np.roll(soft, (number, 2 * number), (0, 1)))


def frames_of(film: Film) -> Iterator[NDArray[np.uint8]]:
    """The frames of a film, in order."""
    for scene, count in enumerate(film.scenes):
        for number in range(count):
            yield drawn(scene, number, film.wide_px, film.high_px)


def made(film: Film, frames: Iterator[NDArray[np.uint8]] | None = None) -> bytes:
    """A film as a file's bytes."""
    out = io.BytesIO()
    with av.open(out, "w", format=film.container, options=film.container_options) as container:
        stream: Any = container.add_stream(film.codec, rate=film.rate, options=film.options)
        stream.width, stream.height, stream.pix_fmt = film.wide_px, film.high_px, film.pixels
        if film.rotation:
            stream.set_display_rotation(film.rotation)
        stream.thread_count = 1
        for number, pixels in enumerate(frames or frames_of(film)):
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return out.getvalue()


def flat_blocks(count: int = 3, wide: int = 240, high: int = 160) -> Iterator[NDArray[np.uint8]]:
    """The same six flat blocks of colour again and again: what a codec cannot bend."""
    for _ in range(count):
        yield blocks(wide, high)
