"""The item that the Desk will take up, decoded while the window is still being built.

The window is busy with itself for a quarter of a second after the home is open, and the decoder,
on another core, has nothing to do meanwhile. How large the canvas will be is known from the sitting
before: a picture loaded for much more room than it gets would be revealed the later.
"""

from typing import TYPE_CHECKING

from app.session.store import PLACE_NOTE, place_noted
from blur.look import Look
from blur.veil import VEIL_LEVELS

if TYPE_CHECKING:
    from app.bootstrap import Workstation

CANVAS_NOTE = "canvas_px"  # remembers how large the canvas was
LOOK_NOTE = "reveal_look"  # remembers how items were revealed


def note_sight(ws: "Workstation", look: Look) -> None:
    """Remember for the next start how large the canvas was and how items were revealed."""
    ws.home.local.note_put(CANVAS_NOTE, list(look.fit_px))
    ws.home.local.note_put(LOOK_NOTE, [look.level, look.grey, look.edges])


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
            viewing = ws.viewing()
            match ws.home.local.note_get(LOOK_NOTE):
                case [int(level), bool(grey), bool(edges)] if level in VEIL_LEVELS:
                    viewing.foresee(Look(level=level, grey=grey, edges=edges))
            viewing.want((item,), batch, (wide, high))
