"""Sync with a server: blind, resumable at every step, and whatever happens to the server."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app import sync as sync_module
from app.central_time import CentralClock
from app.sync import sync
from app.verify import HomeAudit
from storage.central.interface import LoggedRecord
from storage.central.postgres import PostgresCentralStore
from storage.envelope import Sealed, seal
from storage.errors import CentralUnreachableError
from storage.home import Home
from storage.log import CompactRange, leaf_hash, root_of
from storage.signing import SigningKey
from storage.statement import ChainHead, Draft, LogSeen, RosterRef, content_digest, statement
from tests.integration.desks import Centre, Desk, DoubleCentralStore
from tests.integration.servers import Server, wheel_programs
from tests.unit.app.faulty import Faulty
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest, made_home, passed_on
from tests.unit.storage.office import DRAWING, Office


class Colleague:
    """Somebody else of the deployment, with a key, a login and verdicts of their own."""

    def __init__(self, home: Home, centre: Centre) -> None:
        self.key, self.head = SigningKey.generate(), ChainHead()
        self.person = digest("colleague")[:32]
        self.desk = centre.desk(self.person)
        fields = home.roster.next_fields()
        public = self.key.public
        (own, *_) = fields["keys"]
        theirs = {"keyid": public.keyid, "public": public.raw.hex(), "person": self.person}
        fields["keys"] = [*fields["keys"], own | theirs | {"roles": ["analyst"], "login": None}]
        draft = Draft(
            kind="roster", subject=content_digest(fields), fields=fields, decided_at=DECIDED_AT
        )
        home.local.keep([draft])
        home.reread_rosters()
        self._roster = home.roster

    def verdict(self, item: str) -> Sealed:
        """Sign a verdict and send it."""
        sealed = self.drafted(item)
        self.desk.store.append([sealed.envelope], "")
        return sealed

    def drafted(self, item: str) -> Sealed:
        """Sign a verdict and keep it back."""
        office = Office()
        fields = office.verdict_fields(item, DRAWING)
        said = statement(
            Draft(kind="verdict", subject=digest(item), fields=fields, decided_at=DECIDED_AT),
            author=self.person,
            head=self.head,
            roster=RosterRef(self._roster.version, self._roster.record_id),
            log_seen=LogSeen(),
            nonce=digest(item)[:32],
        )
        sealed = seal(said, self.key)
        self.head = ChainHead(self.head.seq + 1, sealed.record_id)
        return sealed


class CountedQuestions(Faulty):
    """A line that never fails, and notes what was asked."""

    def __init__(self, inner: PostgresCentralStore) -> None:
        super().__init__(inner, 0)
        self.asked: list[str] = []
        self.roots: list[tuple[int, int]] = []  # size of each root asked for, and of its beginning

    def records(self, after_index: int, limit: int, below: int | None = None) -> list[LoggedRecord]:
        self.asked.append("records")
        return super().records(after_index, limit, below)

    def root(self, size: int, beginning: CompactRange | None = None) -> bytes:
        self.roots.append((size, beginning.size if beginning else 0))
        return super().root(size, beginning)


def verdict(item: str) -> Draft:
    fields = Office().verdict_fields(item, DRAWING)
    return Draft(kind="verdict", subject=digest(item), fields=fields, decided_at=DECIDED_AT)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = made_home(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def desk(home: Home, centre: Centre) -> Desk:
    return centre.desk(home.person.id)


def test_that_a_sync_brings_what_an_own_verdict_has_opened(
    home: Home, centre: Centre, desk: Desk
) -> None:
    colleague = Colleague(home, centre)
    assert sync(home, desk.store).alarms == 0
    first = [colleague.verdict(item) for item in ("one", "two")]
    summary = sync(home, desk.store)
    assert (summary.pulled, summary.alarms) == (0, 0)
    home.local.keep([verdict("two")])
    summary = sync(home, desk.store)
    assert (summary.pushed, summary.pulled, summary.alarms) == (1, 1, 0)
    assert home.local.has_record(first[1].record_id)
    assert not home.local.has_record(first[0].record_id)
    again = sync(home, desk.store)
    assert (again.pulled, again.alarms) == (0, 0)
    assert list(HomeAudit(home, Office().find_scheme, desk.store).faults()) == []


def test_that_a_sync_hears_the_time_of_the_server(home: Home, centre: Centre, desk: Desk) -> None:
    def server_ms() -> int:
        with centre.server.keeper() as keeper:
            row = keeper.execute("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)")
            return int(row.fetchone()[0])

    clock, before = CentralClock(home.local), server_ms()
    assert clock.now().central_ms is None
    sync(home, desk.store)
    heard = clock.now().central_ms
    assert heard is not None
    assert before <= heard <= server_ms() + 1  # whole milliseconds of two clocks


def test_that_a_sync_brings_older_records_to_who_reads_all_from_now_on(
    home: Home, centre: Centre, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_module, "PULL_RECORDS", 1)
    colleague = Colleague(home, centre)
    sync(home, desk.store)
    hidden = [colleague.verdict(item).record_id for item in ("one", "two")]
    assert sync(home, desk.store).pulled == 0
    centre.keeper.enrol(desk.login, desk.person, reads_all=True)
    fails_at = 0
    while not all(map(home.local.has_record, hidden)):  # whatever a run was cut at
        fails_at += 1
        with suppress(CentralUnreachableError):
            sync(home, Faulty(desk.store, fails_at))
    assert sync(home, desk.store).alarms == 0
    again = CountedQuestions(desk.store)
    sync(home, again)
    assert "records" not in again.asked  # nothing is read twice
    assert list(HomeAudit(home, Office().find_scheme, desk.store).faults()) == []


def test_that_a_sync_does_not_write_own_verdicts_again_one_by_one(
    home: Home, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed: list[str] = []
    monkeypatch.setattr(home.local.logbook, "place", lambda one, _: placed.append(one))
    home.local.keep([verdict(f"item {number}") for number in range(5)])
    assert sync(home, desk.store).pushed > 5
    assert placed == []


def test_that_a_sync_reads_the_log_once(home: Home, desk: Desk) -> None:
    home.local.keep([passed_on(f"item {number}") for number in range(5)])
    sync(home, desk.store)
    size = desk.store.size()
    home.local.keep([passed_on("one more")])
    line = CountedQuestions(desk.store)
    sync(home, line)
    assert line.roots == [(size + 1, size)]  # what is under the pin is compared by its leaves


@pytest.mark.parametrize("pages", [1, 3])
def test_that_what_was_opened_comes_though_syncs_were_cut(
    home: Home, centre: Centre, desk: Desk, monkeypatch: pytest.MonkeyPatch, pages: int
) -> None:
    """Fail at step n, for n = 1, 2, ... until a run has no fault."""
    monkeypatch.setattr("app.upload.PUSH_RECORDS", pages)
    monkeypatch.setattr(sync_module, "PULL_RECORDS", pages)
    colleague = Colleague(home, centre)
    sync(home, desk.store)
    fails_at = 0
    while True:
        fails_at += 1
        theirs = colleague.verdict(f"item {fails_at}")
        sync(home, desk.store)
        home.local.keep([verdict(f"item {fails_at}")])
        line = Faulty(desk.store, fails_at)
        try:
            sync(home, line)
        except CentralUnreachableError:
            assert sync(home, desk.store).waiting == 0
            assert home.local.has_record(theirs.record_id)
            continue
        assert home.local.has_record(theirs.record_id)
        break
    assert fails_at > 10


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server for one test, to be killed or made deaf.

    What it wrote outlives its processes without being flushed to the disk, and a start after a kill
    would flush each of its thousand files.
    """
    server = Server(wheel_programs(18))
    try:
        server.start()
        yield server
    finally:
        server.remove()


