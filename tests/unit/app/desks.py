"""Several people of one deployment, each with a home of their own, around one central store."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

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
from storage.home import Home, init_home
from storage.keyfile import MINIMUM_COST
from storage.statement import Draft
from tests.unit.app.folders import PASSPHRASE
from tests.unit.grading.uk_ew import SCHEME_FILE
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest

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
    """Who founds it is a supervisor; the others join and are enrolled."""

    def __init__(self, folder: Path, policy: Policy | None = None, **roles: str) -> None:
        self._folder = folder
        self._policy = policy or default_policy()
        founder = self._home("chief", "supervisor", None)
        self.central = founder.central()
        joined = {name: self._home(name, role, founder) for name, role in roles.items()}
        self._enrol(founder, joined)
        sync(founder, self.central)
        for home in joined.values():
            sync(home, self.central)
        self.seats = {
            name: Seat(workstation_of(home), self.central)
            for name, home in {"chief": founder, **joined}.items()
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

    def _home(self, name: str, role: str, founder: Home | None) -> Home:
        return init_home(
            self._folder / name,
            person_name=name.capitalize(),
            role=role,
            policy_fields=policy_fields(self._policy),
            keys="file",
            passphrase=lambda: PASSPHRASE,
            cost=MINIMUM_COST,
            joins=founder.roster.record_id if founder else None,
        )

    def _enrol(self, founder: Home, joined: Mapping[str, Home]) -> None:
        if not joined:
            return
        first = founder.roster
        predicate = open_envelope(founder.local.record(first.record_id).envelope).predicate
        names = ("deployment", "expiry", "thresholds", "revocations")
        fields = {name: predicate[name] for name in names}
        keys = [*predicate["keys"], *(self._key(name) for name in joined)]
        fields |= {"version": 2, "previous_roster": first.record_id, "keys": keys}
        subject = content_digest(fields)
        founder.local.keep(
            [Draft(kind="roster", subject=subject, fields=fields, decided_at=DECIDED_AT)]
        )
        founder.reread_rosters()

    def _key(self, name: str) -> dict[str, object]:
        asks = read_enrolment(self._folder / name / ENROLMENT_NAME)
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
