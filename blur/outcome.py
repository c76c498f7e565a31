"""What a decoder process answered, checked, and what is made of it."""

from dataclasses import dataclass

from blur.errors import UnreadableError
from blur.facts import PictureFacts
from blur.frame import Frame, stride_of
from blur.protocol import Answer
from blur.reasons import SENTENCES, Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer with what follows its header."""

    answer: Answer
    untrusted_pixels: bytes = b""
    untrusted_notes: bytes = b""


def unreadable(reason: Reason) -> UnreadableError:
    """Return the error that tells a person a reason."""
    return UnreadableError(SENTENCES[reason])


def facts_of(outcome: Outcome) -> PictureFacts:
    """Return what an answer says that an item is."""
    answer = outcome.answer
    return PictureFacts(
        answer.media_type or "",
        answer.width_px,
        answer.height_px,
        answer.frames,
        answer.duration_ms,
    )


def frame_of(outcome: Outcome) -> Frame:
    """Return the frame that an answer brought."""
    answer = outcome.answer
    return Frame(
        answer.frame_width_px,
        answer.frame_height_px,
        answer.channels,
        outcome.untrusted_pixels,
        stride_of(answer.frame_width_px, answer.channels),
    )
