"""The page Central log: what changed is told with both heads, and two persons let it go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.session.sync import Lamp
from app.sync import resume, sync
from storage.central.sqlite import SqliteCentralStore
from storage.errors import CentralRewrittenError
from storage.home import Home
from tests.unit.storage.homes import passed_on
from tests.widgets.conftest import PATIENCE_MS, OpenPlace, press, press_chord, sign_in
from tests.widgets.office import PASSPHRASE, Office
from widgets.central_log import CentralLogPage
from widgets.main_window import MainWindow
from widgets.words import Words

K = Qt.Key
LOST = 2  # records that the copy does not have: one of each person


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A chief and a second supervisor."""
    made = Office.make(tmp_path / "office", sue="supervisor")
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, office: Office, open_place: OpenPlace) -> MainWindow:
    """The chief's window, synced, before the central store is put back from an old copy."""
    for name in ("sue", "chief"):  # who lost less could make the log whole alone
        office.bureau[name].ws.home.local.keep([passed_on(name)])
        office.bureau[name].sync()
    office.bureau.sync()
    office.close("chief")
    window = open_place(office.place)
    sign_in(qtbot, window, PASSPHRASE)
    assert window.sitting is not None
    session = window.sitting.sync
    qtbot.waitUntil(lambda: session.state.lamp is Lamp.SYNCED, timeout=PATIENCE_MS)
    return window


def chief_of(window: MainWindow) -> Home:
    assert window.sitting is not None
    home = window.sitting._ws.home
    assert isinstance(home, Home)
    return home


@pytest.fixture
def old(window: MainWindow, tmp_path: Path) -> Iterator[SqliteCentralStore]:
    """The central store as a copy from before the last records has it, now in its place."""
    home = chief_of(window)
    store = SqliteCentralStore(tmp_path / "old.db", bytes(range(32)), create=True)
    logged = home.central().records(-1, 1_000)
    store.append([one.envelope for one in logged[:-LOST]], "carrier")
    home._central = store
    yield store
    store.close()


def page_of(qtbot: QtBot, window: MainWindow) -> CentralLogPage:
    """The page, reached by keys: Administration, then down."""
    press_chord(qtbot, window, "Ctrl+6")
    assert window.rooms is not None
    assert window.sitting is not None
    room = window.rooms.administration
    with qtbot.waitSignal(window.sitting.central_log.told, timeout=PATIENCE_MS):
        while room.page != "central_log":
            press(qtbot, window, K.Key_Down)
    page = room.pages["central_log"]
    assert isinstance(page, CentralLogPage)
    return page


def said(page: CentralLogPage) -> str:
    return "\n".join(words.text() for words in page.findChildren(Words) if words.isVisible())


def in_blocks(root: str) -> str:
    return " ".join(root[at : at + 16] for at in range(0, 64, 16))


def test_that_a_log_that_agrees_is_said_to_agree(qtbot: QtBot, window: MainWindow) -> None:
    page = page_of(qtbot, window)
    size = chief_of(window).central().size()
    assert f"agree over {size} records" in said(page)
    assert not page.button.isVisible()
    press(qtbot, window, K.Key_G)
    assert page.place == "central_log"  # there is nothing to go on from


def test_that_both_heads_are_shown_and_the_first_person_signs_with_a_reason(
    qtbot: QtBot, window: MainWindow, old: SqliteCentralStore, office: Office
) -> None:
    home, size = chief_of(window), old.size()
    page = page_of(qtbot, window)
    shown, pin = said(page), home.local.logbook.pin()
    assert pin is not None
    assert f"had {size + LOST} records and has {size} now" in shown
    assert in_blocks(pin.root) in shown
    assert in_blocks(old.root(size).hex()) in shown
    press(qtbot, window, K.Key_G)
    with qtbot.waitSignal(page._session.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "takes a reason" in said(page)
    qtbot.keyClicks(window.focusWidget(), "the disk of the server failed")
    with qtbot.waitSignal(page._session.told, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "One more person signs" in said(page)
    assert "1 of 2 persons: Chief" in said(page)
    assert not page.button.isVisible()  # one person counts once
    with pytest.raises(CentralRewrittenError):
        sync(home, old)

    sue = office.bureau["sue"].ws.home
    summary, agreement = resume(sue, "the same", old)
    assert summary is not None
    assert agreement is not None
    with qtbot.waitSignal(page._session.told, timeout=PATIENCE_MS):
        page.enter()
    assert "agree over" in said(page)
    assert sync(home, old).waiting == 0
    ids = {one.record_id for one in old.records(-1, 1_000)}
    assert {one.record_id for one in home.local.records()} <= ids  # what was lost is there again


def test_that_the_second_person_reads_the_reason_and_lets_every_desk_go_on(
    qtbot: QtBot, window: MainWindow, old: SqliteCentralStore, office: Office
) -> None:
    sue = office.bureau["sue"].ws.home
    with pytest.raises(CentralRewrittenError):
        sync(sue, old)
    assert resume(sue, "restored after a fire", old)[0] is None
    page = page_of(qtbot, window)
    assert "restored after a fire" in said(page)
    assert "1 of 2 persons: Sue" in said(page)
    press(qtbot, window, K.Key_G)
    assert "restored after a fire" in said(page)
    with qtbot.waitSignal(page._session.agreed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    assert "Sync goes on with this log" in said(page)
    assert window.sitting is not None
    session = window.sitting.sync
    qtbot.waitUntil(lambda: session.state.lamp is Lamp.SYNCED, timeout=PATIENCE_MS)
    assert sync(sue, old).waiting == 0


def test_that_a_reason_half_typed_stays_when_text_grows(
    qtbot: QtBot, window: MainWindow, old: SqliteCentralStore
) -> None:
    assert old.size()
    page_of(qtbot, window)
    press(qtbot, window, K.Key_G)
    qtbot.keyClicks(window.focusWidget(), "the disk")
    press_chord(qtbot, window, "Ctrl++")
    assert window.rooms is not None
    rooms = window.rooms
    qtbot.waitUntil(
        lambda: rooms.administration.pages["central_log"].typed() is not None, timeout=PATIENCE_MS
    )
    page = rooms.administration.pages["central_log"]
    assert isinstance(page, CentralLogPage)
    assert page.form.texts() == ["the disk"]
    qtbot.keyClicks(window.focusWidget(), " failed")
    assert page.form.texts() == ["the disk failed"]
