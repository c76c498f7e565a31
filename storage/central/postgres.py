"""The central store on a PostgreSQL server: many desks, and each sees only what its person may.

The server computes ids, indices and leaves itself, and decides who reads what
(``migrations/central/versions/000?_server.sql``). This side asks, a page at a time.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, text

from storage.central.address import Address
from storage.central.interface import LoggedRecord, Receipt, root_by_pages
from storage.central.link import PATIENCE_S, Link
from storage.errors import (
    CentralNewerError,
    CentralNotReadyError,
    CentralStoreError,
    CentralStrangerError,
)
from storage.log import HASH_BYTES, CompactRange

REVISION = "0007"  # of the migrations; what this version can talk to
_NO_END = 2**62  # more records than there will be
_PAGE_LEAVES = 50_000

# In the driver's own signs, of which `%b` sends bytes as they are: as text they are twice as long,
# and to write them so takes longer than all that the server does with them.
_APPEND = "SELECT record_id, log_index, fresh FROM assay.append(%(envelopes)b)"
_READ = "SELECT record_id, envelope::text FROM assay.records WHERE record_id = ANY (%(ids)b)"
_OWN = "SELECT record_id, envelope::text FROM assay.own(%(ids)b)"
_LEAVES = text(
    "SELECT string_agg(hash, '' ORDER BY log_index) FROM"
    " (SELECT log_index, hash FROM assay.leaf WHERE log_index >= :start"
    " ORDER BY log_index LIMIT :many) AS page"
)
_RECORDS = text(
    "SELECT log_index, record_id, envelope::text AS envelope, carrier #>> '{}' AS carrier"
    " FROM assay.records WHERE log_index > :after AND log_index < :below"
    " ORDER BY log_index LIMIT :many"
)
_REVEALED = (
    "SELECT log_index, record_id, envelope::text AS envelope, carrier #>> '{}' AS carrier"
    " FROM assay.revealed(%(items)b, %(below)s)"
)
_COUNT_OF = text("SELECT assay.count_of(:keyid)")
_SHOWS_ALL = text("SELECT assay.reads_all()")
_COSIGN = text("SELECT assay.cosign(:keyid, :note)")
_COSIGNATURES = text("SELECT note FROM assay.cosignature ORDER BY login, keyid")
_NOW = text("SELECT clock_timestamp()")
_SIZE = text("SELECT coalesce(max(log_index) + 1, 0) FROM assay.leaf")
# What must be there before anything is asked: all the parts, each bound as it was made.
STATE = text(
    "SELECT (SELECT version_num FROM assay.alembic_version) AS revision,"
    " to_regprocedure('assay.append(bytea[])') IS NOT NULL"
    " AND to_regclass('assay.leaf') IS NOT NULL"
    " AND (SELECT relrowsecurity AND relforcerowsecurity FROM pg_class"
    " WHERE oid = 'assay.records'::regclass)"
    " AND (SELECT count(*) = 3 FROM pg_trigger WHERE tgenabled = 'O'"
    " AND tgname IN ('records_refuse_change', 'leaf_refuse_change', 'answered_refuse_change'))"
    " AS whole, assay.me() IS NOT NULL AS known"
)
_ENROL = text("SELECT assay.enrol(:login, :person, :reads_all, :administers)")
_DISMISS = text("SELECT assay.dismiss(:login)")


class PostgresCentralStore:
    """``CentralStore`` on a server. The connection is made on the first question."""

    def __init__(
        self, address: Address, password: str | None = None, *, patience_s: float = PATIENCE_S
    ) -> None:
        self.address = address
        self._link = Link(address, password, patience_s=patience_s)
        self._checked = False

    def append(self, envelopes: Sequence[bytes], carrier: str) -> list[Receipt]:
        """Add envelopes at the end of the log, in order, all or none.

        ``carrier`` is not sent: the server notes the login.
        """
        if not envelopes:
            return []
        self._check()
        with self._link.transaction() as connection:
            rows = connection.exec_driver_sql(_APPEND, {"envelopes": list(envelopes)}).all()
        return [Receipt(row.record_id.hex(), row.log_index, row.fresh) for row in rows]

    def read(self, record_ids: Sequence[str]) -> dict[str, bytes]:
        """Return the envelopes of those records that are here and may be seen."""
        self._check()
        found = self._envelopes(_OWN, record_ids)  # most are: an upload is read back
        others = [record_id for record_id in record_ids if record_id not in found]
        return found | self._envelopes(_READ, others) if others else found

    def _envelopes(self, query: str, record_ids: Sequence[str]) -> dict[str, bytes]:
        raw = [bytes.fromhex(record_id) for record_id in record_ids]
        with self._link.transaction() as connection:
            rows = connection.exec_driver_sql(query, {"ids": raw}).all()
        return {record_id.hex(): _unpadded(envelope) for record_id, envelope in rows}

    def count_of(self, keyid: str) -> int:
        """Return how many records of one key are here and may be seen."""
        self._check()
        with self._link.transaction() as connection:
            return int(connection.scalar(_COUNT_OF, {"keyid": bytes.fromhex(keyid)}) or 0)

    def leaves(self, start: int, limit: int) -> list[bytes]:
        """Return up to ``limit`` leaf hashes from index ``start`` on."""
        self._check()
        with self._link.transaction() as connection:
            joined = connection.scalar(_LEAVES, {"start": start, "many": limit}) or b""
        return [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]

    def records(self, after_index: int, limit: int, below: int | None = None) -> list[LoggedRecord]:
        """Return up to ``limit`` records that may be seen, with an index over ``after_index``."""
        self._check()
        with self._link.transaction() as connection:
            rows = connection.execute(
                _RECORDS,
                {"after": after_index, "many": limit, "below": _NO_END if below is None else below},
            )
            return [_logged(row) for row in rows]

    def revealed(self, items: Sequence[str], below: int) -> list[LoggedRecord]:
        """Return records under index ``below`` that own verdicts on these items made visible."""
        if not items:
            return []
        self._check()
        told = {"items": [bytes.fromhex(item) for item in items], "below": below}
        with self._link.transaction() as connection:
            return [_logged(row) for row in connection.exec_driver_sql(_REVEALED, told)]

    def shows_all(self) -> bool:
        """Return whether this person may see every record."""
        self._check()
        with self._link.transaction() as connection:
            return bool(connection.scalar(_SHOWS_ALL))

    def size(self) -> int:
        """Return the number of leaves."""
        self._check()
        with self._link.transaction() as connection:
            return int(connection.scalar(_SIZE) or 0)

    def root(self, size: int, beginning: CompactRange | None = None) -> bytes:
        """Return the root of the tree over the first ``size`` leaves, computed here."""
        return root_by_pages(self.leaves, size, beginning, page=_PAGE_LEAVES)

    def cosign(self, keyid: str, note: str) -> None:
        """Put a workstation's cosignature in the place of its last."""
        self._check()
        with self._link.transaction() as connection:
            connection.execute(_COSIGN, {"keyid": bytes.fromhex(keyid), "note": note})

    def cosignatures(self) -> list[str]:
        """Return the newest cosignature of every workstation."""
        self._check()
        with self._link.transaction() as connection:
            return list(connection.scalars(_COSIGNATURES))

    def now(self) -> datetime:
        """Return the server's time."""
        self._check()
        with self._link.transaction() as connection:
            told = connection.scalar(_NOW)
        if not isinstance(told, datetime):
            raise CentralStoreError(f"Central store {self.address.shown()} does not tell the time.")
        return told.astimezone(UTC)

    def found(self, person: str, *, reads_all: bool) -> None:
        """Begin a deployment here: this login stands for its founder and administers.

        Raises:
            CentralNotReadyError: there is a log here already.
            CentralLoginError: this login was not named when the store was provisioned.

        """
        self._check_state()
        with self._link.transaction() as connection:
            size = connection.scalar(_SIZE)
        if size:
            raise CentralNotReadyError(
                f"Central store {self.address.shown()}: a deployment has its log here already.",
                advice="Join it with `home init --join`, or provision another database.",
            )
        self.enrol(self.address.login, person, reads_all=reads_all, administers=True)

    def enrol(
        self, login: str, person: str, *, reads_all: bool = False, administers: bool = False
    ) -> None:
        """Say whom a login stands for; it must be there, and it keeps that person for good.

        Args:
            login: a login that the server knows.
            person: id in the roster.
            reads_all: for a supervisor or qa; anybody else is blind until their own verdict.
            administers: may enrol others.

        Raises:
            CentralLoginError: this login does not administer, or that one cannot be enrolled so.

        """
        self._check_state()
        told = {
            "login": login,
            "person": person,
            "reads_all": reads_all,
            "administers": administers,
        }
        with self._link.transaction() as connection:
            connection.execute(_ENROL, told)

    def dismiss(self, login: str) -> None:
        """Let a login in no more. Raises CentralLoginError as ``enrol`` does."""
        self._check_state()
        with self._link.transaction() as connection:
            connection.execute(_DISMISS, {"login": login})

    def close(self) -> None:
        """Hang up; calling it again does nothing."""
        self._link.close()

    def _check(self) -> None:
        if not self._checked and not self._check_state():
            raise CentralStrangerError(
                f"Central store {self.address.shown()}: this login is not enrolled there."
            )
        self._checked = True

    def _check_state(self) -> bool:
        """Refuse a store that is not whole or of another version; return whether we are known."""
        where = f"Central store {self.address.shown()}"
        with self._link.transaction() as connection:
            state = connection.execute(STATE).one()
        if state.revision is None or not state.whole:
            raise CentralNotReadyError(f"{where}: it was never finished, or a part was taken out.")
        if state.revision > REVISION:
            raise CentralNewerError(f"{where}: a newer version of this program has set it up.")
        if state.revision != REVISION:
            raise CentralNotReadyError(f"{where}: an older version of this program has set it up.")
        return bool(state.known)


def _logged(row: Row[Any]) -> LoggedRecord:
    return LoggedRecord(row.log_index, row.record_id.hex(), _unpadded(row.envelope), row.carrier)


def _unpadded(stored: str) -> bytes:
    """Return an envelope's own bytes; spaces behind it hide how long it is."""
    end = (
        stored.rfind("}") + 1
    )  # to look for it from behind, space by space, takes ten times as long
    if stored[end:] == " " * (len(stored) - end):
        return stored[:end].encode()
    return stored.rstrip(" ").encode()
