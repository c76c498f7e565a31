"""One entry as text: read so that each of its fields can be written again as it came."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NoReturn, TypeVar

import orjson

DEEPEST = 100  # brackets within brackets; more than any program of the trade writes
_ONCE = ("md5", "sha1", "category")
_ESCAPED_LETTER = re.compile(rb"\\u00[3-7]")  # or digit: a name can be spelt with such
_SPACE = re.compile(r"[ \t\n\r]*")

AsItCame = orjson.Fragment  # the text of a value, which is written again letter by letter
T = TypeVar("T")


class EntryTextError(ValueError):
    """An entry that cannot be read; the message is the reason, a clause."""


def read_entry(text: bytes) -> Any:  # noqa: ANN401  # any JSON value
    """Return what an entry says.

    Raises EntryTextError for what is no JSON in UTF-8, holds a number that no reader could keep, is
    nested too deeply to be written again, or says its digest or category twice.
    """
    try:
        entry = orjson.loads(text)
    except ValueError:  # or a number that it cannot read, and Python can
        entry = exact_entry(text)
    if text.count(b"[") + text.count(b"{") > DEEPEST and _is_deeper(entry):
        raise EntryTextError("it is nested too deeply")
    if isinstance(entry, Mapping):
        _check_doubled(text, entry)
    return entry


def fields_as_they_came(text: bytes) -> dict[str, AsItCame]:
    """Return the fields of an entry, the value of each as its text; raises EntryTextError.

    Of a name that stands there twice the last is taken. What is no object has no fields.
    """
    return _strictly(_fields, text)


def written_entry(entry: Mapping[str, object]) -> bytes:
    """Return an entry as JSON in UTF-8; what is ``AsItCame`` stands there as it came."""
    try:
        return orjson.dumps(entry)
    except TypeError:  # half a character, in a name of a field or in the path of an older home
        fields = (json.dumps(name).encode() + b":" + _value(entry[name]) for name in entry)
        return b"{" + b",".join(fields) + b"}"


def _value(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def _is_deeper(entry: object) -> bool:
    """Tell whether anything in it is nested more than ``DEEPEST`` deep."""
    level = [entry]
    for _ in range(DEEPEST + 1):
        level = [inner for one in level for inner in _within(one)]
    return bool(level)


def _within(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def exact_entry(text: bytes) -> Any:  # noqa: ANN401  # any JSON value
    """Return the same with each digit of whole numbers; raises EntryTextError."""
    return _strictly(_DECODER.decode, text)


def _strictly(read: Callable[[str], T], text: bytes) -> T:
    try:
        return read(text.decode())
    except RecursionError:
        raise EntryTextError("it is nested too deeply") from None
    except EntryTextError:
        raise
    except UnicodeDecodeError:
        raise EntryTextError("it is not UTF-8 text") from None
    except ValueError:  # Python reads whole numbers of 4,300 digits at most
        why = "it is no JSON, or has a number of more digits than any can have"
        raise EntryTextError(why) from None


def _fields(text: str) -> dict[str, AsItCame]:
    found: dict[str, AsItCame] = {}
    entry = _DECODER.decode(text)
    if not isinstance(entry, dict) or not entry:
        return found
    at = _past(text, 0)
    while text[at] != "}":  # it is known to be sound by now
        name, at = _DECODER.raw_decode(text, _past(text, at + 1))
        start = _past(text, _past(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        found[name] = AsItCame(text[start:end])
        at = _past(text, end)
    return found


def _past(text: str, at: int) -> int:
    """Return where the space that begins at ``at`` ends."""
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise EntryTextError(f"it has the number {text[:20]}, which is none")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)


def _check_doubled(text: bytes, entry: Mapping[str, Any]) -> None:
    """Refuse an entry of which one reader could take this digest or grade, and another that."""
    if not _may_be_doubled(text, entry):
        return
    small = [name.lower() for name in _all_names(text)]
    for name in _ONCE:
        if small.count(name) > 1:
            raise EntryTextError(f"it says {name} twice")


def _may_be_doubled(text: bytes, entry: Mapping[str, Any]) -> bool:
    """Whether a name stands there oftener than once for the entry, and once for each file of it."""
    if _ESCAPED_LETTER.search(text):
        return True
    files = entry.get("MediaFiles")
    inner = [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    own = [{name.lower() for name in file} for file in inner]
    small = text.lower()
    return any(
        small.count(f'"{name}"'.encode()) > 1 + sum(name in names for names in own)
        for name in _ONCE
    )


def _all_names(text: bytes) -> list[str]:
    """Return the names of the fields of an object, those that stand there twice as well."""
    names: list[str] = []

    def keep(pairs: list[tuple[str, object]]) -> None:
        names[:] = [name for name, _ in pairs]  # the outermost object comes last

    json.loads(text, object_pairs_hook=keep)
    return names
