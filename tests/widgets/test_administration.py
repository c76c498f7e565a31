"""Administration: pages by registration, and the one that says what protects this machine."""

import gc
import weakref
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation
from app.inspect import protections
from app.protection import Protections, protections_of
from app.session.sitting import Sitting
from app.session.viewed import DayViewed
from tests.widgets.conftest import PATIENCE_MS, press, sign_in
from widgets import capture
from widgets.administration import PAGES, Administration, Page
from widgets.capture import Capture, keep_out_of_capture
from widgets.fittings import Fittings
from widgets.main_window import MainWindow
from widgets.protection import ProtectionPage, Standing
from widgets.schemes_page import SchemesPage
from widgets.viewed_page import ViewedPage
from widgets.words import Words

K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> ProtectionPage:
    """The page of protections, reached by key, after its parts have answered."""
    assert window.rooms is not None
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.protection.told, timeout=PATIENCE_MS):
        qtbot.keyClick(window.focusWidget() or window, K.Key_6, CONTROL)
    found = window.rooms.administration.pages["protection"]
    assert isinstance(found, ProtectionPage)
    return found


def said(page: QWidget) -> str:
    return "\n".join(words.text() for words in page.findChildren(Words) if words.isVisible())


def standings(page: QWidget) -> list[str]:
    return [one.accessibleName() for one in page.findChildren(Standing) if one.isVisible()]


def test_that_the_page_says_of_each_layer_what_the_decoder_itself_reports(
    page: ProtectionPage,
) -> None:
    shown = standings(page)
    for one in protections():
        meaning = one.meaning[0].upper() + one.meaning[1:]  # a sentence, as it is read
        assert f"{'In force' if one.in_force else 'Not here'}: {meaning}." in shown


def test_that_the_page_says_where_keys_stores_and_central_store_stand(page: ProtectionPage) -> None:
    words = said(page)
    assert "in a file that your passphrase opens" in words
    assert "SQLCipher 4" in words
    assert "is a courtesy there" in words


def test_that_a_platform_without_a_way_to_stop_captures_is_said_to_have_none(
    page: ProtectionPage,
) -> None:
    assert keep_out_of_capture(page.window()) is Capture.NO_WAY  # tests run on X11 or less
    assert any(one.startswith("Not here: This platform has no way") for one in standings(page))


def test_that_the_page_says_that_it_asks_until_every_part_has_answered(
    qtbot: QtBot, fit: Fittings, sitting: Sitting
) -> None:
    page = ProtectionPage(fit, sitting)
    qtbot.addWidget(page)
    page.show()
    assert "is being asked" in said(page)
    sitting.protection.told.emit(Protections((), "", "file", "4.6", "server", "outside"))
    assert "is being asked" not in said(page)
    qtbot.waitUntil(lambda: len(standings(page)) > 3, timeout=PATIENCE_MS)


def test_that_the_store_is_asked_and_not_believed(workstation: Workstation) -> None:
    told: Protections = protections_of(workstation)
    assert told.cipher == workstation.home.cipher()
    assert told.cipher is not None
    assert told.fault == ""
    assert (told.keys, told.central, told.pin) == ("file", "embedded", "outside")


def said_of(title: str) -> str:
    return f"Diagram of the scheme {title}; its file and the command schemes say the same in words"


