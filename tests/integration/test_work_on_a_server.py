"""What a question costs the server follows what is asked, and not how long the log is."""

from collections.abc import Sequence

import psycopg

from tests.integration.desks import Centre
from tests.unit.storage.homes import digest
from tests.unit.storage.office import Office

LOGGED = 300
_READ_THROUGH = (
    "SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_xact_all_tables"
    " WHERE relid IN ('assay.records'::regclass, 'assay.leaf'::regclass,"
    " 'assay.answered'::regclass)"
)


def read_through(
    connection: psycopg.Connection, query: str, values: Sequence[object]
) -> tuple[int, int]:
    """Ask; return how many rows came, and how many of the log were read beside any index."""
    with connection.transaction():
        before = connection.execute(_READ_THROUGH.encode()).fetchone()
        came = len(connection.execute(query.encode(), values).fetchall())
        after = connection.execute(_READ_THROUGH.encode()).fetchone()
    assert before is not None
    assert after is not None
    return came, int(after[0] - before[0])


def test_that_an_upload_does_not_read_the_log_through(any_centre: Centre) -> None:
    office, desk = Office(), any_centre.desk("person-1")
    verdicts = [office.verdict(f"item {number}") for number in range(LOGGED)]
    desk.store.append([one.envelope for one in office.records], "")
    said = {"record": verdicts[7].record_id}
    fork = Office()
    fork.key = office.key
    waits = [
        *(office.verdict(f"more {number}") for number in range(40)),
        office.sign("withdrawal", said, verdicts[7].record_id),
        fork.verdict("a number that is taken"),
    ]
    with any_centre.server.keeper(any_centre.database) as connection:
        connection.execute(f"SET SESSION AUTHORIZATION {desk.login}".encode())
        for many in (1, 1, len(waits)):  # once without statistics, once kept, then many
            sent = [one.envelope for one in waits[:many]]
            there = [bytes.fromhex(one.record_id) for one in waits[:many]]
            assert read_through(connection, "SELECT * FROM assay.append(%b)", [sent]) == (many, 0)
            assert read_through(connection, "SELECT * FROM assay.own(%b)", [there]) == (many, 0)


def test_that_ones_own_records_are_counted_without_reading_them(any_centre: Centre) -> None:
    office, desk = Office(), any_centre.desk("person-1")
    senior, blind = any_centre.desk("senior", reads_all=True), any_centre.desk("person-2")
    office.graded(LOGGED)
    desk.store.append([one.envelope for one in office.records], "")
    with any_centre.server.keeper(any_centre.database) as connection:
        connection.execute("VACUUM assay.records")  # as the server does by itself
        fetched = "SELECT coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_all_tables"
        fetched += " WHERE relid = 'assay.records'::regclass"
        for one, many in ((desk, LOGGED + 1), (senior, LOGGED + 1), (blind, 0)):
            assert one.store.count_of(office.key.keyid) == many
            with connection.transaction():
                connection.execute(f"SET LOCAL SESSION AUTHORIZATION {one.login}".encode())
                key = [bytes.fromhex(office.key.keyid)]
                answer = connection.execute("SELECT assay.count_of(%b)", key).fetchone()
                read = connection.execute(fetched.encode()).fetchone()
            assert (answer, read) == ((many,), (0,))


def test_that_only_what_one_signed_is_read_back_as_ones_own(centre: Centre) -> None:
    """What others signed goes by what may be seen, whoever brought it."""
    theirs, reader, other = Office(), centre.desk("reader"), centre.desk("person-1")
    hidden = theirs.verdict("item")
    other.store.append([hidden.envelope], "")
    reader.store.append([theirs.verdict("carried").envelope], "")
    assert reader.store.read([hidden.record_id, digest("nothing")]) == {}
    with centre.server.keeper(centre.database) as connection:
        connection.execute(f"SET SESSION AUTHORIZATION {reader.login}".encode())
        asked = [[bytes.fromhex(one.record_id) for one in theirs.records]]
        assert connection.execute("SELECT * FROM assay.own(%b)", asked).fetchall() == []
