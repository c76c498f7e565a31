"""The first start, as somebody without a mouse goes through it, with the mistakes one makes.

Who signs, where the keys go, where the store is, limits; and the home that waits to be enrolled.
"""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt

from app.session.new_home import ALONE, BY_FILE, SERVER, Step
from tests.widgets.tour import Tour
from widgets.first_run import FirstRun
from widgets.words import Words

K = Qt.Key
ELSEWHERE = "/home/ada/.local/share/assay"  # the home is another in each run


class FirstSteps(Tour):
    """Leads through the window of somebody who has no home yet."""

    def stops(self) -> Iterator[str]:
        """Go through the assistant to a home that waits, and to another that opens."""
        form = self.window.sign_in._new
        self._until(form.isVisible)
        yield from self._settled(self._to_the_store(form))
        yield from self._settled(self._by_file(form))
        yield from self._settled(self._alone(form))

    def _to_the_store(self, form: FirstRun) -> Iterator[str]:
        yield "who"
        self.press("Enter")
        yield "who, no name"
        self.type("Ada")
        self.press("Enter")
        self._until(lambda: form.step is Step.KEYS)
        yield "keys"
        self.type("long enough")
        self.press("Tab")
        self.type("other words")
        self.press("Enter")
        yield "keys, they differ"
        assert self.window.focusWidget() is form.first
        self.type_anew("long enough")
        self.press("Tab")
        self.type_anew("long enough")
        self.press("Enter")
        assert form.step is Step.STORE

    def _by_file(self, form: FirstRun) -> Iterator[str]:
        yield "store"
        self.press("Right")
        assert form.stores[SERVER].isChecked()
        yield "store, on a server"
        self.press("Enter")
        yield "store, no address"
        self.press("Shift+Tab", "Right")
        assert form.stores[BY_FILE].isChecked()
        self.press("Tab")
        self.type("ab" * 31)
        self.press("Enter")
        yield "store, by file"
        self.type_anew("ab" * 32)
        self.press("Enter")
        waits = self.window.sign_in._help
        self._until(waits.isVisible)
        yield "waits to be enrolled"
        self.press("Alt+Left")
        self._until(form.isVisible)

    def _alone(self, form: FirstRun) -> Iterator[str]:
        assert form.step is Step.WHO
        self.press("Enter")
        self._until(lambda: form.step is Step.KEYS)
        for field in (form.first, form.again):  # secrets were not kept
            assert not field.text()
            self.type("long enough")
            self.press("Tab" if field is form.first else "Enter")
        assert form.stores[BY_FILE].hasFocus()  # as it was answered
        self.press("Right")
        assert form.stores[ALONE].isChecked()
        self.press("Enter")
        assert form.step is Step.LIMITS
        yield "limits"
        self.press("Right", "Enter")
        self._until(lambda: self.window.rooms is not None)
        self._until(lambda: self._is_idle() and self._sitting.first.is_there)

    # -- inside -----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait as always, and name the home as it would be named at a desk."""
        super().settle()
        place = str(self.window._opening.place)
        for words in self.window.sign_in.findChildren(Words):
            if place in words.text():
                words.say(words.text().replace(place, ELSEWHERE))
        self._name_place(ELSEWHERE)
        super().settle()

    def press(self, *chords: str) -> None:
        """Press keys while the home is where it is."""
        self._name_place(str(self.window._opening.place))
        super().press(*chords)

    def _name_place(self, place: str) -> None:
        self.window.sign_in._new.site.line.setText(place)

    def type(self, text: str) -> None:
        """Type into what has the keyboard."""
        self.qtbot.keyClicks(self.window.focusWidget(), text)

    def type_anew(self, text: str) -> None:
        """Type over all that is there."""
        self.press("Ctrl+A")
        self.type(text)


def nowhere(root: Path) -> Path:
    """A folder in which there is no home yet."""
    return root / "none"
