"""Pages of which one is seen: each is built when it is first asked for, laid out when turned to.

A room with many pages would else hold the window for all of them on the first visit, though one
is seen. Until it is turned to a page lies in no window, and goes with the pages that do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Protocol, TypeVar
from weakref import WeakMethod

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QStackedWidget, QWidget
from shiboken6 import isValid

from widgets.keys import Deeds
from widgets.room import Room

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class WithKeys(Protocol):
    """A page with keys of its own."""

    def declare(self, deeds: Deeds) -> None:
        """Say what they do."""


Page = TypeVar("Page", bound=WithKeys)


class RoomOfPages(Room):
    """A room whose pages are built after its keys were said; `name` is that of the room."""

    name = ""

    def __init__(self) -> None:
        super().__init__()
        self._deeds: Deeds | None = None  # known once the room has said its own

    def _declared(self, page: Page) -> Page:
        """Say what the keys of a page do that was built since those of the room were said."""
        if self._deeds is not None:
            with self._deeds.of_room(self.name):
                page.declare(self._deeds)
        return page


class PagesByName(Mapping[str, Room]):
    """Pages by their names, in their order; each is built when it is first asked for."""

    def __init__(
        self, builds: Mapping[str, Callable[[], Room]], take_in: Callable[[Room], object]
    ) -> None:
        """Take what builds each page, and what is told of a page that was built."""
        self._builds = builds
        self._take_in = take_in
        self.built: dict[str, Room] = {}

    def __getitem__(self, name: str) -> Room:
        """A page; KeyError for one that is not for this person."""
        if name not in self.built:
            page = self._builds[name]()
            self._take_in(page)
            self.built[name] = page
        return self.built[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is such a page; to ask builds none."""
        return name in self._builds

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._builds)

    def __len__(self) -> int:
        """How many pages, built or not."""
        return len(self._builds)


class LatePages(QStackedWidget):
    """Takes a page in when it is turned to."""

    def __init__(self, pages: Iterable[QWidget] = ()) -> None:
        """Take charge of pages; none is laid out yet."""
        super().__init__()
        self._late = list(pages)
        self.destroyed.connect(partial(_end, self._late))

    def keep(self, page: QWidget) -> None:
        """Take charge of one more page."""
        self._late.append(page)

    def turn_to(self, page: QWidget) -> None:
        """Show a page."""
        if page in self._late:
            self._late.remove(page)
        if self.indexOf(page) < 0:
            self.addWidget(page)
        self.setCurrentWidget(page)


def _end(late: list[QWidget]) -> None:
    """Delete the pages that nobody turned to, at once: they have no parent that would.

    What a page of a room that is gone is connected to would hold the whole room, and it would
    still hear of what the next one does.
    """
    while late:
        page = late.pop()
        if not isValid(page):
            continue  # gone already, as all are where the application ends first
        page.deleteLater()
        QCoreApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete.value)


def weakly(method: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """Return what calls a method of a room and does not hold it: the room holds its pages."""
    held = WeakMethod(method)

    def call(asked: Asked) -> Answer:
        found = held()
        if found is None:
            raise RuntimeError("the room is gone, and so are its pages")
        return found(asked)

    return call
