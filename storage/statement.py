"""Statements: what a use case wants said, made into the in-toto statement that is signed."""

from collections.abc import Mapping

from grading.late_methods import dataclass
from storage.canonical import content_digest
from storage.envelope import STATEMENT_TYPE, predicate_type
from storage.errors import MalformedRecordError
from storage.kinds import kinds
from storage.log import EMPTY_ROOT

__all__ = ["ChainHead", "Draft", "LogSeen", "RosterRef", "content_digest", "statement"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a use case wants signed; the store adds author, chain, roster and log."""

    kind: str
    subject: str  # hex SHA-256; of what is a matter of the kind (see `content_digest`)
    fields: Mapping[str, object]  # what this kind adds to the predicate
    decided_at: str  # RFC 3339, UTC, as the clock claims


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last record of one key: its number and id, or 0 and None."""

    seq: int = 0
    record_id: str | None = None


@dataclass(frozen=True, slots=True)
class RosterRef:
    """The roster a record was signed under; the first roster itself stands under none."""

    version: int = 0
    sha256: str | None = None  # id of the roster record


@dataclass(frozen=True, slots=True)
class LogSeen:
    """The log as the signer last saw it."""

    size: int = 0
    root: str = EMPTY_ROOT.hex()


def statement(
    draft: Draft, *, author: str, head: ChainHead, roster: RosterRef, log_seen: LogSeen, nonce: str
) -> dict[str, object]:
    """Return the statement that says ``draft`` as the next record of a key.

    ``author`` is the person's id in the roster, ``nonce`` 128 random bits in hex.

    Raises:
        MalformedRecordError: The kind does not exist, or its predicate would not be whole; such a
            record would fail verification at step 6 for ever, so it is never signed.
    """
    kind = kinds().get(draft.kind)
    if kind is None:
        raise MalformedRecordError("kind", f"there is no kind {draft.kind!r}")
    predicate: dict[str, object] = {
        **draft.fields,
        "kind": draft.kind,
        "author": author,
        "seq": head.seq + 1,
        "prev": head.record_id,
        "nonce": nonce,
        "decided_at": draft.decided_at,
        "roster": {"version": roster.version, "sha256": roster.sha256},
        "log_seen": {"size": log_seen.size, "root": log_seen.root},
    }
    kind.check(predicate, draft.subject)
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"digest": {"sha256": draft.subject}}],
        "predicateType": predicate_type(draft.kind),
        "predicate": predicate,
    }
