"""What can be told of a file without a home: type, digests, fingerprints, declared provenance.

The file is read once here and decoded once in a decoder process; nothing is kept.
"""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from app.bootstrap import decoder_command
from blur.decoder import Decoder, Studied
from blur.digests import HEAD_BYTES, DigestPass, Digests, media_type
from blur.errors import UnreadableError
from blur.limits import DEFAULT
from blur.protection import MEANINGS, TESTED_PLATFORMS, Layer, layers_of
from blur.reasons import SENTENCES, Reason

DECODERS = 2
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found out about one file; what could not be is ``None``, and says why."""

    file: Path
    digests: Digests | None
    media_type: str | None
    studied: Studied | None
    unreadable: str | None

    def as_json(self) -> dict[str, object]:
        """Return the object that ``inspect --json`` prints for a file."""
        studied, digests = self.studied, self.digests
        facts = studied.facts if studied is not None else None
        prints = studied.prints if studied is not None else None
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
                for signal in (studied.signals if studied else ())
            ],
            "c2pa": None,
            "unreadable": self.unreadable,
        }


@dataclass(frozen=True, slots=True)
class Protection:
    """One protection of a decoder: ``in_force`` as it says itself, ``is_tested`` here by us."""

    name: str
    meaning: str
    in_force: bool
    is_tested: bool


def inspect_files(files: Sequence[Path]) -> Iterator[Inspected]:
    """Yield what is found out about each file, in the order given, as soon as it is known."""
    idle: SimpleQueue[Decoder] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(min(DECODERS, len(files))):
            idle.put(stack.enter_context(closing(Decoder(decoder_command()))))
        pool = stack.enter_context(ThreadPoolExecutor(DECODERS, thread_name_prefix="inspect"))
        yield from pool.map(lambda file: _inspected(file, idle), files)


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


def _inspected(file: Path, idle: SimpleQueue[Decoder]) -> Inspected:
    try:
        data, digests = _read(file)
    except OSError as error:
        return Inspected(file, None, None, None, _reason(error))
    decoder = idle.get()
    try:
        kind = media_type(data[:HEAD_BYTES])
        return Inspected(file, digests, kind, _studied(decoder, data, digests), None)
    except UnreadableError as error:
        return Inspected(file, digests, kind, None, error.reason)
    finally:
        idle.put(decoder)


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
