"""What can be told of a file without a home: type, digests, fingerprints, declared provenance.

The file is read once here and decoded once in a decoder process; nothing is kept.
"""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

from app.bootstrap import decoder_command
from app.errors import UsageError
from blur.decoder import Decoder
from blur.digests import HEAD_BYTES, DigestPass, Digests, media_type
from blur.errors import UnreadableError
from blur.fingerprints import Studied
from blur.keeper import PROVENANCE_WORD
from blur.limits import DEFAULT
from blur.protection import MEANINGS, TESTED_PLATFORMS, Layer, layers_of
from blur.provenance import NOTHING_DECLARED, Provenance, Signal
from blur.reasons import SENTENCES, Reason
from grading.late_methods import dataclass

DECODERS = 2
_CHUNK_BYTES = 1 << 20
_TRUST_LIMIT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found out about one file; what could not be is ``None``, and says why."""

    file: Path
    digests: Digests | None
    media_type: str | None
    studied: Studied | None
    provenance: Provenance
    unreadable: str | None

    def as_json(self) -> dict[str, object]:
        """Return the object that ``inspect --json`` prints for a file."""
        studied, digests, c2pa = self.studied, self.digests, self.provenance.c2pa
        facts = studied.facts if studied is not None else None
        prints = studied.prints if studied is not None else None
        tables = self.provenance.jpeg_tables
        return {
            "type": self.media_type,
            "bytes": digests.size_bytes if digests else None,
            "width": facts.width_px if facts else None,
            "height": facts.height_px if facts else None,
            "frames": facts.frames if facts else None,
            "duration_ms": facts.duration_ms if facts else None,
            "sha256": digests.sha256 if digests else None,
            "sha1": digests.sha1 if digests else None,
            "md5": digests.md5 if digests else None,
            "phash": prints.phash if prints else None,
            "dhash": prints.dhash if prints else None,
            "pdq": {"hash": prints.pdq, "quality": prints.pdq_quality} if prints else None,
            "signals": [
                {
                    "kind": signal.kind,
                    "points_to": signal.points_to,
                    "detail": signal.detail,
                    "where": signal.where,
                }
                for signal in self.provenance.signals
            ],
            "c2pa": {
                "state": c2pa.state,
                "codes": list(c2pa.codes),
                "active_generator": c2pa.active_generator,
                "active_issuer": c2pa.active_issuer,
            }
            if c2pa
            else None,
            "unreadable": self.unreadable,
            "texts": [
                {"where": signal.where, "characters": signal.characters, "sha256": signal.sha256}
                for signal in self.provenance.signals
                if signal.sha256
            ],
            "jpeg_tables": {"quality": tables.quality, "sha256": tables.sha256} if tables else None,
            "signals_left_out": self.provenance.left_out,
        }


@dataclass(frozen=True, slots=True)
class Protection:
    """One protection of a decoder: ``in_force`` as it says itself, ``is_tested`` here by us."""

    name: str
    meaning: str
    in_force: bool
    is_tested: bool


def inspect_files(files: Sequence[Path], trusted_pem: bytes = b"") -> Iterator[Inspected]:
    """Yield what is found out about each file, in the order given, as soon as it is known.

    ``trusted_pem`` are certificates of those who are trusted as signers of C2PA manifests.
    """
    idle: SimpleQueue[Decoder] = SimpleQueue()
    command = [*decoder_command(), PROVENANCE_WORD]
    with ExitStack() as stack:
        for _ in range(min(DECODERS, len(files))):
            idle.put(stack.enter_context(closing(Decoder(command))))
        pool = stack.enter_context(ThreadPoolExecutor(DECODERS, thread_name_prefix="inspect"))
        yield from pool.map(lambda file: _inspected(file, idle, trusted_pem), files)


def certificates(file: Path) -> bytes:
    """Return the certificates in a PEM file, as they are.

    Raises:
        UsageError: It cannot be read, or holds none.
    """
    try:
        with file.open("rb") as source:
            data = source.read(_TRUST_LIMIT_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file}: {_reason(error)}.", advice="Name a PEM file.") from error
    if b"-----BEGIN CERTIFICATE-----" not in data or len(data) > _TRUST_LIMIT_BYTES:
        raise UsageError(f"{file}: this is no PEM file of certificates.", advice="Name another.")
    return data


def protections() -> list[Protection]:
    """Return each protection that a decoder may have on this platform.

    Raises:
        DecoderStartError: no decoder starts on this machine.
    """
    with closing(Decoder(decoder_command())) as decoder:
        in_force = Layer(decoder.protections())
    is_tested = sys.platform in TESTED_PLATFORMS
    possible = layers_of(sys.platform)
    return [
        Protection(layer.name.lower().replace("_", "-"), meaning, layer in in_force, is_tested)
        for layer, meaning in MEANINGS.items()
        if layer.name is not None and layer in possible
    ]


def _inspected(file: Path, idle: SimpleQueue[Decoder], trusted_pem: bytes) -> Inspected:
    try:
        data, digests = _read(file)
    except OSError as error:
        return Inspected(file, None, None, None, NOTHING_DECLARED, _reason(error))
    decoder = idle.get()
    kind = media_type(data[:HEAD_BYTES])
    try:
        studied, unreadable = _studied(decoder, data, digests), None
    except UnreadableError as error:
        studied, unreadable = None, error.reason
    try:
        declared = _declared(decoder, data, digests, trusted_pem)
    finally:
        idle.put(decoder)
    if unreadable is not None and kind is not None:
        undecodable = Signal("undecodable", "attention", unreadable, "the file as a whole")
        declared = replace(declared, signals=(*declared.signals, undecodable))
    return Inspected(file, digests, kind, studied, declared, unreadable)


def _declared(decoder: Decoder, data: bytes, digests: Digests, trusted_pem: bytes) -> Provenance:
    """Return what a file declares; nothing where it is none of ours, or too large to look at."""
    if digests.size_bytes > len(data) or not data:
        return NOTHING_DECLARED
    try:
        return decoder.provenance(data, trusted_pem)
    except UnreadableError as error:
        why = Signal("unreadable-metadata", "attention", error.reason, "the file as a whole")
        return Provenance((why,), None)


def _studied(decoder: Decoder, data: bytes, digests: Digests) -> Studied:
    if digests.size_bytes > len(data):
        too_large = digests.size_bytes > DEFAULT.most_bytes()
        reason = Reason.TOO_MANY_BYTES if too_large else Reason.UNKNOWN_TYPE
        raise UnreadableError(SENTENCES[reason])
    return decoder.study(data)


def _read(file: Path) -> tuple[bytes, Digests]:
    """Return a file's bytes and digests; of a file that is no picture, only the first bytes."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError("it is not a regular file")
    digests = DigestPass()
    with file.open("rb") as source:
        head = source.read(_CHUNK_BYTES)
        digests.update(head)
        kept = [head]
        size_bytes = os.fstat(source.fileno()).st_size
        is_wanted = media_type(head[:HEAD_BYTES]) is not None and size_bytes <= DEFAULT.most_bytes()
        while chunk := source.read(_CHUNK_BYTES):
            digests.update(chunk)
            if is_wanted:
                kept.append(chunk)
    return b"".join(kept), digests.finish()


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "you may not read it (permission denied)"
    if isinstance(error, IsADirectoryError):
        return "it is a folder, not a file"
    return error.strerror or str(error)
