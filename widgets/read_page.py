"""A page of Administration that is read and has no key of its own."""

from widgets.keys import Deeds
from widgets.room import ADMINISTRATION, Room
from widgets.scrolled import Scrolled


class ReadPage(Room):
    """It scrolls; what is on it, and who takes the keyboard, is the page's own."""

    _scroll: Scrolled

    @property
    def place(self) -> str:
        """It has the keys of the room alone."""
        return ADMINISTRATION

    def declare(self, deeds: Deeds) -> None:
        """It has no key of its own."""

    def scroll_pages(self, pages: int) -> None:
        """Turn what does not fit."""
        self._scroll.turn(pages)

    def focus(self) -> None:
        """Nothing on it takes the keyboard."""
