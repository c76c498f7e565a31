"""The local store: what was reported as kept is there, in the order of its key's chain."""

import random
import secrets
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from storage.envelope import open_envelope, record_id
from storage.errors import (
    CentralRewrittenError,
    DiskFullError,
    MalformedRecordError,
    UnknownRecordError,
)
from storage.home import Home
from storage.records import LocalStore
from storage.rows import Arrival, Place
from storage.signing import SigningKey
from storage.statement import ChainHead, Draft, LogSeen
from storage.verification import MemoryBook, verify
from tests.unit.storage.homes import BATCH, digest, made_home, opened_home, passed_on


def kinds(store: LocalStore) -> list[str]:
    """The kinds of all records, in order."""
    return [record.kind for record in store.records()]


def test_that_records_continue_the_chain_of_their_key(home: Home) -> None:
    kept = home.local.keep([passed_on(f"item {number}") for number in range(3)])
    kept += home.local.keep([passed_on("one more")])
    chain = list(home.local.records())
    assert [record.seq for record in chain] == [1, 2, 3, 4, 5, 6]
    assert all(after.prev == before.record_id for before, after in pairwise(chain))
    assert [record.record_id for record in chain[2:]] == [record.record_id for record in kept]
    assert home.local.head(home.signer.keyid) == ChainHead(6, kept[-1].record_id)


def test_that_what_is_kept_passes_verification(home: Home) -> None:
    home.local.keep([passed_on("item")])
    book = MemoryBook(home.rosters, lambda *_: None)
    for record in home.local.records():
        book.note(verify(record.envelope, book=book).record)


def test_that_the_bytes_kept_are_the_bytes_signed(home: Home) -> None:
    (kept,) = home.local.keep([passed_on("item")])
    stored = home.local.record(kept.record_id)
    assert stored.envelope == kept.envelope
    assert record_id(stored.envelope) == stored.record_id
    said = open_envelope(stored.envelope)
    assert (said.keyid, said.kind, said.subject) == (stored.keyid, stored.kind, stored.subject)
    assert said.predicate["seq"] == stored.seq
    assert said.predicate["prev"] == stored.prev
    assert said.predicate["batch"] == stored.batch == BATCH


def test_that_no_two_records_have_one_nonce(home: Home) -> None:
    kept = home.local.keep([passed_on("item")] * 50)
    nonces = {open_envelope(record.envelope).predicate["nonce"] for record in kept}
    assert len(nonces) == 50


def test_that_keeping_nothing_does_nothing(home: Home) -> None:
    assert home.local.keep([]) == []
    assert home.local.count() == 2


def test_that_one_bad_draft_keeps_none_of_them(home: Home) -> None:
    bad = Draft(kind="pass", subject=digest("x"), fields={}, decided_at="yesterday")
    with pytest.raises(MalformedRecordError):
        home.local.keep([passed_on("good"), bad])
    assert kinds(home.local) == ["roster", "policy"]
    assert home.local.outbox.count() == 2
    (kept,) = home.local.keep([passed_on("good")])
    assert kept.seq == 3


def test_that_what_goes_along_stands_or_falls_with_the_records(home: Home) -> None:
    def note(kept: list[object]) -> None:
        home.local.note_put("kept", len(kept))

    def fail(_: list[object]) -> None:
        home.local.note_put("kept", "wrong")
        raise KeyError("on the way")

    home.local.keep([passed_on("one"), passed_on("two")], also=note)
    assert home.local.note_get("kept") == 2
    with pytest.raises(KeyError):
        home.local.keep([passed_on("three")], also=fail)
    assert home.local.note_get("kept") == 2
    assert home.local.count() == 4


def test_that_several_calls_can_be_one_transaction(home: Home) -> None:
    def three_steps() -> None:
        with home.local.transaction():
            home.local.keep([passed_on("one")])
            home.local.draft_put(digest("one"), {"answers": []})
            raise KeyError

    with pytest.raises(KeyError):
        three_steps()
    assert home.local.count() == 2
    assert home.local.draft_get(digest("one")) is None


def test_that_the_claimed_time_may_go_back_and_the_chain_does_not(home: Home) -> None:
    home.local.keep([passed_on("later", decided_at="2026-03-02T09:00:00Z")])
    home.local.keep([passed_on("earlier", decided_at="2019-03-02T09:00:00Z")])
    *_, later, earlier = home.local.records()
    assert (earlier.seq, earlier.prev) == (later.seq + 1, later.record_id)


def test_that_records_are_found_by_what_they_are_about(home: Home) -> None:
    home.local.keep([passed_on("a"), passed_on("b", batch=digest("other")), passed_on("a")])
    store = home.local
    assert len(list(store.records(item=digest("a")))) == 2
    assert len(list(store.records(batch=BATCH))) == 2
    assert len(list(store.records(kind="pass"))) == 3
    assert len(list(store.records(kind="pass", item=digest("b"), author=home.person.id))) == 1
    assert list(store.records(author="somebody else")) == []
    assert [record.seq for record in store.records(after=3)] == [4, 5]


