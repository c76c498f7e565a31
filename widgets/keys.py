"""From a key press to an action: one table of who does what, asked by the window."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.keymap import Action, Keymap
from grading.late_methods import dataclass

HELD, NOT_NOW = "held", "not_now"
_ANY_ROOM = "any room of this sitting"  # beside the names of rooms; it goes when they go
STILL_HELD_S = 0.5  # a key that is held repeats many times in this
_NAMES = {
    Qt.Key.Key_Space: "Space",
    Qt.Key.Key_Backspace: "Backspace",
    Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter",
    Qt.Key.Key_Escape: "Esc",
    Qt.Key.Key_Left: "Left",
    Qt.Key.Key_Right: "Right",
    Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down",
    Qt.Key.Key_F1: "F1",
    Qt.Key.Key_Tab: "Tab",
    Qt.Key.Key_PageDown: "PgDown",
    Qt.Key.Key_PageUp: "PgUp",
}
_CHORDS = (
    (Qt.KeyboardModifier.ControlModifier, "Ctrl+"),
    (Qt.KeyboardModifier.AltModifier, "Alt+"),
)
_MODIFIERS: dict[int, str] = {
    Qt.Key.Key_Shift: "Shift+",
    Qt.Key.Key_Control: "Ctrl+",
    Qt.Key.Key_Alt: "Alt+",
}


def key_name(event: QKeyEvent) -> str:
    """Return the name of the key as `keys.toml` writes it, such as `Shift+B`, `?` or `Ctrl+K`."""
    key, modifiers = Qt.Key(event.key()), event.modifiers()
    chord = "".join(name for modifier, name in _CHORDS if modifiers & modifier)
    shift = "Shift+" if modifiers & Qt.KeyboardModifier.ShiftModifier else ""
    if key in _NAMES:
        return f"{chord}{shift}{_NAMES[key]}"
    if Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        return f"{chord}{shift}{chr(key)}"
    # What stands on a digit or sign key depends on the layout, so the sign itself counts.
    sign = event.text() if event.text().isprintable() else ""
    if not sign and Qt.Key.Key_Space < key <= Qt.Key.Key_AsciiTilde:
        sign = chr(key)
    return f"{chord}{sign}"


def keeps_or_drops(
    event: QKeyEvent, keymap: Keymap, keep: Callable[[], object], drop: Callable[[], object]
) -> bool:
    """Do what the two keys of a form do; False for any other. A key that is held keeps once."""
    name = key_name(event)
    if name in keymap.action("keep_input").keys:
        if not event.isAutoRepeat():
            keep()
        return True
    if name in keymap.action("drop_input").keys:
        drop()
        return True
    return False


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done for an action; `release` when a held key goes up."""

    press: Callable[[], object]
    release: Callable[[], object] | None = None
    allowed: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True)
class Offer:
    """An action of a place, for the palette; `hindrance` says why it cannot be done from there."""

    action: Action
    hindrance: str = ""  # HELD, NOT_NOW, or empty