def test_that_nothing_is_lost_or_doubled_when_the_server_dies_and_comes_back(
    own_server: Server, home: Home
) -> None:
    centre = Centre(own_server)
    store = centre.desk(home.person.id).store
    home.local.keep([passed_on(f"item {number}") for number in range(40)])
    died = 0
    for step in range(1, 14, 3):
        line = Faulty(store, step)
        line.at_the_step = own_server.kill
        try:
            sync(home, line)
        except CentralUnreachableError:
            died += 1
        if line.steps >= step:
            own_server.start()
    assert died > 2
    summary = sync(home, store)
    ours = [record.record_id for record in home.local.records()]
    assert [record.record_id for record in store.records(-1, 1_000)] == ours
    assert summary.root == root_of([leaf_hash(one) for one in ours]).hex()
    store.close()
    centre.keeper.close()


def test_that_a_server_that_went_deaf_is_given_up_and_asked_again(
    own_server: Server, home: Home
) -> None:
    centre = Centre(own_server)
    desk = centre.desk(home.person.id)
    store = PostgresCentralStore(
        own_server.address(desk.login, centre.database), desk.password, patience_s=1.0
    )
    store.size()
    own_server.signal_all(signal.SIGSTOP)
    try:
        with pytest.raises(CentralUnreachableError):
            sync(home, store)
    finally:
        own_server.signal_all(signal.SIGCONT)
    assert home.local.outbox.count() == 2
    assert sync(home, store).waiting == 0
    store.close()
    desk.store.close()
    centre.keeper.close()


