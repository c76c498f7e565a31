"""A held key is one press, also where the display repeats it by letting it go and pressing it.

X11 repeats a key that is held by a release and a press of the same moment. Qt takes them for a
repetition if it finds both at once, which it often does not: then a revealed item would go under
and come back many times a second, and a digit that is held would answer one question after
another. So at a release the display is asked whether the key is still down.

A display also repeats a key to the window that one comes to with the key still held: to that window
it is a first press. So as one comes back the display is asked which keys are down; each counts when
it was let go and pressed anew.
"""

import ctypes
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QNativeInterface
from PySide6.QtWidgets import QWidget

KeysDown = Callable[[], frozenset[int]]  # the codes of the keys that are down now
_HEADER_BYTES = 8  # of xcb_query_keymap_reply_t, before the keys
_KEYS_BYTES = 32  # of the keys, a bit each


class KeyRepeat(QObject):
    """Makes a repetition of what Qt took for a release and a press, before the window hears it."""

    def __init__(self, window: QWidget, down: KeysDown) -> None:
        """Listen at a window that the platform has made; `down` is asked for the keys that are."""
        super().__init__(window)
        self._down = down
        self._kept: dict[int, QKeyEvent] = {}  # releases of keys that are still down, by code
        self._brought: frozenset[int] = frozenset()  # what was down as one came to the window
        self._is_catching_up = False
        surface = window.windowHandle()
        if surface is not None:
            surface.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep back the release of a key that is down; the press of the same moment repeats it."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._kept.clear()
            self._brought = self._down() if event.type() == QEvent.Type.FocusIn else frozenset()
        elif isinstance(event, QKeyEvent) and not (self._is_catching_up or event.isAutoRepeat()):
            if event.type() == QEvent.Type.KeyRelease:
                return self._let_go(event)
            if event.type() == QEvent.Type.KeyPress:
                return self._press(watched, event)
        return super().eventFilter(watched, event)

    def _let_go(self, event: QKeyEvent) -> bool:
        code = event.nativeScanCode()
        self._kept.pop(code, None)
        if code not in self._down():
            self._brought -= {code}
            return False
        self._kept[code] = event.clone()
        return True

    def _press(self, watched: QObject, event: QKeyEvent) -> bool:
        code = event.nativeScanCode()
        before = self._kept.pop(code, None)
        if before is not None and before.timestamp() != event.timestamp():
            self._brought -= {code}  # let go and struck again, and heard of late
            self._is_catching_up = True
            QCoreApplication.sendEvent(watched, before)
            self._is_catching_up = False
            return False
        if before is None and code not in self._brought:
            return False
        QCoreApplication.sendEvent(watched, _repetition(event))
        return True


def tell_presses_from_repetitions(window: QWidget) -> None:
    """Have a window that the platform has made hear of one press for a key that is held."""
    down = keys_of_display()
    if down is not None:
        KeyRepeat(window, down)


def _repetition(event: QKeyEvent) -> QKeyEvent:
    again = QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        autorep=True,
        count=event.count(),
    )
    again.setTimestamp(event.timestamp())
    return again


class _Asked(ctypes.Structure):
    """xcb_query_keymap_cookie_t."""

    _fields_ = (("sequence", ctypes.c_uint),)


def keys_of_display() -> KeysDown | None:
    """What tells which keys are down; None where Qt itself knows repetitions."""
    application = QGuiApplication.instance()
    if not isinstance(application, QGuiApplication) or application.platformName() != "xcb":
        return None
    native = application.nativeInterface()
    if not isinstance(native, QNativeInterface.QX11Application):
        return None
    connection = native.connection()
    try:
        xcb, libc = ctypes.CDLL("libxcb.so.1"), ctypes.CDLL(None)
    except OSError:  # Qt brought its own
        return None
    xcb.xcb_query_keymap.argtypes = (ctypes.c_void_p,)
    xcb.xcb_query_keymap.restype = _Asked
    xcb.xcb_query_keymap_reply.argtypes = (ctypes.c_void_p, _Asked, ctypes.c_void_p)
    xcb.xcb_query_keymap_reply.restype = ctypes.c_void_p
    libc.free.argtypes = (ctypes.c_void_p,)

    def down() -> frozenset[int]:
        answer = xcb.xcb_query_keymap_reply(connection, xcb.xcb_query_keymap(connection), None)
        if not answer:
            return frozenset()
        keys = int.from_bytes(ctypes.string_at(answer + _HEADER_BYTES, _KEYS_BYTES), "little")
        libc.free(answer)
        return frozenset(code for code in range(_KEYS_BYTES * 8) if keys >> code & 1)

    return down
