"""The envelope: DSSE's own vector, and strict reading of everything that is not quite one."""

import base64
import hashlib
import json
import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.canonical import canonical
from storage.envelope import (
    ENVELOPE_LIMIT_BYTES,
    PAYLOAD_TYPE,
    _cut,
    _parts,
    open_envelope,
    pae,
    read_kept,
    record_id,
    seal,
    signed_bytes,
)
from storage.errors import MalformedRecordError, VerificationError
from storage.signing import SigningKey
from tests.unit.storage.office import digest

KEY = SigningKey(bytes(range(32)))
STATEMENT: dict[str, Any] = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"digest": {"sha256": digest("item")}}],
    "predicateType": "https://assay.example/pass/v1",
    "predicate": {"kind": "pass", "seq": 1, "note": "Grüße \U0001f30d \ufffd"},
}
SEALED = seal(STATEMENT, KEY)


def test_that_what_is_signed_is_the_published_encoding() -> None:
    made = pae("http://example.com/HelloWorld", b"hello world")
    assert made == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert signed_bytes(b"hello world") == pae(PAYLOAD_TYPE, b"hello world")


def test_that_a_sealed_statement_opens_to_itself() -> None:
    opened = open_envelope(SEALED.envelope)
    assert opened.statement == STATEMENT
    assert opened.predicate == STATEMENT["predicate"]
    assert (opened.kind, opened.subject, opened.keyid) == ("pass", digest("item"), KEY.keyid)
    assert opened.payload == SEALED.payload == canonical(STATEMENT)
    assert opened.record_id == SEALED.record_id == hashlib.sha256(SEALED.envelope).hexdigest()
    assert record_id(SEALED.envelope) == SEALED.record_id
    assert KEY.public.verifies(opened.signature, signed_bytes(opened.payload))


def test_that_an_envelope_is_its_own_canonical_json_with_one_signature() -> None:
    outer = json.loads(SEALED.envelope)
    assert canonical(outer) == SEALED.envelope
    assert outer["payloadType"] == "application/vnd.in-toto+json"
    assert [entry["keyid"] for entry in outer["signatures"]] == [KEY.keyid]


def test_that_sealing_twice_gives_the_same_bytes() -> None:
    assert seal(STATEMENT, KEY) == SEALED


@pytest.mark.parametrize("wrong", [1.5, 2**53, b"bytes", {1: 2}])
def test_that_a_statement_that_json_would_bend_is_not_signed(wrong: object) -> None:
    with pytest.raises(MalformedRecordError):
        seal(STATEMENT | {"predicate": {"note": wrong}}, KEY)


def _with(**changes: object) -> bytes:
    return canonical(json.loads(SEALED.envelope) | changes)


def _signed(**changes: object) -> dict[str, object]:
    (signature,) = json.loads(SEALED.envelope)["signatures"]
    return {"signatures": [signature | changes]}


def _payload(statement: bytes) -> bytes:
    return _with(payload=base64.b64encode(statement).decode())


def _next_letter(letter: str) -> str:
    """The letter whose last bit differs: bits that no byte of the signature uses."""
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    return alphabet[alphabet.index(letter) ^ 1]


_PAYLOAD = json.loads(SEALED.envelope)["payload"]
_SIG = json.loads(SEALED.envelope)["signatures"][0]["sig"]