def test_that_a_store_that_hears_everything_twice_has_it_once(home: Home) -> None:
    double = DoubleCentralStore()
    double.heard_twice = True
    home.local.keep([passed_on(f"item {number}") for number in range(5)])
    assert sync(home, double).waiting == 0
    ours = [record.record_id for record in home.local.records()]
    assert [record.record_id for record in double.log] == ours


class OneDesk(RuleBasedStateMachine):
    """Keeps, syncs, is cut off, beside somebody who logs too; on a server."""

    server: Server  # set by the test that runs it

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.home = made_home(self.folder / "home")
        self.centre = Centre(self.server)
        self.store = self.centre.desk(self.home.person.id).store
        self.other = self.centre.desk("person-1").store
        self.office = Office()
        self.office.records.clear()
        self.kept = [record.record_id for record in self.home.local.records()]
        self.number = 0

    @rule(count=st.integers(1, 4))
    def keep(self, count: int) -> None:
        """Records are kept."""
        self.number += 1
        drafts = [passed_on(f"{self.number} {part}", BATCH) for part in range(count)]
        self.kept += [record.record_id for record in self.home.local.keep(drafts)]

    @rule()
    def another_logs(self) -> None:
        """Somebody else's record gets the next place, and is not for this desk."""
        self.number += 1
        hidden = self.office.verdict(f"hidden {self.number}")
        self.other.append([hidden.envelope], "")

    @rule()
    def sync(self) -> None:
        """A sync that is not disturbed sends everything and takes nothing that is hidden."""
        summary = sync(self.home, self.store)
        assert (summary.waiting, summary.alarms, summary.pulled) == (0, 0, 0)
        assert summary.size == len(self.kept) + len(self.office.records)

    @rule(step=st.integers(1, 30))
    def cut_sync(self, step: int) -> None:
        """A sync whose line is cut at some step; short syncs end before it."""
        try:
            sync(self.home, Faulty(self.store, step))
        except CentralUnreachableError:
            return

    @invariant()
    def everything_kept_is_there_once_and_in_order(self) -> None:
        """The promises P1, P3 and P4, and P6: what is hidden is seen nowhere."""
        assert [record.record_id for record in self.home.local.records()] == self.kept
        in_log = [record.record_id for record in self.store.records(-1, 100_000)]
        assert in_log == self.kept[: len(in_log)]
        waiting = [record.record_id for record in self.home.local.outbox.waiting(100_000)]
        assert waiting == self.kept[len(self.kept) - len(waiting) :]
        assert len(self.kept) - len(waiting) <= len(in_log)

    def teardown(self) -> None:
        """Nothing of it stays."""
        self.home.close()
        self.centre.remove()
        shutil.rmtree(self.folder)


def test_that_a_desk_and_a_server_agree_with_the_model(server_18: Server) -> None:
    OneDesk.server = server_18
    machine = OneDesk.TestCase
    machine.settings = settings(max_examples=4, stateful_step_count=15, deadline=None)
    machine("runTest").runTest()


def test_that_a_verdict_with_a_signature_that_is_none_is_told_by_login_and_opens_nothing_twice(
    home: Home, centre: Centre, desk: Desk
) -> None:
    """Decision 30: such a row opens its item to its author, and is found out by name, for good."""
    colleague = Colleague(home, centre)
    home.local.keep([verdict("one")])
    assert sync(home, desk.store).alarms == 0
    (own,) = [row for row in home.local.records(kind="verdict")]
    assert colleague.desk.store.read([own.record_id]) == {}
    real = colleague.drafted("one")
    junk = real.envelope[:-92] + b"A" * 86 + b"==" + real.envelope[-4:]
    assert len(junk) == len(real.envelope)
    (receipt,) = colleague.desk.store.append([junk], "")
    assert set(colleague.desk.store.read([own.record_id])) == {own.record_id}  # not prevented

    summary = sync(home, desk.store)
    assert summary.alarms == 1
    assert not home.local.has_record(receipt.record_id)
    for word in ("step 3", f"place {receipt.index:,}", f"Carried by {colleague.desk.login}."):
        assert word in summary.told
    (alarm,) = home.local.logbook.alarms()
    assert (alarm.what, alarm.log_index) == ("unverified", receipt.index)

    (later,) = colleague.desk.store.append([real.envelope], "")  # the real one stands after it
    assert later.index > receipt.index
    again = sync(home, desk.store)
    assert (again.pulled, again.alarms, again.told) == (1, 0, "")
    faults = list(HomeAudit(home, Office().find_scheme, desk.store).faults())
    assert [(fault.step, fault.record_id) for fault in faults] == [(3, receipt.record_id)]
