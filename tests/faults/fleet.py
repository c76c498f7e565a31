"""Many workstations around one server: each a home, a key, a login and a process of its own.

They do not all live at once: so many processes as are asked for run, each for one shift of one
workstation. Faults are drawn: lines are cut, processes killed or stopped, the server taken away.
"""

import os
import random
import signal
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from storage.canonical import content_digest
from storage.central.postgres import PostgresCentralStore
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.home import open_home
from storage.statement import Draft
from tests.faults.workstation import Joining, Shift, Told, join, work
from tests.forking import started
from tests.integration.desks import Centre
from tests.integration.servers import Server
from tests.unit.storage.homes import DECIDED_AT, PASSPHRASE

FAULTS = ("cut", "kill", "stop")
STOPPED_S = 0.3  # how long a stopped process stands still


@dataclass
class Report:
    """What became of a run."""

    verdicts: int = 0
    seconds: float = 0.0
    syncs_s: list[float] = field(default_factory=list)
    recovered_s: dict[str, list[float]] = field(default_factory=dict)
    peak_mb: float = 0.0
    alarms: int = 0
    unproven: int = 0
    held: dict[Path, int] = field(default_factory=dict)  # verdicts in each home at its end


@dataclass
class _Running:
    process: BaseProcess
    pipe: Connection
    shift: Shift
    begun: float
    fault: str
    failed: float = 0.0  # when a kill was noticed


