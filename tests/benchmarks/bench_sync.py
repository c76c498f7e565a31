"""Sync with PostgreSQL: sent and read back, verified, kept; and what row-level security costs."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psycopg

from app.bootstrap import ROOT
from app.policies import default_policy
from app.sync import sync
from grading.policy import policy_fields
from storage.canonical import content_digest
from storage.central.interface import LoggedRecord
from storage.central.postgres import PostgresCentralStore
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.envelope import open_envelope, signed_bytes
from storage.home import Home, init_home, open_home
from storage.keyfile import MINIMUM_COST
from storage.statement import Draft
from storage.verification import MemoryBook, SchemeFinder, verify
from tests.benchmarks.measure import Measure, in_turns, percentile, timed_s
from tests.benchmarks.sync_desk import PASSPHRASE, PASSWORD, READY, SYNC, UPLOAD
from tests.integration.desks import Centre, Desk
from tests.integration.servers import Server, wheel_programs
from tests.unit.storage.homes import DECIDED_AT, digest
from tests.unit.storage.office import DRAWING, Office

DESKS = 20
VERDICTS = 5_000  # a round, of all desks together
COMMITS = 300  # a round
LOGGED = 100_000
PAGE = 1_000
PERSONS = 20
COMMAND = "python -m tests.benchmarks --only sync"
_COLUMNS = (
    "log_index, record_id, keyid, seq, author, carrier, fork, audience, item, readers, envelope"
)
_ROWS = (
    "SELECT log_index, record_id, keyid, seq, author, carrier::text, fork, audience, item, readers,"
    " envelope::text FROM assay.records WHERE log_index >= %s ORDER BY log_index LIMIT %s"
)
_INSERT = f"INSERT INTO {{0}}.records ({_COLUMNS}) VALUES ({', '.join(['%s'] * 11)})"  # noqa: S608
_PLAIN = """
    CREATE SCHEMA {0};
    CREATE TABLE {0}.records (LIKE assay.records INCLUDING ALL);
    CREATE TABLE {0}.leaf (LIKE assay.leaf INCLUDING ALL);
    CREATE TABLE {0}.answered (LIKE assay.answered INCLUDING ALL);
"""
# Twenty people have graded half of the items in pairs; the envelope is one of the verdicts'.
_FILL = """
    INSERT INTO assay.records (log_index, record_id, keyid, seq, author, carrier, fork, audience,
        item, readers, envelope)
    SELECT g, sha256(g::text::bytea), r.keyid, g, 'person-' || g %% %(persons)s::bigint, r.carrier,
        false, 'v', sha256((g / 2)::text::bytea), NULL, r.envelope
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) g,
        (SELECT * FROM assay.records ORDER BY log_index DESC LIMIT 1) r
"""
_ANSWERED = """
    INSERT INTO assay.answered SELECT DISTINCT author, item FROM assay.records
    WHERE author LIKE 'person-%' ON CONFLICT DO NOTHING
