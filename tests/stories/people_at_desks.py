"""What each person of the planted desk does at their own workstation.

Every function here runs in a worker process, opens one person's home with that person's key and
login, and closes it again; nothing but plain values crosses.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.bootstrap import Workstation, workstation_of
from app.clock import as_rfc3339, utc_now
from app.errors import QueueError
from app.grade.table import grade_table
from app.policies import default_policy
from app.quality.review import Review
from app.record import NO_EXTRAS, verdict_of
from app.second_opinion.queue import Queue
from app.second_opinion.resolving import SecondOpinions
from app.second_opinion.voices import Voices
from app.sync import sync
from grading.agreement.peers import Contrast
from grading.policy import policy_fields
from grading.verdict import predicate_fields
from storage.canonical import content_digest
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.home import init_home, open_home
from storage.keyfile import MINIMUM_COST
from storage.roster import READS_ALL
from storage.statement import Draft
from tests.unit.app.desks import SCHEME, settled
from tests.unit.storage.homes import PASSPHRASE, item_row

Facts = Mapping[str, str]
REASON = "as the guidance says"
BESIDE = ("second_opinion", "group")  # what an adjudication has no use for


@dataclass(frozen=True, slots=True)
class Place:
    """One person's workstation: its folder, who they are, and their login at the store."""

    home: Path
    name: str
    role: str
    login: str
    url: str
    password: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of somebody's table: the item, what they state, and when they do."""

    item: str
    facts: Facts
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What QA reads in the Quality room, by name."""

    said: tuple[tuple[str, Contrast], ...]
    sentences: tuple[str, ...]
    items: int
    double: int
    titles: tuple[str, ...]
    alike: float
    names: tuple[str, ...]
    outcomes: tuple[str, ...]
    resolved: Mapping[str, str]


def found_or_join(place: Place, first: str | None) -> str:
    """Make a home; return the id of the deployment's first roster."""
    home = init_home(
        place.home,
        person_name=place.name,
        role=place.role,
        policy_fields=policy_fields(default_policy()),
        keys="file",
        passphrase=lambda: PASSPHRASE,
        cost=MINIMUM_COST,
        central_url=place.url,
        central_password=place.password,
        joins=first,
    )
    try:
        if first is None:
            sync(home)
        return home.identity.roster
    finally:
        home.close()


def enrol(founder: Place, others: Sequence[Place]) -> None:
    """Enrol everybody who asked to join, by one version of the roster, and let their logins in."""
    with _opened(founder) as ws:
        home, keys = ws.home, []
        for other in others:
            asks = read_enrolment(other.home / ENROLMENT_NAME)
            keys.append(
                {
                    "keyid": asks.keyid,
                    "public": asks.public,
                    "person": asks.person,
                    "person_name": asks.person_name,
                    "workstation": asks.workstation,
                    "roles": [other.role],
                    "login": other.login,
                    "valid_from": 0,
                }
            )
            reads_all = other.role in READS_ALL
            home.server().enrol(other.login, asks.person, reads_all=reads_all, administers=False)
        fields = home.roster.next_fields()
        fields |= {"keys": [*fields["keys"], *keys]}
        at = as_rfc3339(utc_now())
        home.local.keep(
            [Draft(kind="roster", subject=content_digest(fields), fields=fields, decided_at=at)]
        )
        sync(home)


def grade(place: Place, title: str, rows: Sequence[Row]) -> tuple[int, int, int]:
    """Grade a batch by table, as its analyst; return rows signed and refused, and what waits."""
    with _opened(place) as ws:
        local = ws.home.local
        batch = local.intake_begin(place.home.parent / title, title).batch_id
        fields: dict[str, object] = {"batch": batch, "title": title, "items": [], "part": 1}
        at = as_rfc3339(utc_now())
        local.keep([Draft(kind="batch", subject=batch, fields=fields, decided_at=at)])
        local.add_items(item_row(row.item, batch, (f"{row.item}.png",)) for row in rows)
        table = place.home.parent / f"{place.name}.csv"
        facts = [question.fact for question in SCHEME.questions]
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["sha256", *facts])
            writer.writeheader()
            writer.writerows({"sha256": row.item, **row.facts} for row in rows)
        moments = iter([row.at for row in rows])
        done = grade_table(ws, table, batch=batch, scheme=SCHEME, now=lambda: next(moments))
        return done.signed, len(done.refused), sync(ws.home).waiting