class Fleet:
    """The workstations of one deployment; the first founds it and enrols the others."""

    def __init__(self, server: Server, folder: Path, desks: int, at_once: int = 1) -> None:
        self.server = server
        self.centre = Centre(server)
        self._folder = folder
        folder.mkdir()
        (deployment,) = self._joined([0], None, 1)
        self._joined(range(1, desks), deployment, at_once)
        founder = open_home(self.place(0), passphrase=lambda: PASSPHRASE)
        fields = founder.roster.next_fields()
        for number in range(1, desks):
            asks = read_enrolment(self.place(number) / ENROLMENT_NAME)
            key = {"keyid": asks.keyid, "public": asks.public, "person": asks.person}
            key |= {"person_name": f"Desk {number}", "workstation": asks.workstation}
            fields["keys"].append(key | {"roles": ["analyst"], "login": None, "valid_from": 0})
        draft = Draft(
            kind="roster", subject=content_digest(fields), fields=fields, decided_at=DECIDED_AT
        )
        founder.local.keep([draft])
        founder.close()
        persons = [founder.identity.person, *(key["person"] for key in fields["keys"][1:])]
        self.logins = [self.centre.desk(person) for person in persons]
        for desk in self.logins:
            desk.store.close()
        assert self.run([self.shift(0, (), 1)], 1).alarms == 0
        self._founding = len(list(self.logged()))  # records that no shift has signed

    def place(self, number: int) -> Path:
        """Where a workstation's home is."""
        return self._folder / f"desk-{number}" / "home"

    def _joined(self, numbers: Iterable[int], joins: str | None, at_once: int) -> list[str]:
        """Make homes, some at once; return the deployment that each is of."""
        deployments, running = [], deque[tuple[BaseProcess, Connection]]()
        for number in numbers:
            place = self.place(number)
            place.parent.mkdir()
            joining = Joining(place, place.parent / "state", f"Desk {number}", joins)
            running.append(started(join, joining))
            if len(running) == at_once:
                deployments.append(_deployment_of(*running.popleft()))
        return deployments + [_deployment_of(*one) for one in running]

    def shift(self, number: int, items: tuple[str, ...], syncs: int, fault: str = "") -> Shift:
        """Make a shift of a workstation."""
        desk = self.logins[number]
        url = self.server.address(desk.login, self.centre.database).text()
        place = self.place(number)
        return Shift(place, place.parent / "state", url, desk.password, items, syncs, fault, number)

    def run(self, shifts: list[Shift], at_once: int, server_dies_after: int = 0) -> Report:
        """Let all shifts be worked, some at once; the server dies after so many, if any."""
        report, waiting, running = Report(), deque(shifts), []
        begun, done = time.monotonic(), 0
        while waiting or running:
            busy = {one.shift.place for one in running}
            while waiting and len(running) < at_once and waiting[0].place not in busy:
                running.append(self._started(waiting.popleft()))
                busy.add(running[-1].shift.place)
            for one in list(running):
                self._wake(one)
                if not (one.pipe.poll(0.01) or one.process.exitcode is not None):
                    continue
                running.remove(one)
                again = self._ended(one, report)
                if again is not None:
                    running.append(again)
                    continue
                done += 1
                if done == server_dies_after:
                    self.server.kill()
                    self.server.start()
        report.seconds = time.monotonic() - begun
        return report

    def _started(self, shift: Shift, fault: str = "", failed: float = 0.0) -> _Running:
        process, pipe = started(work, shift)
        return _Running(process, pipe, shift, time.monotonic(), fault or shift.fault, failed)

    def _wake(self, one: _Running) -> None:
        """Let a process that stopped itself go on, after a while."""
        if one.shift.fault != "stop" or one.process.pid is None:
            return
        stat = Path(f"/proc/{one.process.pid}/stat")
        try:
            stopped = stat.read_text().rpartition(")")[2].split()[0] == "T"
        except FileNotFoundError:
            return
        if stopped and not one.failed:
            one.failed = time.monotonic()
        if stopped and time.monotonic() - one.failed > STOPPED_S:
            os.kill(one.process.pid, signal.SIGCONT)

    def _ended(self, one: _Running, report: Report) -> _Running | None:
        """Take down what a workstation said; start one again that was killed."""
        told: Told | None = None
        try:
            told = one.pipe.recv() if one.pipe.poll() else None
        except EOFError:
            told = None
        one.process.join()
        one.pipe.close()
        status = one.process.exitcode
        one.process.close()
        if told is None:
            assert status == -signal.SIGKILL, f"a workstation ended with {status}"
            first = set(one.shift.items[0 :: one.shift.syncs])  # graded before it was killed
            left = tuple(item for item in one.shift.items if item not in first)
            rest = replace(one.shift, fault="", items=left)
            return self._started(rest, "kill", time.monotonic())
        recovered = report.recovered_s.setdefault(one.fault or "server", [])
        recovered += told.recovered_s
        if one.failed:
            report.recovered_s.setdefault(one.fault, []).append(told.first_at - one.failed)
        report.syncs_s += told.syncs_s
        report.peak_mb = max(report.peak_mb, told.peak_mb)
        report.alarms += told.alarms
        report.held[one.shift.place] = told.verdicts
        report.unproven += told.unproven
        return None

    @staticmethod
    def shown(place: Path) -> list[str]:
        """Ids of the records that a workstation has shown as kept."""
        file = place / "shown"
        return file.read_text().split() if file.exists() else []

    def logged(self) -> Iterator[tuple[str, int, str]]:
        """Key, number and id of every record, in the order of the log."""
        with self.server.keeper(self.centre.database) as keeper:
            rows = keeper.execute(
                "SELECT keyid, seq, record_id FROM assay.records ORDER BY log_index"
            )
            for keyid, seq, record in rows:
                yield keyid.hex(), seq, record.hex()

    def check(self, shifts: Sequence[Shift], last: Report) -> int:
        """Hold what was shown at the desks against the log, and what each desk was to read.

        Args:
            shifts: all that were worked.
            last: of a run without a fault, in which each workstation has synced after them.

        Returns: how many verdicts the log has.

        """
        logged = list(self.logged())
        ids = [record for _, _, record in logged]
        assert len(set(ids)) == len(ids), "a record is in the log twice"
        shown = [
            one for number in range(len(self.logins)) for one in self.shown(self.place(number))
        ]
        assert len(set(shown)) == len(shown)
        missing = set(shown) - set(ids)
        assert not missing, f"{len(missing)} records that were shown as kept are not in the log"
        assert len(ids) == self._founding + len(shown), "the log has records that nobody was shown"
        numbers: dict[str, int] = {}
        for keyid, seq, _ in logged:
            assert seq == numbers.get(keyid, 0) + 1, f"number {seq} of {keyid[:12]} out of order"
            numbers[keyid] = seq
        assert last.unproven == 0, "a desk shows as synced what its own log has not there"
        graded = Counter(item for shift in shifts for item in shift.items)
        due: Counter[Path] = Counter()
        for shift in shifts:
            due[shift.place] += sum(graded[item] for item in shift.items)
        for place, here in last.held.items():
            assert here == due[place], f"{place} has {here} verdicts; its own opened {due[place]}"
        return len(shown)

    def server_mb(self) -> float:
        """What the server and all that it started hold, shared memory once."""
        total = 0
        first = self.server.pid
        for smaps in Path("/proc").glob("[0-9]*/smaps_rollup"):
            try:
                stat = (smaps.parent / "stat").read_text().rpartition(")")[2].split()
                if first not in {int(smaps.parent.name), int(stat[1])}:
                    continue
                lines = smaps.read_text().splitlines()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return total / 1024

    def connected_mb(self) -> float:
        """What the server holds while every workstation is connected with its own login."""
        with ExitStack() as holds:
            for desk in self.logins:
                address = self.server.address(desk.login, self.centre.database)
                store = PostgresCentralStore(address, desk.password)
                holds.callback(store.close)
                store.size()
            return self.server_mb()

    def close(self) -> None:
        """Take the database and the logins away."""
        self.centre.remove()


def _deployment_of(process: BaseProcess, pipe: Connection) -> str:
    """Wait for a home to be made."""
    deployment = str(pipe.recv())
    pipe.close()
    process.join()
    assert process.exitcode == 0
    process.close()
    return deployment


def drawn(
    fleet: Fleet, verdicts: int, syncs: int, share: float, chance: random.Random
) -> list[Shift]:
    """Draw shifts: every item is graded at two desks, and a share of the shifts meets a fault."""
    desks = len(fleet.logins)
    shifts = []
    for number in range(desks):
        items = tuple(f"item {at * desks // 2 + number // 2}" for at in range(verdicts // desks))
        fault = chance.choice(FAULTS) if chance.random() < share else ""
        shifts.append(fleet.shift(number, items, syncs, fault))
    return shifts
