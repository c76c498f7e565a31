"""Rooms and sheets are loaded in quiet moments, so that a first visit does not wait for a library.

To load a room takes a tenth of a second and more, and the window would stand still for it. Here it
is done a module at a time, while nobody presses a key, what is not Qt's on another thread; built it
is on a visit.
"""

from collections import deque
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.session.first_item import FirstItem

QUIET_MS = 1_500  # from the last key on, before anything is loaded
BETWEEN_MS = 100  # left to the window between two modules
# What lies over the rooms and is built when it is first opened.
SHEETS = (
    "widgets.group_page",  # of the Desk
    "widgets.legend",
    "widgets.palette",
    "widgets.law",
    "widgets.settings_sheet",
    "widgets.help_sheet",
    "widgets.exposure_sheet",
    "widgets.returned_sheet",
    "widgets.casebook_sheet",
    "app.session.learning",
    "app.session.diagnosis",
    "app.drawer.filling",  # of the drawer, which is built with the Desk
)
SHEETS_OF = {"supervisor": ("widgets.referral_sheet",), "trainee": ("widgets.feedback_sheet",)}


def sheets_of(roles: Iterable[str]) -> list[str]:
    """The modules of the sheets that a person with these roles may open."""
    return [*SHEETS, *(module for role in roles for module in SHEETS_OF.get(role, ()))]


class LoadingAhead(QObject):
    """Loads modules one after another once the first item is there; a key puts the next one off."""

    over = Signal()

    def __init__(self, first: FirstItem, modules: Iterable[str], parent: QObject) -> None:
        super().__init__(parent)
        self._first = first
        self._left = deque(dict.fromkeys(modules))
        self._loads = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._load)
        first.after(self.touch)

    @property
    def is_over(self) -> bool:
        """Whether all is loaded that was to be."""
        return not self._left and not self._loads

    @Slot()
    def touch(self) -> None:
        """Somebody does something, or the first item has just come: wait for a quiet moment."""
        if self._left and not self._loads and self._first.is_there:
            self._timer.start(QUIET_MS)

    @Slot()
    def _load(self) -> None:
        self._loads = True
        self._first.load(self._left.popleft(), self._loaded)

    def _loaded(self) -> None:
        self._loads = False
        if self._left:
            self._timer.start(BETWEEN_MS)
        else:
            self.over.emit()
