"""Tells when the desktop locks its screen, by the messages that desktops on D-Bus send.

Where there is no D-Bus (Windows, macOS, a bare X session) nothing is told: there a screen that is
locked takes the keyboard from the window, and that alone takes what is revealed back under.
"""

import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection

# Each desktop keeps its own name for the same message: ActiveChanged, with one flag.
SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
)
# Sent by the system itself, also where a person locks from another place. Any session's counts:
# to veil once too often costs a key press.
SESSIONS = "org.freedesktop.login1.Session"
MANAGER = "org.freedesktop.login1.Manager"
# PySide takes the name of a slot as text, though its stub says bytes (6.11).
CHANGE: Any = SLOT("_change(bool)")
LOCK: Any = SLOT("_lock()")


class ScreenLock(QObject):
    """Listens as long as it lives."""

    locked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if sys.platform == "linux" and _has_session_bus():
            self.listen(QDBusConnection.sessionBus(), QDBusConnection.systemBus())

    def listen(self, session: QDBusConnection, system: QDBusConnection) -> None:
        """Listen on the bus of the session and on that of the system, as far as they are there."""
        if session.isConnected():
            for saver in SAVERS:
                session.connect("", "", saver, "ActiveChanged", self, CHANGE)
        if system.isConnected():
            system.connect("", "", SESSIONS, "Lock", self, LOCK)
            system.connect("", "", MANAGER, "PrepareForSleep", self, CHANGE)

    @Slot(bool)
    def _change(self, begins: bool) -> None:
        if begins:
            self.locked.emit()

    @Slot()
    def _lock(self) -> None:
        self.locked.emit()


def _has_session_bus() -> bool:
    """Whether one runs already: to ask for one where none is would start it."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    is_there = bool(runtime) and (Path(runtime) / "bus").exists()
    return is_there or bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS"))
