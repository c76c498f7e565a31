"""A sheet of near-copies: which tile is chosen, left out, was viewed by itself, or differs.

The tiles are made one after another on a thread of their own. Who lays a sheet out says which item
is at hand; what comes of the sheet is theirs.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.group_tiles import GroupTiles
from app.jobs import Jobs
from app.near_copies import NearCopy
from app.session.group_types import GroupState, Tile
from app.session.types import AtHand
from app.session.viewing import ViewingSession

if TYPE_CHECKING:
    from app.bootstrap import Workstation

TILE_PX = (320, 240)  # twice what is drawn at 100 %
AHEAD = 3  # tiles whose items are decoded for a reveal beside the chosen one


class TileSheet(QObject):
    """Carries a group while its sheet is open."""

    changed = Signal(object)  # GroupState
    tiled = Signal(str, object)  # item, Tile

    def __init__(self, jobs: Jobs, ws: "Workstation", viewing: ViewingSession) -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._viewing = viewing
        self._tiles = GroupTiles(ws)
        self._state = GroupState()
        self._run = 0  # how often a sheet was opened or closed; what comes for another is dropped
        self._waiting: list[str] = []  # whose tiles are still to be made
        self._making: str | None = None  # whose tile is being made
        self._made: set[str] = set()  # whose tiles were made, or cannot be
        self._without: set[str] = set()  # whose tiles cannot be made
        self._revealed_ms: dict[str, int] = {}
        viewing.revealed.connect(self._revealed)
        viewing.counted.connect(self._counted)
        viewing.calming.connect(self._calm)

    @property
    def state(self) -> GroupState:
        """The group that lies there, if one does."""
        return self._state

    @property
    def at(self) -> AtHand | None:
        """The item at hand, the first of the sheet."""
        raise NotImplementedError

    def choose(self, place: int) -> None:
        """Make a tile the one that a reveal is about."""
        state = self._state
        place = min(max(place, 0), len(state.items) - 1)
        if state.is_open and place != state.at:
            self._set(at=place)
            self.look()

    def exclude(self) -> None:
        """Leave the chosen item out, or take it in again; the first is answered in any case."""
        state = self._state
        if state.is_open and state.at:
            self._set(excluded=state.excluded ^ {state.chosen})

    def want(self, items: tuple[str, ...]) -> None:
        """Say which tiles are looked at and are not there: they are made before the others.

        One that was made before, and was let go of since, is made again.
        """
        seen = set(items) & set(self._state.items)
        again = seen & self._made - self._without - set(self._waiting) - {self._making}
        self._waiting += [item for item in items if item in again]
        self._waiting.sort(key=lambda item: item not in seen)  # the first is made by then
        if self._making is None:
            self._make_next(self._run)

    def look(self) -> None:
        """Have the chosen item ready to be revealed, and the next ones."""
        state, at = self._state, self.at
        if at is not None:
            ahead = state.items[state.at : state.at + AHEAD + 1]
            self._viewing.show_item(
                dataclasses.replace(at, item=state.chosen, ahead=ahead, seen=(), corrects=None)
            )

    def end(self) -> Callable[[], object]:
        """Take the sheet off; return what ends the process that drew it, on any thread."""
        self.drop()
        return self._tiles.end

    def drop(self) -> None:
        """Take the sheet off."""
        self._begin()
        if self._state.is_open:
            self._state = GroupState()
            self._jobs.run(self._tiles.end, _nothing, _nothing)
            self.changed.emit(self._state)

    def lay(self, copies: tuple[NearCopy, ...], *, corrects: bool = False) -> None:
        """Lay near-copies out, the item at hand first."""
        self._begin()
        items = tuple(copy.item for copy in copies)
        self._state = GroupState(items, tuple(copy.bits for copy in copies), corrects=corrects)
        self._waiting = list(items)
        self.changed.emit(self._state)
        self.look()
        self._make_next(self._run)

    @property
    def taken(self) -> tuple[str, ...]:
        """The items that are not left out, the first first."""
        return tuple(item for item in self._state.items if item not in self._state.excluded)

    def revealed_ms(self, item: str) -> int:
        """Return for how long an item was revealed while the sheet was open."""
        return self._revealed_ms.get(item, 0)

    # -- inside -------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._run += 1
        self._waiting, self._making = [], None
        self._made, self._without, self._revealed_ms = set(), set(), {}

    def _make_next(self, run: int) -> None:
        at = self.at
        if run != self._run or not self._waiting or at is None:
            return
        item, first, batch = self._waiting.pop(0), self._state.items[0], at.batch
        self._making = item
        self._jobs.run(
            lambda: self._tiles.tile(batch, first, item, TILE_PX),
            lambda tile: self._take(run, item, tile),
            lambda _: self._take(run, item, None),
        )

    def _take(self, run: int, item: str, tile: Tile | None) -> None:
        if run != self._run:
            return
        self._making = None
        self._made.add(item)
        if tile is None:
            self._without.add(item)
        differs = tile is None or tile.differences.count  # what cannot be compared is no copy
        self._set(
            compared=len(self._made),
            differing=self._state.differing | {item} if differs else self._state.differing,
        )
        if tile is not None:
            self.tiled.emit(item, tile)
        self._make_next(run)

    def _set(self, **changes: object) -> None:
        self._state = dataclasses.replace(self._state, **changes)  # type: ignore[arg-type]
        self.changed.emit(self._state)

    @Slot()
    def _calm(self) -> None:
        """Let go of what the decoder of the tiles holds; what is left to compare begins it anew."""
        self._jobs.run(self._tiles.end, _nothing, _nothing)

    @Slot(object)
    def _revealed(self, _: object) -> None:
        """Note that the chosen item was viewed by itself; another room may show another item."""
        veil, state = self._viewing.state, self._state
        if not state.is_open or self._viewing.item != state.chosen or state.chosen in state.alone:
            return
        if veil.lens is None and veil.level > veil.rest_level and not veil.edges:
            self._set(alone=state.alone | {state.chosen})

    @Slot(str, int, int)
    def _counted(self, item: str, _: int, shown_ms: int) -> None:
        if item in self._state.items:
            self._revealed_ms[item] = self._revealed_ms.get(item, 0) + shown_ms


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""
