"""A disk under SQLite that writes down what is written to it, and fails where a test says.

SQLite's own layer of files (the "unix" VFS of the very library that the program uses) is asked to
open each file; the file's table of methods is then replaced by a copy whose writes, truncations and
syncs come by here first. No compiler and no special file system are needed.
"""

import ctypes
import glob
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3

IOERR_WRITE, IOERR_FSYNC, IOERR_TRUNCATE, FULL = 10 | 3 << 8, 10 | 4 << 8, 10 | 6 << 8, 13
_P, _I, _L = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
_OPEN = ctypes.CFUNCTYPE(_I, _P, _P, _P, _I, _P)
_DELETE = ctypes.CFUNCTYPE(_I, _P, ctypes.c_char_p, _I)
_WRITE = ctypes.CFUNCTYPE(_I, _P, _P, _I, _L)
_TRUNCATE = ctypes.CFUNCTYPE(_I, _P, _L)
_SYNC = ctypes.CFUNCTYPE(_I, _P, _I)


class _Vfs(ctypes.Structure):
    _fields_ = (
        ("iVersion", _I),
        ("szOsFile", _I),
        ("mxPathname", _I),
        ("pNext", _P),
        ("zName", ctypes.c_char_p),
        ("pAppData", _P),
        ("xOpen", _P),
        ("xDelete", _P),
    )


class _Methods(ctypes.Structure):
    _fields_ = (
        ("iVersion", _I),
        ("xClose", _P),
        ("xRead", _P),
        ("xWrite", _P),
        ("xTruncate", _P),
        ("xSync", _P),
        ("others", _P * 13),  # of all three versions; those a version lacks are never looked at
    )


class _File(ctypes.Structure):
    _fields_ = (("pMethods", ctypes.POINTER(_Methods)),)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done to a file: write, truncate, sync, delete; or a word of the test."""

    what: str
    path: str
    at: int = 0  # offset of a write, new size of a truncation
    data: bytes = b""


@dataclass
class Disk:
    """What was done to the files below a folder, in order; ``fails_at`` counts from 1."""

    folder: Path
    steps: list[Step] = field(default_factory=list)
    fails_at: int = 0
    full: bool = False  # whether it fails for want of room, from that step on; else once
    _kept: list[Any] = field(default_factory=list)  # what C still points at

    def say(self, word: str) -> None:
        """Note that the program has said something to a person."""
        self.steps.append(Step("say", word))

    def fails(self, step: Step) -> bool:
        """Note a step; return whether it fails."""
        self.steps.append(step)
        number = sum(one.what != "say" for one in self.steps) if self.fails_at else 0
        return bool(self.fails_at) and (
            number >= self.fails_at
            if self.full and step.what == "write"
            else number == self.fails_at
        )


@contextmanager
def recorded(folder: Path) -> Iterator[Disk]:
    """Put the layer below every file of a folder that SQLite opens from now on."""
    (library,) = glob.glob(str(Path(sqlcipher3.__file__).parent / "_sqlite3*.so"))
    find = ctypes.CDLL(library).sqlite3_vfs_find
    find.restype, find.argtypes = ctypes.POINTER(_Vfs), [ctypes.c_char_p]
    vfs = find(None).contents
    opens, deletes = vfs.xOpen, vfs.xDelete
    disk = Disk(folder)
    ours = _opening(disk, _OPEN(opens)), _deleting(disk, _DELETE(deletes))
    disk._kept += ours
    vfs.xOpen, vfs.xDelete = (ctypes.cast(one, _P).value for one in ours)
    try:
        yield disk
    finally:
        vfs.xOpen, vfs.xDelete = opens, deletes


def _opening(disk: Disk, original: Callable[..., int]) -> Any:
    def open_(vfs: int, name: int, file: int, flags: int, out: int) -> int:
        status = original(vfs, name, file, flags, out)
        path = ctypes.string_at(name).decode() if name else ""
        if status == 0 and Path(path).is_relative_to(disk.folder):
            opened = ctypes.cast(file, ctypes.POINTER(_File)).contents
            table = _copied(disk, path, opened.pMethods.contents)
            disk._kept.append(table)
            opened.pMethods = ctypes.pointer(table)
        return status

    return _OPEN(open_)


def _deleting(disk: Disk, original: Callable[..., int]) -> Any:
    def delete(vfs: int, name: bytes, sync: int) -> int:
        if Path(name.decode()).is_relative_to(disk.folder):
            disk.steps.append(Step("delete", name.decode()))
        return original(vfs, name, sync)

    return _DELETE(delete)


def _copied(disk: Disk, path: str, methods: _Methods) -> _Methods:
    write_, truncate_ = _WRITE(methods.xWrite), _TRUNCATE(methods.xTruncate)
    sync_ = _SYNC(methods.xSync)

    def write(file: int, data: int, amount: int, offset: int) -> int:
        if disk.fails(Step("write", path, offset, ctypes.string_at(data, amount))):
            return FULL if disk.full else IOERR_WRITE
        return write_(file, data, amount, offset)

    def truncate(file: int, size: int) -> int:
        failed = disk.fails(Step("truncate", path, size))
        return IOERR_TRUNCATE if failed else truncate_(file, size)

    def sync(file: int, flags: int) -> int:
        return IOERR_FSYNC if disk.fails(Step("sync", path)) else sync_(file, flags)

    table = _Methods.from_buffer_copy(methods)
    made = _WRITE(write), _TRUNCATE(truncate), _SYNC(sync)
    disk._kept += [*made, write_, truncate_, sync_]
    table.xWrite, table.xTruncate, table.xSync = (ctypes.cast(one, _P).value for one in made)
    return table


@dataclass
class PowerLoss:
    """What a disk holds when the power goes: of each file what it was at its last sync."""

    durable: dict[str, bytes]
    _volatile: dict[str, bytearray] = field(init=False)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._volatile = {path: bytearray(data) for path, data in self.durable.items()}

    def follow(self, step: Step) -> None:
        """Take one step further."""
        if step.what == "say":
            self.said.append(step.path)
            return
        if step.what == "delete":
            self._volatile.pop(step.path, None)
            self.durable.pop(step.path, None)
            return
        file = self._volatile.setdefault(step.path, bytearray())
        if step.what == "write":
            file.extend(bytes(max(0, step.at - len(file))))
            file[step.at : step.at + len(step.data)] = step.data
        elif step.what == "truncate":
            del file[step.at :]
        else:
            self.durable[step.path] = bytes(file)

    def lay_out(self, source: Path, target: Path) -> None:
        """Write what is left into another folder."""
        target.mkdir()
        for path, data in self.durable.items():
            (target / Path(path).relative_to(source)).write_bytes(data)
