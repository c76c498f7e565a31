"""The files of a folder: found without following anything, and read once each.

Whoever filled the folder may have wanted harm. Only regular files are opened, a link is never
followed, nothing that could block is waited for, and a file that changes while it is read is
not kept in half.
"""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from app.names import as_text
from blur.digests import HEAD_BYTES, DigestPass, Digests, media_type
from blur.file_kinds import HEAD_BYTES as OTHER_HEAD_BYTES
from blur.file_kinds import other_type
from grading.late_methods import dataclass

CHUNK_BYTES = 1 << 20

_KINDS = (
    (stat.S_ISLNK, "a symbolic link, which is never followed"),
    (stat.S_ISFIFO, "a pipe, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
)
_READ_FAULTS = {
    errno.EACCES: "you may not read it (permission denied)",
    errno.EPERM: "you may not read it (permission denied)",
    errno.EIO: "the disk failed while it was read",
    errno.ENOENT: "it went away before it was read",
    errno.ELOOP: "it became a symbolic link before it was read",
    errno.ESTALE: "the network disk lost it while it was read",
}
_CHANGED = "it changed while it was read; add the folder again when it is at rest"
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe put in a file's place must not make us wait
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
)


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file that was not read or not taken, by its relative name, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file: its name relative to the folder, its path, and what it was when found."""

    name: str
    path: str
    size_bytes: int
    identity: tuple[int, int]  # device and inode: another file in its place is another pair


@dataclass(frozen=True, slots=True)
class Found:
    """All that lies below a folder, sorted by name: what to read, refuse, or report."""

    files: tuple[FoundFile, ...]
    refused: tuple[FileFault, ...]
    unreadable: tuple[FileFault, ...]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read whole: its digests, type by content, and bytes if it is a picture.

    A file that is neither picture nor video has a type and no bytes: it is listed, never opened.
    """

    name: str
    digests: Digests
    media_type: str | None
    data: bytes | None


def find_files(folder: Path, *, keep_out: Path, limit_bytes: int) -> Found:
    """Return what lies below ``folder``; ``keep_out`` (the home) is not entered.

    The order depends on names alone, so that two runs, on two machines, agree.
    """
    files: list[FoundFile] = []
    refused: list[FileFault] = []
    unreadable: list[FileFault] = []
    top = os.fspath(folder)
    kept_out = _identity(os.stat(keep_out)) if keep_out.exists() else None
    waiting = [top]
    while waiting:
        here = waiting.pop()
        try:
            entries = list(os.scandir(here))
        except OSError as error:
            unreadable.append(FileFault(_relative(here, top) + "/", _reason(error)))
            continue
        for name, entry, state in _states(entries, top, unreadable):
            if stat.S_ISDIR(state.st_mode):
                if _identity(state) == kept_out:
                    refused.append(FileFault(name + "/", "the home of this program"))
                else:
                    waiting.append(entry.path)
                continue
            reason = _refusal(state, limit_bytes)
            if reason is not None:
                refused.append(FileFault(name, reason))
            else:
                files.append(FoundFile(name, entry.path, state.st_size, _identity(state)))
    files.sort(key=lambda found: found.name)
    return Found(tuple(files), _by_name(refused), _by_name(unreadable))


def read_file(found: FoundFile) -> ReadFile | FileFault:
    """Read a found file once, taking its digests on the way; a fault says why it could not be."""
    try:
        descriptor = os.open(found.path, _OPEN_FLAGS)
    except OSError as error:
        return FileFault(found.name, _reason(error))
    try:
        return _read_open(descriptor, found)
    except OSError as error:
        return FileFault(found.name, _reason(error))
    finally:
        os.close(descriptor)


def _read_open(descriptor: int, found: FoundFile) -> ReadFile | FileFault:
    before = os.fstat(descriptor)
    if not stat.S_ISREG(before.st_mode) or _identity(before) != found.identity:
        return FileFault(found.name, "another file was put in its place before it was read")
    if before.st_size != found.size_bytes:
        return FileFault(found.name, _CHANGED)
    digests = DigestPass()
    head = os.read(descriptor, min(CHUNK_BYTES, max(found.size_bytes, HEAD_BYTES)))
    digests.update(head)
    kind = media_type(head[:HEAD_BYTES])
    kept = [head]
    for chunk in _chunks(descriptor, found.size_bytes - len(head)):
        digests.update(chunk)
        if kind is not None:
            kept.append(chunk)
    after = os.fstat(descriptor)
    done = digests.finish()
    if _version(before) != _version(after) or done.size_bytes != found.size_bytes:
        return FileFault(found.name, _CHANGED)
    data = None if kind is None else b"".join(kept)
    if kind is None and done.size_bytes:
        kind = other_type(head[:OTHER_HEAD_BYTES])
    return ReadFile(found.name, done, kind, data)


def _chunks(descriptor: int, left_bytes: int) -> Iterator[bytes]:
    # One byte more than is due is asked for, so that a file that grew is noticed.
    while chunk := os.read(descriptor, min(CHUNK_BYTES, max(left_bytes, 0) + 1)):
        left_bytes -= len(chunk)
        yield chunk
        if left_bytes < 0:
            return


def _states(
    entries: list[os.DirEntry[str]], top: str, unreadable: list[FileFault]
) -> Iterator[tuple[str, os.DirEntry[str], os.stat_result]]:
    for entry in entries:
        name = _relative(entry.path, top)
        try:
            yield name, entry, entry.stat(follow_symlinks=False)
        except OSError as error:
            unreadable.append(FileFault(name, _reason(error)))


def _refusal(state: os.stat_result, limit_bytes: int) -> str | None:
    for is_kind, reason in _KINDS:
        if is_kind(state.st_mode):
            return reason
    if not stat.S_ISREG(state.st_mode):
        return "not a regular file"
    if state.st_size > limit_bytes:
        return (
            f"too large ({state.st_size} bytes; the limit is {limit_bytes}), so it was not opened"
        )
    return None


def _reason(error: OSError) -> str:
    return _READ_FAULTS.get(
        error.errno or 0,
        f"the system refused to read it ({errno.errorcode.get(error.errno or 0, 'unknown')})",
    )


def _relative(path: str, top: str) -> str:
    return as_text(os.path.relpath(path, top)) if path != top else "."


def _identity(state: os.stat_result) -> tuple[int, int]:
    return (state.st_dev, state.st_ino)


def _version(state: os.stat_result) -> tuple[int, int, int]:
    return (state.st_size, state.st_mtime_ns, state.st_ino)


def _by_name(faults: list[FileFault]) -> tuple[FileFault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.file))
