"""Keeps the window out of screenshots and screen sharing, where the platform has a way to.

Windows has one call for it, macOS a property of the window. On X11 every program may read the
whole screen, and Wayland has no word for it: there the program says that it cannot.
"""

import ctypes
import sys
from collections.abc import Callable
from enum import Enum

from PySide6.QtWidgets import QWidget

# winuser.h. The second one, known since Windows 10 2004, leaves the window out of the picture;
# older systems take the first, which shows it black.
WDA_MONITOR = 0x01
WDA_EXCLUDEFROMCAPTURE = 0x11
# NSWindow.h. Since macOS 15 programs that use ScreenCaptureKit may see the window all the same.
NS_WINDOW_SHARING_NONE = 0


class Capture(Enum):
    """Whether pictures of the screen hold the window."""

    EXCLUDED = "excluded"
    NO_WAY = "no_way"  # the platform has no way to leave it out
    REFUSED = "refused"  # the platform has one, and it did not take


CaptureGuard = Callable[[QWidget], Capture]


def keep_out_of_capture(window: QWidget) -> Capture:
    """Have the platform leave a window out of pictures of the screen, and say what came of it.

    Call it once the window is made by the platform; a second time does no harm.
    """
    if sys.platform == "win32":
        return _windows(int(window.winId()))
    if sys.platform == "darwin":
        return _macos(int(window.winId()))
    return Capture.NO_WAY


def _windows(handle: int) -> Capture:
    """SetWindowDisplayAffinity. Written without a machine to try it on."""
    user32 = getattr(ctypes, "windll").user32  # noqa: B009 - exists on Windows alone
    user32.SetWindowDisplayAffinity.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    user32.SetWindowDisplayAffinity.restype = ctypes.c_int
    taken = any(
        user32.SetWindowDisplayAffinity(handle, affinity)
        for affinity in (WDA_EXCLUDEFROMCAPTURE, WDA_MONITOR)
    )
    return Capture.EXCLUDED if taken else Capture.REFUSED


def _macos(view: int) -> Capture:
    """-[NSWindow setSharingType:]. Written without a machine to try it on."""
    try:
        objc = ctypes.CDLL("/usr/lib/libobjc.A.dylib")
    except OSError:
        return Capture.REFUSED
    objc.sel_registerName.restype = ctypes.c_void_p
    objc.sel_registerName.argtypes = (ctypes.c_char_p,)
    answer = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    change = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_long)
    window = answer(("objc_msgSend", objc))(view, objc.sel_registerName(b"window"))
    if not window:
        return Capture.REFUSED
    selector = objc.sel_registerName(b"setSharingType:")
    change(("objc_msgSend", objc))(window, selector, NS_WINDOW_SHARING_NONE)
    return Capture.EXCLUDED