def test_that_reading_goes_on_over_pages_both_ways(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.records.PAGE_RECORDS", 3)
    home.local.keep([passed_on(f"item {number}") for number in range(7)])
    assert [record.seq for record in home.local.records()] == list(range(1, 10))
    backwards = [record.seq for record in home.local.records(newest_first=True)]
    assert backwards == list(range(9, 0, -1))


def test_that_a_record_kept_while_others_are_read_is_read_too(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.records.PAGE_RECORDS", 2)
    reading = home.local.records()
    first = next(reading)
    home.local.keep([passed_on("item")])
    assert [first.seq, *(record.seq for record in reading)] == [1, 2, 3]


def test_that_an_unknown_record_is_named(home: Home) -> None:
    with pytest.raises(UnknownRecordError, match=digest("nothing")):
        home.local.record(digest("nothing"))
    assert not home.local.has_record(digest("nothing"))


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Home]:
    """Another workstation with the same keys: a copy of the home, opened a second time."""
    made_home(tmp_path / "first").close()
    copied = tmp_path / "second"
    (tmp_path / "first").rename(copied)
    opened = opened_home(copied)
    yield opened
    opened.close()


def test_that_a_record_from_elsewhere_is_kept_once(home: Home, elsewhere: Home) -> None:
    (foreign, *_) = elsewhere.local.records()
    opened = open_envelope(foreign.envelope)
    arrival = Arrival(opened, foreign.envelope, 7)
    assert home.local.take_in([arrival, arrival]) == 1
    assert home.local.take_in([arrival]) == 0
    found = home.local.record(foreign.record_id)
    assert (found.log_index, found.fork, found.envelope) == (7, False, foreign.envelope)
    assert home.local.outbox.count() == 2  # it is not ours to send


def test_that_a_fork_is_kept_and_flagged_and_never_the_head(home: Home) -> None:
    twin = LocalStore(home.local._database, SigningKey.generate(), "somebody")
    (ours,) = home.local.keep([passed_on("ours")])
    said = dict(open_envelope(ours.envelope).predicate)
    theirs = open_envelope(twin.keep([passed_on("theirs")])[0].envelope)
    forged = type(theirs)(
        record_id=digest("fork"),
        keyid=home.signer.keyid,
        payload=theirs.payload,
        signature=theirs.signature,
        kind=theirs.kind,
        subject=theirs.subject,
        statement=theirs.statement,
        predicate={**theirs.predicate, "seq": said["seq"], "prev": said["prev"]},
    )
    assert home.local.take_in([Arrival(forged, b"the other one", 9)]) == 1
    assert home.local.record(digest("fork")).fork
    assert home.local.chains.holder_of(Place(home.signer.keyid, 3)) == ours.record_id
    assert home.local.chains.place_of(digest("fork")) == Place(home.signer.keyid, 3)
    assert home.local.head(home.signer.keyid) == ChainHead(3, ours.record_id)
    assert home.local.keep([passed_on("next")])[0].seq == 4


def test_that_the_outbox_gives_the_oldest_first_and_forgets_what_is_confirmed(home: Home) -> None:
    home.local.keep([passed_on("item")])
    first, second = home.local.outbox.waiting(2)
    assert (first.seq, second.seq) == (1, 2)
    home.local.outbox.confirmed([(first.position, 0), (second.position, 1)])
    (third,) = home.local.outbox.waiting(10)
    assert third.seq == 3
    assert [record.log_index for record in home.local.records()] == [0, 1, None]
    home.local.outbox.confirmed([])
    assert home.local.outbox.count() == 1


def test_that_one_place_in_the_log_is_not_given_to_two_records(home: Home) -> None:
    first, second = home.local.outbox.waiting(2)
    with pytest.raises(CentralRewrittenError):
        home.local.outbox.confirmed([(first.position, 5), (second.position, 5)])
    assert home.local.outbox.count() == 2
    assert home.local.record(first.record_id).log_index is None


def test_that_every_record_gets_the_place_it_was_confirmed_at(home: Home) -> None:
    """Some in a row here and there, some in a row here alone, some in neither; in any order."""
    home.local.keep([passed_on(f"item {number}") for number in range(40)])
    waits = home.local.outbox.waiting(100)
    places, taken = random.sample(range(1_000), len(waits)), 5 + secrets.randbelow(15)
    for start in range(0, len(waits) - 4, 5):  # runs, and what breaks them
        places[start : start + 3] = range(2_000 + 7 * start, 2_003 + 7 * start)
    told = [(one.position, place) for one, place in zip(waits, places, strict=True)]
    left = random.sample(told, taken)
    told = [one for one in told if one not in left]
    random.shuffle(told)
    home.local.outbox.confirmed(told)
    assert {(one.position, one.log_index) for one in home.local.records()} == {
        *told,
        *((position, None) for position, _ in left),
    }
    assert {one.position for one in home.local.outbox.waiting(100)} == {one for one, _ in left}


def test_that_a_row_of_records_is_confirmed_in_two_statements(home: Home) -> None:
    home.local.keep([passed_on(f"item {number}") for number in range(40)])
    told = [(one.position, one.position + 7) for one in home.local.outbox.waiting(100)]
    asked: list[object] = []

    def noted(*about: Any) -> None:
        asked.extend(about[3] if about[5] else [about[3]])

    engine = home.local._database._engine
    event.listen(engine, "before_cursor_execute", noted)
    home.local.outbox.confirmed(told)
    event.remove(engine, "before_cursor_execute", noted)
    assert len([values for values in asked if values]) == 2
    assert home.local.outbox.count() == 0


def test_that_records_say_which_log_their_signer_had_seen(home: Home) -> None:
    assert home.local.log_seen() == LogSeen()
    home.local.logbook.move_pin(2, b"r" * 32, b"range")
    (kept,) = home.local.keep([passed_on("item")])
    said = open_envelope(kept.envelope).predicate["log_seen"]
    assert said == {"size": 2, "root": (b"r" * 32).hex()}


def test_that_an_alarm_is_kept_once(home: Home) -> None:
    for _ in range(2):
        home.local.logbook.alarm("fork", "record a and record b", log_index=4)
    (alarm,) = home.local.logbook.alarms()
    assert (alarm.what, alarm.log_index, alarm.detail) == ("fork", 4, "record a and record b")


def test_that_a_full_database_keeps_what_was_kept_and_says_so(home: Home) -> None:
    (before,) = home.local.keep([passed_on("before")])
    database = home.local._database
    with database.transaction() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFullError, match="full"):
        home.local.keep([passed_on(f"item {number}") for number in range(500)])
    assert [record.seq for record in home.local.records()] == [1, 2, 3]
    with database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    (after,) = home.local.keep([passed_on("after")])
    assert home.local.record(after.record_id).prev == before.record_id


