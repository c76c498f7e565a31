"""Films with a tone beside their pictures, encoded when a test asks."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from blur.sound import RATE_HZ
from tests.unit.blur.films import Film, frames_of

LOUD = 0.5
SHORT = Film(scenes=(25, 25, 25), wide_px=64, high_px=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """A tone to make: one pitch after the other, `each_s` long, `after_s` after the pictures."""

    pitches_hz: Sequence[int] = (440, 440, 440)
    each_s: float = 1.0
    after_s: float = 0.0
    rate: int = 44_100
    codec: str = "aac"
    form: str = "fltp"
    layout: str = "stereo"

    def drawn(self) -> NDArray[np.float32]:
        """The samples of one channel, between -1 and 1."""
        moments = np.arange(round(self.each_s * self.rate)) / self.rate
        tones = [np.sin(2 * np.pi * hz * moments) for hz in self.pitches_hz]
        return (LOUD * np.concatenate(tones)).astype(np.float32)


def spoken(tone: Tone, film: Film | None = SHORT) -> bytes:
    """A film with a tone; without pictures, the tone alone in MP4."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4" if film is None else film.container) as container:
        pictures: Any = None
        if film is not None:
            pictures = container.add_stream(film.codec, rate=film.rate, options=film.options)
            pictures.width, pictures.height = film.wide_px, film.high_px
            pictures.pix_fmt = film.pixels
        sound: Any = container.add_stream(tone.codec, rate=tone.rate, layout=tone.layout)
        if film is not None:
            for number, pixels in enumerate(frames_of(film)):
                frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
                frame.pts = number
                container.mux(pictures.encode(frame))
            container.mux(pictures.encode())
        for frame in _frames(tone):
            container.mux(sound.encode(frame))
        container.mux(sound.encode())
    return out.getvalue()


def _frames(tone: Tone) -> list[av.AudioFrame]:
    channels = av.AudioLayout(tone.layout).nb_channels
    samples = np.repeat(tone.drawn()[None], channels, axis=0)
    size = 1024
    frames = []
    for start in range(0, samples.shape[1] - size + 1, size):
        part = np.ascontiguousarray(samples[:, start : start + size])
        if tone.form == "s16":  # packed
            part = (part.T.reshape(1, -1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(part, tone.form, tone.layout)
        frame.sample_rate = tone.rate
        frame.pts = start + round(tone.after_s * tone.rate)
        frames.append(frame)
    return frames


def pitch_hz(samples: bytes) -> float:
    """The loudest pitch of what is heard, by its spectrum; 0 for silence."""
    heard = np.frombuffer(samples, "<i2").astype(float).reshape(-1, 2).mean(axis=1)
    if not len(heard) or np.abs(heard).max() < 100:
        return 0.0
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    return float(spectrum.argmax()) * RATE_HZ / len(heard)
