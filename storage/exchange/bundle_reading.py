"""Reading a bundle that came from anywhere: bounded, by known names, nothing unpacked to disk."""

import errno
import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from storage.canonical import read_canonical
from storage.cosignature import Cosignature, read_cosignatures
from storage.envelope import ENVELOPE_LIMIT_BYTES
from storage.errors import BundleError, LogProofError
from storage.exchange.bundle import (
    ABOUT,
    CHECKPOINT,
    CONTENTS,
    FORMAT,
    HERE,
    LEAVES,
    Bundle,
    ChainLine,
)
from storage.files import disk_faults
from storage.log import Checkpoint, LogProof, read_checkpoint, read_log_proof

FILES_LIMIT = 1_000_000
DIRECTORY_LIMIT_BYTES = 256 * 1024 * 1024  # a million names and their headers
TOTAL_LIMIT_BYTES = 8 * 1024**3
LIST_LIMIT_BYTES = 256 * 1024 * 1024  # contents.txt, a chain
_KIB = 1024

_HEX = r"([0-9a-f]{64})"
_LIMIT_BYTES: Mapping[str, int] = {  # by the pattern of a name; another name is a stray
    rf"envelopes/{_HEX}\.json": ENVELOPE_LIMIT_BYTES,
    rf"roster/{_HEX}\.json": ENVELOPE_LIMIT_BYTES,
    rf"keys/{_HEX}\.pem": 4 * _KIB,
    rf"schemes/{_HEX}\.toml": 1024 * _KIB,
    rf"chains/{_HEX}\.txt": LIST_LIMIT_BYTES,
    rf"proofs/{_HEX}\.tlog-proof": 16 * _KIB,
    r"bundle\.json": 64 * _KIB,
    r"checkpoint\.txt": 4 * _KIB,
    r"contents\.txt": LIST_LIMIT_BYTES,
    r"leaves\.txt": LIST_LIMIT_BYTES,
    r"verify\.sh": 256 * _KIB,
    r"README\.txt": 256 * _KIB,
}
_NAMES = tuple((re.compile(name, re.ASCII), limit) for name, limit in _LIMIT_BYTES.items())
_CONTENTS_LINE = re.compile(r"([0-9a-f]{64})  ([!-~]+)", re.ASCII)
_CHAIN_LINE = re.compile(r"([1-9][0-9]{0,15}) ([0-9a-f]{64}) (here|withheld)", re.ASCII)
_DIGEST = re.compile(_HEX, re.ASCII)

_END, _END_64 = b"PK\5\6", b"PK\6\6"  # records at the end of a zip that say how long its list is
_TAIL_BYTES = 22 + 20 + 56 + 0xFFFF
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def read_bundle(path: Path) -> Bundle:
    """Read a bundle into memory. What it says is believed by nobody yet.

    Raises:
        BundleError: It is no bundle, or larger than one may be.
        UnwritableStoreError: The file cannot be read.
    """
    with disk_faults(path), path.open("rb") as file:
        try:
            _bound_directory(file.seek(0, 2), _tail(file))
            with zipfile.ZipFile(file) as archive:
                files, strays = _files(archive)
            return _bundle(files, strays)
        except BundleError as error:
            said = str(error)
            raise BundleError(f"{path}: {said[0].lower()}{said[1:]}") from error
        except (*_DAMAGED, LogProofError) as error:
            raise BundleError(f"{path}: this is not a whole bundle ({_reason(error)}).") from error
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            # Nothing is wrong with the disk: the list names a place before the file's beginning.
            raise BundleError(
                f"{path}: this is not a whole bundle (it has no such place)."
            ) from error


def _reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__


def _tail(file: Any) -> bytes:  # noqa: ANN401  # what Path.open gives for "rb"
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    tail: bytes = file.read(_TAIL_BYTES)
    return tail


def _bound_directory(size_bytes: int, tail: bytes) -> None:
    """Refuse a list of files too long to be read at all; `zipfile` reads it whole."""
    if size_bytes > TOTAL_LIMIT_BYTES:
        raise BundleError("The file is larger than a bundle may be.")
    end, end_64 = tail.rfind(_END), tail.rfind(_END_64)
    claimed = [int.from_bytes(tail[end + 12 : end + 16], "little")] if end >= 0 else []
    if claimed == [0xFFFFFFFF] and end_64 >= 0:
        claimed = [int.from_bytes(tail[end_64 + 40 : end_64 + 48], "little")]
    if any(length > DIRECTORY_LIMIT_BYTES for length in claimed):
        raise BundleError("The list of files is longer than that of a bundle may be.")


