"""What the keys for looking do: reveal, veil, zoom, move, stills, play."""

from collections.abc import Callable
from functools import partial

from app.session.veil import CLEAR
from app.session.viewing import ViewingSession
from widgets.canvas import Canvas
from widgets.keys import Deeds

PAN_SHARE = 0.15
PANS = {
    "pan_left": (-PAN_SHARE, 0.0),
    "pan_right": (PAN_SHARE, 0.0),
    "pan_up": (0.0, -PAN_SHARE),
    "pan_down": (0.0, PAN_SHARE),
}


def declare_viewing(
    deeds: Deeds, viewing: ViewingSession, canvas: Canvas, at_item: Callable[[], bool]
) -> None:
    """Say what they do; `at_item` is whether an item is on the Desk."""
    deeds.on("reveal", viewing.reveal, release=viewing.release, allowed=at_item)
    deeds.on(
        "lens",
        lambda: viewing.reveal(canvas.pointed_at()),
        release=viewing.release,
        allowed=at_item,
    )
    deeds.on("true_size", lambda: viewing.sight.zoom(None))
    # Where the signed policy holds them, they say so: the words are those of `cannot`.
    deeds.on(
        "lighter", lambda: viewing.sight.change_level(1), allowed=lambda: _may_lighten(viewing)
    )
    deeds.on("heavier", lambda: viewing.sight.change_level(-1))
    deeds.on(
        "grey",
        partial(viewing.sight.toggle, "grey"),
        allowed=lambda: not viewing.state.grey_only,
    )
    deeds.on("edges", partial(viewing.sight.toggle, "edges"))
    deeds.on("zoom_in", lambda: viewing.sight.zoom(1))
    deeds.on("zoom_out", lambda: viewing.sight.zoom(-1))
    deeds.on("fit", lambda: viewing.sight.zoom(0))
    for name, way in PANS.items():
        deeds.on(name, partial(viewing.sight.pan, *way))
    _declare_stills(deeds, viewing, at_item)


def _may_lighten(viewing: ViewingSession) -> bool:
    """Whether no floor of the policy is reached; at the lightest level there is, all is seen."""
    state = viewing.state
    return state.lightest >= CLEAR or state.level < state.lightest


def _declare_stills(deeds: Deeds, viewing: ViewingSession, at_item: Callable[[], bool]) -> None:
    stills = viewing.stills

    def several() -> bool:
        return at_item() and stills.state.of > 1

    for name, by in (("next", 1), ("previous", -1)):
        deeds.on(f"still_{name}", partial(stills.step, by), allowed=several)
        deeds.on(f"frame_{name}", partial(stills.fine, by), allowed=several)
    deeds.on(
        "play",
        viewing.play,
        release=viewing.conceal,
        allowed=lambda: at_item() and stills.can_play,
    )