"""
_AS_KEEPER = (
    "SELECT log_index, record_id, envelope::text, carrier #>> '{}' FROM assay.records"
    " WHERE log_index = ANY (%s) ORDER BY log_index"
)

Rows = Sequence[tuple[Any, ...]]


def measure(rounds: int) -> list[Measure]:
    """Make twenty desks around one server, and take every figure beside its floor."""
    with ExitStack() as holds:
        folder = Path(holds.enter_context(TemporaryDirectory(prefix="assay-bench-")))
        server = Server(wheel_programs(18), {"fsync": "on", "full_page_writes": "on"})
        holds.callback(server.remove)
        server.start()
        bureau = Bureau(server, folder, holds)
        return [
            *_upload(bureau, 1, rounds),
            *_upload(bureau, DESKS, rounds),
            _verifying(bureau, rounds),
            *_committing(bureau, folder, rounds),
            *_pulls(bureau, rounds),
        ]


class Bureau:
    """Homes of one deployment, each with a login at one central store."""

    def __init__(self, server: Server, folder: Path, holds: ExitStack) -> None:
        self.centre = Centre(server)
        holds.callback(self.centre.remove)
        self._numbers = count()
        self._facts = Office()
        founder = self._home(folder, None)
        self.homes = [founder, *(self._home(folder, founder) for _ in range(DESKS - 1))]
        _enrol_all(founder, self.homes[1:])
        people = [home.identity.person for home in self.homes]
        self.desks = [self.centre.desk(person) for person in people]
        for home, desk in zip(self.homes, self.desks, strict=True):
            sync(home, desk.store)
        self.keeper = holds.enter_context(closing(server.keeper(self.centre.database)))
        for schema in ("plain", "copied"):
            self.keeper.execute(_PLAIN.format(schema).encode())
        self.server = server

    def grade(self, desks: int, verdicts: int) -> None:
        """Keep new verdicts in the first homes, so that they wait."""
        for home in self.homes[:desks]:
            home.local.keep([self.draft() for _ in range(verdicts // desks)])

    def draft(self) -> Draft:
        """A verdict on an item that nobody has graded."""
        item = f"item {next(self._numbers)}"
        fields = self._facts.verdict_fields(item, DRAWING)
        return Draft(kind="verdict", subject=digest(item), fields=fields, decided_at=DECIDED_AT)

    @property
    def find_scheme(self) -> SchemeFinder:
        """Finds the scheme of the verdicts."""
        return self._facts.find_scheme

    def size(self) -> int:
        """How many records the log has."""
        return self.desks[0].store.size()

    def rows(self, first: int, many: int) -> Rows:
        """What the store holds from an index on, as it holds it."""
        return self.keeper.execute(_ROWS, [first, many]).fetchall()

    def _home(self, folder: Path, founder: Home | None) -> Home:
        return init_home(
            folder / f"home-{next(self._numbers)}",
            person_name="Bench",
            role="analyst",
            policy_fields=policy_fields(default_policy()),
            keys="file",
            passphrase=lambda: PASSPHRASE,
            cost=MINIMUM_COST,
            joins=founder.identity.roster if founder else None,
        )


def _enrol_all(founder: Home, others: Sequence[Home]) -> None:
    fields = founder.roster.next_fields()
    for home in others:
        asks = read_enrolment(home.place / ENROLMENT_NAME)
        key = {"keyid": asks.keyid, "public": asks.public, "person": asks.person}
        key |= {"person_name": asks.person_name, "workstation": asks.workstation}
        fields["keys"].append(key | {"roles": ["analyst"], "login": None, "valid_from": 0})
    subject = content_digest(fields)
    draft = Draft(kind="roster", subject=subject, fields=fields, decided_at=DECIDED_AT)
    founder.local.keep([draft])
    founder.reread_rosters()


def _upload(bureau: Bureau, desks: int, rounds: int) -> list[Measure]:
    """Send verdicts from so many desks at once, sync, and beside it write the same rows plainly."""
    sent_s, synced_s, inserted_s, copied_s = [], [], [], []
    for _ in range(rounds):
        bureau.grade(desks, VERDICTS)
        first = bureau.size()
        with _Desks(bureau, desks) as ready:
            sent_s.append(timed_s(lambda: ready.do(UPLOAD, VERDICTS // desks)))
            synced_s.append(timed_s(lambda: ready.do(SYNC, 0)))
        rows = bureau.rows(first, VERDICTS)
        assert len(rows) == VERDICTS
        inserted_s.append(timed_s(lambda: _in_parts(bureau, rows, desks, _insert)))  # noqa: B023
        copied_s.append(timed_s(lambda: _in_parts(bureau, rows, desks, _copy)))  # noqa: B023
    many = "1 workstation" if desks == 1 else f"{desks} workstations at once"
    copied = VERDICTS / median(copied_s)
    whole_s = [sent + synced for sent, synced in zip(sent_s, synced_s, strict=True)]

    def row(what: str, taken_s: Sequence[float], done: str) -> Measure:
        return Measure(
            f"{what}, {many}",
            VERDICTS / median(taken_s),
            "verdicts/s",
            VERDICTS / median(inserted_s),
            "INSERT of the same rows into the same indexed tables, as many connections",
            COMMAND,
            f"{VERDICTS:,} verdicts a round, {done}; COPY of the same rows {copied:,.0f} a second, "
            f"{median(copied_s) / median(taken_s):.2f} of its rate",
        )

    after = "as above, then each desk reads all leaves and what it may see, verifies, keeps, pins"
    if desks > 1:
        after += f": {VERDICTS * desks:,} leaves"
    return [row("upload", sent_s, "sent, read back, logged"), row("sync", whole_s, after)]


class _Desks:
    """Desks as processes, each with its home open and its link made, that wait to sync."""

    def __init__(self, bureau: Bureau, many: int) -> None:
        self._bureau, self._many = bureau, many
        self._running: list[subprocess.Popen[str]] = []

    def __enter__(self) -> "_Desks":
        for at, desk in enumerate(self._bureau.desks[: self._many]):
            self._bureau.homes[at].close()
            address = self._bureau.server.address(desk.login, self._bureau.centre.database)
            place = str(self._bureau.homes[at].place)
            self._running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.benchmarks.sync_desk", place, address.text()],
                    cwd=ROOT,
                    env={**os.environ, PASSWORD: desk.password},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
        for one in self._running:
            assert one.stdout is not None
            assert one.stdout.readline().strip() == READY
        return self

    def do(self, what: str, sent: int) -> None:
        """Let all of them do one thing at once, each send so many records, and await the last."""
        for one in self._running:
            assert one.stdin is not None
            one.stdin.write(f"{what}\n")
            one.stdin.flush()
        found = [int(one.stdout.readline()) for one in self._running if one.stdout is not None]
        assert found == [sent] * self._many

    def __exit__(self, *_: object) -> None:
        for at, one in enumerate(self._running):
            one.communicate()
            place = self._bureau.homes[at].place
            self._bureau.homes[at] = open_home(place, passphrase=lambda: PASSPHRASE)


def _in_parts(
    bureau: Bureau, rows: Rows, parts: int, write: Callable[[psycopg.Connection, Rows], None]
) -> None:
    """Write rows from so many connections at once, each its share."""
    share = len(rows) // parts
    server, database = bureau.server, bureau.centre.database

    def work(at: int) -> None:
        with closing(server.keeper(database)) as connection:
            write(connection, rows[at * share : (at + 1) * share])

    threads = [threading.Thread(target=work, args=(at,)) for at in range(parts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _leaves(rows: Rows) -> Iterator[tuple[int, bytes]]:
    return ((row[0], bytes(row[1])) for row in rows)


def _insert(connection: psycopg.Connection, rows: Rows) -> None:
    for start in range(0, len(rows), PAGE):
        page = rows[start : start + PAGE]
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(_INSERT.format("plain").encode(), page)
            cursor.executemany("INSERT INTO plain.leaf VALUES (%s, %s)", list(_leaves(page)))
            cursor.executemany(
                "INSERT INTO plain.answered VALUES (%s, %s)", [(row[4], row[8]) for row in page]
            )


def _copy(connection: psycopg.Connection, rows: Rows) -> None:
    tables = {
        f"copied.records ({_COLUMNS})": rows,
        "copied.leaf": list(_leaves(rows)),
        "copied.answered": [(row[4], row[8]) for row in rows],
    }
    with connection.transaction(), connection.cursor() as cursor:
        for table, values in tables.items():
            with cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                for row in values:
                    copy.write_row(row)


def _verifying(bureau: Bureau, rounds: int) -> Measure:
    """Run all eight steps over verdicts, beside nothing but their signatures."""
    home = bureau.homes[0]
    rows = list(home.local.records(kind="verdict"))[:VERDICTS]
    opened = [open_envelope(row.envelope) for row in rows]
    public = home.signer.public

    indexes = {row.record_id: row.log_index or 0 for row in home.local.records()}
    others = [open_envelope(row.envelope) for row in home.local.records() if row.kind != "verdict"]

    def steps() -> None:
        book = MemoryBook(home.rosters, bureau.find_scheme, indexes)
        for record in others:
            book.note(record)
        for row in rows:
            book.note(verify(row.envelope, book=book).record)

    def signatures() -> None:
        for one in opened:
            assert public.verifies(one.signature, signed_bytes(one.payload))

    pair = in_turns(steps, signatures, rounds)
    return Measure(
        "verify, all eight steps",
        len(rows) / pair.work_median_s,
        "records/s",
        len(rows) / pair.floor_median_s,
        "Ed25519 verification of the same messages",
        COMMAND,
        f"{len(rows):,} verdicts, one core",
    )


def _committing(bureau: Bureau, folder: Path, rounds: int) -> list[Measure]:
    """Keep one verdict after another, beside an appended line that is flushed to the disk."""
    home = bureau.homes[0]
    kept_s: list[float] = []
    flushed_s: list[float] = []
    with (folder / "floor").open("ab", buffering=0) as file:

        def flushed() -> None:
            file.write(bytes(1_500))
            os.fsync(file.fileno())

        for _ in range(rounds * COMMITS):
            draft = bureau.draft()
            kept_s.append(timed_s(lambda: home.local.keep([draft])))  # noqa: B023
            flushed_s.append(timed_s(flushed))
    return [
        Measure(
            f"keep a verdict, {name}",
            percentile(kept_s, share) * 1000,
            "ms",
            percentile(flushed_s, share) * 1000,
            "append as many bytes to a file, and fsync",
            COMMAND,
            f"{len(kept_s):,} verdicts: signed, and committed to the encrypted store with its "
            "outbox row",
        )
        for name, share in (("median", 0.5), ("p99", 0.99))
    ]


def _pulls(bureau: Bureau, rounds: int) -> list[Measure]:
    """Read a log of 100,000 records as who reads all and as one who has graded a twentieth."""
    size = bureau.size()
    told = {"first": size, "last": LOGGED - 1, "persons": PERSONS}
    bureau.keeper.execute(_FILL, told)
    bureau.keeper.execute(_ANSWERED)
    bureau.keeper.execute("ANALYZE assay.records")
    senior = bureau.centre.desk("senior", reads_all=True)
    analyst = bureau.centre.desk("person-1")
    return [
        _pull(bureau, "a supervisor, who reads all", senior, rounds),
        _pull(bureau, "an analyst, who reads what their verdicts opened", analyst, rounds),
    ]


def _pull(bureau: Bureau, who: str, desk: Desk, rounds: int) -> Measure:
    seen = [one.index for one in _pages(desk.store)]

    def unbound() -> None:
        for start in range(0, len(seen), PAGE):
            bureau.keeper.execute(_AS_KEEPER, [seen[start : start + PAGE]]).fetchall()

    pair = in_turns(lambda: sum(1 for _ in _pages(desk.store)), unbound, rounds)
    return Measure(
        f"pull {LOGGED:,} records by pages, {who}",
        pair.work_median_s,
        "s",
        pair.floor_median_s,
        "the same rows asked for by index, without row-level security",
        COMMAND,
        f"{len(seen):,} of {LOGGED:,} seen; reading alone, nothing verified or kept",
    )


def _pages(store: PostgresCentralStore) -> Iterator[LoggedRecord]:
    last = -1
    while page := store.records(last, PAGE):
        yield from page
        last = page[-1].index
