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

SIGNALS_LIMIT = 200
CODES_LIMIT = 24
_TEXT_LIMIT_BYTES = 512
# What all signals may take; what exceeds it is counted and left out.
_SIGNALS_LIMIT_BYTES = 40 * 1024
# Signals, those left out, state of the manifest from 1 (0: no manifest), codes, JPEG tables (0: no,
# 1: of its own, 2: the standard ones), their quality and digest.
_HEAD = struct.Struct("<HHBBBB32s")
_SIGNAL = struct.Struct("<BBI32s")  # kind, direction, length and digest of a text (0: none)
_FIRST = frozenset(("ai", "capture", "attention"))  # what is not left out before the others
PROMPTS_LIMIT = 16
PROMPT_LIMIT_BYTES = 12 * 1024
_PROMPTS_LIMIT_BYTES = 60 * 1024
_PROMPTS = struct.Struct("<HB")  # prompts, whether something was left out
_LENGTH = struct.Struct("<H")
_FLAG = struct.Struct("<B")


@dataclass(frozen=True, slots=True)
class Signal:
    """One mark that a file carries about its own making. It proves nothing, present or absent.

    Attributes:
        kind: One of ``SIGNAL_KINDS``.
        points_to: One of ``DIRECTIONS``: what it speaks for, if anything.
        detail: What it says, in a few words; never the text of a prompt.
        where: Where in the file it stands.
        characters: How long the text is that it was found in, where that text may be a prompt.
        sha256: The SHA-256 of that text in UTF-8, hex; empty where there is none.
    """

    kind: str
    points_to: str
    detail: str
    where: str
    characters: int = 0
    sha256: str = ""


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
class JpegTables:
    """How a JPEG file was encoded last: a neutral fact, which points nowhere.

    Attributes:
        quality: At which quality, 1 to 100, the tables of the standard are these; None: at none,
            they are an encoder's own.
        sha256: Of the tables, hex: the same encoder and setting write the same.
    """

    quality: int | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that a file declares; ``c2pa`` is None where there is no manifest to read.

    ``left_out`` counts marks beyond our limits. ``jpeg_tables`` is None for what is no JPEG.
    """

    signals: tuple[Signal, ...]
    c2pa: C2pa | None
    left_out: int = 0
    jpeg_tables: JpegTables | None = None

    @property
    def is_contradictory(self) -> bool:
        """Whether some marks speak for a camera and others for a generator."""
        return {"ai", "capture"} <= {signal.points_to for signal in self.signals}


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text that a generator left, and where; ``is_whole`` is False where it was cut."""

    where: str
    text: str
    is_whole: bool


NOTHING_DECLARED = Provenance((), None)


def packed_provenance(found: Provenance) -> bytes:
    """Return what was found as bytes; the child's side."""
    c2pa, tables = found.c2pa, found.jpeg_tables
    codes = c2pa.codes[:CODES_LIMIT] if c2pa else ()
    signals = _that_fit(found.signals)
    left_out = min(len(found.signals) - len(signals) + found.left_out, 0xFFFF)
    head = _HEAD.pack(
        len(signals),
        left_out,
        STATES.index(c2pa.state) + 1 if c2pa else 0,
        len(codes),
        0 if tables is None else 2 if tables.quality else 1,
        (tables.quality or 0) if tables else 0,
        bytes.fromhex(tables.sha256) if tables else bytes(32),
    )
    parts = [head, *signals]
    if c2pa is not None:
        parts += [_packed(text) for text in (c2pa.active_generator, c2pa.active_issuer, *codes)]
    return b"".join(parts)


def _that_fit(signals: tuple[Signal, ...]) -> list[bytes]:
    """Return signals as bytes, as many as may cross; of more, what points nowhere goes first."""
    packed = [_packed_signal(signal) for signal in signals]
    size = sum(map(len, packed))
    order = sorted(range(len(packed)), key=lambda at: signals[at].points_to in _FIRST)
    dropped: set[int] = set()
    for at in order:  # from what matters least
        if len(packed) - len(dropped) <= SIGNALS_LIMIT and size <= _SIGNALS_LIMIT_BYTES:
            break
        dropped.add(at)
        size -= len(packed[at])
    return [one for at, one in enumerate(packed) if at not in dropped]


