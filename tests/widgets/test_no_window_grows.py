"""A message takes its place from what lies in the window; the window stays as large as it was."""

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.session.sync import Lamp, SyncState
from tests.widgets.conftest import press, wait_for_item
from widgets.fittings import Fittings
from widgets.header import Header
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.words import Words

SCREEN_PX = (1366, 768)
FAULT = " ".join(
    f"The central store said of place {n} what this machine cannot verify; tell an administrator."
    for n in range(12)
)
ROOMS = ("administration", "select", "desk")


def inside(window: MainWindow, part: QWidget) -> bool:
    place = QRect(part.mapTo(window, QPoint(0, 0)), part.size())
    return window.rect().contains(place)


def settled() -> None:
    for _ in range(4):
        QApplication.processEvents()


def test_that_at_twice_the_size_no_message_and_no_room_makes_the_window_grow(
    qtbot: QtBot, window: MainWindow, look: Look
) -> None:
    window.resize(*SCREEN_PX)
    look.apply("dark", 200)
    settled()
    wait_for_item(qtbot, window)
    edges = window.edges
    for fault in ("", FAULT[:150], FAULT):
        edges._show_sync(SyncState(Lamp.FAILED, fault=fault))
        for room in ROOMS:
            window.go(room)
            settled()
            assert window.size().toTuple() == SCREEN_PX
            assert inside(window, edges.status), (room, len(fault))
            assert edges.fault.isVisible() == bool(fault)
            shown = edges._banner._area.height() if fault else edges.fault.line_height()
            assert edges.fault.line_height() <= shown <= SCREEN_PX[1] // 10
            bounds = edges._banner.geometry()
            assert not fault or bounds.top() == edges.header.geometry().bottom() + 1
            assert not fault or bounds.bottom() == edges.top.rect().bottom()
            assert window.rooms is not None
            assert inside(window, window.rooms)
            tops = [edges.top, window._pages, edges.status]
            assert all(a.geometry().bottom() < b.geometry().top() for a, b in pairwise(tops))
    edges._show_sync(SyncState(Lamp.FAILED, fault=FAULT))
    settled()
    assert edges.fault.toolTip() == FAULT
    area = edges._banner._area.verticalScrollBar()
    assert area.maximum() > 0  # all of it can be read, by keyboard alone
    edges._banner.setFocus(Qt.FocusReason.TabFocusReason)
    for _ in range(20):
        press(qtbot, window, Qt.Key.Key_Down)
    assert area.value() == area.maximum()
    press(qtbot, window, Qt.Key.Key_PageUp)
    assert area.value() < area.maximum()
    edges._show_sync(SyncState(Lamp.FAILED, fault=FAULT[:60]))
    settled()
    assert edges._banner.focusPolicy() == Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize(("percent", "lines"), [(100, 1), (200, 2)])
def test_that_no_room_of_the_header_and_no_name_is_cut(
    qtbot: QtBot, fit: Fittings, percent: int, lines: int
) -> None:
    fit.look.apply("dark", percent)
    header = Header(fit)
    qtbot.addWidget(header)
    header.show_person("Katharina Oberhauser")
    header.show_doors(frozenset())
    header.resize(SCREEN_PX[0], header.height())
    header.show()
    settled()
    high = header.height()
    assert (high > fit.look.px("header") + 1) == (lines == 2)
    for lamp in (Lamp.NEVER, Lamp.FAILED, Lamp.RUNNING):
        header.show_sync(SyncState(lamp, waiting=12_345))
        settled()
        parts: list[QWidget] = [*header._tabs.values(), header._title, header._person]
        for part in parts:
            assert part.width() >= part.sizeHint().width(), part
            assert header.rect().contains(QRect(part.mapTo(header, QPoint(0, 0)), part.size()))
        assert header.height() == high
    assert any(words.text() == "Katharina Oberhauser" for words in header.findChildren(Words))


@pytest.mark.parametrize("name", ["Ada", "Ada Analyst", "Katharina Oberhauser"])
def test_that_a_home_without_a_central_store_says_so_uncut(
    qtbot: QtBot, fit: Fittings, name: str
) -> None:
    fit.look.apply("dark", 200)
    header = Header(fit)
    qtbot.addWidget(header)
    header.show_person(name)
    header.show_doors(frozenset({"quality", "administration"}))
    header.show_sync(SyncState(Lamp.NOWHERE))
    header.resize(SCREEN_PX[0], header.height())
    header.show()
    settled()
    assert header._lamp.width() >= header._lamp.sizeHint().width()
