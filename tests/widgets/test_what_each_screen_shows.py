"""Nothing on a blind person's screens tells what another answered: each room, page and sheet.

The two offices differ in nothing but what Ann answered (`tests.two_offices`). A room, a page or a
sheet that nobody looked at here fails the test: a new one is looked at, or has its reason.
"""

import importlib
import pkgutil
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

import widgets
from app.session.opinions import OpinionStage
from app.session.types import Stage
from tests.two_offices import masked
from tests.unit.app.folders import PASSPHRASE
from tests.widgets.conftest import PATIENCE_MS, OpenPlace, press
from widgets.chart import Chart
from widgets.doors import open_to
from widgets.main_window import MainWindow
from widgets.opinions import OpinionsRoom
from widgets.overlay import Overlay
from widgets.quality import QualityRoom
from widgets.quality_pages import TABS as QUALITY_PAGES
from widgets.room import Room
from widgets.status_line import StatusLine

K = Qt.Key
SHEETS = ("palette", "legend", "settings", "exposure", "casebook", "help", "feedback", "referral")
# Screens on which nothing of a record is seen, or which nobody who is blind comes to see.
UNSEEN = {
    "DutySheet": "the day's limits and a changed policy, before anything is opened",
    "FaultSheet": "faults of this program",
    "ReturnedSheet": "opens only where something returned, and nothing does: see below",
}
VISITORS = ("ben", "tom", "chief")  # the store is at the desk of the chief, who takes an item there
IDLE_LOOKS = 10
Shown = dict[str, str]  # place -> what is seen there, or told to a screen reader


class Visitor:
    """Goes wherever one person may go, and writes down what is there."""

    def __init__(self, qtbot: QtBot, window: MainWindow, folder: Path) -> None:
        self._qtbot, self._window, self._folder = qtbot, window, folder
        self.shown: Shown = {}
        self.kinds: set[str] = set()

    def go_everywhere(self) -> None:
        """See every room, every page of it, and every sheet."""
        window = self._window
        assert window.rooms is not None
        assert window.sitting is not None
        for door in open_to(window.sitting.roles):
            window.go(door.name)
            self.look(door.name)
            room = window.rooms._room(door.name)
            if isinstance(room, QualityRoom):
                self._turn_pages(door.name, QUALITY_PAGES, room.turn_to)
            elif isinstance(room, OpinionsRoom):
                self._open_an_item(room)
            elif door.name == "administration":
                admin = window.rooms.administration
                self._turn_pages(door.name, tuple(admin.pages), admin.show_page)
        window.go(window.rooms.first)
        window.sheets.show_law(window.sitting._scheme.questions[0])
        self.look("law")
        for sheet in SHEETS:
            if self._may(sheet):
                window.sheets._open(getattr(window.sheets, sheet))
                self.look(sheet)
        window.sheets.close()
        press(self._qtbot, window, K.Key_M)
        assert not window.sheets.is_open  # nothing has returned to who has not answered

    def _turn_pages(self, room: str, pages: tuple[str, ...], turn: Callable[[str], None]) -> None:
        for page in pages:
            turn(page)
            self.look(f"{room}, {page}")

    def _open_an_item(self, room: OpinionsRoom) -> None:
        """Open the first of the queue, as far as the first question: nothing is answered."""
        home = room._session._store._ws.home
        if not room.queue.has_rows or ("supervisor" in home.person.roles and not home.has_central):
            return  # a supervisor takes an item: the log of the central store says who was first
        press(self._qtbot, self._window, K.Key_Return)
        self._qtbot.waitUntil(
            lambda: room._session.stage is OpinionStage.ASKING, timeout=PATIENCE_MS
        )
        self.look("opinions, an item")

    def look(self, place: str) -> None:
        window = self._window
        assert window.sitting is not None
        self._qtbot.waitUntil(self._is_settled, timeout=PATIENCE_MS)
        (status,) = window.findChildren(StatusLine)  # the time that goes by, and keys of the legend
        everything = [window, *window.findChildren(QWidget)]
        seen = [one for one in everything if one.isVisible() and not status.isAncestorOf(one)]
        for one in seen:
            self.kinds |= {kind.__name__ for kind in type(one).__mro__}
        lines = [line for one in seen for line in said_by(one)]
        lines.append(f"before the person: {window.sitting.item_at_hand}")
        self.shown[place] = timeless(masked("\n".join(lines), self._folder))

    def _may(self, sheet: str) -> bool:
        """Whether the key of a sheet does anything for this person."""
        sitting = self._window.sitting
        assert sitting is not None
        needed = {"feedback": "trainee", "referral": "supervisor"}.get(sheet)
        return needed is None or needed in sitting.roles

    def _is_settled(self) -> bool:
        """Whether all that was asked for has come, and what follows from it."""
        sitting = self._window.sitting
        assert sitting is not None
        for _ in range(IDLE_LOOKS):
            QApplication.processEvents()  # an answer may ask for more, and is laid out
            if sitting.at_work or sitting.grading.stage is Stage.TURNING:
                return False
        # What begins with the first item is done: the first sync, and news.
        return sitting.has_news and not sitting.sync._runs


