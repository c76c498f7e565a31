"""Lists of digests that are drawn at test time, and the lines of a list read in another way."""

import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path

from app.known.importing import ListSummary, import_hashes
from app.known.profiles import DEFAULT, profile_named
from storage.home import Home
from storage.known.assertion import DigestKind

BITS: dict[DigestKind, int] = {"md5": 128, "sha1": 160, "sha256": 256, "pdq": 256}


def drawn(kind: DigestKind, count: int) -> list[str]:
    """So many digests of a kind, drawn at random, in hex."""
    return [secrets.token_hex(BITS[kind] // 8) for _ in range(count)]


def written(file: Path, lines: Sequence[str], *, end: str = "\n") -> Path:
    """Write lines to a file."""
    file.write_bytes("".join(line + end for line in lines).encode())
    return file


def taken_in(home: Home, file: Path, profile: str = DEFAULT, **said: str) -> ListSummary:
    """Import a list."""
    return import_hashes(home, file, profile_named(profile), **said)


def digests_of(data: bytes) -> dict[DigestKind, str]:
    """The digests of a file."""
    return {
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "sha1": hashlib.sha1(data, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
