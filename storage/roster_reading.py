"""The rosters of a home, read from its records."""

from storage.envelope import open_envelope
from storage.errors import CorruptStoreError, MalformedRecordError, UnknownRecordError
from storage.records import RecordStore
from storage.roster import Roster, RosterChain, roster_from_predicate
from storage.rows import StoredRecord


def rosters_of(store: RecordStore, pinned: str) -> RosterChain:
    """Return the rosters in force, from the pinned first one on.

    A later roster counts once enough administrators stand behind it; one that breaks a rule is
    passed over here and found by an audit.

    Raises:
        CorruptStoreError: the first roster is not here.

    """
    try:
        first = _roster(store.record(pinned))
    except (UnknownRecordError, MalformedRecordError) as error:
        raise CorruptStoreError(f"roster {pinned}: the roster of this home is missing.") from error
    chain = RosterChain(first)
    later = [record for record in store.records(kind="roster") if record.record_id != pinned]
    for record in sorted(later, key=lambda one: _roster(one).version):
        try:
            chain.succeed(_roster(record), persons=_behind(store, record), from_index=_from(record))
        except MalformedRecordError:
            continue
    return chain


def _roster(record: StoredRecord) -> Roster:
    return roster_from_predicate(open_envelope(record.envelope).predicate, record.record_id)


def _behind(store: RecordStore, record: StoredRecord) -> frozenset[str]:
    """Return the persons who signed or approved a record."""
    approvals = store.records(kind="approval", item=record.record_id)
    return frozenset({record.author, *(approval.author for approval in approvals)})


def _from(record: StoredRecord) -> int:
    return 0 if record.log_index is None else record.log_index + 1