Visit = Callable[..., Visitor]


def timeless(text: str) -> str:
    """What was written down, whenever that was."""
    text = re.sub(r"\bGrader \d+", "GRADER", text)  # pseudonyms are of the deployment
    text = re.sub(r"\d{4}-\d\d-\d\d|\b\d\d? [A-Z][a-z]{2}\b", "DAY", text)
    return re.sub(r"\b\d+(:\d\d)+|\b\d+ (?:s|min|h|d)\b", "TIME", text)


def said_by(widget: QWidget) -> Iterator[str]:
    """What one widget shows or tells."""
    for say in ("accessibleName", "accessibleDescription", "toolTip", "windowTitle"):
        yield str(getattr(widget, say)())
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        yield widget.toPlainText()
    elif isinstance(widget, QAbstractItemView):
        yield from cells(widget)
    elif isinstance(widget, Chart):
        yield repr(widget.twin())
        yield from map(widget.words_at, widget.places())
    elif callable(text := getattr(widget, "text", None)):
        yield str(text())
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    yield str(getattr(widget, "_message", ""))  # what a canvas says in the place of an item


def cells(view: QAbstractItemView) -> Iterator[str]:
    """What stands in a list or a table, in its order."""
    model, top = view.model(), QModelIndex()
    for row in range(model.rowCount(top)):
        for column in range(model.columnCount(top) if isinstance(view, QTableView) else 1):
            at = model.index(row, column)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                yield str(model.data(at, role))


@pytest.fixture
def visit(
    qtbot: QtBot, open_place: OpenPlace, two_offices: tuple[Path, Path], tmp_path: Path
) -> Visit:
    """Let somebody of one of the offices go everywhere, or into one room alone."""

    def at(name: str, office: int, room: str = "") -> Visitor:
        place = tmp_path / f"{office}" / name
        shutil.copytree(two_offices[office] / "homes" / name, place)
        place.chmod(0o700)
        window = open_place(place)
        field = window.sign_in._passphrase
        qtbot.waitUntil(field.isVisible, timeout=PATIENCE_MS)
        qtbot.keyClicks(field, PASSPHRASE)
        qtbot.keyClick(field, K.Key_Return)

        qtbot.waitUntil(lambda: window.rooms is not None, timeout=PATIENCE_MS)
        visitor = Visitor(qtbot, window, place.parent)
        if room:
            window.go(room)
            visitor.look(room)
        else:
            visitor.go_everywhere()
        window.close()
        return visitor

    return at


def differing(one: Shown, other: Shown) -> list[str]:
    """Where two people see something else, with the first line that differs."""
    assert set(one) == set(other)
    found = []
    for place, lines in one.items():
        both = zip(lines.splitlines(), other[place].splitlines(), strict=False)
        found += [f"{place}: {a!r} / {b!r}" for a, b in both if a != b][:1]
        if lines.count("\n") != other[place].count("\n"):
            found.append(f"{place}: more lines in one")
    return found


def test_that_no_screen_tells_a_blind_person_what_another_answered(visit: Visit) -> None:
    looked_at: set[str] = set()
    for name in VISITORS:
        one, other = (visit(name, office) for office in (0, 1))
        assert not differing(one.shown, other.shown), "\n".join(differing(one.shown, other.shown))
        assert ("opinions, an item" in one.shown) is (name != "tom")
        looked_at |= one.kinds
    for module in pkgutil.iter_modules(widgets.__path__, "widgets."):
        importlib.import_module(module.name)
    screens = {kind.__name__ for kind in (*below(Room), *below(Overlay))}
    assert screens - looked_at == set(UNSEEN)


def test_that_the_same_screens_tell_the_offices_apart_to_who_has_answered(visit: Visit) -> None:
    one, other = (visit("ann", office, "reports") for office in (0, 1))
    assert differing(one.shown, other.shown)


def below(kind: type[QWidget]) -> Iterator[type[QWidget]]:
    """All kinds of a widget that the program has."""
    for one in kind.__subclasses__():
        if one.__module__.startswith("widgets."):
            yield one
            yield from below(one)
