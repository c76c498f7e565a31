"""An answer of the decoder with nothing wrong, to be changed by who tests the reading of it."""

from blur.protocol import Answer, Kind

GOOD = Answer(
    kind=Kind.DONE,
    number=7,
    media_type="image/gif",
    width_px=1000,
    height_px=600,
    frames=4,
    duration_ms=480,
    channels=4,
    frame_width_px=640,
    frame_height_px=384,
    pixel_bytes=640 * 384 * 4,
    shared=True,
)
