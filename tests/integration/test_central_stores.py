"""Every central store: append-only, gapless, idempotent, and it takes nobody's word.

One suite for the embedded store, for PostgreSQL 16 and 18, and for the tests' double.
"""

import base64
import hashlib
import secrets
import traceback
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DatabaseError

from storage.central.interface import CentralStore, Receipt
from storage.central.sqlite import SqliteCentralStore
from storage.central.tables import leaf, records
from storage.envelope import seal
from storage.errors import CentralStoreError, EnvelopeRefusedError
from storage.log import EMPTY_ROOT, leaf_hash, root_of
from tests.integration.desks import Centre, DoubleCentralStore
from tests.unit.storage.homes import digest
from tests.unit.storage.office import Office

KEY = bytes(range(32))


@pytest.fixture(params=["embedded", "server_16", "server_18", "double"])
def central(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CentralStore]:
    """Each kind of store in turn; the type says that each is one."""
    if request.param == "double":
        yield DoubleCentralStore()
    elif request.param == "embedded":
        store = SqliteCentralStore(tmp_path / "central.db", KEY, create=True)
        yield store
        store.close()
    else:
        centre = Centre(request.getfixturevalue(request.param))
        yield centre.desk("person-1").store
        centre.remove()


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[SqliteCentralStore]:
    store = SqliteCentralStore(tmp_path / "central.db", KEY, create=True)
    yield store
    store.close()


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


def test_that_a_store_tells_its_time(central: CentralStore) -> None:
    told = central.now()
    assert told is not None
    assert told.utcoffset() == timedelta(0)
    assert central.now() >= told


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
    assert len({record.carrier for record in central.records(-1, 100)}) == 1


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


BENT: Sequence[Callable[[bytes], bytes]] = [
    lambda text: b"",
    lambda text: text + b"\n",
    lambda text: text + b" ",
    lambda text: text[:-1],
    lambda text: text.replace(b"payloadType", b"payloadtype"),
    lambda text: b" " + text,
    lambda text: text.replace(b'"keyid":"', b'"keyid":"G', 1),
    lambda text: text[:100] + b"\n" + text[100:],
]


def test_that_what_is_no_record_is_refused(central: CentralStore, office: Office) -> None:
    for bend in BENT:
        with pytest.raises(EnvelopeRefusedError):
            central.append([bend(envelopes(office)[0])], "carrier")
    assert central.size() == 0


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


def test_that_the_root_is_the_one_of_rfc_9162(central: CentralStore, office: Office) -> None:
    central.append(envelopes(office), "carrier")
    leaves = [leaf_hash(record.record_id) for record in office.records]
    for size in range(7):
        assert central.root(size) == root_of(leaves[:size])


def test_that_an_empty_log_has_the_empty_root(central: CentralStore) -> None:
    assert central.size() == 0
    assert central.root(0) == EMPTY_ROOT
    assert central.append([], "carrier") == []


def test_that_there_is_no_root_of_more_than_there_is(central: CentralStore) -> None:
    with pytest.raises(CentralStoreError):
        central.root(1)


def test_that_forks_are_stored_and_flagged(embedded: SqliteCentralStore, office: Office) -> None:
    first, second = forked(office)
    embedded.append([first], "carrier")
    embedded.append([second], "carrier")
    with embedded._database.transaction() as connection:
        flags = connection.execute(records.select().order_by(records.c.log_index)).all()
    assert [row.fork for row in flags] == [False, True]
    assert flags[0].seq == flags[1].seq


def test_that_forks_in_one_call_are_flagged_too(
    embedded: SqliteCentralStore, office: Office
) -> None:
    embedded.append(forked(office), "carrier")
    with embedded._database.transaction() as connection:
        flagged = connection.execute(records.select().where(records.c.fork)).all()
    assert [row.log_index for row in flagged] == [1]


@pytest.mark.parametrize("together", [True, False], ids=["one call", "two calls"])
def test_that_a_server_flags_forks_for_its_keeper(
    any_centre: Centre, office: Office, together: bool
) -> None:
    store = any_centre.desk("person-1").store
    pair = forked(office)
    for call in [pair] if together else [pair[:1], pair[1:]]:
        store.append(call, "")
    with any_centre.server.keeper(any_centre.database) as keeper:
        found = keeper.execute("SELECT fork FROM assay.records ORDER BY log_index").fetchall()
    assert found == [(False,), (True,)]
    assert set(store.read([hashlib.sha256(one).hexdigest() for one in pair]).values()) == {*pair}


def forked(office: Office) -> list[bytes]:
    """Two records of one key with one number."""
    before = office.head
    first = office.verdict("first")
    office.head = before
    return [first.envelope, office.verdict("second").envelope]


