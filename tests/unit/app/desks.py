"""Several people of one deployment, each with a home of their own, around one central store."""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from app.bootstrap import Workstation, workstation_of
from app.clock import utc_now
from app.policies import default_policy
from app.record import NO_EXTRAS, Extras, Recorder
from app.second_opinion.resolving import SecondOpinions
from app.sync import sync
from grading.policy import Policy, policy_fields
from grading.scheme import Scheme, read_scheme
from grading.tree import Decided, settle
from storage.canonical import content_digest
from storage.central.interface import CentralStore
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.envelope import open_envelope
from storage.home import Home, init_home, open_home
from storage.keyfile import MINIMUM_COST
from storage.statement import Draft
from tests.unit.app.folders import PASSPHRASE
from tests.unit.grading.uk_ew import SCHEME_FILE
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest

FOUNDER = "chief"
SCHEME: Scheme = read_scheme(SCHEME_FILE.read_bytes(), SCHEME_FILE.name)
DRAWING: Mapping[str, str] = {
    "person": "known-adult",
    "appears_photograph": "no",
    "ai": "generated",
}
REMIT: Mapping[str, str] = {"person": "off-remit", "ai": "no-sign-seen"}


def settled(facts: Mapping[str, str]) -> Decided:
    """The end of the walk with these facts."""
    return settle(SCHEME, facts)


@dataclass
class Seat:
    """One person at their own home."""

    ws: Workstation
    central: CentralStore
    opinions: SecondOpinions = field(init=False)
    now: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        self.opinions = SecondOpinions(self.ws, now=self._clock, central=self.central)

    def _clock(self) -> datetime:
        return self.now()  # a test may have set it since

    def sync(self) -> None:
        """Push and pull."""
        sync(self.ws.home, self.central)

    def grade(self, item: str, facts: Mapping[str, str], extras: Extras = NO_EXTRAS) -> str:
        """Sign a verdict and send it; the item is known by a word."""
        recorder = Recorder(self.ws, now=self._clock)
        kept = recorder.keep(settled(facts), digest(item), BATCH, extras=extras)
        self.sync()
        return kept.record_id


class Bureau:
    """Who founds it is a supervisor; the others join and are enrolled.

    Making homes is most of what such a test costs, so the homes of each cast are made once in a
    process, and every bureau works on a copy.
    """

    def __init__(self, folder: Path, policy: Policy | None = None, **roles: str) -> None:
        cast = _Cast(policy or default_policy(), tuple(roles.items()))
        shutil.copytree(cast.made(), folder, dirs_exist_ok=True)
        homes = {name: _opened(folder / name) for name in (FOUNDER, *roles)}
        self.central = homes[FOUNDER].central()
        self.seats = {
            name: Seat(workstation_of(home), self.central) for name, home in homes.items()
        }

    def __getitem__(self, name: str) -> Seat:
        return self.seats[name]

    def sync(self) -> None:
        """Everybody pushes, then everybody pulls."""
        for _ in range(2):
            for seat in self.seats.values():
                seat.sync()

    def close(self) -> None:
        """Close every home; the founder's central store last."""
        for seat in reversed(self.seats.values()):
            seat.ws.close()


def _opened(place: Path) -> Home:
    return open_home(place, passphrase=lambda: PASSPHRASE)


class _Cast:
    """Who there is and by which policy, and their homes, of which nothing was graded yet."""

    _folders: ClassVar[dict[str, tempfile.TemporaryDirectory[str]]] = {}

    def __init__(self, policy: Policy, roles: tuple[tuple[str, str], ...]) -> None:
        self._policy, self._roles = policy_fields(policy), roles

    def made(self) -> Path:
        """Return the folder with a closed home of each, made the first time it is asked for."""
        name = content_digest({"policy": self._policy, "roles": [list(one) for one in self._roles]})
        if name not in self._folders:
            folder = tempfile.TemporaryDirectory(prefix="cast-")
            self._make(Path(folder.name))
            self._folders[name] = folder
        return Path(self._folders[name].name)

    def _make(self, folder: Path) -> None:
        founder = self._home(folder / FOUNDER, "supervisor", None)
        joined = {name: self._home(folder / name, role, founder) for name, role in self._roles}
        enrol(founder, [folder / name for name in joined])
        central = founder.central()
        for home in (founder, *joined.values()):
            sync(home, central)
        for home in (*joined.values(), founder):
            home.close()

    def _home(self, place: Path, role: str, founder: Home | None) -> Home:
        return init_home(
            place,
            person_name=place.name.capitalize(),
            role=role,
            policy_fields=self._policy,
            keys="file",
            passphrase=lambda: PASSPHRASE,
            cost=MINIMUM_COST,
            throw_away=True,  # a pin outside would take every further copy for an old one
            joins=founder.roster.record_id if founder else None,
        )


def enrol(founder: Home, joined: Sequence[Path]) -> None:
    """Let the homes in these places into the second version of the founder's roster."""
    if not joined:
        return
    first = founder.roster
    predicate = open_envelope(founder.local.record(first.record_id).envelope).predicate
    names = ("deployment", "expiry", "thresholds", "revocations")
    fields = {name: predicate[name] for name in names}
    keys = [*predicate["keys"], *map(_key, joined)]
    fields |= {"version": 2, "previous_roster": first.record_id, "keys": keys}
    subject = content_digest(fields)
    founder.local.keep(
        [Draft(kind="roster", subject=subject, fields=fields, decided_at=DECIDED_AT)]
    )
    founder.reread_rosters()


def _key(place: Path) -> dict[str, object]:
    asks = read_enrolment(place / ENROLMENT_NAME)
    return {
        "keyid": asks.keyid,
        "public": asks.public,
        "person": asks.person,
        "person_name": asks.person_name,
        "workstation": asks.workstation,
        "roles": [asks.role],
        "login": None,
        "valid_from": 0,
    }
