"""How the item is looked at: the level, colour and part that show while it is revealed.

It shows nothing itself. Who shows is told by `wanted` that the frame on the screen is no longer the
one that was asked for, and by `relevelling`, before it happens, that time counts at another level.
"""

import dataclasses
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.session.types import VeilState
from app.session.veil import (
    DARKEST,
    VeilRules,
    first_state,
    in_view,
    lens_middle,
    look_of,
    moved,
    true_zoom,
    zoomed,
)
from blur.look import Look

FALLBACK_FIT_PX = (1280, 800)
LEAST_FIT_PX = 64


class Sight(QObject):
    """Holds the state of the veil, and what the person chooses of it inside the policy."""

    changed = Signal(object)  # VeilState
    wanted = Signal()  # another frame than the one revealed, if one is
    relevelling = Signal()  # the level is about to change

    def __init__(self, rules: VeilRules) -> None:
        super().__init__()
        self._state = first_state(rules)
        self._fit_px = FALLBACK_FIT_PX
        self._size_px = (1, 1)

    @property
    def state(self) -> VeilState:
        """How the item is shown now."""
        return self._state

    @property
    def fit_px(self) -> tuple[int, int]:
        """How large the canvas is, in screen pixels."""
        return self._fit_px

    @property
    def look(self) -> Look:
        """How to ask for the revealed frame."""
        return look_of(self._state, self._fit_px, self._size_px)

    def set(self, **changes: object) -> None:
        """Change the state as `VeilState` names its parts."""
        # A name that is none of its parts raises; the checker cannot see which names come.
        self._state = dataclasses.replace(self._state, **changes)  # type: ignore[arg-type]
        self.changed.emit(self._state)

    def resize(self, fit_px: tuple[int, int]) -> None:
        """Say how large the canvas is, in screen pixels."""
        self._fit_px = (max(fit_px[0], LEAST_FIT_PX), max(fit_px[1], LEAST_FIT_PX))
        self.wanted.emit()

    def begin(self, size_px: tuple[int, int]) -> None:
        """Say how large the item is, in its own pixels."""
        self._size_px = size_px

    def whole(self) -> None:
        """Go back to the whole item, as each item begins."""
        self.set(zoom=1.0, middle=(0.5, 0.5), true_size=False)

    def within(self, lens: tuple[float, float]) -> tuple[float, float]:
        """Return the middle of a lens, as shares, moved so that all of it lies in the item."""
        return lens_middle(lens, self._fit_px, self._size_px)

    def aim(self, right: float, down: float) -> None:
        """Move an open lens to a place, given as shares of the item."""
        if self._state.lens is not None:
            self.set(lens=self.within((right, down)))
            self.wanted.emit()

    def change_level(self, by: int) -> None:
        """Choose the level that shows while revealed; never lighter than the policy allows."""
        self.relevelling.emit()
        level = min(max(self._state.level + by, DARKEST), self._state.lightest)
        self.set(level=level)
        self.wanted.emit()

    def toggle(self, what: Literal["grey", "edges"]) -> None:
        """Reveal with or without colour, where the policy leaves it open; or the edges alone."""
        if what == "edges":
            self.set(edges=not self._state.edges)
        else:
            self.set(grey=not self._state.grey or self._state.grey_only)
        self.wanted.emit()

    def zoom(self, steps: int | None) -> None:
        """Zoom in or out by steps; 0 shows the whole item, None its pixels as screen pixels."""
        self.set(**zoomed(self._state, steps, true_zoom(self._fit_px, self._size_px)))
        self.wanted.emit()

    def pan(self, right: float, down: float) -> None:
        """Move the view, or an open lens, by shares of what is seen."""
        if self._state.lens is not None:
            self.aim(*moved(self._state.lens, self._state.zoom, right, down))
            return
        middle = moved(self._state.middle, self._state.zoom, right, down)
        self.set(middle=in_view(middle, self._state.zoom))
        self.wanted.emit()