class Deeds:
    """Who does what. The palette lists it, the window carries it out.

    Each room says what an action does in it, such as revealing the item that lies there; what was
    said outside `of_room` holds in every room. What was said of another room is nobody's here.

    `conceal` is called before every action that does not keep the view, allowed or not: an
    action that turns out to do nothing leaves nothing revealed either. `refuse` is told which
    action cannot be done now, so that no key is without an answer.
    """

    def __init__(
        self,
        keymap: Keymap,
        conceal: Callable[[], object],
        refuse: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._keymap = keymap
        self._conceal = conceal
        self.refuse = refuse
        self.room = ""  # the one that the person is in; empty before there are any
        self._deeds: dict[tuple[str, str], Deed] = {}
        self._answers: dict[str, Callable[[str], object]] = {}
        self._held: dict[int, tuple[str, Deed]] = {}  # by key: its name as pressed, what it began
        self._left: set[int] = set()  # keys that were held when the window lost the keyboard
        self._heard_s = 0.0  # when one of them was last heard of, by the monotonic clock
        self._spent: set[int] = set()  # keys still down of what ended by itself
        self._up = (0, 0)  # the key that went up last, and when, by the clock of the display

    def on(
        self,
        action_id: str,
        press: Callable[[], object],
        *,
        release: Callable[[], object] | None = None,
        allowed: Callable[[], bool] = lambda: True,
    ) -> None:
        """Do `press` for an action; KeyError if `keys.toml` does not know it."""
        self._deeds[self.room, self._keymap.action(action_id).id] = Deed(press, release, allowed)

    def on_answer(self, answer: Callable[[str], object]) -> None:
        """Call `answer` with the digit pressed."""
        self._answers[self.room] = answer

    def enter(self, room: str) -> None:
        """The person goes to a room: from now on its deeds are done."""
        self.room = room

    def forget_rooms(self) -> None:
        """The rooms are gone, and the sitting; what is declared from now on holds in every room.

        What they declared would hold them, and all that they show, until their like is built.
        """
        self._deeds = {at: deed for at, deed in self._deeds.items() if not at[0]}
        self._answers = {room: answer for room, answer in self._answers.items() if not room}
        self.room = ""

    def forget(self, room: str) -> None:
        """A room is built anew: what was declared in it before would hold the one that is gone."""
        self._deeds = {at: deed for at, deed in self._deeds.items() if at[0] != room}

    @contextmanager
    def of_room(self, room: str) -> Iterator[None]:
        """What is declared meanwhile is done in this room alone; empty: in every room."""
        before, self.room = self.room, room
        try:
            yield
        finally:
            self.room = before

    def of_sitting(self) -> AbstractContextManager[None]:
        """What is declared meanwhile is done in every room, until `forget_rooms`."""
        return self.of_room(_ANY_ROOM)

    def knows(self, action_id: str) -> bool:
        """Whether the room one is in has something to do for an action, now or at other times."""
        return self._deed(action_id) is not None

    def _deed(self, action_id: str) -> Deed | None:
        places = (self.room, _ANY_ROOM, "")
        return next((deed for at in places if (deed := self._deeds.get((at, action_id)))), None)

    def offers(self, place: str) -> list[Offer]:
        """Every action of a place, what can be done now first."""
        places = self._keymap.places(place)
        found = [
            Offer(action, _hindrance(action, deed))
            for action in self._keymap.actions()
            if action.where in places and (deed := self._deed(action.id)) is not None
        ]
        return sorted(found, key=lambda offer: bool(offer.hindrance))

    def do(self, action_id: str) -> None:
        """Carry out an action if it is allowed now; one that is held only its key can do."""
        action, deed = self._keymap.action(action_id), self._deed(action_id)
        if deed is not None:
            self._veil_unless_kept(action)
            if _hindrance(action, deed):
                self.refuse(action_id)
            else:
                deed.press()

    def press(self, event: QKeyEvent, place: str) -> bool:
        """Carry out what a key stands for in `place`; False if it stands for nothing.

        The repetition of a held key counts only where the table says so.
        """
        key = key_name(event)
        action = self._keymap.find(key, place)
        if action is None:
            return False
        if event.isAutoRepeat() and not action.repeats:
            return True
        if self._is_spent(event) or self._goes_on(event.key()):
            return True
        self._veil_unless_kept(action)
        if action.id == "answer":
            answer = self._answers.get(self.room)
            if answer is not None:
                answer(key)
            return True
        deed = self._deed(action.id)
        if deed is None or not deed.allowed():
            self.refuse(action.id)
            return deed is not None
        if deed.release is not None:
            self._held[event.key()] = key, deed
        deed.press()
        return True

    def release(self, event: QKeyEvent) -> None:
        """End what a held key began, or a chord that it is a part of. A repetition is no release.

        The key that is left of a chord begins nothing before it is pressed anew.
        """
        if event.isAutoRepeat():
            return
        key = event.key()
        self._up = key, event.timestamp()
        self._left.discard(key)
        for ending in self._ended_by(key):
            _, deed = self._held.pop(ending)
            if ending != key:
                self._spent.add(ending)
            if deed.release is not None:
                deed.release()

    def _ended_by(self, key: int) -> list[int]:
        part = _MODIFIERS.get(key)
        if part is None:
            return [key] if key in self._held else []
        return [held for held, (name, _) in self._held.items() if part in name]

    def let_go(self) -> None:
        """End everything that is held: the window lost the keyboard."""
        held, self._held = self._held, {}
        self._left |= held.keys()
        for _, deed in held.values():
            if deed.release is not None:
                deed.release()

    def end_held(self) -> None:
        """What is held ended by itself; its key begins it again only when it is pressed anew."""
        self._spent |= self._held.keys()

    def take_up(self) -> None:
        """The window has the keyboard again; what was held then begins nothing before it is let go.

        The first repetition that a window hears of a key which went down elsewhere looks like a
        press. It comes at once and again and again, which a person's own press does not.
        """
        self._heard_s = time.monotonic()

    def _is_spent(self, event: QKeyEvent) -> bool:
        """Whether it is no press, but a key still down that began what has ended by itself.

        A display repeats a held key by a release and a press of the same moment. On a busy machine
        they may come one by one, and Qt takes them for a person's.
        """
        is_repetition = self._up == (event.key(), event.timestamp()) != (event.key(), 0)
        if not is_repetition:
            self._spent.discard(event.key())
        return event.key() in self._spent

    def _goes_on(self, key: int) -> bool:
        if key not in self._left:
            return False
        now_s = time.monotonic()
        goes_on = now_s - self._heard_s < STILL_HELD_S
        self._heard_s = now_s
        if not goes_on:
            self._left.discard(key)
        return goes_on

    def _veil_unless_kept(self, action: Action) -> None:
        if not action.keeps_view:
            self._conceal()


def _hindrance(action: Action, deed: Deed) -> str:
    if not deed.allowed():
        return NOT_NOW
    return HELD if action.hold else ""