def work_the_queue(place: Place, calls_for: Mapping[str, Facts], items: int) -> tuple[int, int]:
    """Resolve items as the window does, the newest first; return how many, and how often another
    was first.
    """
    resolved = beaten = 0
    with _opened(place) as ws:
        opinions = SecondOpinions(ws)
        sync(ws.home)
        while resolved < items:
            item = next(row.item for row in opinions.queue.waiting() if row.refused is None)
            decided = settled(calls_for[item])
            try:
                opinions.take(item)
                opinions.answer(item, SCHEME, decided)
                seen = opinions.compare(item, SCHEME).seen
                opinions.resolve(item, SCHEME, decided, reasons=REASON, seen=seen)
                resolved += 1
            except QueueError:
                beaten += 1
    return resolved, beaten


def empty_the_queue(place: Place, calls_for: Mapping[str, Facts], part: int, of: int) -> int:
    """Sign the blind answer and the resolution of each ``of``-th item that waits, all at once.

    The same records as one by one, without a sync between any two; return how many items.
    """
    with _opened(place) as ws:
        sync(ws.home)
        voices = Voices(ws.home)
        drafts = []
        rows = [row for row in Queue(ws, voices).waiting() if int(row.item, 16) % of == part]
        for row in rows:
            verdict = verdict_of(settled(calls_for[row.item]), row.item, row.batch, NO_EXTRAS)
            fields, at = predicate_fields(verdict), as_rfc3339(utc_now())
            drafts.append(Draft(kind="opinion", subject=row.item, fields=fields, decided_at=at))
            said = [voice.said for voice in voices.of(row.item)]
            decides = [one.record for one in said if one.kind == "verdict"]
            kept = {name: value for name, value in fields.items() if name not in BESIDE}
            fields = {**kept, "reasons": REASON, "decides": decides}
            drafts.append(
                Draft(kind="adjudication", subject=row.item, fields=fields, decided_at=at)
            )
        ws.home.local.keep(drafts)
        sync(ws.home)
        return len(rows)


def waiting(place: Place) -> int:
    """Return how many items wait in the queue of a person."""
    with _opened(place) as ws:
        sync(ws.home)
        return len(SecondOpinions(ws).queue.waiting())


def review(place: Place) -> Seen:
    """Read the Quality room by name."""
    with _opened(place) as ws:
        sync(ws.home)
        room = Review(ws)
        basis = room.basis(unmasked=True)
        agreed = room.agreement(basis)
        beside = room.graders(basis, agreed, unmasked=True)
        listed = room.items(basis, sorted({one.item for one in room.votes(basis).counted}))
        alike = agreed.overall.summary.statistics["percent_agreement"].value
        assert alike is not None
        return Seen(
            said=tuple((agreed.overall.graders[one.grader], one) for one in beside.contrasts),
            sentences=beside.said,
            items=basis.items,
            double=basis.double,
            titles=tuple(title for _, title in basis.choices.batches),
            alike=alike,
            names=basis.graders,
            outcomes=agreed.overall.matrix.scale.categories,
            resolved={row.item: row.resolved for row in listed.rows if row.resolved},
        )


@contextmanager
def _opened(place: Place) -> Iterator[Workstation]:
    home = open_home(place.home, passphrase=lambda: PASSPHRASE)
    if not home.is_enrolled:
        sync(home)  # the roster that lets it in may be there by now
    ws = workstation_of(home)
    try:
        yield ws
    finally:
        ws.close()
