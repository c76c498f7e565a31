"""Near-copies on the Desk: answered once, each signed, none shown without its key."""

import dataclasses
import random
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.session.group_types import GroupState
from app.session.grouping import GroupSession
from app.worklist import Worklist
from grading.policy import policy_fields, policy_from_fields
from tests.unit.blur.pdq_pictures import picture
from tests.unit.blur.pictures import saved
from tests.unit.blur.test_differences import with_another_thing
from tests.unit.blur.test_pdq import scene
from tests.widgets.conftest import (
    PATIENCE_MS,
    MadeHome,
    OpenPlace,
    at_hand,
    hold,
    make_home,
    press,
    press_chord,
    sign_in,
    wait_for_item,
)
from tests.widgets.takes_under import be_elsewhere
from tests.widgets.walker import cut_off
from widgets.group_desk import GroupDesk
from widgets.look import Look
from widgets.main_window import MainWindow

COPIES = 6
# A row of facts, over an abstract pattern.
CATEGORY_A = ("child", "yes", "A", "3-6", "both", "no-sign-seen")
ODD = "3.jpg"  # in which something else is seen


def write_group(folder: Path) -> Path:
    """Six near-copies, one of them with another thing in it, and two pictures by themselves."""
    folder.mkdir()
    dice = random.Random(4)  # noqa: S311 - what is drawn is no secret
    base = scene(dice, (640, 480))
    planted, _ = with_another_thing(base, dice)
    for number in range(COPIES):
        pixels = planted if f"{number}.jpg" == ODD else base
        data = saved(pixels, "JPEG", quality=95 - 5 * number)
        (folder / f"{number}.jpg").write_bytes(data)
    for number in (1, 2):
        other = picture(5 * number, 500, 400)
        (folder / f"other {number}.png").write_bytes(saved(other))
    return folder


@pytest.fixture(scope="module")
def drawn_home(tmp_path_factory: pytest.TempPathFactory) -> MadeHome:
    root = tmp_path_factory.mktemp("near")
    return make_home(root, write_group(root / "found"), COPIES + 2)


@pytest.fixture
def window(qtbot: QtBot, open_place: OpenPlace, made_home: MadeHome) -> MainWindow:
    window = open_place(made_home.place)
    sign_in(qtbot, window)
    qtbot.waitUntil(lambda: len(group_of(window).waiting) == COPIES, timeout=PATIENCE_MS)
    return window


def group_of(window: MainWindow) -> GroupSession:
    assert window.sitting is not None
    return window.sitting.group


def desk_of(window: MainWindow) -> GroupDesk:
    assert window.rooms is not None
    return window.rooms.desk


def open_sheet(qtbot: QtBot, window: MainWindow) -> GroupSession:
    """Lay the group on the Desk and wait until each tile was compared."""
    group = group_of(window)
    press(qtbot, window, Qt.Key.Key_J)
    qtbot.waitUntil(lambda: group.state.compared == COPIES, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: desk_of(window).takes_keys, timeout=PATIENCE_MS)
    return group


def decide_off_remit(qtbot: QtBot, window: MainWindow) -> None:
    """Answer by the keys until the outcome stands: it is no picture to be assessed."""
    assert window.sitting is not None
    grading = window.sitting.grading
    for value in ("off-remit", "no-sign-seen"):
        grading.answer(value)
    assert grading.decided_now is not None


def sign_all(qtbot: QtBot, window: MainWindow) -> None:
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, Qt.Key.Key_Return)


def file_of(window: MainWindow, item: str) -> str:
    assert window.sitting is not None
    ws, batch = window.sitting._ws, window.sitting.group._batch
    return Worklist(ws).names(batch, item)[0]