DAMAGED: dict[str, bytes] = {
    "nothing": b"",
    "not JSON": b"envelope",
    "not an object": b"[]",
    "a space more": SEALED.envelope.replace(b":", b": ", 1),
    "a line end more": SEALED.envelope + b"\n",
    "keys in another order": json.dumps(
        dict(reversed(json.loads(SEALED.envelope).items()))
    ).encode(),
    "a key more": _with(unknown=1),
    "a key twice": b'{"payload":"",' + SEALED.envelope[1:],
    "no signature": _with(signatures=[]),
    "two signatures": _with(signatures=json.loads(SEALED.envelope)["signatures"] * 2),
    "a key more beside the signature": _with(**_signed(cert="")),
    "a key id in capitals": _with(**_signed(keyid=KEY.keyid.upper())),
    "a key id that is none": _with(**_signed(keyid="ab")),
    "a short signature": _with(**_signed(sig=base64.b64encode(bytes(63)).decode())),
    "base64 without its end": _with(**_signed(sig=_SIG.rstrip("="))),
    "base64 of the web": _with(**_signed(sig=_SIG.replace("+", "-").replace("/", "_") + "-")),
    "base64 with a line end": _with(payload=_PAYLOAD[:4] + "\n" + _PAYLOAD[4:]),
    "base64 beyond ASCII": _with(payload="é" + _PAYLOAD[1:]),
    "loose bits in base64": _with(**_signed(sig=_SIG[:-3] + _next_letter(_SIG[-3]) + "==")),
    "a payload that is not canonical": _payload(json.dumps(STATEMENT).encode()),
    "a payload with a float": _payload(canonical({"a": 1})[:-1] + b".5}"),
    "too large": b" " * (ENVELOPE_LIMIT_BYTES + 1),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_that_a_damaged_envelope_fails_at_step_1(name: str) -> None:
    with pytest.raises(VerificationError) as caught:
        open_envelope(DAMAGED[name])
    assert caught.value.step == 1
    assert caught.value.record_id == record_id(DAMAGED[name])


@pytest.mark.parametrize(
    "envelope",
    [
        _with(payloadType="application/json"),
        _with(payloadType="application/json", payload=base64.b64encode(b"hello").decode()),
        _payload(canonical(STATEMENT | {"_type": "https://in-toto.io/Statement/v0.1"})),
        _payload(b"[]"),
    ],
)
def test_that_another_payload_type_fails_at_step_2(envelope: bytes) -> None:
    with pytest.raises(VerificationError) as caught:
        open_envelope(envelope)
    assert caught.value.step == 2


@pytest.mark.parametrize(
    "change",
    [
        {"predicateType": "https://assay.example/verdict/v2"},
        {"predicateType": "https://elsewhere.example/verdict/v1"},
        {"predicateType": 1},
        {"predicate": []},
        {"subject": []},
        {"subject": [{"digest": {"sha256": "AB" * 32}}]},
        {"subject": [{"digest": {"sha256": digest("a"), "sha1": "00"}}]},
        {"subject": [{"name": "x", "digest": {"sha256": digest("a")}}]},
        {"subject": STATEMENT["subject"] * 2},
        {"more": 1},
    ],
    ids=repr,
)
def test_that_a_statement_of_another_shape_fails_at_step_6(change: dict[str, object]) -> None:
    with pytest.raises(VerificationError) as caught:
        open_envelope(seal(STATEMENT | change, KEY).envelope)
    assert caught.value.step == 6


@given(st.integers(0, len(SEALED.envelope) - 1), st.integers(1, 255))
def test_that_no_flipped_byte_goes_unseen(position: int, flip: int) -> None:
    flipped = bytearray(SEALED.envelope)
    flipped[position] ^= flip
    try:
        opened = open_envelope(bytes(flipped))
    except VerificationError:
        return
    same_key = opened.keyid == KEY.keyid
    signed = KEY.public.verifies(opened.signature, signed_bytes(opened.payload))
    assert not (same_key and signed)


@given(
    st.integers(0, len(SEALED.envelope)), st.integers(0, 12), st.binary(max_size=12), st.booleans()
)
def test_that_the_quick_cut_takes_only_what_reading_the_json_takes(
    at: int, gone: int, put: bytes, from_end: bool
) -> None:
    whole = SEALED.envelope
    at = len(whole) - at if from_end else at
    changed = whole[:at] + put + whole[at + gone :]
    cut = _cut(changed)
    if cut is not None:
        assert cut == _parts(changed, "")
    assert _cut(whole) == _parts(whole, "")


def test_that_the_quick_cut_does_not_let_parts_overlap() -> None:
    _, rest = SEALED.envelope.split(b'","payloadType"')
    assert _cut(b'{"payload":",' + b'"payloadType"' + rest) is None


@given(st.binary(max_size=200))
def test_that_bytes_from_anywhere_are_refused_in_words(untrusted: bytes) -> None:
    with pytest.raises(VerificationError, match=r"step 1 .*damaged"):
        open_envelope(untrusted)


def test_that_the_type_of_a_callable_signer_is_enough() -> None:
    class Card:
        """A key on a card: only its id and a way to sign."""

        keyid = KEY.keyid
        sign: Callable[[bytes], bytes] = staticmethod(KEY.sign)

    assert seal(STATEMENT, Card()) == SEALED


def test_that_a_kept_record_is_read_as_it_was_opened_and_what_is_no_record_is_refused() -> None:
    assert read_kept(SEALED.envelope) == open_envelope(SEALED.envelope).predicate
    without = seal({**STATEMENT, "predicate": 3}, KEY).envelope
    for damaged in (b"", SEALED.envelope[:-1], SEALED.envelope.replace(b"payload", b"pay-load")):
        with pytest.raises(VerificationError):
            read_kept(damaged)
    with pytest.raises(VerificationError):
        read_kept(without)
    cut = bytearray(SEALED.envelope)
    cut[len(b'{"payload":"')] = ord("A")  # no longer JSON
    with pytest.raises(VerificationError):
        read_kept(bytes(cut))
