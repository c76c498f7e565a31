"""The envelope of a record: DSSE 1.0.2 around an in-toto Statement v1, both RFC 8785.

The bytes signed are the bytes stored. Opening is strict: an envelope that is not byte for byte
what this module would write again is refused, so that one record has one id.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson

from grading.late_methods import dataclass
from storage.canonical import canonical, read_canonical
from storage.errors import VerificationError
from storage.signing import SIGNATURE_BYTES, Signer

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
ENVELOPE_LIMIT_BYTES = 16 * 1024 * 1024  # a manifest of 5,000 items with long names has 5 MB

_PREDICATE_TYPE = re.compile(r"https://assay\.example/([a-z][a-z-]{0,63})/v1", re.ASCII)
_HEX_256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
# The canonical form leaves only three things open, two of them of known length.
_BEFORE_PAYLOAD = b'{"payload":"'
_BEFORE_KEYID = b'","payloadType":"%s","signatures":[{"keyid":"' % PAYLOAD_TYPE.encode()
_BEFORE_SIG = b'","sig":"'
_END = b'"}]}'
_SIG_AT = -len(_END) - len(base64.b64encode(bytes(SIGNATURE_BYTES)))
_KEYID_AT = _SIG_AT - len(_BEFORE_SIG) - 64
_PAYLOAD_END = _KEYID_AT - len(_BEFORE_KEYID)

_PAE_HEAD = b"DSSEv1 %d %s " % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode())


@dataclass(frozen=True, slots=True)
class Sealed:
    """A record just signed: the envelope's bytes, their SHA-256, and the payload inside."""

    envelope: bytes
    record_id: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Unsealed:
    """The parts of an envelope, as bytes go; nothing is known yet of what it states."""

    record_id: str
    keyid: str  # a hint: names the key to try
    payload: bytes
    signature: bytes
    statement: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope read strictly; nothing is known yet of its signature or its author."""

    record_id: str
    keyid: str  # a hint: names the key to try
    payload: bytes
    signature: bytes
    kind: str
    subject: str  # hex SHA-256
    statement: Mapping[str, Any]
    predicate: Mapping[str, Any]


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding: the very bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def record_id(envelope: bytes) -> str:
    """Return the id of a record: the hex SHA-256 of its envelope."""
    return hashlib.sha256(envelope).hexdigest()


def predicate_type(kind: str) -> str:
    """Return the predicate type that stands for a kind of record."""
    return f"https://assay.example/{kind}/v1"


def seal(statement: Mapping[str, object], signer: Signer) -> Sealed:
    """Sign a statement and wrap it. Raises MalformedRecordError for what JSON would bend."""
    payload = canonical(statement)
    signature = signer.sign(signed_bytes(payload))
    # Keys in the order of RFC 8785 and values without anything to escape: canonical by itself.
    envelope = b"".join(
        (
            _BEFORE_PAYLOAD,
            base64.b64encode(payload),
            _BEFORE_KEYID,
            signer.keyid.encode(),
            _BEFORE_SIG,
            base64.b64encode(signature),
            _END,
        )
    )
    return Sealed(envelope, record_id(envelope), payload)


def signed_bytes(payload: bytes) -> bytes:
    """Return what is signed for a payload of our type."""
    return b"%s%d %s" % (_PAE_HEAD, len(payload), payload)


def open_envelope(envelope: bytes) -> Opened:
    """Read an envelope strictly: steps 1 and 2 of verification, and the shape of its statement.

    Raises VerificationError, step 1 for bytes that are not a canonical envelope, step 2 for a
    payload of another type, step 6 for a statement that is not shaped like one of ours.
    """
    return read_statement(unseal(envelope))


def read_kept(envelope: bytes) -> Mapping[str, Any]:
    """Return what a record of this home states, without proving its bytes anew.

    That they are the one way to write it was proved as it came in, and `verify` proves it again;
    whoever reads a hundred thousand records need not. Raises VerificationError, as
    ``open_envelope`` does, for what cannot be read at all.
    """
    if envelope.startswith(_BEFORE_PAYLOAD) and envelope[_PAYLOAD_END:_KEYID_AT] == _BEFORE_KEYID:
        try:
            payload = binascii.a2b_base64(envelope[len(_BEFORE_PAYLOAD) : _PAYLOAD_END])
            predicate = orjson.loads(payload)["predicate"]
        except (ValueError, TypeError, KeyError):
            predicate = None  # what is wrong with it is said below
        if type(predicate) is dict:
            return predicate
    return open_envelope(envelope).predicate


def unseal(envelope: bytes) -> Unsealed:
    """Return the parts of an envelope: steps 1 and 2. Raises VerificationError."""
    identity = record_id(envelope)
    if len(envelope) > ENVELOPE_LIMIT_BYTES:
        raise VerificationError(1, "the envelope is larger than a record may be", identity)
    try:
        payload, keyid, signature = _cut(envelope) or _parts(envelope, identity)
        statement = read_canonical(payload)
    except ValueError as error:
        raise VerificationError(1, f"the envelope is damaged: {error}", identity) from None
    if not isinstance(statement, dict) or statement.get("_type") != STATEMENT_TYPE:
        raise VerificationError(2, "the payload is not an in-toto statement", identity)
    return Unsealed(identity, keyid, payload, signature, statement)


def read_statement(parts: Unsealed) -> Opened:
    """Return what an envelope states. Raises VerificationError, step 6, for another shape."""
    statement = parts.statement
    named = statement.get("predicateType")
    kind = _kind_of(named) if type(named) is str else None
    predicate = statement.get("predicate")
    subject = _subject(statement.get("subject"))
    if kind is None or subject is None or not isinstance(predicate, dict) or len(statement) != 4:
        why = "the statement is not shaped like one of ours"
        raise VerificationError(6, why, parts.record_id)
    return Opened(
        record_id=parts.record_id,
        keyid=parts.keyid,
        payload=parts.payload,
        signature=parts.signature,
        kind=kind,
        subject=subject,
        statement=statement,
        predicate=predicate,
    )


def _cut(envelope: bytes) -> tuple[bytes, str, bytes] | None:
    """Return payload, key id and signature of an envelope in canonical form, or None.

    What stands between them is compared byte for byte, so that this accepts nothing that reading
    the JSON would refuse; it only takes a fifth of the time.
    """
    if not (
        envelope[:_PAYLOAD_END].startswith(_BEFORE_PAYLOAD)
        and envelope[_PAYLOAD_END:_KEYID_AT] == _BEFORE_KEYID
        and envelope[_KEYID_AT + 64 : _SIG_AT] == _BEFORE_SIG
        and envelope.endswith(_END)
    ):
        return None
    keyid = envelope[_KEYID_AT : _KEYID_AT + 64].decode("latin-1")
    payload = envelope[len(_BEFORE_PAYLOAD) : _PAYLOAD_END]
    try:
        raw = binascii.a2b_base64(payload)
        sig = binascii.a2b_base64(envelope[_SIG_AT : -len(_END)])
    except binascii.Error:
        return None
    if not (
        _is_base64_of(payload, raw)
        and _is_base64_of(envelope[_SIG_AT : -len(_END)], sig)
        and _HEX_256.fullmatch(keyid)
    ):
        return None
    return raw, keyid, sig


def _is_base64_of(text: bytes, raw: bytes) -> bool:
    """Return whether the text from which these bytes were read is the one way to write them.

    The reader passes over what is not of the alphabet; so many bytes take so many signs of it, so
    the length leaves room for no other but in the last four, which are written again.
    """
    last = (len(raw) - 1) // 3 * 3
    return len(text) == (len(raw) + 2) // 3 * 4 and text.endswith(
        binascii.b2a_base64(raw[last:], newline=False)
    )


def _parts(envelope: bytes, identity: str) -> tuple[bytes, str, bytes]:
    """Return the same by reading the JSON, and say what is wrong with it."""
    outer = read_canonical(envelope)
    match outer:
        case {
            "payload": str(payload),
            "payloadType": str(payload_type),
            "signatures": [{"keyid": str(keyid), "sig": str(sig), **rest_of_signature}],
            **rest,
        } if not rest and not rest_of_signature:
            pass
        case _:
            raise ValueError("it has not exactly the keys of an envelope with one signature")
    if not _HEX_256.fullmatch(keyid):
        raise ValueError("its key id is not a SHA-256 in hex")
    raw, content = _from_base64(sig), _from_base64(payload)
    if len(raw) != SIGNATURE_BYTES:
        raise ValueError(f"its signature has not {SIGNATURE_BYTES} bytes")
    if payload_type != PAYLOAD_TYPE:
        raise VerificationError(2, f"the payload type is not {PAYLOAD_TYPE}", identity)
    return content, keyid, raw


def _from_base64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("a part is not base64") from None
    if base64.b64encode(raw) != text.encode():
        raise ValueError("a part is not canonical base64")
    return raw


def _subject(subject: object) -> str | None:
    if type(subject) is not list or len(subject) != 1:
        return None
    named = _only(subject[0], "digest")
    digest = _only(named, "sha256")
    return digest if type(digest) is str and _HEX_256.fullmatch(digest) else None


def _only(value: object, name: str) -> object:
    """Return what an object with one key has under it; None for any other value."""
    return value.get(name) if type(value) is dict and len(value) == 1 else None


@lru_cache(maxsize=256)  # as many as there are kinds
def _kind_of(type_of_predicate: str) -> str | None:
    named = _PREDICATE_TYPE.fullmatch(type_of_predicate)
    return named[1] if named else None