def _files(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[str]]:
    entries = archive.infolist()
    if len(entries) > FILES_LIMIT:
        raise BundleError(f"There are more than {FILES_LIMIT:,} files in it.")
    if sum(entry.file_size for entry in entries) > TOTAL_LIMIT_BYTES:
        raise BundleError("What is in it is larger than a bundle may be.")
    files: dict[str, bytes] = {}
    strays: list[str] = []
    for entry in entries:
        limit = _limit_of(entry.filename)
        if limit is None:
            strays.append(entry.filename[:200])
        elif entry.filename in files:
            raise BundleError(f"The file {entry.filename} is in it twice.")
        else:
            files[entry.filename] = _read(archive, entry, limit)
    return files, strays


def _limit_of(name: str) -> int | None:
    return next((limit for pattern, limit in _NAMES if pattern.fullmatch(name)), None)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit_bytes: int) -> bytes:
    if entry.file_size > limit_bytes or entry.flag_bits & 1:
        raise BundleError(f"The file {entry.filename} is too large or encrypted.")
    with archive.open(entry) as file:
        return file.read(limit_bytes + 1)[:limit_bytes]


def _bundle(files: Mapping[str, bytes], strays: list[str]) -> Bundle:
    about = read_canonical(_required(files, ABOUT))
    match about:
        case {
            "format": format_,
            "deployment": str(deployment),
            "batch": str() | None as batch,
            "first_roster": str(first_roster),
        } if format_ == FORMAT and _DIGEST.fullmatch(first_roster):
            pass
        case _:
            raise BundleError(f"Its {ABOUT} is not that of a bundle this version can read.")
    checkpoint, cosignatures = _checkpoint(files.get(CHECKPOINT))
    return Bundle(
        deployment=deployment,
        batch=batch,
        first_roster=first_roster,
        envelopes=dict(_named(files, "envelopes/")),
        rosters=dict(_named(files, "roster/")),
        keys=dict(_named(files, "keys/")),
        schemes=dict(_named(files, "schemes/")),
        chains={name: _chain(text.decode()) for name, text in _named(files, "chains/")},
        checkpoint=checkpoint,
        cosignatures=cosignatures,
        proofs=dict(_proofs(files)),
        contents=_contents(_required(files, CONTENTS).decode()),
        digests={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        strays=tuple(strays),
        stated=about,
        leaves=tuple(_leaves(files.get(LEAVES, b"").decode())),
    )


def _checkpoint(content: bytes | None) -> tuple[Checkpoint | None, tuple[Cosignature, ...]]:
    """Read a checkpoint and the cosignatures under it; older bundles have none."""
    if content is None:
        return None, ()
    stated, empty, lines = content.decode().partition("\n\n")
    checkpoint = read_checkpoint(f"{stated}\n" if empty else stated)
    return checkpoint, tuple(read_cosignatures(checkpoint, lines))


def _leaves(text: str) -> Iterator[bytes]:
    for line in text.splitlines():
        if not _DIGEST.fullmatch(line):
            raise BundleError(f"Its {LEAVES} has a line that is none: {line[:80]!r}.")
        yield bytes.fromhex(line)


def _required(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise BundleError(f"There is no {name} in it.")
    return files[name]


def _named(files: Mapping[str, bytes], folder: str) -> Iterator[tuple[str, bytes]]:
    for name, content in files.items():
        if name.startswith(folder):
            yield name.removeprefix(folder).partition(".")[0], content


def _proofs(files: Mapping[str, bytes]) -> Iterator[tuple[str, LogProof]]:
    for name, text in _named(files, "proofs/"):
        yield name, read_log_proof(text.decode())


def _contents(text: str) -> dict[str, str]:
    listed: dict[str, str] = {}
    for line in text.splitlines():
        found = _CONTENTS_LINE.fullmatch(line)
        if not found or found[2] in listed:
            raise BundleError(f"Its {CONTENTS} has a line that is none: {line[:80]!r}.")
        listed[found[2]] = found[1]
    return listed


def _chain(text: str) -> tuple[ChainLine, ...]:
    lines = []
    for line in text.splitlines():
        found = _CHAIN_LINE.fullmatch(line)
        if not found:
            raise BundleError(f"A chain has a line that is none: {line[:80]!r}.")
        lines.append(ChainLine(int(found[1]), found[2], found[3] == HERE))
    return tuple(lines)
