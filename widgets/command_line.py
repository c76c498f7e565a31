"""What the command line says to the window, and whether there is a display; loads nothing of Qt."""

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

WITHOUT_SCREEN = ("offscreen", "minimal", "vnc")


def home_named(argv: Sequence[str]) -> Path | None:
    """Return the home that `--home` names, or None."""
    for number, word in enumerate(argv):
        if word.startswith("--home="):
            return Path(word.partition("=")[2])
        if word == "--home" and number + 1 < len(argv):
            return Path(argv[number + 1])
    return None


def words_for_qt(argv: Sequence[str]) -> list[str]:
    """Return what is meant for Qt itself."""
    found = [number for number, word in enumerate(argv) if word in ("--platform", "-platform")]
    return ["-platform", argv[found[0] + 1]] if found and found[0] + 1 < len(argv) else []


def has_display(argv: Sequence[str]) -> bool:
    """Whether a window can be opened; Qt itself would end the process with a core file."""
    named = [*words_for_qt(argv)[1:], os.environ.get("QT_QPA_PLATFORM", "")]
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
