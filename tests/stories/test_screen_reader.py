"""What a screen reader hears of the real window: names, roles, values and the way of the keyboard.

The window runs in a process of its own on a virtual screen with a window manager; it is listened
to on the accessibility bus, as a screen reader does, and worked by keys from outside.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.screen import virtual_screen
from tests.screen_reader import BETWEEN_S, ScreenReader, Spoken, accessibility_bus, launcher
from tests.unit.app.folders import PASSPHRASE
from tests.widgets.office import DRAWING, REMIT, Office, asking

NEEDED = ("Xvfb", "openbox", "dbus-daemon", "xdotool")
MISSING = [name for name in NEEDED if shutil.which(name) is None]
if launcher() is None:
    MISSING.append("at-spi2-core")
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}"
)

MAIN = Path(__file__).resolve().parents[2] / "main.py"
PATIENCE_S = 60.0
# What is nothing in particular cannot be worked with: a control has a role of its own.
NOTHING = ("filler", "layered pane", "unknown", "invalid")
CONTROLS = ("push button", "check box", "radio button", "text", "spin box", "chart")
LISTED = ("list", "table")
NUMBERED = ("progress bar", "slider")
# Keys, and what is there once they have done their work: its role, and a part of its name.
WAY = (
    (("ctrl+2",), "table", "Batches"),
    (("a",), "text", "Folder"),
    (("ctrl+d", "ctrl+3"), "table", "Outcome by law"),
    (("ctrl+4",), "list item", "waits"),
    (("ctrl+5",), "chart", "Agreement by question"),
    (("ctrl+6",), "table", "Administration"),
    (("Down",), "push button", "Enrol"),
    (("Down",), "table", "Fields of the policy"),
    (("ctrl+comma",), "spin box", "Theme"),
    (("Return", "F1"), "text", "Search the help"),
    (("Return", "ctrl+k"), "text", "Find an action"),
    (("ctrl+k", "ctrl+e"), "dialog", "My exposure"),
    (("Return", "Escape"), "dialog", "Everything is hidden"),
    (("Return", "ctrl+1"), "graphic", "under its veil"),
)


@dataclass
class Window:
    """The program on its screen, hands on its keyboard, and the ear of a screen reader."""

    reader: ScreenReader
    environment: dict[str, str]
    unheard: tuple[str, ...]  # words that nobody may hear: file names, digests

    def press(self, *keys: str) -> None:
        """Press keys of the virtual keyboard."""
        command = ["xdotool", "key", *keys]
        subprocess.run(command, check=True, env=self.environment)

    def fill(self, field: str, words: str) -> None:
        """Type into a field that has the keyboard, once the window has it; see that all came."""
        ends_s = time.monotonic() + PATIENCE_S
        self.reader.wait_for("frame", "Assay", PATIENCE_S, "active")
        self.reader.wait_for("text", field, PATIENCE_S, "focused")
        subprocess.run(["xdotool", "type", words], check=True, env=self.environment)
        while (letters := self.reader.letters(field)) != len(words):
            if time.monotonic() > ends_s:
                raise TimeoutError(f"{letters} letters of {len(words)} came")
            time.sleep(BETWEEN_S)  # between two looks


@pytest.fixture
def window(tmp_path: Path) -> Iterator[Window]:
    """The supervisor's window, not signed in."""
    office = Office.make(tmp_path / "office")
    office.grade("ann", 0, DRAWING)
    office.grade("ben", 0, REMIT)
    office.grade("ann", 1, DRAWING, asking("drawn or printed?"))
    for name in ("ann", "ben"):  # what waits for the supervisor is not in Quality yet
        office.grade(name, 2, DRAWING)
    office.bureau.sync()
    place, items = office.place, office.items
    found = [file.name for file in (office.place.parent / "found").iterdir()]
    office.close()
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(runtime),
        "QT_QPA_PLATFORM": "xcb",
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
    }
    with virtual_screen() as display:
        environment["DISPLAY"] = display
        with accessibility_bus(tmp_path, environment) as bus:
            environment["DBUS_SESSION_BUS_ADDRESS"] = bus
            reader = ScreenReader(bus)
            running = [start(["openbox"], environment)]
            try:
                wait_for_window_manager(environment)
                running.append(
                    start([sys.executable, str(MAIN), "--home", str(place)], environment)
                )
                yield Window(reader, environment, (*found, *(item[:12] for item in items)))
            finally:
                for process in reversed(running):
                    process.terminate()
                    process.wait(timeout=PATIENCE_S)
                reader.close()


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a program on the virtual screen."""
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def wait_for_window_manager(environment: dict[str, str]) -> None:
    """Wait until it says how many desktops it has: an earlier window may get no keyboard."""
    ends_s = time.monotonic() + PATIENCE_S
    while subprocess.run(
        ["xdotool", "get_num_desktops"], env=environment, capture_output=True, check=False
    ).returncode:
        if time.monotonic() > ends_s:
            raise TimeoutError("the window manager did not come")
        time.sleep(BETWEEN_S)  # between two looks


def test_that_a_screen_reader_hears_every_room_and_nothing_of_the_evidence(window: Window) -> None:
    reader, faults = window.reader, list[str]()
    window.fill("Passphrase", PASSPHRASE)
    window.press("Return")
    desk = reader.wait_for("graphic", "under its veil", PATIENCE_S)
    tabs = {one.name for one in desk if is_tab(one)}
    assert {"Desk", "Batches", "Reports", "Second opinions", "Quality", "Administration"} == tabs
    reader.focus_heard()
    for keys, role, name in WAY:
        window.press(*keys)
        heard = reader.wait_for_focus(PATIENCE_S)
        tree = reader.wait_for(role, name, PATIENCE_S)
        heard += reader.focus_heard()
        faults += [f"{keys}: {fault}" for fault in faults_in(tree, window.unheard)]
        faults += [f"{keys}: went by the tab {one.name}" for one in heard if is_tab(one)]
        if not any("focused" in one.states for one in tree):
            faults.append(f"{keys}: nothing has the keyboard")
    assert not faults, "\n".join(faults)


def is_tab(one: Spoken) -> bool:
    """Whether it is one of the rooms' names in the header."""
    return one.role == "check box" and one.description.startswith("Ctrl+")


def faults_in(tree: list[Spoken], unheard: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with what is told of a place."""
    assert tree[1].role == "frame"
    for one in tree:
        works = "focusable" in one.states and one.role != "cell"
        if works and one.role in NOTHING:
            yield f"{one.name!r} can be worked, and is a {one.role}"
        if (works or one.role in (*CONTROLS, *LISTED)) and not one.name.strip():
            yield f"a {one.role} has no name"
        if one.role in NUMBERED and one.value is None:
            yield f"{one.role} {one.name!r} has no value"
        if one.role == "text" and "EditableText" not in one.interfaces:
            yield f"what is typed into {one.name!r} cannot be read"
        if one.role == "table" and "Table" not in one.interfaces:
            yield f"the cells of {one.name!r} cannot be counted"
        yield from (f"{word} is told by {one.role}" for word in unheard if word in one.words)
