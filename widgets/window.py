"""Opens the window: the application, its look, and the one main window."""

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QLocale,
    QMessageLogContext,
    QSize,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app.decoders import Decoders
from app.freed_memory import leave_nothing_when_freed
from app.keymap import read_keymap
from app.sentences import speak
from app.session.opening import OpeningSession
from app.texts import Texts, language_spoken, read_texts
from widgets.capture import keep_out_of_capture
from widgets.fault_sheet import FaultWatch
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.tidying import Tidying
from widgets.watchdog import Watchdog

ICON = Path(__file__).resolve().parent.parent / "resources" / "icons" / "assay.svg"
FIRST_SIZE = QSize(1366, 768)  # when it is made smaller
NO_DISPLAY = 3  # exit status: the world said no
WITHOUT_SCREEN = ("offscreen", "minimal", "vnc")

log = logging.getLogger(__name__)


def open_window(argv: Sequence[str], decoders: Decoders, *, demo: bool = False) -> int:
    """Open the window on the home that `argv` names (`--home DIR`), or on a demo home.

    Returns the exit status: 0, or 3 where there is no display.
    """
    leave_nothing_when_freed()
    opening = OpeningSession(_home(argv), demo=demo, decoders=decoders)
    texts = read_texts(language_spoken(opening.language, QLocale.system().uiLanguages()))
    speak(texts)
    if not _has_display(argv):
        sys.stderr.write(texts("window.no_display") + "\n")
        return NO_DISPLAY
    logging.basicConfig(level=logging.ERROR, format="%(message)s")  # the terminal stays quiet
    qInstallMessageHandler(_keep_message)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QApplication.instance() or QApplication([sys.argv[0], *_for_qt(argv)])
    if not isinstance(application, QApplication):
        return NO_DISPLAY
    application.setApplicationName(texts("window.name"))
    application.setApplicationDisplayName(texts("window.name"))
    application.setLayoutDirection(_direction(texts))
    application.setWindowIcon(QIcon(str(ICON)))
    look = Look()
    look.load_fonts()
    look.apply(*opening.look)
    look.follow_system()
    fit = Fittings(look, texts, read_keymap())
    window = MainWindow(fit, opening)
    faults = watch_faults(fit, window, opening)
    watchdog = Watchdog(window)
    watchdog.start()
    window.resize(FIRST_SIZE)
    window.showMaximized()
    keep_out_of_capture(window)  # before there is anything to see in it
    _close_on_signals(window)
    gc.freeze()  # before anybody signs in: no key is among what is kept for good
    tidying = Tidying(window)
    opening.opened.connect(tidying.begin)  # the window stands, and its rooms are built
    opening.start()
    status = application.exec()
    watchdog.stop()
    faults.stop()
    window.leave()
    opening.close()
    return status


def watch_faults(fit: Fittings, window: MainWindow, opening: OpeningSession) -> FaultWatch:
    """Hear of every fault that nothing caught; what is revealed is hidden, and the person told."""

    def hide() -> None:
        if window.sitting is not None:
            window.sitting.viewing.conceal()
        window.sheets.close()

    def go_on() -> None:
        if window.rooms is not None:
            window.rooms.focus()

    faults = FaultWatch(fit, window, lambda: opening.place, hide)
    faults.closed.connect(go_on)
    faults.start()
    return faults


def _direction(texts: Texts) -> Qt.LayoutDirection:
    """The way the language is read, which is the way rows are laid out."""
    is_leftward = texts("language.direction") == "rtl"
    return Qt.LayoutDirection.RightToLeft if is_leftward else Qt.LayoutDirection.LeftToRight


def _close_on_signals(window: MainWindow) -> None:
    """Let Ctrl+C in the terminal and a shutdown close the window, without a question.

    The watchdog's ticks give Python its turn, so a signal is answered within a second.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: window.closing.stop())


def _home(argv: Sequence[str]) -> Path | None:
    for number, word in enumerate(argv):
        if word.startswith("--home="):
            return Path(word.partition("=")[2])
        if word == "--home" and number + 1 < len(argv):
            return Path(argv[number + 1])
    return None


def _for_qt(argv: Sequence[str]) -> list[str]:
    found = [number for number, word in enumerate(argv) if word in ("--platform", "-platform")]
    return ["-platform", argv[found[0] + 1]] if found and found[0] + 1 < len(argv) else []


def _has_display(argv: Sequence[str]) -> bool:
    """Whether a window can be opened; Qt itself would end the process with a core file."""
    named = [*_for_qt(argv)[1:], os.environ.get("QT_QPA_PLATFORM", "")]
    if not sys.platform.startswith("linux") or named[0].partition(":")[0] in WITHOUT_SCREEN:
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    return _answers(os.environ.get("DISPLAY", ""))


def _answers(display: str) -> bool:
    host, _, number = display.partition(":")
    if not number:
        return False
    if host and host != "unix":
        return True  # a display elsewhere; Qt asks it itself
    place = f"/tmp/.X11-unix/X{number.partition('.')[0]}"  # noqa: S108 - where X listens
    for address in (place, "\0" + place):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
            try:
                knock.connect(address)
            except OSError:
                continue
            return True
    return False


def _keep_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Send what Qt says to the log; warnings of ours are faults, and tests fail on them."""
    level = logging.INFO if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) else logging.WARNING
    log.log(level, "Qt %s: %s", context.category, message)
