"""Canonical JSON: the published cases, and agreement with a second implementation."""

import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from storage import canonical as canonical_json
from storage.canonical import INTEGER_LIMIT, canonical, read_canonical
from storage.errors import MalformedRecordError
from tests.unit.storage.office import VECTORS

CASES = VECTORS / "rfc8785"
NAMES = sorted(path.stem for path in (CASES / "input").glob("*.json"))

exact_integers = st.integers(-INTEGER_LIMIT + 1, INTEGER_LIMIT - 1)
values = st.recursive(
    st.none() | st.booleans() | exact_integers | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.skipif(not NAMES, reason="the RFC 8785 cases are not beside this checkout")
@pytest.mark.parametrize("name", NAMES or ["none"])
def test_that_a_published_case_comes_out_byte_for_byte(name: str) -> None:
    given_value = json.loads((CASES / "input" / f"{name}.json").read_bytes())
    wanted = (CASES / "output" / f"{name}.json").read_bytes()
    hexed = bytes.fromhex((CASES / "outhex" / f"{name}.txt").read_text())
    assert hexed == wanted
    if _has_float(given_value):  # right in RFC 8785, and never let into a record
        with pytest.raises(MalformedRecordError):
            canonical(given_value)
    else:
        assert canonical(given_value) == wanted
    if _has_float(json.loads(wanted)):
        with pytest.raises(ValueError, match="not "):
            read_canonical(wanted)
    else:
        assert read_canonical(wanted) == given_value


def _has_float(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    if isinstance(value, list):
        return any(map(_has_float, value))
    return isinstance(value, float)


@given(values)
def test_that_the_bytes_are_those_of_the_reference_implementation(value: object) -> None:
    made = canonical(value)
    assert made == rfc8785.dumps(value)  # type: ignore[arg-type]
    assert read_canonical(made) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a float", 1.0),
        ("a float deep inside", {"a": [{"b": 0.5}]}),
        ("an integer at 2^53", INTEGER_LIMIT),
        ("a negative one", -INTEGER_LIMIT),
        ("a key that is no text", {1: "a"}),
        ("bytes", b"a"),
        ("a set", {"a"}),
        ("half a surrogate pair", "\ud800"),
        ("half a surrogate pair as a key", {"\udfff": 1}),
    ],
)
def test_that_what_json_would_bend_is_refused(name: str, value: object) -> None:
    with pytest.raises(MalformedRecordError):
        canonical(value)


@pytest.mark.parametrize(
    "untrusted",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"\\u0061":1}',
        b'"\\ud800"',
        b'"\xff"',
        b"[" * 100_000,
        b"",
        b"{}{}",
        Path(__file__).read_bytes(),
    ],
    ids=lambda untrusted: repr(untrusted[:24]),
)
def test_that_bytes_which_are_not_their_own_canonical_form_are_refused(untrusted: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_canonical(untrusted)


loose = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(loose, st.booleans(), st.binary(max_size=2), st.integers(0, 200))
def test_that_the_fast_reader_takes_nothing_that_the_strict_one_refuses(
    value: object, sorts: bool, more: bytes, at: int
) -> None:
    written = json.dumps(value, sort_keys=sorts, separators=(",", ":"), ensure_ascii=False)
    untrusted = written.encode("utf-8", "surrogatepass")
    for tried in (untrusted, untrusted[:at] + more + untrusted[at:], untrusted[:at] + more):
        fast = canonical_json._read_fast(tried)
        if fast is canonical_json._DOUBTFUL:
            continue
        strict = canonical_json._read_strictly(tried)
        assert (strict, repr(strict)) == (fast, repr(fast))


def test_that_what_is_plain_and_canonical_is_read_fast() -> None:
    plain = {"a": [1, -(2**53) + 1, None, True, {"b": "c\n\u0001\x7f"}], "n": 2**53 - 1}
    assert canonical_json._read_fast(canonical(plain)) == plain
