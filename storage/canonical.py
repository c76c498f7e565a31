"""Canonical JSON: one value, one sequence of bytes (RFC 8785), without floats."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import orjson
import rfc8785

from storage.errors import MalformedRecordError

INTEGER_LIMIT = 2**53  # integers at or beyond it are not exact in every reader of JSON
_INTEGER_DIGITS = 17  # sign and digits of the longest integer below the limit
_DEPTH_LIMIT = 32  # far below where Python's own recursion ends

_SORTED = orjson.OPT_SORT_KEYS
_DOUBTFUL = object()
_PLAIN = frozenset({str, bool, type(None)})

# orjson's and json's encoders give the bytes of RFC 8785 for everything we let through, save the
# order of keys beyond ASCII (code points there, UTF-16 here); `rfc8785` takes many times as long.
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def canonical(value: object) -> bytes:
    """Return the RFC 8785 bytes of a JSON value.

    Raises MalformedRecordError for what may not stand in a record: floats, integers at or beyond
    2^53, keys that are not strings, text that is not Unicode.
    """
    _refuse_what_json_bends(value, "value", _DEPTH_LIMIT)
    try:
        return _bytes_of(value)
    except (UnicodeError, rfc8785.CanonicalizationError):
        raise MalformedRecordError("value", "a text is not Unicode") from None


def read_canonical(untrusted: bytes) -> Any:  # noqa: ANN401  # any JSON value
    """Return the JSON value of ``untrusted``, which must be its own canonical form.

    Raises ValueError with a clause that says why not. Comparing with the canonical form also
    finds repeated keys, other spellings of a text or number, and anything after the value.
    """
    value = _read_fast(untrusted)
    return _read_strictly(untrusted) if value is _DOUBTFUL else value


def _read_fast(untrusted: bytes) -> Any:  # noqa: ANN401  # any JSON value
    """Return what reading strictly gives, or ``_DOUBTFUL`` where that is to be asked.

    orjson reads a float, and an integer beyond 64 bits as one, where the strict reader raises, and
    keeps the last of repeated keys: the first two are looked for in the value, and the last does
    not come out the same when it is written again.
    """
    try:
        value = orjson.loads(untrusted)
        if untrusted.isascii() and orjson.dumps(value, option=_SORTED) == untrusted:
            return value if _is_exact((value,)) else _DOUBTFUL
    except (ValueError, TypeError):
        pass  # not JSON, or nested too deeply: the strict reader says what it is
    return _DOUBTFUL


def _is_exact(values: Iterable[object]) -> bool:
    """Return whether there is no float and no integer at or beyond the limit in these."""
    for value in values:
        kind = type(value)
        if kind is str or value is None or kind is bool:
            continue
        if kind is int:
            exact = -INTEGER_LIMIT < value < INTEGER_LIMIT  # type: ignore[operator]
        elif kind is dict:
            exact = _is_exact(value.values())  # type: ignore[attr-defined]
        else:
            exact = kind is list and _is_exact(value)  # type: ignore[arg-type]
        if not exact:
            return False
    return True


def _read_strictly(untrusted: bytes) -> Any:  # noqa: ANN401  # any JSON value
    try:
        value = _decode(untrusted.decode())
        again = _encode(value).encode()
        if not again.isascii():
            again = rfc8785.dumps(value)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
    except (UnicodeError, rfc8785.CanonicalizationError):
        raise ValueError("the bytes are not Unicode text") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos}") from None
    if again != untrusted:
        raise ValueError("the JSON is not in canonical form (RFC 8785)")
    return value


def content_digest(fields: Mapping[str, object]) -> str:
    """Return the subject of a record about itself (roster, policy): SHA-256 of its fields."""
    return hashlib.sha256(canonical(fields)).hexdigest()


def _bytes_of(value: object) -> bytes:
    try:
        text = orjson.dumps(value, option=_SORTED)
    except orjson.JSONEncodeError:  # a kind of tuple, or a text that is not Unicode
        text = _encode(value).encode()
    return text if text.isascii() else rfc8785.dumps(value)  # type: ignore[arg-type]  # checked


def _refuse_what_json_bends(value: object, where: str, depth: int) -> None:
    if type(value) in _PLAIN:
        return
    if type(value) is int:
        if not -INTEGER_LIMIT < value < INTEGER_LIMIT:
            raise MalformedRecordError(where, "an integer must be below 2^53")
    elif not depth:
        raise MalformedRecordError(where, "nested too deeply")
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_what_json_bends(inner, where, depth - 1)
    else:
        _refuse_bent_object(value, where, depth)


def _refuse_bent_object(value: object, where: str, depth: int) -> None:
    if not isinstance(value, dict):
        raise MalformedRecordError(where, f"a {type(value).__name__} may not stand in a record")
    for key, inner in value.items():
        if type(key) is not str:
            raise MalformedRecordError(where, "a key must be a text")
        _refuse_what_json_bends(inner, key, depth - 1)


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:20]} is not an integer")


def _integer(text: str) -> int:
    number = int(text) if len(text) <= _INTEGER_DIGITS else INTEGER_LIMIT
    if not -INTEGER_LIMIT < number < INTEGER_LIMIT:
        raise ValueError("an integer is not below 2^53")
    return number


_decode = json.JSONDecoder(
    parse_float=_refuse_number, parse_constant=_refuse_number, parse_int=_integer
).decode
