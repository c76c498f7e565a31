"""A walk through the whole window: every room, page, form and sheet that a person may see.

Each stop is reached as the person reaches it, by its key; whoever walks along looks at each.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.policies import policy_in_force
from app.policy_change import sign_policy
from app.policy_form import with_field
from app.quality.pseudonyms import pseudonyms
from app.session.opinions import OpinionStage
from app.session.sitting import Sitting
from app.session.sync import Lamp
from app.session.types import Stage
from tests.unit.app.desks import SCHEME, settled
from tests.unit.app.folders import PASSPHRASE
from tests.widgets.conftest import press_chord
from tests.widgets.office import DRAWING, REMIT, Office, asking
from widgets.administration import Administration
from widgets.batches import BatchesRoom
from widgets.buttons import KeyButton
from widgets.doors import open_to
from widgets.main_window import MainWindow
from widgets.notice import Notice
from widgets.opinions import OpinionsRoom
from widgets.quality import QualityRoom
from widgets.quality_pages import TABS as QUALITY_PAGES
from widgets.reports import ReportsRoom
from widgets.select import SelectRoom

K = Qt.Key
SETTLED_LOOKS = 4
LONGEST_MS = 60_000  # a first item is decoded, and a machine may have much else to do
R = TypeVar("R", bound=QWidget)
ROLES = {
    "chief": "supervisor",
    "ann": "analyst",
    "tim": "trainee",
    "quinn": "qa",
    "adam": "admin",
}
SHEETS = {  # the action that opens it -> the role it is for; without one it is for everybody
    "legend": "",
    "palette": "",
    "help": "",
    "settings": "",
    "exposure": "",
    "casebook": "",
    "referrals": "supervisor",
    "feedback": "trainee",
}


def office_with_work(root: Path) -> Office:
    """Found an office of every role, with items in dispute, asked about and agreed on."""
    office = Office.make(root, tim="trainee", quinn="qa", adam="admin")
    office.grade("ann", 0, DRAWING)
    office.grade("ben", 0, REMIT)
    office.grade("ann", 1, DRAWING, asking("drawn or printed?"))
    office.grade("ben", 1, DRAWING)
    office.grade("ann", 2, REMIT)
    office.grade("ben", 2, REMIT)
    office.grade("chief", 3, REMIT, asking("mine"))
    office.grade("ann", 4, DRAWING, asking("is it drawn?"))
    office.bureau.sync()
    chief = office.bureau["chief"]
    chief.opinions.resolve(office.items[4], SCHEME, settled(REMIT), reasons="It is a pattern.")
    policy = with_field(policy_in_force(chief.ws.home), "exposure.break_every_s", "45 min")
    sign_policy(chief.ws, policy)
    office.bureau.sync()
    return office


@dataclass(frozen=True)
class Homes:
    """The homes of an office, one a person, in one folder; and what each person id is called."""

    folder: Path
    names: dict[str, str]

    def numbered(self, persons: Iterable[str], _: str, *, me: str | None = None) -> dict[str, str]:
        """Pseudonyms drawn from names: ids are new in each run, and so is the order they draw."""
        own = self.names.get(me or "")
        called = pseudonyms((self.names[one] for one in persons), "of the pictures", me=own)
        return {one: called[name] for one, name in self.names.items() if name in called}


def homes_of_all(root: Path) -> Homes:
    """Make an office of every role, and close it."""
    made = office_with_work(root)
    names = {seat.ws.home.person.id: name for name, seat in made.bureau.seats.items()}
    made.close()
    return Homes(made.place.parent, names)


def is_said(notice: Notice) -> bool:
    """Whether a notice is seen that names what to do."""
    return any(button.isVisible() for button in notice.findChildren(KeyButton))


@dataclass
class Tour:
    """Leads through the window of one person, from the passphrase on."""

    qtbot: QtBot
    window: MainWindow
    passphrase: ClassVar[str] = PASSPHRASE

    def _sign_in(self) -> None:
        """Type the passphrase, and wait until the first room is there."""
        window = self.window
        field = window.sign_in._passphrase
        self.qtbot.keyClicks(field, self.passphrase)
        self.qtbot.keyClick(field, K.Key_Return)
        self._until(lambda: window.rooms is not None)
        assert window.sitting is not None
        sitting = window.sitting
        self._until(lambda: sitting.sync.state.lamp not in (Lamp.NEVER, Lamp.RUNNING))

    def stops(self) -> Iterator[str]:
        """Go from place to place; the window stands there while the caller looks."""
        yield from self._settled(self._way_in())
        assert self.window.sitting is not None
        for door in open_to(self.window.sitting.roles):
            self.press(self.window._fit.keymap.key(door.name))
            assert self.window.rooms is not None
            assert self.window.rooms.name == door.name
            yield from self._settled(getattr(self, f"_{door.name}")())
            self.press("Ctrl+D")
        yield from self._settled(self._sheets())

    def press(self, *chords: str) -> None:
        """Press keys, each as the table of keys names it."""
        for chord in chords:
            press_chord(self.qtbot, self.window, chord)
        QApplication.processEvents()

    def settle(self) -> None:
        """Wait until nothing is on its way to the window any more, and all is laid out."""
        self._until(self._is_settled)

    def _settled(self, stops: Iterator[str]) -> Iterator[str]:
        for stop in stops:
            self.settle()
            yield stop

    # -- the way in -------------------------------------------------------------------------------

    def _way_in(self) -> Iterator[str]:
        self._until(self.window.sign_in._passphrase.isVisible)
        yield "sign-in"
        self._sign_in()
        duty = self.window.sheets.duty
        self._until(lambda: self._sitting.policy.asked_news and self._is_idle())
        if duty.isVisible():
            yield "duty"
            self.press("Enter")
            self._until(lambda: not duty.isVisible())

    # -- rooms ------------------------------------------------------------------------------------

    def _desk(self) -> Iterator[str]:
        window = self.window
        assert window.sitting is not None
        assert window.rooms is not None
        desk, grading = window.rooms.desk, window.sitting.grading
        if window.sitting.has_news and window.sitting.news.unread:
            self.press(self._key("returned"))
            yield "returned"
            self.press(self._key("read_later"))
        self._until(
            lambda: (
                self._is_idle()
                and grading.stage not in (Stage.TURNING, Stage.SAVING)
                and (desk.takes_keys or is_said(desk.notice))
            )
        )
        if grading.stage is not Stage.ASKING:
            yield "desk without an item"
            return
        yield "desk"
        self.press("PgDown")
        yield "law"
        self.press("Enter")
        for key, name in (("C", "comment"), ("T", "tags"), ("F", "second opinion"), ("H", "aside")):
            self.press(key)
            yield f"desk, {name}"
            self.press("Ctrl+D")
        self.press("3", "2", "3")
        self._until(lambda: grading.stage is Stage.DECIDED)
        yield "desk, outcome"
        self.press("I")
        yield "desk, evidence"
        self.press("I")

    def _batches(self) -> Iterator[str]:
        room = self._at("batches", BatchesRoom)
        self._until(lambda: room.table.rows.rowCount() > 0)
        yield "batches"
        for key, name in (("A", "add a folder"), ("W", "deal out"), ("M", "hand over")):
            self.press(key)
            if room.place == "input":
                yield f"batches, {name}"
                self.press("Ctrl+D")

    def _reports(self) -> Iterator[str]:
        room = self._at("reports", ReportsRoom)
        session = self._sitting.reports
        self._until(lambda: bool(room._batches))
        self.press("Enter")
        self._until(lambda: session.report is not None)
        yield "reports"
        self.press("F")
        if room.place == "input":
            yield "reports, filter"
            self.press("Ctrl+D")

    def _opinions(self) -> Iterator[str]:
        room = self._at("opinions", OpinionsRoom)
        if "supervisor" not in self._sitting.roles:
            yield "second opinions, empty"
            return
        self._until(lambda: room.queue.has_rows)
        yield "second opinions"
        self.press("Enter")
        self._until(lambda: room._session.stage is OpinionStage.ASKING and room.view._gate.is_open)
        yield "second opinions, open"
        self.press("5", "1")
        self._until(lambda: room._session.stage is OpinionStage.DECIDED)
        yield "second opinions, own answer"
        self.press("Enter")
        self._until(lambda: room._session.stage is OpinionStage.COMPARING)
        self._until(lambda: room.view._gate.is_open)
        yield "second opinions, side by side"
        self.press(self.window._fit.keymap.key("refer"))
        self._until(lambda: self.window.sheets.referral.shows_form)
        yield "referral form"
        self.press("Ctrl+D")
        assert not self.window.sheets.is_open
        self.press("F")
        yield "second opinions, to whom"

    def _quality(self) -> Iterator[str]:
        room = self._at("quality", QualityRoom)
        self._until(lambda: room._agreement is not None)
        for number, page in enumerate(QUALITY_PAGES, 1):
            self.press(str(number))
            assert room.page == page
            yield f"quality, {page}"
            if page == "items" and "supervisor" in self._sitting.roles:  # whose desk holds them
                self.press("Enter")
                self._until(lambda: room.view.is_open and self._sitting.viewing.item is not None)
                yield "quality, an item"
            room.turn_to("overview")
            room.focus()
        self.press("T")
        yield "quality, as a table"
        self.press("T")
        for key, name in (("F", "filter"), ("N", "names")):
            self.press(key)
            yield f"quality, {name}"
            self.press("Ctrl+D")

    def _administration(self) -> Iterator[str]:
        room = self._at("administration", Administration)
        for page in room.pages:
            room.show_page(page)
            room.focus()
            QApplication.processEvents()
            yield f"administration, {page}"
            for key, name in self._forms(page):
                self.press(key)
                if room.place == "input":
                    yield f"administration, {name}"
                    self.press("Ctrl+D")

    def _forms(self, page: str) -> tuple[tuple[str, str], ...]:
        forms = {
            "roster": (("E", "enrol"), ("V", "revoke"), ("R", "renew"), ("A", "approve")),
            "policy": (("Enter", "a field"), ("V", "versions")),
            "central_log": (("G", "go on"),),
        }
        return forms.get(page, ())

    def _select(self) -> Iterator[str]:
        room = self._at("select", SelectRoom)
        self._until(lambda: room._session.stage in (Stage.ASKING, Stage.EMPTY))
        yield "select"

    # -- sheets -----------------------------------------------------------------------------------

    def _sheets(self) -> Iterator[str]:
        key, roles = self.window._fit.keymap.key, self._sitting.roles
        for sheet, of in SHEETS.items():
            if not of or of in roles:
                self.press(key(sheet))
                assert self.window.sheets.is_open, sheet
                yield sheet
                self.press(key(sheet) if sheet == "palette" else "Enter")
                assert not self.window.sheets.is_open, sheet
        self.press("Esc")
        assert self.window.sheets.is_calm
        yield "calm screen"
        self.press("Enter")
        assert not self.window.sheets.is_calm

    # -- inside -----------------------------------------------------------------------------------

    @property
    def _sitting(self) -> Sitting:
        assert self.window.sitting is not None
        return self.window.sitting

    def _key(self, action: str) -> str:
        return self.window._fit.keymap.key(action)

    def _is_idle(self) -> bool:
        """Whether nothing is on its way from another thread."""
        return self.window.sitting is None or not self.window.sitting.at_work

    def _is_settled(self) -> bool:
        """Whether nothing comes any more: an answer may ask for more, and is laid out."""
        for _ in range(SETTLED_LOOKS):  # what was laid out anew has what lies in it laid out anew
            if not self._is_idle():
                return False
            QApplication.processEvents()
        return self._is_idle()

    def _at(self, name: str, kind: type[R]) -> R:
        assert self.window.rooms is not None
        room = self.window.rooms._room(name)
        assert isinstance(room, kind)
        return room

    def _until(self, there: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(there, timeout=LONGEST_MS)
