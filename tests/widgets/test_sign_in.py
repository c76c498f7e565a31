"""Before the rooms open: each way in, and each thing that stands in it, with a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation, open_workstation
from app.session.new_home import ALONE, SERVER, Step
from app.session.opening import OpeningSession
from app.session.refusal import Refusal, Wanted
from storage.keys import KEY_FILE_NAME
from tests.widgets.conftest import (
    PASSPHRASE,
    PATIENCE_MS,
    MadeHome,
    OpenPlace,
    OpenWindow,
    press,
    press_chord,
    sign_in,
    wait_for_item,
)
from widgets.buttons import KeyButton
from widgets.capture import Capture
from widgets.first_run import FirstRun
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.sign_in import SignIn

K = Qt.Key


def wait_for_page(qtbot: QtBot, window: MainWindow, page: str) -> None:
    wanted = getattr(window.sign_in, page)
    qtbot.waitUntil(lambda: window.sign_in.currentWidget() is wanted, timeout=PATIENCE_MS)


def help_sentence(window: MainWindow) -> str:
    return window.sign_in._help._words.text()


def test_that_a_wrong_passphrase_is_said_and_can_be_tried_again(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    wait_for_page(qtbot, window, "_locked")
    qtbot.keyClicks(window.sign_in._passphrase, "not this one")
    press(qtbot, window, K.Key_Return)
    locked = window.sign_in._locked
    qtbot.waitUntil(lambda: locked._fault.text() != "" and locked.isVisible(), timeout=PATIENCE_MS)
    assert window.sign_in._passphrase.text() == ""
    sign_in(qtbot, window)


def choose_store_and_limits(qtbot: QtBot, window: MainWindow, form: FirstRun) -> None:
    """Go through the last two steps, and once back from a mistake."""
    assert form.step is Step.STORE
    form.stores[SERVER].click()
    press(qtbot, window, K.Key_Return)
    assert "address" in form._fault.text()
    qtbot.keyClick(window.focusWidget(), K.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert form.step is Step.KEYS  # every mistake has a way back, and nothing typed is lost
    assert form.again.text() == "long enough"
    press(qtbot, window, K.Key_Return)
    form.password.setText("typed before another store was chosen")
    form.stores[ALONE].click()
    press(qtbot, window, K.Key_Return)
    assert form.step is Step.LIMITS
    form.breaks["45"].click()
    form.ends["none"].click()
    press(qtbot, window, K.Key_Return)


def test_that_the_help_opens_before_the_rooms_and_closes_back_to_where_one_typed(
    qtbot: QtBot, open_place: OpenPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_place(tmp_path / "new")
    wait_for_page(qtbot, window, "_new")
    form, sheet = window.sign_in._new, window.sheets.help
    qtbot.keyClicks(form.name, "Ad")
    press_chord(qtbot, window, "F1")
    assert sheet.isVisible()
    assert sheet.field.hasFocus()
    assert sheet.text.accessibleName() == "First steps"
    assert sheet.text.verticalScrollBar().value() > 0  # at what it says of the first start
    report = tmp_path / "report.txt"
    monkeypatch.setattr(sheet, "_asked_path", lambda: report)
    with qtbot.waitSignal(window._opening.diagnosis.written, timeout=PATIENCE_MS):
        press_chord(qtbot, window, "Ctrl+D")
    assert "display: " in report.read_text()
    press(qtbot, window, K.Key_Return)
    assert not sheet.isVisible()
    assert form.name.hasFocus()
    qtbot.keyClicks(window.focusWidget(), "a")
    assert form.name.text() == "Ada"
    assert form.step is Step.WHO
    help_button = next(
        one for one in form.findChildren(KeyButton) if one.accessibleDescription() == "F1"
    )
    help_button.click()
    assert sheet.isVisible()


def test_that_the_help_opens_where_one_signs_in(qtbot: QtBot, open_window: OpenWindow) -> None:
    window = open_window()
    wait_for_page(qtbot, window, "_locked")
    press_chord(qtbot, window, "F1")
    sheet = window.sheets.help
    assert sheet.text.accessibleName() == "When something goes wrong"
    press_chord(qtbot, window, "F1")
    assert not sheet.isVisible()
    assert window.sign_in._passphrase.hasFocus()
    press_chord(qtbot, window, "F1")
    press_chord(qtbot, window, "Esc")  # nothing is to be hidden yet
    assert not sheet.isVisible()
    sign_in(qtbot, window)  # what was typed goes where it belongs
    press_chord(qtbot, window, "F1")
    assert {page.id for page in sheet._help.pages} >= {"questions"}  # type: ignore[union-attr]


def test_that_a_told_mistake_goes_away_as_its_field_is_typed_in(
    qtbot: QtBot, open_place: OpenPlace, tmp_path: Path
) -> None:
    window = open_place(tmp_path / "new")
    wait_for_page(qtbot, window, "_new")
    form = window.sign_in._new
    press(qtbot, window, K.Key_Return)
    assert form._fault.isVisible()
    qtbot.keyClicks(window.focusWidget(), "A")
    assert not form._fault.isVisible()
    press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(lambda: form.step is Step.KEYS, timeout=PATIENCE_MS)
    qtbot.keyClicks(form.first, "long enough")
    qtbot.keyClicks(form.again, "other")
    press(qtbot, window, K.Key_Return)
    assert form._fault.isVisible()
    form.again.setFocus()
    qtbot.keyClicks(form.again, "s")  # either of the two mends that they differ
    assert not form._fault.isVisible()


def assert_nothing_secret(form: FirstRun) -> None:
    for field in (form.first, form.again, form.password):
        assert not field.text()
        field.setEchoMode(QLineEdit.EchoMode.Normal)  # only so can an undo bring anything back
        field.undo()
        assert not field.text()


def test_that_a_home_that_waits_to_be_enrolled_leaves_no_secret_in_the_fields(
    qtbot: QtBot, fit: Fittings, tmp_path: Path
) -> None:
    opening = OpeningSession(tmp_path / "new")
    page = SignIn(fit, opening)
    qtbot.addWidget(page)
    form = page._new
    for field in (form.first, form.again, form.password):
        qtbot.keyClicks(field, "long enough")
    opening.refused.emit(Refusal(Wanted.NEW_HOME, "Mend this.", Step.KEYS, "passphrase"))
    assert form.first.text() == "long enough"  # nothing typed is lost by a mistake
    opening.refused.emit(Refusal(Wanted.HELP, "This home is not enrolled yet."))
    assert_nothing_secret(form)
    opening.close()


def test_that_a_place_without_a_home_offers_to_make_one(
    qtbot: QtBot, open_place: OpenPlace, tmp_path: Path
) -> None:
    window = open_place(tmp_path / "new")
    wait_for_page(qtbot, window, "_new")
    page = window.sign_in
    form = page._new
    press(qtbot, window, K.Key_Return)
    assert "name" in form._fault.text()
    qtbot.keyClicks(form.name, "Ada")
    press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(lambda: form.step is Step.KEYS, timeout=PATIENCE_MS)
    qtbot.keyClicks(form.first, "short")
    press(qtbot, window, K.Key_Return)
    assert "8 characters" in form._fault.text()
    form.first.clear()
    qtbot.keyClicks(form.first, "long enough")
    qtbot.keyClicks(form.again, "other words")
    press(qtbot, window, K.Key_Return)
    assert "differ" in form._fault.text()
    assert window.focusWidget() is form.first  # what is typed next must not be readable
    form.again.clear()
    qtbot.keyClicks(form.again, "long enough")
    press(qtbot, window, K.Key_Return)
    choose_store_and_limits(qtbot, window, form)
    qtbot.waitUntil(lambda: window.sitting is not None, timeout=60_000)
    assert window.sitting.preferences._policy.exposure.break_every_s == 45 * 60
    assert_nothing_secret(form)
    assert window.rooms is not None
    notice = window.rooms.desk.notice
    qtbot.waitUntil(notice.isVisible, timeout=PATIENCE_MS)
    assert notice._line.text() == "No batch is on the Desk."


def test_that_a_fault_is_in_sight_at_large_text_beside_the_field_to_mend(
    qtbot: QtBot, open_place: OpenPlace, tmp_path: Path, look: Look
) -> None:
    window = open_place(tmp_path / "new")
    wait_for_page(qtbot, window, "_new")
    form = window.sign_in._new
    narrow = form._inner.width()
    look.apply("dark", 200)
    qtbot.waitUntil(lambda: form._inner.width() > narrow, timeout=PATIENCE_MS)

    def in_sight(field: QWidget) -> bool:
        view, fault = form._area.viewport(), form._fault
        below_px = fault.y() - field.geometry().bottom()
        return 0 < below_px < fault.height() and view.rect().contains(
            QRect(fault.mapTo(view, QPoint(0, 0)), fault.size())
        )

    for field in (form.name, form.first):
        press(qtbot, window, K.Key_Return)
        assert window.focusWidget() is field
        holder = field.parentWidget()
        assert holder is not None
        qtbot.waitUntil(lambda h=holder: in_sight(h), timeout=PATIENCE_MS)  # type: ignore[misc]
        qtbot.keyClicks(form.name, "Ada")
        press(qtbot, window, K.Key_Return)
        qtbot.waitUntil(lambda: form.step is Step.KEYS, timeout=PATIENCE_MS)


@pytest.mark.parametrize("capture", Capture)
def test_that_the_first_start_says_whether_pictures_of_the_screen_hold_the_window(
    qtbot: QtBot, fit: Fittings, tmp_path: Path, capture: Capture
) -> None:
    opening = OpeningSession(tmp_path / "new")
    page = SignIn(fit, opening, lambda _: capture)
    qtbot.addWidget(page)
    page.show()
    for form in (page._new, page._locked, page._busy):
        page.setCurrentWidget(form)
        assert form._note.isVisible()
        assert fit.texts(f"protection.capture_{capture.value}") in form._note.text()
        assert fit.texts("administration.protection") in form._note.text()
    opening.close()


def test_that_a_second_window_on_the_same_home_is_kept_out_with_a_sentence(
    qtbot: QtBot, open_place: OpenPlace, made_home: MadeHome
) -> None:
    ws = open_workstation(made_home.place, lambda: PASSPHRASE)
    window = open_place(made_home.place)
    wait_for_page(qtbot, window, "_help")
    assert "in use" in help_sentence(window)
    ws.close()
    press(qtbot, window, K.Key_Return)
    wait_for_page(qtbot, window, "_locked")


def test_that_a_damaged_store_is_said_and_nothing_is_opened(
    qtbot: QtBot, open_place: OpenPlace, made_home: MadeHome
) -> None:
    (made_home.place / "local.db").write_bytes(b"\0" * 8192)
    window = open_place(made_home.place)
    wait_for_page(qtbot, window, "_locked")
    qtbot.keyClicks(window.sign_in._passphrase, PASSPHRASE)
    press(qtbot, window, K.Key_Return)
    wait_for_page(qtbot, window, "_help")
    assert "damaged" in help_sentence(window)
    assert window.sitting is None


def test_that_a_home_that_others_can_read_is_said(
    qtbot: QtBot, open_place: OpenPlace, made_home: MadeHome
) -> None:
    made_home.place.chmod(0o755)
    window = open_place(made_home.place)
    wait_for_page(qtbot, window, "_help")
    assert "may read" in help_sentence(window)
    made_home.place.chmod(0o700)
    press(qtbot, window, K.Key_Return)
    wait_for_page(qtbot, window, "_locked")


def test_that_locking_closes_the_home_and_the_answers_are_there_after(
    qtbot: QtBot, window: MainWindow, made_home: MadeHome
) -> None:
    press(qtbot, window, K.Key_1)
    qtbot.keyClick(window.focusWidget(), K.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.sitting is None
    wait_for_page(qtbot, window, "_locked")
    assert not window.edges.top.isVisible()
    sign_in(qtbot, window)
    wait_for_item(qtbot, window)
    assert window.rooms is not None
    assert window.rooms.desk.panel._number.text() == "Question 2"


def test_that_a_passphrase_in_a_file_opens_the_window_once(
    qtbot: QtBot,
    open_place: OpenPlace,
    made_home: MadeHome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n")
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(secret))
    window = open_place(made_home.place)
    wait_for_item(qtbot, window)
    window.lock()  # who locked the home is asked, whatever lies on the disk
    wait_for_page(qtbot, window, "_locked")
    sign_in(qtbot, window)


@pytest.mark.parametrize("words", [None, "", "not this one\n"])
def test_that_a_passphrase_file_of_no_use_is_said_and_one_can_type(
    qtbot: QtBot,
    open_place: OpenPlace,
    made_home: MadeHome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    words: str | None,
) -> None:
    secret = tmp_path / "passphrase"
    if words is not None:
        secret.write_text(words)
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(secret))
    window = open_place(made_home.place)
    wait_for_page(qtbot, window, "_locked")
    assert window.sign_in._locked._fault.text() != ""
    sign_in(qtbot, window)


def test_that_a_home_without_a_passphrase_does_not_open_again_by_itself(
    qtbot: QtBot, made_home: MadeHome, window: MainWindow
) -> None:
    keys = made_home.place / KEY_FILE_NAME
    keys.rename(keys.with_suffix(".away"))  # as if they were in a keyring
    begun: list[str] = []
    window._opening.working.connect(begun.append)
    window.lock()
    wait_for_page(qtbot, window, "_back")
    assert window.sitting is None
    assert not begun
    keys.with_suffix(".away").rename(keys)
    qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Return)
    wait_for_page(qtbot, window, "_locked")
    assert begun


def test_that_a_home_begun_to_open_before_there_is_a_window_is_opened_once(
    qtbot: QtBot, made_home: MadeHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    opened = open_workstation

    def noted(place: Path | None, passphrase: Callable[[], str]) -> Workstation:
        told.append("opened")
        return opened(place, passphrase)

    monkeypatch.setattr("app.session.opening.open_workstation", noted)
    opening = OpeningSession(made_home.place)
    opening.working.connect(told.append)
    with qtbot.waitSignal(opening.refused, timeout=PATIENCE_MS) as refused:
        opening.begin()
        opening.start()
    opening.close()
    assert refused.args is not None
    assert refused.args[0].wanted is Wanted.PASSPHRASE
    assert sorted(told) == ["opened", "opening.open"]
