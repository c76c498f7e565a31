"""One shift at one workstation of a fleet, in a process of its own: grade, sync, meet a fault."""

import os
import random
import resource
import signal
import time
from dataclasses import dataclass, field
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

from app.sync import sync
from storage.central.address import Address
from storage.central.postgres import PostgresCentralStore
from storage.errors import CentralStoreError
from storage.home import Home, init_home, open_home
from storage.keyfile import MINIMUM_COST
from storage.log import leaf_hash, root_of
from storage.statement import Draft
from tests.unit.app.faulty import Faulty
from tests.unit.storage.homes import DECIDED_AT, PASSPHRASE, POLICY, digest
from tests.unit.storage.office import DRAWING, Office

PATIENCE_S = 120.0  # how long a desk asks a server again that does not answer
STEPS = 30  # a sync has more or fewer; a fault after its end does not happen


@dataclass(frozen=True, slots=True)
class Shift:
    """What a workstation is to do; ``fault`` is "", cut, kill or stop, in the first sync."""

    place: Path
    state: Path  # of this machine: the pins outside the home
    url: str
    password: str
    items: tuple[str, ...]
    syncs: int
    fault: str = ""
    seed: int = 0
    step: int = 0  # at which the fault comes; drawn by the seed if 0


@dataclass(slots=True)
class Told:
    """What a workstation says after its shift, in seconds and megabytes."""

    syncs_s: list[float] = field(default_factory=list)
    recovered_s: list[float] = field(default_factory=list)
    first_at: float = 0.0  # when the first sync had succeeded, by the machine's steady clock
    peak_mb: float = 0.0
    alarms: int = 0
    verdicts: int = 0  # in its store at the end, its own and what they opened
    unproven: int = 0  # records at its end that are not where its verified log has them


@dataclass(frozen=True, slots=True)
class Joining:
    """A home to be made, of a person who joins a deployment (None: founds it)."""

    place: Path
    state: Path
    name: str
    joins: str | None


def join(joining: Joining, pipe: Connection) -> None:
    """Make a home with keys of its own, and say of which deployment."""
    os.environ["XDG_STATE_HOME"] = str(joining.state)
    home = init_home(
        joining.place,
        person_name=joining.name,
        role="analyst",
        policy_fields=POLICY,
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
        joins=joining.joins,
    )
    pipe.send(home.identity.roster)
    home.close()


@cache
def _facts() -> Office:
    return Office()


def draft(item: str) -> Draft:
    """A verdict on an item."""
    fields = _facts().verdict_fields(item, DRAWING)
    return Draft(kind="verdict", subject=digest(item), fields=fields, decided_at=DECIDED_AT)


def work(shift: Shift, pipe: Connection) -> None:
    """Do the shift, and say how it went; whoever is killed in it says nothing."""
    os.environ["XDG_STATE_HOME"] = str(shift.state)
    home = open_home(shift.place, passphrase=lambda: PASSPHRASE)
    store = PostgresCentralStore(Address.read(shift.url), shift.password)
    told, fault = Told(), shift.fault
    if not home.is_enrolled:  # it joined: the log has the roster with its key
        _synced(home, Faulty(store, 0), store, told)
    for part in range(shift.syncs):
        _grade(home, shift.place, shift.items[part :: shift.syncs])
        begun = time.monotonic()
        chance = random.Random(shift.seed)  # noqa: S311  # when it fails
        line = _line(store, fault, shift.step or chance.randrange(1, STEPS))
        fault = ""
        told.alarms += _synced(home, line, store, told)
        told.syncs_s.append(time.monotonic() - begun)
        told.first_at = told.first_at or time.monotonic()
    if not shift.items:  # at the end of all, when everything is synced
        told.verdicts = sum(1 for _ in home.local.records(kind="verdict"))
        told.unproven = _unproven(home)
    told.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    store.close()
    home.close()
    pipe.send(told)


def _unproven(home: Home) -> int:
    """Count records that are not in the log, as this workstation has verified it, in their place.

    The promise P2 for each of them: what is shown as synced is included under a checkpoint here.
    """
    pin = home.local.logbook.pin()
    leaves = home.local.logbook.leaves(0, pin.size if pin else 0)
    if pin is None or root_of(leaves).hex() != pin.root:
        return home.local.count()
    return sum(
        one.log_index is None
        or leaves[one.log_index : one.log_index + 1] != [leaf_hash(one.record_id)]
        for one in home.local.records()
    )


def _grade(home: Home, place: Path, items: tuple[str, ...]) -> None:
    """Keep verdicts, and write down what was shown as kept."""
    if items:
        kept = home.local.keep([draft(item) for item in items])
        with (place / "shown").open("a") as shown:
            shown.writelines(f"{one.record_id}\n" for one in kept)


def _line(store: PostgresCentralStore, fault: str, step: int) -> Faulty:
    line = Faulty(store, step if fault else 0)
    if fault in {"kill", "stop"}:
        number = signal.SIGKILL if fault == "kill" else signal.SIGSTOP
        line.at_the_step = lambda: os.kill(os.getpid(), number)
    return line


def _synced(home: Home, line: Faulty, store: PostgresCentralStore, told: Told) -> int:
    """Sync until it succeeds; a fault is met once, and after it the time to go on is taken."""
    try:
        return sync(home, line).alarms
    except CentralStoreError:
        failed = time.monotonic()
    while True:
        try:
            alarms = sync(home, store).alarms
        except CentralStoreError:
            if time.monotonic() - failed > PATIENCE_S:
                raise
            time.sleep(0.1)
        else:
            told.recovered_s.append(time.monotonic() - failed)
            return alarms
