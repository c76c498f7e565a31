"""A Project VIC file read as a stream: one entry at a time, whatever the length of the file.

A case has its entries under ``value[].Media[]``, a hash set under ``value[]``; the file's marker
says which, and the version of the data model. What one entry may take up is bounded, and what is
wrong in one is no fault of the others.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Literal

import ijson

from app.errors import TableError
from app.names import shown
from app.vics.splitting import ENTRY_LIMIT_BYTES, CutOffError, Splitter, TooLargeError
from grading.late_methods import dataclass

_HEAD_BYTES = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_WIDE = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_AS_UTF_8 = "Save it in UTF-8."
_MARKER = re.compile(rb'"@?odata\.(?:metadata|context)"\s*:\s*"((?:[^"\\]|\\.){0,500})"')
_VERSION = re.compile(r"/(\d+\.\d+)\.xml")
_REGION = re.compile(r"\.xml/(\w+)/")
_CASES = re.compile(rb'"Media"\s*:\s*\[')

Form = Literal["cases", "media"]
_WAYS: dict[Form, tuple[str, ...]] = {"cases": ("value", "Media"), "media": ("value",)}


@dataclass(frozen=True, slots=True)
class Marker:
    """What a file says it is. ``version`` and ``region`` are None where it does not say."""

    form: Form
    version: str | None
    region: str | None


class VicsFile:
    """One file, opened for each reading."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entry = 0
        self._guarded: _Guarded | None = None

    @property
    def size_bytes(self) -> int:
        """How long the file is; 0 where it cannot be asked."""
        try:
            return self._path.stat().st_size
        except OSError:
            return 0

    @property
    def read_bytes(self) -> int:
        """How much of it the reading at hand has read."""
        return 0 if self._guarded is None else self._guarded.read_bytes

    def marker(self) -> Marker:
        """Return what the file says it is.

        Raises:
            TableError: It cannot be read, is no text in UTF-8, or no file of Project VIC.
        """
        try:
            with self._path.open("rb") as opened:
                head = opened.read(_HEAD_BYTES)
        except OSError as error:
            raise self._unreadable(error) from error
        for mark, encoding in _WIDE:
            if head.startswith(mark):
                raise self._error(f"it is in {encoding}, not in UTF-8.", _AS_UTF_8)
        found = _MARKER.search(head)
        said = found.group(1).decode("utf-8", "replace") if found else ""
        form = self._form(said, head)
        version, region = _VERSION.search(said), _REGION.search(said)
        return Marker(form, version and version.group(1), region and region.group(1))

    def entries(self, form: Form) -> Iterator[tuple[int, bytes]]:
        """Yield number, from 1, and text of each entry, whatever that holds.

        Raises:
            TableError: The file cannot be read to its end: it is cut off, no JSON around its
                entries, or an entry is larger than any could be. The number of the last entry that
                was found is told.
        """
        self._entry = 0
        try:
            with self._path.open("rb") as opened:
                guarded = self._guarded = _Guarded(opened)
                for entry in Splitter(guarded.read, _WAYS[form]).entries():
                    self._entry += 1
                    yield self._entry, entry
        except OSError as error:
            raise self._unreadable(error) from error
        except TooLargeError:
            raise self._error(
                f"the entry after number {self._entry} is larger than"
                f" {ENTRY_LIMIT_BYTES // 2**20} MB.",
                "Ask for a sound file.",
            ) from None
        except (CutOffError, ijson.JSONError, ValueError) as error:
            why, advice = _why_no_json(str(error))
            raise self._error(f"after entry {self._entry} {why}.", advice) from error

    def _form(self, said: str, head: bytes) -> Form:
        if said.endswith("#Cases"):
            return "cases"
        if said.endswith("#Media"):
            return "media"
        if b'"value"' not in head:
            raise self._error("it is no file of Project VIC.", "Name a case or a hash set.")
        return "cases" if _CASES.search(head) else "media"

    def _unreadable(self, error: OSError) -> TableError:
        return self._error(f"it cannot be read ({(error.strerror or 'it failed').lower()}).", "")

    def _error(self, why: str, advice: str) -> TableError:
        return TableError(f"{shown(str(self._path))}: {why}", advice=advice or "Look at its path.")


def _why_no_json(said: str) -> tuple[str, str]:
    """Return what the parser found, in words that a person can do something with, and advice."""
    if "UTF8" in said:
        return "it is not UTF-8 text", _AS_UTF_8
    if "overflow" in said:
        return (
            "it has a number of more digits than any can have",
            "Ask for a file whose digests stand in quotation marks.",
        )
    return "it is cut off or no JSON", "Ask for the file again."


class _Guarded:
    """What is read: without the mark at its beginning, and counted."""

    def __init__(self, opened: BinaryIO) -> None:
        self._opened = opened
        self._carried = opened.read(len(_BOM)).removeprefix(_BOM)
        self.read_bytes = 0

    def read(self, count: int) -> bytes:
        """Return the next bytes; none at the end."""
        carried, self._carried = self._carried, b""
        data = carried or self._opened.read(count)
        self.read_bytes += len(data)
        return data
