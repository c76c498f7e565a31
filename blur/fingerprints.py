"""Perceptual fingerprints of a picture, and how they cross from the decoder process."""

import struct
from dataclasses import dataclass

from blur.facts import PictureFacts
from blur.protocol import BrokenAnswerError

_PRINTS = struct.Struct("<8s8s32sH")


@dataclass(frozen=True, slots=True)
class Prints:
    """Perceptual fingerprints in hex; ``pdq_quality`` is 0 (featureless) to 100."""

    phash: str
    dhash: str
    pdq: str
    pdq_quality: int


@dataclass(frozen=True, slots=True)
class Studied:
    """A picture's facts and fingerprints, from one decoding."""

    facts: PictureFacts
    prints: Prints


def packed_notes(prints: Prints) -> bytes:
    """Return fingerprints as bytes; the child's side."""
    return _PRINTS.pack(
        bytes.fromhex(prints.phash),
        bytes.fromhex(prints.dhash),
        bytes.fromhex(prints.pdq),
        prints.pdq_quality,
    )


def opened_notes(facts: PictureFacts, untrusted_notes: bytes) -> Studied:
    """Return what a child's notes say.

    Raises:
        BrokenAnswerError: they are not notes of ours.
    """
    try:
        phash, dhash, pdq, untrusted_quality = _PRINTS.unpack(untrusted_notes)
    except struct.error as error:
        raise BrokenAnswerError("notes of another length") from error
    if untrusted_quality > 100:
        raise BrokenAnswerError("no such fingerprint")
    return Studied(facts, Prints(phash.hex(), dhash.hex(), pdq.hex(), untrusted_quality))
