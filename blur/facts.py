"""What a decoder can say of a picture without judging it."""

from dataclasses import dataclass

from blur.frame import Frame


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Type, size and length of a picture that was decoded.

    ``width_px`` and ``height_px`` are as it is shown, after its orientation was applied.
    ``duration_ms`` is ``None`` for a still picture and for pages.
    """

    media_type: str
    width_px: int
    height_px: int
    frames: int
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A picture that the decoder now holds: its facts and its frame under the resting veil."""

    facts: PictureFacts
    veiled: Frame
