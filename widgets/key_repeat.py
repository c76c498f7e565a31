"""A held key is one press, also where the display repeats it by letting it go and pressing it.

X11 repeats a key that is held by a release and a press of the same moment. Qt takes them for a
repetition if it finds both at once, which it often does not: then a revealed item would go under
and come back many times a second, and a digit that is held would answer one question after
another. So at a release the display is asked whether the key is still down.
"""

import ctypes
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QGuiApplication, QKeyEvent, QNativeInterface
from PySide6.QtWidgets import QWidget

IsDown = Callable[[int], bool]
_HEADER, _KEYS = (
    8,
    32,
)  # bytes of xcb_query_keymap_reply_t before the keys, and of the keys, a bit each


class KeyRepeat(QObject):
    """Makes a repetition of what Qt took for a release and a press, before the window hears it."""

    def __init__(self, window: QWidget, is_down: IsDown) -> None:
        """Listen at a window that the platform has made; `is_down` is asked with a key's code."""
        super().__init__(window)
        self._is_down = is_down
        self._kept: dict[int, QKeyEvent] = {}  # releases of keys that are still down, by code
        self._is_catching_up = False
        surface = window.windowHandle()
        if surface is not None:
            surface.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep back the release of a key that is down; the press of the same moment repeats it."""
        if event.type() == QEvent.Type.FocusOut:
            self._kept.clear()
        elif isinstance(event, QKeyEvent) and not (self._is_catching_up or event.isAutoRepeat()):
            if event.type() == QEvent.Type.KeyRelease:
                return self._let_go(event)
            if event.type() == QEvent.Type.KeyPress:
                return self._press(watched, event)
        return super().eventFilter(watched, event)

    def _let_go(self, event: QKeyEvent) -> bool:
        code = event.nativeScanCode()
        self._kept.pop(code, None)
        if not self._is_down(code):
            return False
        self._kept[code] = event.clone()
        return True

    def _press(self, watched: QObject, event: QKeyEvent) -> bool:
        before = self._kept.pop(event.nativeScanCode(), None)
        if before is None:
            return False
        if before.timestamp() != event.timestamp():  # let go and struck again, and heard of late
            self._is_catching_up = True
            QCoreApplication.sendEvent(watched, before)
            self._is_catching_up = False
            return False
        QCoreApplication.sendEvent(watched, _repetition(event))
        return True


def tell_presses_from_repetitions(window: QWidget) -> None:
    """Have a window that the platform has made hear of one press for a key that is held."""
    is_down = keys_of_display()
    if is_down is not None:
        KeyRepeat(window, is_down)


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


def keys_of_display() -> IsDown | None:
    """What tells whether a key is down, by its code; None where Qt itself knows repetitions."""
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

    def is_down(code: int) -> bool:
        answer = xcb.xcb_query_keymap_reply(connection, xcb.xcb_query_keymap(connection), None)
        if not answer:
            return False
        keys = ctypes.string_at(answer + _HEADER, _KEYS)
        libc.free(answer)
        return code // 8 < _KEYS and bool(keys[code // 8] >> code % 8 & 1)

    return is_down
