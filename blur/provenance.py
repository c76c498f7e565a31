"""What a file declares about its own making: marks, and a C2PA manifest. It proves nothing.

The child gathers it (`blur/child/declared/`); here it is believed only as far as it was checked.
"""

import struct
from dataclasses import dataclass

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
STATES = ("Valid", "Trusted", "Invalid", "Unknown")

SIGNALS_LIMIT = 40
CODES_LIMIT = 24
_TEXT_LIMIT_BYTES = 512
_HEAD = struct.Struct("<HBB")  # signals, state of the manifest from 1 (0: no manifest), codes
_SIGNAL = struct.Struct("<BB")
_LENGTH = struct.Struct("<H")


@dataclass(frozen=True, slots=True)
class Signal:
    """One mark that a file carries about its own making. It proves nothing, present or absent.

    Attributes:
        kind: One of ``SIGNAL_KINDS``.
        points_to: One of ``DIRECTIONS``: what it speaks for, if anything.
        detail: What it says, in a few words; never the text of a prompt.
        where: Where in the file it stands.
    """

    kind: str
    points_to: str
    detail: str
    where: str


@dataclass(frozen=True, slots=True)
class C2pa:
    """What a C2PA manifest says of itself, read without a network.

    Attributes:
        state: One of ``STATES``. Valid means that it is intact, not that its signer is trusted;
            Invalid may mean no more than a certificate that ran out: the codes say it.
        codes: Codes of what was found wrong with the active manifest, sorted.
        active_generator: The program that made the active manifest.
        active_issuer: The organisation in the certificate that signed it.
    """

    state: str
    codes: tuple[str, ...]
    active_generator: str
    active_issuer: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that a file declares; ``c2pa`` is None where there is no manifest to read."""

    signals: tuple[Signal, ...]
    c2pa: C2pa | None

    @property
    def is_contradictory(self) -> bool:
        """Whether some marks speak for a camera and others for a generator."""
        return {"ai", "capture"} <= {signal.points_to for signal in self.signals}


NOTHING_DECLARED = Provenance((), None)


def packed_provenance(found: Provenance) -> bytes:
    """Return what was found as bytes; the child's side."""
    signals, c2pa = found.signals[:SIGNALS_LIMIT], found.c2pa
    codes = c2pa.codes[:CODES_LIMIT] if c2pa else ()
    parts = [_HEAD.pack(len(signals), STATES.index(c2pa.state) + 1 if c2pa else 0, len(codes))]
    for signal in signals:
        parts.append(
            _SIGNAL.pack(SIGNAL_KINDS.index(signal.kind), DIRECTIONS.index(signal.points_to))
        )
        parts += [_packed(signal.detail), _packed(signal.where)]
    if c2pa is not None:
        parts += [_packed(text) for text in (c2pa.active_generator, c2pa.active_issuer, *codes)]
    return b"".join(parts)


def _packed(text: str) -> bytes:
    data = text.encode("utf-8", "replace")[:_TEXT_LIMIT_BYTES]
    return _LENGTH.pack(len(data)) + data


def opened_provenance(untrusted_notes: bytes) -> Provenance:
    """Return what a child's notes say, every length checked and texts made printable.

    Raises:
        BrokenAnswerError: they are not notes of ours.
    """
    reader = _Reader(untrusted_notes)
    try:
        count, state, codes = reader.take(_HEAD)
        if count > SIGNALS_LIMIT or state > len(STATES) or codes > CODES_LIMIT:
            raise BrokenAnswerError("no such notes")
        signals = tuple(_opened_signal(reader) for _ in range(count))
        c2pa = None
        if state:
            generator, issuer = reader.text(), reader.text()
            said = tuple(reader.text() for _ in range(codes))
            c2pa = C2pa(STATES[state - 1], said, generator, issuer)
    except (struct.error, IndexError) as error:
        raise BrokenAnswerError("notes cut short") from error
    return Provenance(signals, c2pa)


def _opened_signal(reader: "_Reader") -> Signal:
    kind, direction = reader.take(_SIGNAL)
    return Signal(SIGNAL_KINDS[kind], DIRECTIONS[direction], reader.text(), reader.text())


class _Reader:
    def __init__(self, untrusted: bytes) -> None:
        self._untrusted = untrusted
        self._at = 0

    def take(self, form: struct.Struct) -> tuple[int, ...]:
        values = form.unpack_from(self._untrusted, self._at)
        self._at += form.size
        return values

    def text(self) -> str:
        (length,) = self.take(_LENGTH)
        data = self._untrusted[self._at : self._at + length]
        if length > _TEXT_LIMIT_BYTES or len(data) < length:
            raise BrokenAnswerError("notes cut short")
        self._at += length
        said = data.decode("utf-8", "replace")
        return "".join(character if character.isprintable() else " " for character in said)
