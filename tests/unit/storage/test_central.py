"""The embedded central store: append-only, gapless, idempotent, and it takes nobody's word."""

import hashlib

import pytest
from sqlalchemy.exc import DatabaseError

from storage.central.interface import CentralStore, Receipt
from storage.central.sqlite import SqliteCentralStore
from storage.central.tables import leaf, records
from storage.errors import CentralStoreError, EnvelopeRefusedError
from storage.home import Home
from storage.log import EMPTY_ROOT, leaf_hash, root_of
from tests.unit.storage.homes import digest, passed_on
from tests.unit.storage.office import Office


@pytest.fixture
def central(home: Home) -> CentralStore:
    """The store in a new home; the type says that it is one."""
    return home.central()


@pytest.fixture
def office() -> Office:
    """Somebody else's records."""
    made = Office()
    for number in range(5):
        made.verdict(f"item {number}")
    return made


def envelopes(office: Office) -> list[bytes]:
    """What the office has signed, in order."""
    return [record.envelope for record in office.records]


def test_that_records_get_indices_without_a_gap(central: CentralStore, office: Office) -> None:
    first = central.append(envelopes(office)[:2], "carrier")
    second = central.append(envelopes(office)[2:], "carrier")
    assert [receipt.index for receipt in first + second] == list(range(6))
    assert all(receipt.fresh for receipt in first + second)
    assert central.size() == 6


def test_that_a_receipt_names_the_record_as_the_store_computed_it(
    central: CentralStore, office: Office
) -> None:
    envelope = envelopes(office)[0]
    (receipt,) = central.append([envelope], "carrier")
    assert receipt == Receipt(hashlib.sha256(envelope).hexdigest(), 0, fresh=True)


def test_that_delivering_twice_changes_nothing(central: CentralStore, office: Office) -> None:
    first = central.append(envelopes(office), "carrier")
    again = central.append(envelopes(office)[::-1], "another")
    assert {(r.record_id, r.index) for r in again} == {(r.record_id, r.index) for r in first}
    assert not any(receipt.fresh for receipt in again)
    assert central.size() == 6
    assert {record.carrier for record in central.records(-1, 100)} == {"carrier"}


def test_that_one_envelope_twice_in_one_call_is_one_record(
    central: CentralStore, office: Office
) -> None:
    envelope = envelopes(office)[0]
    first, second = central.append([envelope, envelope], "carrier")
    assert (first.index, first.fresh) == (0, True)
    assert (second.index, second.fresh) == (0, False)
    assert central.size() == 1


def test_that_one_bad_envelope_refuses_the_whole_call(
    central: CentralStore, office: Office
) -> None:
    with pytest.raises(EnvelopeRefusedError):
        central.append([envelopes(office)[0], b"{}"], "carrier")
    assert central.size() == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"",
        lambda text: text + b"\n",
        lambda text: text[:-1],
        lambda text: text.replace(b"payloadType", b"payloadtype"),
        lambda text: b" " + text,
    ],
)
def test_that_what_is_no_record_is_refused(
    central: CentralStore, office: Office, change: object
) -> None:
    with pytest.raises(EnvelopeRefusedError):
        central.append([change(envelopes(office)[0])], "carrier")  # type: ignore[operator]


def test_that_what_was_appended_is_read_back_byte_for_byte(
    central: CentralStore, office: Office
) -> None:
    central.append(envelopes(office), "carrier")
    wanted = [record.record_id for record in office.records]
    found = central.read([*wanted, digest("nothing")])
    assert found == {record.record_id: record.envelope for record in office.records}


def test_that_records_and_leaves_are_given_out_in_order(
    central: CentralStore, office: Office
) -> None:
    central.append(envelopes(office), "carrier")
    ids = [record.record_id for record in office.records]
    assert [record.record_id for record in central.records(1, 3)] == ids[2:5]
    assert [record.index for record in central.records(1, 3)] == [2, 3, 4]
    assert central.leaves(4, 10) == [leaf_hash(one) for one in ids[4:]]
    assert central.leaves(6, 10) == []


@pytest.mark.parametrize("size", range(7))
def test_that_the_root_is_the_one_of_rfc_9162(
    central: CentralStore, office: Office, size: int
) -> None:
    central.append(envelopes(office), "carrier")
    leaves = [leaf_hash(record.record_id) for record in office.records]
    assert central.root(size) == root_of(leaves[:size])


def test_that_an_empty_log_has_the_empty_root(central: CentralStore) -> None:
    assert central.size() == 0
    assert central.root(0) == EMPTY_ROOT
    assert central.append([], "carrier") == []


def test_that_there_is_no_root_of_more_than_there_is(central: CentralStore) -> None:
    with pytest.raises(CentralStoreError):
        central.root(1)


def test_that_forks_are_stored_and_flagged(home: Home, office: Office) -> None:
    central = home.central()
    assert isinstance(central, SqliteCentralStore)
    before = office.head
    first = office.verdict("first")
    office.head = before
    second = office.verdict("second")
    central.append([first.envelope], "carrier")
    central.append([second.envelope], "carrier")
    with central._database.transaction() as connection:
        flags = connection.execute(records.select().order_by(records.c.log_index)).all()
    assert [row.fork for row in flags] == [False, True]
    assert flags[0].seq == flags[1].seq


def test_that_forks_in_one_call_are_flagged_too(home: Home, office: Office) -> None:
    before = office.head
    office.verdict("first")
    office.head = before
    office.verdict("second")
    central = home.central()
    central.append(envelopes(office), "carrier")
    assert isinstance(central, SqliteCentralStore)
    with central._database.transaction() as connection:
        flagged = connection.execute(records.select().where(records.c.fork)).all()
    assert [row.log_index for row in flagged] == [7]


@pytest.mark.parametrize("table", [records, leaf], ids=["records", "leaf"])
@pytest.mark.parametrize("change", ["UPDATE {} SET log_index = log_index + 9", "DELETE FROM {}"])
def test_that_nothing_in_the_log_can_be_changed(
    home: Home, office: Office, table: object, change: str
) -> None:
    central = home.central()
    central.append(envelopes(office), "carrier")
    assert isinstance(central, SqliteCentralStore)

    def attack() -> None:
        with central._database.transaction() as connection:
            connection.exec_driver_sql(change.format(table))

    with pytest.raises(DatabaseError, match="append-only"):
        attack()
    assert central.size() == 6


def test_that_many_records_go_in_at_once(home: Home) -> None:
    home.local.keep([passed_on(f"item {number}") for number in range(1_500)])
    waiting = home.local.outbox.waiting(10_000)
    receipts = home.central().append([record.envelope for record in waiting], "carrier")
    assert [receipt.index for receipt in receipts] == list(range(1_502))
