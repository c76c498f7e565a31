"""Opens the window: the application, its look, and the one main window."""

import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QLocale,
    QMessageLogContext,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QAccessible, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from app.keymap import read_keymap
from app.sentences import speak
from app.session.opening import OpeningSession
from app.switching import switch_as_at_work
from app.texts import Texts, language_spoken, read_texts
from widgets.capture import keep_out_of_capture
from widgets.command_line import has_display, words_for_qt
from widgets.fault_sheet import FaultWatch
from widgets.fittings import Fittings
from widgets.key_repeat import tell_presses_from_repetitions
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.reader_roles import reads_as, tell_roles
from widgets.tidying import Tidying
from widgets.watchdog import Watchdog

ICON = Path(__file__).resolve().parent.parent / "resources" / "icons" / "assay.svg"
FIRST_SIZE = QSize(1366, 768)  # when it is made smaller
NO_DISPLAY = 3  # exit status: the world said no

log = logging.getLogger(__name__)


def open_window(argv: Sequence[str], opening: OpeningSession) -> int:
    """Open the window on the home that is being opened; whoever began that closes it.

    Returns the exit status: 0, or 3 where there is no display.
    """
    texts = read_texts(language_spoken(opening.language, QLocale.system().uiLanguages()))
    speak(texts, in_window=True)
    if not has_display(argv):
        sys.stderr.write(texts("window.no_display") + "\n")
        return NO_DISPLAY
    logging.basicConfig(level=logging.ERROR, format="%(message)s")  # the terminal stays quiet
    qInstallMessageHandler(_keep_message)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QApplication.instance() or QApplication([sys.argv[0], *words_for_qt(argv)])
    if not isinstance(application, QApplication):
        return NO_DISPLAY
    application.setApplicationName(texts("window.name"))
    application.setApplicationDisplayName(texts("window.name"))
    application.setLayoutDirection(_direction(texts))
    application.setWindowIcon(QIcon(str(ICON)))
    tell_roles()
    look = Look()
    look.load_fonts()
    look.apply(*opening.look)
    look.follow_system()
    fit = Fittings(look, texts, read_keymap())
    window = MainWindow(fit, opening)
    reads_as(window, QAccessible.Role.Window)
    faults = watch_faults(fit, window, opening)
    watchdog = Watchdog(window)
    watchdog.start()
    window.resize(FIRST_SIZE)
    window.showMaximized()
    keep_out_of_capture(window)  # before there is anything to see in it
    tell_presses_from_repetitions(window)
    _close_on_signals(window)
    _tell_last_end(fit, window, opening)
    tidying = Tidying(window, at_work=lambda: window.sitting is not None and window.sitting.at_work)
    opening.opened.connect(tidying.begin)  # the window stands, and its rooms are built
    opening.opened.connect(lambda _: _switch_after_the_first_item(window))
    opening.start()
    status = application.exec()
    watchdog.stop()
    faults.stop()
    window.leave()
    opening.close()  # while there is an application
    return status


def watch_faults(fit: Fittings, window: MainWindow, opening: OpeningSession) -> FaultWatch:
    """Hear of every fault that nothing caught; what is revealed is hidden, and the person told."""
    before: list[QWidget] = []  # had the keyboard where there are no rooms yet

    def hide() -> None:
        before[:] = [one for one in [window.sign_in.focusWidget()] if one is not None]
        if window.sitting is not None:
            window.sitting.viewing.conceal()
        window.sheets.close()

    def go_on() -> None:
        if window.rooms is not None:
            window.rooms.focus()
        elif before and isValid(before[0]):
            before[0].setFocus()

    faults = FaultWatch(fit, window, lambda: opening.place, hide)
    faults.closed.connect(go_on)
    faults.start()
    return faults


def _switch_after_the_first_item(window: MainWindow) -> None:
    if window.sitting is not None:
        window.sitting.first.after(switch_as_at_work)


def _tell_last_end(fit: Fittings, window: MainWindow, opening: OpeningSession) -> None:
    if opening.last_lines.found:
        from widgets.last_end import tell_last_end  # noqa: PLC0415 - hardly ever

        tell_last_end(fit, window, opening.last_lines)


def _direction(texts: Texts) -> Qt.LayoutDirection:
    """The way the language is read, which is the way rows are laid out."""
    is_leftward = texts("language.direction") == "rtl"
    return Qt.LayoutDirection.RightToLeft if is_leftward else Qt.LayoutDirection.LeftToRight


def _close_on_signals(window: MainWindow) -> None:
    """Let Ctrl+C in the terminal and a shutdown close the window, without a question.

    The watchdog's ticks give Python its turn, so a signal is answered within a second. It may come
    between any two lines, before the loop runs too, which would not hear of a window closed by
    then: so it is put in the loop's queue.
    """

    def stop_in_turn(*_: object) -> None:
        QTimer.singleShot(0, window.closing.stop)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop_in_turn)


def _keep_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Send what Qt says to the log; warnings of ours are faults, and tests fail on them."""
    level = logging.INFO if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
    log.log(level, "Qt %s: %s", context.category, message)
