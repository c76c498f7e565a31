"""One long video for the benchmarks: ten minutes of 1920 x 1080, made within seconds."""

import io
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

WIDE_PX, HIGH_PX = 1920, 1080
FRAMES_A_SECOND = 25
MINUTES = 10
SCENES = 15  # really encoded, a second each; the film repeats them
GRAINS = 4


def long_film() -> bytes:
    """Return an H.264 film in MP4: soft patterns that move, under grain, a cut every second."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        options = {"preset": "superfast", "crf": "23"}
        stream: Any = container.add_stream("libx264", rate=FRAMES_A_SECOND, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDE_PX, HIGH_PX, "yuv420p"
        packets = _encoded(stream)
        unit = int(1 / (FRAMES_A_SECOND * stream.codec_context.time_base))
        shift = SCENES * FRAMES_A_SECOND * unit
        for run in range(MINUTES * 60 // SCENES):
            for data, pts, dts, is_key in packets:
                packet = av.Packet(data)
                packet.pts, packet.dts = pts + run * shift, dts + run * shift
                packet.time_base, packet.duration = stream.codec_context.time_base, unit
                packet.is_keyframe = is_key
                packet.stream = stream
                container.mux(packet)
    return out.getvalue()


def _encoded(stream: Any) -> list[tuple[bytes, int, int, bool]]:
    grain = np.random.default_rng(0).integers(-3, 4, (GRAINS, HIGH_PX, WIDE_PX, 1))
    packets = []
    for number in range(SCENES * FRAMES_A_SECOND):
        pixels = _drawn(number // FRAMES_A_SECOND, number) + grain[number % GRAINS]
        frame = av.VideoFrame.from_ndarray(np.clip(pixels, 0, 255).astype(np.uint8), "rgb24")
        frame.pts = number
        packets += stream.encode(frame)
    packets += stream.encode()
    return [(bytes(it), it.pts, it.dts, it.is_keyframe) for it in packets]


def _drawn(scene: int, number: int) -> NDArray[np.int16]:
    coarse = np.random.default_rng(scene).integers(0, 256, (12, 20, 3), dtype=np.uint8)
    soft = cv2.resize(coarse, (WIDE_PX, HIGH_PX), interpolation=cv2.INTER_CUBIC)
    return np.roll(soft, (2 * number, 4 * number), (0, 1)).astype(np.int16)