def test_that_two_threads_do_not_get_into_each_other(home: Home) -> None:
    faults: list[BaseException] = []

    def keep_many() -> None:
        try:
            for number in range(20):
                home.local.keep([passed_on(f"{threading.get_ident()} {number}")])
        except BaseException as error:  # told to the thread that judges
            faults.append(error)

    threads = [threading.Thread(target=keep_many) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert [record.seq for record in home.local.records()] == list(range(1, 63))


def test_that_the_chain_head_is_found_by_an_index(home: Home) -> None:
    query = (
        "EXPLAIN QUERY PLAN SELECT seq FROM records WHERE keyid = x'00' AND fork = 0 "
        "ORDER BY seq DESC LIMIT 1"
    )
    with home.local.transaction() as connection:
        plan = str(connection.exec_driver_sql(query).all())
    assert "records_chain" in plan
    assert "SCAN" not in plan


def test_that_confirmed_records_are_counted_without_reading_them(home: Home) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def noted(*told: Any) -> None:
        asked.append((told[2], told[3]))

    engine = home.local._database._engine
    event.listen(engine, "before_cursor_execute", noted)
    assert home.local.logbook.count_confirmed(home.signer.keyid) == 0
    event.remove(engine, "before_cursor_execute", noted)
    ((query, values),) = [one for one in asked if one[0].startswith("SELECT")]
    (plan,) = home.local._database.look_up(f"EXPLAIN QUERY PLAN {query}", values)
    assert "COVERING INDEX records_by_place" in str(plan)


def test_that_what_is_asked_of_each_record_that_comes_is_found_by_an_index(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, asked = home.local._database, dict[str, tuple[object, ...]]()
    look_up = database.look_up

    def noted(query: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        asked[query] = values
        return look_up(query, values)

    monkeypatch.setattr(database, "look_up", noted)
    (kept,) = home.local.keep([passed_on("item")])
    assert home.local.chains.place_of(kept.record_id) == Place(home.signer.keyid, kept.seq)
    assert home.local.chains.holder_of(Place(home.signer.keyid, kept.seq)) == kept.record_id
    assert home.local.logbook.index_of(kept.record_id) is None
    assert home.local.has_record(kept.record_id)
    plans = {query: str(look_up(f"EXPLAIN QUERY PLAN {query}", asked[query])) for query in asked}
    assert len(plans) == 8
    # `part` is no table: the few numbers of the parts that the log is looked up in
    scanned = [query for query, plan in plans.items() if "SCAN" in plan.replace("SCAN part", "")]
    assert [query for query in scanned if " FROM checkpoints ORDER BY size" not in query] == []
