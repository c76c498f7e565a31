"""What a decoder can say of a picture without judging it."""

from dataclasses import dataclass

from blur.frame import Frame


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Type, size and length of a picture or video that was decoded.

    ``width_px`` and ``height_px`` are as it is shown, after its orientation was applied.
    ``duration_ms`` is ``None`` for a still picture and for pages. A video's ``frames`` are the
    stills of its contact sheet (24 at most), as far as they can be told before it is made.
    """

    media_type: str
    width_px: int
    height_px: int
    frames: int
    duration_ms: int | None

    @property
    def is_video(self) -> bool:
        """Whether it is a video, looked at by stills and times instead of by all its frames."""
        return self.media_type.startswith("video/")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A picture that the decoder now holds: its facts and its frame under the resting veil."""

    facts: PictureFacts
    veiled: Frame