def _packed_signal(signal: Signal) -> bytes:
    kind, direction = SIGNAL_KINDS.index(signal.kind), DIRECTIONS.index(signal.points_to)
    digest = bytes.fromhex(signal.sha256) if signal.sha256 else bytes(32)
    head = _SIGNAL.pack(kind, direction, min(signal.characters, 0xFFFFFFFF), digest)
    return head + _packed(signal.detail) + _packed(signal.where)


def packed_prompts(found: tuple[Prompt, ...]) -> bytes:
    """Return prompts as bytes, as many as may cross, each cut where it is too long."""
    parts, size, some = [], 0, found[:PROMPTS_LIMIT]
    for prompt in some:
        data = prompt.text.encode("utf-8", "replace")
        cut = data[:PROMPT_LIMIT_BYTES]
        part = b"".join(
            (
                bytes([prompt.is_whole and len(cut) == len(data)]),
                _packed(prompt.where),
                _LENGTH.pack(len(cut)),
                cut,
            )
        )
        if size + len(part) > _PROMPTS_LIMIT_BYTES:
            break
        parts.append(part)
        size += len(part)
    return _PROMPTS.pack(len(parts), len(parts) < len(found)) + b"".join(parts)


def opened_prompts(untrusted_notes: bytes) -> tuple[Prompt, ...]:
    """Return the prompts that a child's notes hold, every length checked, as printable lines.

    Raises:
        BrokenAnswerError: they are not notes of ours.
    """
    reader = _Reader(untrusted_notes)
    try:
        count, _ = reader.take(_PROMPTS)
        if count > PROMPTS_LIMIT:
            raise BrokenAnswerError("no such notes")
        return tuple(_opened_prompt(reader) for _ in range(count))
    except (struct.error, IndexError) as error:
        raise BrokenAnswerError("notes cut short") from error


def _opened_prompt(reader: "_Reader") -> Prompt:
    (is_whole,) = reader.take(_FLAG)
    where = reader.text()
    return Prompt(where, reader.text(PROMPT_LIMIT_BYTES), is_whole == 1)


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
        count, left_out, state, codes, tables, quality, digest = _HEAD.unpack_from(
            untrusted_notes, 0
        )
        reader.skip(_HEAD.size)
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
    found = JpegTables(quality if tables == 2 else None, digest.hex()) if tables else None
    return Provenance(signals, c2pa, left_out, found)


def _opened_signal(reader: "_Reader") -> Signal:
    kind, direction, characters, digest = reader.signal()
    named = digest.hex() if characters else ""
    detail, where = reader.text(), reader.text()
    return Signal(SIGNAL_KINDS[kind], DIRECTIONS[direction], detail, where, characters, named)


class _Reader:
    def __init__(self, untrusted: bytes) -> None:
        self._untrusted = untrusted
        self._at = 0

    def take(self, form: struct.Struct) -> tuple[int, ...]:
        values = form.unpack_from(self._untrusted, self._at)
        self._at += form.size
        return values

    def skip(self, size: int) -> None:
        self._at += size

    def signal(self) -> tuple[int, int, int, bytes]:
        kind, direction, characters, digest = _SIGNAL.unpack_from(self._untrusted, self._at)
        self.skip(_SIGNAL.size)
        return kind, direction, characters, digest

    def text(self, most_bytes: int = _TEXT_LIMIT_BYTES) -> str:
        (length,) = self.take(_LENGTH)
        data = self._untrusted[self._at : self._at + length]
        if length > most_bytes or len(data) < length:
            raise BrokenAnswerError("notes cut short")
        self._at += length
        said = data.decode("utf-8", "replace")
        return "".join(character if character.isprintable() else " " for character in said)
