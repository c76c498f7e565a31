"""Central stores of the tests as a desk has them: real ones, and a double to be troubled with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from storage.central.interface import LoggedRecord, Receipt, root_by_pages
from storage.central.postgres import PostgresCentralStore
from storage.central.provisioning import provision
from storage.central.sqlite import _row
from storage.envelope import open_envelope
from storage.log import CompactRange, leaf_hash
from tests.integration.servers import KEEPER, Server

TEMPLATE = "provisioned"
_numbers = count()


@dataclass(frozen=True)
class Desk:
    """One person's login at a store."""

    login: str
    person: str
    password: str
    store: PostgresCentralStore


class Centre:
    """One provisioned database on a server, with the logins that a test makes."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.database = server.database(f"central_{next(_numbers)}", template_of(server))
        self._desks: list[Desk] = []
        with server.keeper() as connection:  # a copy has not the rights of what it was copied from
            connection.execute(f"REVOKE ALL ON DATABASE {self.database} FROM PUBLIC")
            connection.execute(f"GRANT CONNECT ON DATABASE {self.database} TO assay_people")
        self.keeper = PostgresCentralStore(server.address(KEEPER, self.database), server.password)

    def desk(self, person: str, *, reads_all: bool = False, administers: bool = False) -> Desk:
        """Make a login that stands for a person, and connect as it."""
        login = f"login_{next(_numbers)}"
        password = self.server.login(login)
        self.keeper.enrol(login, person, reads_all=reads_all, administers=administers)
        store = PostgresCentralStore(self.server.address(login, self.database), password)
        desk = Desk(login, person, password, store)
        self._desks.append(desk)
        return desk

    def again(self, desk: Desk) -> Desk:
        """Enrol the login of a desk of another database here too."""
        self.keeper.enrol(desk.login, desk.person)
        address = self.server.address(desk.login, self.database)
        return Desk(
            desk.login, desk.person, desk.password, PostgresCentralStore(address, desk.password)
        )

    def remove(self) -> None:
        """Hang up and take the database and its logins away."""
        self.keeper.close()
        for desk in self._desks:
            desk.store.close()
        self.server.drop(self.database)
        with self.server.keeper() as connection:
            for desk in self._desks:
                connection.execute(f"DROP ROLE IF EXISTS {desk.login}")


def template_of(server: Server) -> str:
    """The name of a provisioned, empty database on a server; made once."""
    with server.keeper() as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE])
        if found.fetchone() is None:
            server.database(TEMPLATE)
            provision(server.address(KEEPER, TEMPLATE), server.password)
    return TEMPLATE


class DoubleCentralStore:
    """``CentralStore`` in memory, to be slow, deaf or heard twice. Everyone reads everything."""

    def __init__(self) -> None:
        self.log: list[LoggedRecord] = []
        self.heard_twice = False
        self.notes: dict[str, str] = {}
        self.before: Callable[[str], None] = lambda asked: None  # may wait, or raise

    def append(self, envelopes: Sequence[bytes], carrier: str) -> list[Receipt]:
        self.before("append")
        if self.heard_twice:
            self._append(envelopes, carrier)
        return self._append(envelopes, carrier)

    def read(self, record_ids: Sequence[str]) -> dict[str, bytes]:
        self.before("read")
        return {one.record_id: one.envelope for one in self.log if one.record_id in record_ids}

    def count_of(self, keyid: str) -> int:
        self.before("count_of")
        return sum(open_envelope(one.envelope).keyid == keyid for one in self.log)

    def leaves(self, start: int, limit: int) -> list[bytes]:
        self.before("leaves")
        return self._leaves()[start : start + limit]

    def records(self, after_index: int, limit: int, below: int | None = None) -> list[LoggedRecord]:
        self.before("records")
        return self.log[after_index + 1 : below][:limit]

    def revealed(self, items: Sequence[str], below: int) -> list[LoggedRecord]:
        self.before("revealed")
        return []

    def shows_all(self) -> bool:
        return True

    def size(self) -> int:
        self.before("size")
        return len(self.log)

    def root(self, size: int, beginning: CompactRange | None = None) -> bytes:
        self.before("root")
        there = self._leaves()
        return root_by_pages(lambda at, many: there[at : at + many], size, beginning, page=1_000)

    def cosign(self, keyid: str, note: str) -> None:
        self.before("cosign")
        self.notes[keyid] = note

    def cosignatures(self) -> list[str]:
        return list(self.notes.values())

    def now(self) -> datetime:
        self.before("now")
        return datetime.now(UTC)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _leaves(self) -> list[bytes]:
        return [leaf_hash(one.record_id) for one in self.log]

    def _append(self, envelopes: Sequence[bytes], carrier: str) -> list[Receipt]:
        opened = [_row(envelope, carrier)["record_id"].hex() for envelope in envelopes]
        receipts = []
        for record_id, envelope in zip(opened, envelopes, strict=True):
            known = next((one.index for one in self.log if one.record_id == record_id), None)
            index = len(self.log) if known is None else known
            if known is None:
                self.log.append(LoggedRecord(index, record_id, envelope, carrier))
            receipts.append(Receipt(record_id, index, known is None))
        return receipts
