"""Where there are items: Select with an item and with its near-copies, and a group on the Desk.

The people of the office have no evidence at their desks, save for who founded it and grades none.
"""

import random
from collections.abc import Iterator
from pathlib import Path

from app.session.types import Stage
from tests.unit.blur.pictures import saved
from tests.unit.blur.test_pdq import scene
from tests.widgets.conftest import PASSPHRASE, make_home
from tests.widgets.tour import Tour
from widgets.select import SelectRoom

NEAR = "ada"  # who sits there
COPIES = 6


def home_of_near_copies(root: Path) -> Path:
    """Make a home whose batch is near-copies: whichever comes first looks like the others."""
    folder = root / "found"
    folder.mkdir()
    base = scene(random.Random(4), (640, 480))  # noqa: S311 - what is drawn is no secret
    for number in range(COPIES):
        (folder / f"{number}.jpg").write_bytes(saved(base, "JPEG", quality=95 - number))
    return make_home(root, folder, COPIES).place


class NearTour(Tour):
    """Leads an analyst from Select to the Desk, and to what is laid out on either."""

    passphrase = PASSPHRASE

    def stops(self) -> Iterator[str]:
        """Go from place to place; the window stands there while the caller looks."""
        for _ in self._way_in():
            pass
        yield from self._settled(self._selecting())
        yield from self._settled(self._grouping())

    def _selecting(self) -> Iterator[str]:
        self.press(self._key("select"))
        room = self._at("select", SelectRoom)
        session = room._session
        self._until(lambda: session.stage is Stage.ASKING and room.canvas.shows_item)
        self._until(lambda: room._gate.is_open and len(session.near) == COPIES)
        yield "select, an item"
        self.press(self._key("together"))
        self._until(lambda: session.sheet.state.compared == COPIES)
        yield "select, near-copies"
        self.press(self._key("together"))

    def _grouping(self) -> Iterator[str]:
        self.press(self._key("desk"))
        assert self.window.rooms is not None
        desk, group = self.window.rooms.desk, self._sitting.group
        self._until(lambda: desk.takes_keys and len(group.waiting) == COPIES)
        self.press(self._key("together"))
        self._until(lambda: group.state.compared == COPIES and desk.takes_keys)
        yield "near-copies"
        self.press("Right", self._key("exclude"))
        assert group.state.excluded
        self.press("5", "1")
        self._until(lambda: self._sitting.grading.stage is Stage.DECIDED)
        yield "near-copies, outcome"
