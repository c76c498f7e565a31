"""The item that the Desk will take up, decoded while the window is still being built.

The window is busy with itself for a quarter of a second after the home is open, and the decoder,
on another core, has nothing to do meanwhile. How large the canvas will be is known from the sitting
before: a picture loaded for much more room than it gets would be revealed the later.
"""

from typing import TYPE_CHECKING

from app.session.store import PLACE_NOTE, place_noted

if TYPE_CHECKING:
    from app.bootstrap import Workstation

CANVAS_NOTE = "canvas_px"  # remembers how large the canvas was


def note_canvas(ws: "Workstation", fit_px: tuple[int, int]) -> None:
    """Remember for the next start how many pixels the canvas had, across and down."""
    ws.home.local.note_put(CANVAS_NOTE, list(fit_px))


def fetch_where_it_was_left(ws: "Workstation") -> None:
    """Have the item loaded at which the person left off, if they did; returns at once.

    Nothing is shown by it. What can be carried over unseen is not fetched.
    """
    batch, item = place_noted(ws, PLACE_NOTE)
    fit_px = ws.home.local.note_get(CANVAS_NOTE)
    if batch is None or item is None or ws.policy.known.confirm:
        return
    match fit_px:
        case [int(wide), int(high)]:
            ws.viewing().want((item,), batch, (wide, high))