def test_that_one_answer_signs_a_verdict_for_each_item_that_was_not_left_out(
    qtbot: QtBot, window: MainWindow
) -> None:
    group = open_sheet(qtbot, window)
    odd = [item for item in group.state.items if file_of(window, item) == ODD]
    assert group.state.differing == set(odd)
    others = set(group.state.items) - set(odd)
    while group.state.chosen != odd[0]:
        press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_D)
    assert group.state.excluded == {odd[0]}
    press(qtbot, window, Qt.Key.Key_Left)
    alone = group.state.chosen
    reveal_chosen(qtbot, window)
    decide_off_remit(qtbot, window)
    sign_all(qtbot, window)
    wait_for_item(qtbot, window)
    assert window.sitting is not None
    worklist, local = Worklist(window.sitting._ws), window.sitting._ws.home.local
    given = {item: worklist.latest_own_verdict(item) for item in others}
    verdicts = [own.verdict for own in given.values() if own is not None]
    assert len(verdicts) == COPIES - 1
    assert len({verdict.group for verdict in verdicts}) == 1
    assert all(verdict.group for verdict in verdicts)
    assert {v.item for v in verdicts if v.viewed == "individually"} == {alone}
    assert {v.viewed for v in verdicts if v.item != alone} == {"group"}
    assert all((v.revealed_ms > 0) is (v.item == alone) for v in verdicts)
    assert worklist.latest_own_verdict(odd[0]) is None
    assert worklist.progress(group._batch).to_grade == 3  # the one left out comes by itself
    assert len(list(local.records(kind="verdict"))) == COPIES - 1
    assert not group.state.is_open


def reveal_chosen(qtbot: QtBot, window: MainWindow) -> None:
    """Hold Space until the chosen item is clear on the screen, then let go."""
    desk, group = desk_of(window), group_of(window)
    assert window.sitting is not None
    viewing = window.sitting.viewing
    qtbot.waitUntil(lambda: viewing._loaded, timeout=PATIENCE_MS)
    assert not desk.canvas.shows_clear
    hold(window, Qt.Key.Key_Space, down=True)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    assert desk._seen.currentWidget() is desk.canvas
    hold(window, Qt.Key.Key_Space, down=False)
    assert not desk.canvas.shows_clear
    assert desk._seen.currentWidget() is not desk.canvas
    assert window.focusWidget() is desk.sheet  # so that Enter signs, and presses no button
    assert group.state.chosen in group.state.alone


def test_that_undo_supersedes_every_verdict_of_the_group(qtbot: QtBot, window: MainWindow) -> None:
    group = open_sheet(qtbot, window)
    items = group.state.items
    decide_off_remit(qtbot, window)
    sign_all(qtbot, window)
    wait_for_item(qtbot, window)
    assert window.sitting is not None
    worklist, grading = Worklist(window.sitting._ws), window.sitting.grading
    before = {item: worklist.latest_own_verdict(item) for item in items}
    press(qtbot, window, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: group.state.compared == COPIES, timeout=PATIENCE_MS)
    assert group.state.corrects
    assert set(group.state.items) == set(items)
    grading.back(1)
    grading.answer("generated")
    sign_all(qtbot, window)
    wait_for_item(qtbot, window)
    for item in items:
        now, was = worklist.latest_own_verdict(item), before[item]
        assert now is not None
        assert was is not None
        assert now.verdict.supersedes == was.record_id
        assert now.verdict.group == was.verdict.group