def test_that_every_scheme_is_drawn_in_the_colours_of_the_theme_and_moved_by_keys(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.rooms is not None
    qtbot.keyClick(window.focusWidget() or window, K.Key_6, CONTROL)
    room = window.rooms.administration
    room.show_page("schemes")
    page = room.pages["schemes"]
    assert isinstance(page, SchemesPage)
    page.focus()
    widths = set()
    assert window.sitting is not None
    for scheme in window.sitting.schemes:
        page.list.selectRow(page.list.rows.row_of(scheme.name))
        assert page.drawing.accessibleName() == said_of(scheme.title)
        widths.add(page.drawing.width())
        assert page.drawing.grab().toImage().pixelColor(2, 2) == page._fit.look.colour("bg")
    assert len(widths) > 1
    bar = page._scroll.horizontalScrollBar()
    qtbot.keyClick(page.list, K.Key_Right)
    assert bar.value() > 0
    qtbot.keyClick(page.list, K.Key_Left)
    assert bar.value() == 0


class User32:
    """What a version of Windows answers: it takes the affinities that it knows."""

    def __init__(self, *known: int) -> None:
        self.asked: list[int] = []

        def affinity(handle: int, wanted: int) -> int:
            self.asked.append(wanted)
            return int(wanted in known)

        self.SetWindowDisplayAffinity = affinity


@pytest.mark.parametrize(
    ("known", "asked", "state"),
    [
        ((0x11, 0x01), [0x11], Capture.EXCLUDED),
        ((0x01,), [0x11, 0x01], Capture.EXCLUDED),
        ((), [0x11, 0x01], Capture.REFUSED),
    ],
)
def test_that_an_older_windows_is_asked_for_what_it_knows(
    monkeypatch: pytest.MonkeyPatch, known: tuple[int, ...], asked: list[int], state: Capture
) -> None:
    user32 = User32(*known)
    monkeypatch.setattr(capture.ctypes, "windll", SimpleNamespace(user32=user32), raising=False)
    assert capture._windows(7) is state
    assert user32.asked == asked


def test_that_a_page_is_seen_by_those_whose_roles_it_names(
    qtbot: QtBot, fit: Fittings, sitting: Sitting
) -> None:
    protection = PAGES[0]
    pages = (
        protection,
        Page("protection_of_supervisors", ProtectionPage, frozenset({"supervisor"})),
    )
    assert not pages[1].is_for(("analyst",))
    room = Administration(fit, sitting, pages)
    qtbot.addWidget(room)
    assert list(room.pages) == ["protection"]
    assert [name for name, _ in room.names.rows._rows] == ["protection"]


def test_that_a_page_which_cannot_be_built_is_a_fault_and_not_silently_absent(
    qtbot: QtBot, fit: Fittings, sitting: Sitting
) -> None:
    asked: list[str] = []

    def build(_: Fittings, __: Sitting) -> ProtectionPage:
        asked.append("built")
        raise KeyError("a word that is not there")

    room = Administration(fit, sitting, (PAGES[0], Page("policy", build)))
    qtbot.addWidget(room)
    assert "policy" in room.pages
    assert "roster" not in room.pages
    assert asked == []
    with qtbot.captureExceptions() as faults:
        room.show_page("policy")
    assert [str(fault) for _, fault, _ in faults] == ["'a word that is not there'"]
    assert asked == ["built"]


def test_that_a_supervisor_sees_viewing_time_together_and_of_nobody(
    qtbot: QtBot, fit: Fittings, sitting: Sitting
) -> None:
    (page,) = (page for page in PAGES if page.name == "viewed")
    assert page.is_for(("supervisor",))
    assert not page.is_for(("analyst", "qa"))
    room = Administration(fit, sitting, (Page("viewed", page.build),))
    qtbot.addWidget(room)
    room.show()
    hour_ms = 3_600_000
    empty = DayViewed("2026-03-03", 0, 0, 0, 0, 0)
    day = DayViewed("2026-03-04", 3, 5 * hour_ms, 61_000, 12 * hour_ms, 1)
    assert "being read" in said(room)
    alone = DayViewed("2026-03-05", 0, 0, 0, 0, 0, few=True)
    sitting.viewed.told.emit((empty, day, alone), 4 * hour_ms)
    found = room.pages["viewed"]
    assert isinstance(found, ViewedPage)
    rows = [cells for _, cells in found.table.rows._rows]
    assert rows[0][1:] == ("none", "", "", "", "")
    assert rows[1][1:] == ("3", "0:01:01", "5:00:00", "12:00:00", "1 of 3")
    assert rows[2][1:] == ("few", "", "", "", "")
    assert "4:00:00 a day for one person" in said(found)
    assert sitting.person not in said(found)


def test_that_page_keys_scroll_the_page_while_the_list_has_the_keyboard(
    qtbot: QtBot, window: MainWindow, page: ProtectionPage
) -> None:
    assert window.rooms is not None
    assert window.focusWidget() is window.rooms.administration.names
    bar = page._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_PageDown)
    assert bar.value() > 0
    press(qtbot, window, K.Key_PageUp)
    assert bar.value() == 0


def test_that_nothing_holds_a_room_after_a_lock_and_keys_are_those_of_the_next_sitting(
    qtbot: QtBot, window: MainWindow
) -> None:
    qtbot.keyClick(window.focusWidget() or window, K.Key_6, CONTROL)
    assert window.rooms is not None
    room = weakref.ref(window.rooms.administration)
    window.lock()

    def is_gone() -> bool:
        gc.collect()
        return room() is None

    qtbot.waitUntil(is_gone, timeout=PATIENCE_MS)
    qtbot.waitUntil(window.sign_in._passphrase.isVisible, timeout=PATIENCE_MS)
    sign_in(qtbot, window)
    assert window.sitting is not None
    sync = window.sitting.sync
    qtbot.waitUntil(lambda: sync.state.at is not None and not sync.runs, timeout=PATIENCE_MS)
    with qtbot.waitSignal(sync.ended, timeout=PATIENCE_MS):  # it was left in another room
        qtbot.keyClick(window.focusWidget() or window, K.Key_R, CONTROL)
