"""What is told of a picture beside its facts: fingerprints, and what the file itself declares."""

import struct
from dataclasses import dataclass

from blur.facts import PictureFacts
from blur.protocol import BrokenAnswerError

SIGNAL_KINDS = (
    "digital-source-type",
    "generator-parameters",
    "generator-tag",
    "credit-line",
    "iptc-ai-field",
    "aigc-label",
    "hidden-alpha-metadata",
    "camera-exif",
    "editor-software",
    "c2pa-remote-link",
    "c2pa-unreadable",
    "unreadable-metadata",
    "hostile-metadata",
    "undecodable",
)
DIRECTIONS = ("ai", "capture", "edited", "c2pa", "attention", "other")

_PRINTS = struct.Struct("<8s8s32sHB")
_SIGNAL = struct.Struct("<BBHH")
_TEXT_LIMIT_BYTES = 512
SIGNALS_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Prints:
    """Perceptual fingerprints in hex; ``pdq_quality`` is 0 (featureless) to 100."""

    phash: str
    dhash: str
    pdq: str
    pdq_quality: int


@dataclass(frozen=True, slots=True)
class Signal:
    """One mark that a file carries about its own making. It proves nothing, present or absent."""

    kind: str
    points_to: str
    detail: str
    where: str


@dataclass(frozen=True, slots=True)
class Studied:
    """A picture's facts, fingerprints and declared signals, from one decoding."""

    facts: PictureFacts
    prints: Prints
    signals: tuple[Signal, ...]


def packed_notes(prints: Prints, signals: tuple[Signal, ...]) -> bytes:
    """Return fingerprints and signals as bytes; the child's side."""
    parts = [
        _PRINTS.pack(
            bytes.fromhex(prints.phash),
            bytes.fromhex(prints.dhash),
            bytes.fromhex(prints.pdq),
            prints.pdq_quality,
            min(len(signals), SIGNALS_LIMIT),
        )
    ]
    for signal in signals[:SIGNALS_LIMIT]:
        detail = signal.detail.encode("utf-8", "replace")[:_TEXT_LIMIT_BYTES]
        where = signal.where.encode("utf-8", "replace")[:_TEXT_LIMIT_BYTES]
        kind, direction = SIGNAL_KINDS.index(signal.kind), DIRECTIONS.index(signal.points_to)
        parts += [_SIGNAL.pack(kind, direction, len(detail), len(where)), detail, where]
    return b"".join(parts)


def opened_notes(facts: PictureFacts, untrusted_notes: bytes) -> Studied:
    """Return what a child's notes say, every length checked and texts made printable.

    Raises:
        BrokenAnswerError: they are not notes of ours.
    """
    try:
        phash, dhash, pdq, untrusted_quality, untrusted_count = _PRINTS.unpack_from(untrusted_notes)
        if untrusted_quality > 100 or untrusted_count > SIGNALS_LIMIT:
            raise BrokenAnswerError("no such fingerprint")
        prints = Prints(phash.hex(), dhash.hex(), pdq.hex(), untrusted_quality)
        at = _PRINTS.size
        signals = []
        for _ in range(untrusted_count):
            signal, at = _opened_signal(untrusted_notes, at)
            signals.append(signal)
    except (struct.error, IndexError) as error:
        raise BrokenAnswerError("notes cut short") from error
    return Studied(facts, prints, tuple(signals))


def _opened_signal(untrusted: bytes, at: int) -> tuple[Signal, int]:
    kind, direction, detail_bytes, where_bytes = _SIGNAL.unpack_from(untrusted, at)
    at += _SIGNAL.size
    end = at + detail_bytes + where_bytes
    if max(detail_bytes, where_bytes) > _TEXT_LIMIT_BYTES or end > len(untrusted):
        raise BrokenAnswerError("notes cut short")
    detail = _printable(untrusted[at : at + detail_bytes])
    where = _printable(untrusted[at + detail_bytes : end])
    return Signal(SIGNAL_KINDS[kind], DIRECTIONS[direction], detail, where), end


def _printable(untrusted: bytes) -> str:
    text = untrusted.decode("utf-8", "replace")
    return "".join(character if character.isprintable() else " " for character in text)
