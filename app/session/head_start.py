"""The item that the Desk will take up, decoded while the window is still being built.

The window is busy with itself for a quarter of a second after the home is open, and the decoder,
on another core, has nothing to do meanwhile.
"""

from typing import TYPE_CHECKING

from app.session.store import place_at_the_desk

if TYPE_CHECKING:
    from app.bootstrap import Workstation

LARGEST_FIT_PX = (3840, 2160)  # how large the canvas will be is not known yet: more room serves


def fetch_where_it_was_left(ws: "Workstation") -> None:
    """Have the item loaded at which the person left off, if they did; returns at once.

    Nothing is shown by it. What can be carried over unseen is not fetched.
    """
    batch, item = place_at_the_desk(ws)
    if batch is not None and item is not None and not ws.policy.known.confirm:
        ws.viewing().want((item,), batch, LARGEST_FIT_PX)
