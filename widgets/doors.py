"""Which rooms there are, in the order of the header, and who may enter them.

A room is registered in `DOORS`: its name, the roles it is for, what builds it. Its name is also
the action that leads to it (in `keys.toml`), its words are `keys.<name>`, and what its key says
to whom it is not for is `cannot.<name>`. Keys that work in it name it, or a place of it, in
`where`; a place within a room stands in `LIES_IN`. A screen that is reached from a room and is no
room of its own has no door: it lies in that room.
"""

from collections.abc import Callable, Iterable

from app.keymap import Action
from app.session.sitting import Sitting
from app.session.types import BatchSummary
from grading.late_methods import dataclass
from grading.scheme import Question
from widgets.closing import Closing
from widgets.fittings import Fittings
from widgets.room import ADMINISTRATION, BATCHES, DESK, OPINIONS, QUALITY, REPORTS, SELECT, Room
from widgets.sightlines import Sightlines

EVERYBODY: frozenset[str] = frozenset()
ANALYSTS = frozenset({"analyst"})
GRADERS = frozenset({"analyst", "trainee", "supervisor", "qa"})
# A supervisor resolves; a peer finds here what was sent to them for their opinion.
PEERS = frozenset({"analyst", "supervisor", "qa"})
REVIEWERS = frozenset({"qa", "supervisor"})
OFFICE = frozenset({"supervisor", "admin"})
# A place within a room, with keys of its own that nobody else has -> the room.
LIES_IN = {
    "roster": ADMINISTRATION,
    "policy": ADMINISTRATION,
    "central_log": ADMINISTRATION,
    "stills": DESK,
    "group": DESK,
    "other_files": SELECT,
    "queue": OPINIONS,
    "quality_item": QUALITY,
    "quality_stills": QUALITY,
    "calibration": QUALITY,
}


@dataclass(frozen=True, slots=True)
class Hall:
    """What a room may be built from."""

    fit: Fittings
    sitting: Sitting
    closing: Closing
    open_batch: Callable[[str], object]  # takes a batch to the Desk
    at_desk: Callable[[], BatchSummary | None]  # the batch that lies there
    sightlines: Sightlines  # a room that shows an item looks through one of them
    show_law: Callable[[Question], object]  # shows what the scheme says of a question, in full
    go: Callable[[str], object]  # leads to a room


@dataclass(frozen=True, slots=True)
class Door:
    """One room; without `roles` it is for everybody. The Desk is built with the sitting.

    `needs` are the modules that a first visit needs, loaded ahead in a quiet moment.
    """

    name: str
    roles: frozenset[str] = EVERYBODY
    build: Callable[[Hall], Room] | None = None
    needs: tuple[str, ...] = ()

    def is_for(self, roles: Iterable[str]) -> bool:
        """Whether somebody with these roles may enter."""
        return not self.roles or not self.roles.isdisjoint(roles)


# Each module is loaded when somebody first goes there: the first item waits for the Desk alone.


def _batches(hall: Hall) -> Room:
    from widgets.batches import BatchesRoom  # noqa: PLC0415 - when somebody goes there

    roles = hall.sitting.roles
    work = [name for name in (DESK, SELECT) if name not in closed_to(roles)]
    room = BatchesRoom(hall.fit, hall.sitting.intake, hall.sitting.assigning, work)
    room.opened.connect(hall.open_batch)

    def select(batch: str) -> None:
        hall.sitting.selecting.look(batch)
        hall.go(SELECT)

    def group(batch: str) -> None:
        hall.go(DESK)
        hall.sitting.group.open_first(batch)

    room.selecting.connect(select)
    room.grouping.connect(group)
    room.strip.heed(hall.closing)
    return room


def _reports(hall: Hall) -> Room:
    from widgets.reports import ReportsRoom  # noqa: PLC0415 - as in `_batches`

    room = ReportsRoom(hall.fit, hall.sitting.reports, hall.sitting.intake)
    at_desk = hall.at_desk()
    if at_desk is not None:
        room.take_desk(at_desk)
    hall.sitting.grading.opened.connect(room.take_desk)
    return room


def _opinions(hall: Hall) -> Room:
    from widgets.opinions import OpinionsRoom  # noqa: PLC0415 - as in `_batches`

    return OpinionsRoom(hall.fit, hall.sitting, hall.sightlines, hall.show_law)


def _administration(hall: Hall) -> Room:
    from widgets.administration import Administration  # noqa: PLC0415 - as in `_batches`

    return Administration(hall.fit, hall.sitting)


def _quality(hall: Hall) -> Room:
    from widgets.quality import QualityRoom  # noqa: PLC0415 - as in `_batches`

    return QualityRoom(hall.fit, hall.sitting, hall.sightlines)


def _select(hall: Hall) -> Room:
    from widgets.select import SelectRoom  # noqa: PLC0415 - as in `_batches`

    return SelectRoom(hall)


_OF_ADMINISTRATION = (
    "widgets.administration",
    "app.session.assigning",
    "app.session.protection",
    "app.session.central_log",
    "app.session.diagnosis",
)
# Its arithmetic first: that takes longest, and is loaded beside the window.
_OF_QUALITY = ("app.quality.review", "widgets.quality", "app.session.viewed")
DOORS = (
    Door(DESK, GRADERS),
    Door(BATCHES, EVERYBODY, _batches, ("widgets.batches",)),
    Door(REPORTS, EVERYBODY, _reports, ("widgets.reports",)),
    Door(OPINIONS, PEERS, _opinions, ("widgets.opinions", "app.session.opinion_store")),
    Door(QUALITY, REVIEWERS, _quality, _OF_QUALITY),
    Door(ADMINISTRATION, OFFICE, _administration, _OF_ADMINISTRATION),
    Door(SELECT, ANALYSTS, _select, ("widgets.select",)),
)


def open_to(roles: Iterable[str]) -> tuple[Door, ...]:
    """The rooms of a person with these roles, in the order of the header."""
    held = tuple(roles)
    return tuple(door for door in DOORS if door.is_for(held))


def closed_to(roles: Iterable[str]) -> frozenset[str]:
    """The names of the rooms that are not for a person with these roles."""
    return frozenset(door.name for door in DOORS) - {door.name for door in open_to(roles)}


def is_behind(action: Action, closed: frozenset[str]) -> bool:
    """Whether an action leads to a closed room, or is done in one."""
    return action.id in closed or LIES_IN.get(action.where, action.where) in closed
