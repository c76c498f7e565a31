"""The table of who does what: every key that is no looking and no answering veils first."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from app.keymap import Action, read_keymap
from widgets import keys
from widgets.keys import Deeds

KEYMAP = read_keymap()
# A new key is in neither list: whoever adds it decides, and the safe choice is the default.
KEPT = [
    "answer",
    "back",
    "reveal",
    "lens",
    "true_size",
    "lighter",
    "heavier",
    "grey",
    "zoom_in",
    "zoom_out",
    "fit",
    "pan_left",
    "pan_right",
    "pan_up",
    "pan_down",
    "frame_next",
    "frame_previous",
    "play",
    "sound",
    "worst",
    "edges",
    "calm",
]


class Told:
    """Notes in which order things are done."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.deeds = Deeds(
            KEYMAP, lambda: self.done.append("veil"), lambda name: self.done.append(f"not {name}")
        )

    def declare(self, action: Action, *, allowed: bool = True) -> None:
        self.deeds.on(action.id, lambda: self.done.append(action.id), allowed=lambda: allowed)


@pytest.fixture
def told(qtbot: QtBot) -> Told:
    return Told()


def test_that_only_answering_and_looking_keep_the_view() -> None:
    assert {action.id for action in KEYMAP.actions() if action.keeps_view} == set(KEPT)


@pytest.mark.parametrize("action", KEYMAP.actions(), ids=lambda action: action.id)
def test_that_an_action_veils_before_it_is_done_unless_it_keeps_the_view(
    told: Told, action: Action
) -> None:
    told.declare(action)
    told.deeds.do(action.id)
    done = [
        f"not {action.id}" if action.hold else action.id
    ]  # a held key cannot be pressed for one
    assert told.done == ([] if action.id in KEPT else ["veil"]) + done


def test_that_an_action_that_may_not_be_done_now_veils_all_the_same(told: Told) -> None:
    told.declare(KEYMAP.action("pass_on"), allowed=False)
    told.deeds.do("pass_on")
    assert told.done == ["veil", "not pass_on"]


def space(kind: QEvent.Type) -> QKeyEvent:
    return QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)


@pytest.mark.parametrize("ends", ["let go", "quiet"])
def test_that_a_key_held_while_the_window_was_away_begins_nothing(
    told: Told, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    told.deeds.on("reveal", lambda: told.done.append("on"), release=lambda: told.done.append("off"))
    told.deeds.press(space(QEvent.Type.KeyPress), "desk")
    told.deeds.let_go()
    told.deeds.take_up()
    for _ in range(3):  # repetitions; the window was not there when the key went down
        assert told.deeds.press(space(QEvent.Type.KeyPress), "desk")
    assert told.done == ["on", "off"]
    if ends == "let go":
        told.deeds.release(space(QEvent.Type.KeyRelease))
    else:
        monkeypatch.setattr(keys, "STILL_HELD_S", 0.0)
    told.deeds.press(space(QEvent.Type.KeyPress), "desk")
    assert told.done == ["on", "off", "on"]


def test_that_what_is_of_a_sitting_is_done_in_every_room_and_goes_with_the_sitting(
    told: Told,
) -> None:
    told.deeds.on("lock", lambda: told.done.append("lock"))
    with told.deeds.of_sitting():
        told.declare(KEYMAP.action("sync"))
    for room in ("desk", "reports"):
        told.deeds.enter(room)
        assert told.deeds.knows("sync")
    told.deeds.forget_rooms()
    assert not told.deeds.knows("sync")
    assert told.deeds.knows("lock")  # of the window
