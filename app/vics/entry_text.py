"""One entry as text: read so that it can be written again as it came, to the last digit."""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import orjson

DEEPEST = 100  # brackets within brackets; more than any program of the trade writes
_ONCE = (b'"MD5"', b'"SHA1"', b'"Category"')


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


def written_entry(entry: Mapping[str, object]) -> bytes:
    """Return an entry as JSON in UTF-8."""
    try:
        return orjson.dumps(entry)
    except TypeError:  # an integer beyond 64 bits, or half a character of an older home
        text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
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
    """Return the same with each digit of each number; raises EntryTextError."""
    try:
        return json.loads(text.decode(), parse_float=_finite, parse_constant=_refuse)
    except RecursionError:
        raise EntryTextError("it is nested too deeply") from None
    except EntryTextError:
        raise
    except UnicodeDecodeError:
        raise EntryTextError("it is not UTF-8 text") from None
    except ValueError:  # Python reads whole numbers of 4,300 digits at most
        why = "it is no JSON, or has a number of more digits than any can have"
        raise EntryTextError(why) from None


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _refuse(text: str) -> NoReturn:
    raise EntryTextError(f"it has the number {text[:20]}, which is none")


def _check_doubled(text: bytes, entry: Mapping[str, Any]) -> None:
    """Refuse an entry of which one reader could take this digest or grade, and another that."""
    files = entry.get("MediaFiles")
    most = 1 + (len(files) if isinstance(files, list) else 0)
    names = _all_names(text) if any(text.count(name) > most for name in _ONCE) else entry
    small = [name.lower() for name in names]
    if len(set(small)) < len(small):
        for name in ("md5", "sha1", "category"):
            if small.count(name) > 1:
                raise EntryTextError(f"it says {name} twice")


def _all_names(text: bytes) -> list[str]:
    """Return the names of the fields of an object, those that stand there twice as well."""
    names: list[str] = []

    def keep(pairs: list[tuple[str, object]]) -> None:
        names[:] = [name for name, _ in pairs]  # the outermost object comes last

    json.loads(text, object_pairs_hook=keep)
    return names