def test_that_the_policy_can_ask_that_each_item_is_viewed_by_itself(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.sitting is not None
    ws, grading = window.sitting._ws, window.sitting.grading
    group = open_sheet(qtbot, window)
    for value in CATEGORY_A:
        grading.answer(value)
    assert grading.decided_now is not None
    assert grading.decided_now.outcome.category in ws.policy.groups.individually
    press(qtbot, window, Qt.Key.Key_Return)
    said = desk_of(window).panel._fault.text()
    assert f"{COPIES} of {COPIES}" in said
    assert not list(ws.home.local.records(kind="verdict"))
    for number in range(COPIES):
        group.choose(number)
        reveal_chosen(qtbot, window)
    sign_all(qtbot, window)
    wait_for_item(qtbot, window)
    assert len(list(ws.home.local.records(kind="verdict"))) == COPIES
    older = policy_fields(ws.policy)
    del older["groups"]
    assert policy_from_fields(older).groups.individually == ("A",)


def test_that_the_sheet_is_veiled_and_goes_with_the_calm_screen_and_the_focus(
    qtbot: QtBot, window: MainWindow
) -> None:
    group = open_sheet(qtbot, window)
    desk = desk_of(window)
    assert window.sitting is not None
    qtbot.waitUntil(lambda: window.sitting.viewing._loaded, timeout=PATIENCE_MS)  # type: ignore[union-attr]
    hold(window, Qt.Key.Key_Space, down=True)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not desk.canvas.shows_clear
    qtbot.waitUntil(lambda: group._tiles._decoder is None, timeout=PATIENCE_MS)
    hold(window, Qt.Key.Key_Space, down=False)
    press(qtbot, window, Qt.Key.Key_Return)
    assert desk._seen.currentWidget() is not desk.canvas
    press(qtbot, window, Qt.Key.Key_J)
    assert not group.state.is_open
    wait_for_item(qtbot, window)


def test_that_nothing_of_the_item_shines_through_the_sheet(
    qtbot: QtBot, window: MainWindow, look: Look
) -> None:
    group = open_sheet(qtbot, window)
    press(qtbot, window, Qt.Key.Key_Right, Qt.Key.Key_D)
    assert group.state.excluded
    viewport = desk_of(window).sheet.viewport()
    for _ in range(2):  # the first painting draws the tile that is left out
        seen = viewport.grab().toImage()
    beside = seen.pixelColor(viewport.width() - 2, viewport.height() - 2)
    assert beside == look.colour("canvas")
    assert beside.alpha() == 255


def test_that_a_wide_window_with_a_sheet_is_made_narrow_at_once_and_nothing_of_it_is_cut(
    qtbot: QtBot, window: MainWindow, look: Look
) -> None:
    """At twice the size of text: from a large screen to a small one there is no width between."""
    open_sheet(qtbot, window)
    for theme in ("dark", "light"):
        look.apply(theme, 200)
        for size in ((2560, 1440), (1366, 768)):
            window.resize(*size)
            for _ in range(4):
                QApplication.processEvents()
            assert window.size().toTuple() == size
            assert desk_of(window).sheet.isVisible()
            assert cut_off(window) == []


def test_that_a_tile_that_was_let_go_of_comes_again_when_it_is_looked_at(
    qtbot: QtBot, window: MainWindow
) -> None:
    """After the calm screen, and where thousands were scrolled through."""
    open_sheet(qtbot, window)
    sheet = desk_of(window).sheet
    assert not sheet.missing()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not sheet._tiles
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(sheet._tiles) == COPIES, timeout=PATIENCE_MS)
    assert group_of(window).state.compared == COPIES


def test_that_a_tile_revealed_by_itself_goes_back_under(qtbot: QtBot, window: MainWindow) -> None:
    """The keys gone to another program, nobody at them, screen locked, decoder lost, a room."""
    open_sheet(qtbot, window)
    desk, sitting = desk_of(window), window.sitting
    assert sitting is not None
    viewing = sitting.viewing
    ways = (
        lambda: be_elsewhere(qtbot, window),
        viewing._idle.timeout.emit,
        window._presence._screen_lock.locked.emit,
        lambda: viewing.decoder_ended.emit(viewing.item or ""),
        lambda: press_chord(qtbot, window, "Ctrl+2"),
    )
    press(qtbot, window, Qt.Key.Key_Right)
    for go_under in ways:
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: viewing._loaded, timeout=PATIENCE_MS)
        hold(window, Qt.Key.Key_Space, down=True)
        qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
        go_under()
        qtbot.waitUntil(lambda: not desk.canvas.shows_clear, timeout=PATIENCE_MS)
        assert desk._seen.currentWidget() is desk._group_page
        hold(window, Qt.Key.Key_Space, down=False)


def test_that_an_item_revealed_elsewhere_counts_for_no_tile(
    qtbot: QtBot, window: MainWindow
) -> None:
    group = open_sheet(qtbot, window)
    assert window.sitting is not None
    viewing = window.sitting.viewing
    other = dataclasses.replace(at_hand(window), item=group.state.items[-1], ahead=())
    viewing.show_item(other)
    qtbot.waitUntil(lambda: viewing._loaded, timeout=PATIENCE_MS)
    with qtbot.waitSignal(viewing.revealed, timeout=PATIENCE_MS):
        viewing.reveal()
    viewing.conceal()
    assert group.state.alone == frozenset()


def test_that_a_sheet_of_thousands_draws_what_is_seen(qtbot: QtBot, window: MainWindow) -> None:
    """Counted, not timed: places asked for in a painting do not grow with the group."""
    sheet = desk_of(window).sheet
    desk_of(window)._seen.setCurrentIndex(1)
    items = tuple(f"{number:064x}" for number in range(20_000))
    sheet.show_group(GroupState(items, (0,) * len(items), at=12_345))
    assert 0 < len(sheet.missing()) < 200
    assert items[12_345] in sheet.missing()
    sheet.show_group(GroupState())