@pytest.mark.parametrize("table", [records, leaf], ids=["records", "leaf"])
@pytest.mark.parametrize("change", ["UPDATE {} SET log_index = log_index + 9", "DELETE FROM {}"])
def test_that_nothing_in_the_embedded_log_can_be_changed(
    embedded: SqliteCentralStore, office: Office, table: object, change: str
) -> None:
    embedded.append(envelopes(office), "carrier")

    def attack() -> None:
        with embedded._database.transaction() as connection:
            connection.exec_driver_sql(change.format(table))

    with pytest.raises(DatabaseError, match="append-only"):
        attack()
    assert embedded.size() == 6


def test_that_not_even_the_keeper_changes_the_log_of_a_server(
    any_centre: Centre, office: Office
) -> None:
    store = any_centre.desk("person-1").store
    store.append(envelopes(office), "")
    attacks = [
        change.format(table=table, column=column)
        for table, column in (("records", "log_index"), ("leaf", "log_index"), ("answered", "item"))
        for change in ATTACKS
    ]
    with any_centre.server.keeper(any_centre.database) as keeper:
        for attack in attacks:
            with pytest.raises(psycopg.Error, match="append-only"):
                keeper.execute(attack)
    assert store.size() == 6


ATTACKS = (
    "UPDATE assay.{table} SET {column} = {column}",
    "DELETE FROM assay.{table}",
    "TRUNCATE assay.{table}",
)


def test_that_many_records_go_in_at_once(central: CentralStore, office: Office) -> None:
    office.graded(1_500)
    receipts = central.append(envelopes(office), "carrier")
    assert [receipt.index for receipt in receipts] == list(range(1_506))
    assert central.size() == 1_506


STRANGE: dict[str, Callable[[dict[str, Any]], object]] = {
    "number is a text": lambda said: said["predicate"].update(seq="1"),
    "no number": lambda said: said["predicate"].pop("seq"),
    "author is a number": lambda said: said["predicate"].update(author=1),
    "no author": lambda said: said["predicate"].pop("author"),
    "no predicate": lambda said: said.pop("predicate"),
    "another type": lambda said: said.update(_type="https://in-toto.io/Statement/v0.1"),
    "kind in capitals": lambda said: said.update(predicateType="https://assay.example/VERDICT/v1"),
    "kind of another house": lambda said: said.update(
        predicateType="https://elsewhere.example/verdict/v1"
    ),
    "no kind": lambda said: said.update(predicateType="https://assay.example//v1"),
    "subject is no digest": lambda said: said.update(subject=[{"digest": {"sha256": "abc"}}]),
    "no subject": lambda said: said.update(subject=[]),
}


def test_that_a_sealed_statement_of_another_shape_is_refused(
    central: CentralStore, office: Office
) -> None:
    for name, bend in STRANGE.items():
        said = office.say("verdict", office.verdict_fields("item"), digest("item"))
        bend(said)
        sealed = seal(said, office.key)
        with pytest.raises(EnvelopeRefusedError):
            central.append([*envelopes(office), sealed.envelope], "carrier")
        assert central.size() == 0, name


NO_STATEMENTS = (b"", b"null", b"[]", b'"text"', b"{", b"\xff\xfe", b"[" * 50_000, b"{}")


def test_that_a_payload_that_is_no_statement_is_refused(
    central: CentralStore, office: Office
) -> None:
    envelope = envelopes(office)[0]
    before, after = b'{"payload":"', envelope[envelope.index(b'","payloadType') :]
    for payload in NO_STATEMENTS:
        with pytest.raises(EnvelopeRefusedError):
            central.append([before + base64.b64encode(payload) + after], "carrier")
    assert central.size() == 0


def test_that_any_text_a_person_can_write_is_kept_to_the_byte(
    central: CentralStore, office: Office
) -> None:
    texts = ["\0", "a\0b", "\\u0000", "\u2028 ends  ", "\U0001f600", "é" * 4_000, " " * 3_584]
    for text in texts:
        office.sign("verdict", office.verdict_fields("item") | {"comment": text}, digest("item"))
    central.append(envelopes(office), "carrier")
    wanted = {record.record_id: record.envelope for record in office.records}
    assert central.read(list(wanted)) == wanted
    assert [record.envelope for record in central.records(-1, 100)] == envelopes(office)


def test_that_appending_goes_on_after_a_refusal(central: CentralStore, office: Office) -> None:
    with pytest.raises(EnvelopeRefusedError):
        central.append([b"{}"], "carrier")
    receipts = central.append(envelopes(office), "carrier")
    assert [receipt.index for receipt in receipts] == list(range(6))


def test_that_a_fault_of_a_server_does_not_quote_what_was_sent(centre: Centre) -> None:
    """One that this program has no words for: its text may end on a terminal."""
    said = f"said of an item {secrets.token_hex(8)}"
    link = centre.desk("person-1").store._link
    with pytest.raises(DatabaseError) as failed, link.transaction() as connection:
        connection.exec_driver_sql("SELECT 1 / length(left(%(said)s, 0))", {"said": said})
    assert said not in "".join(traceback.format_exception(failed.value))
