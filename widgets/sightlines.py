"""Which canvas shows the item at hand: one at a time, for there is one viewing.

Rooms that show an item each have a canvas. The one that shows it is tied to the viewing; another
one is told nothing, so that no pixel comes to a canvas that nobody looks at.
"""

from collections.abc import Callable

from app.session.sitting import Sitting
from widgets.canvas import Canvas


class Sightline:
    """Ties one canvas to the viewing, and unties it.

    `more` are pairs of a signal and who hears; `told` hears whether it is tied from now on.
    """

    def __init__(
        self,
        sitting: Sitting,
        canvas: Canvas,
        more: "tuple[tuple[object, Callable[..., object]], ...]" = (),
        told: Callable[[bool], object] = bool,
    ) -> None:
        viewing, sight = sitting.viewing, sitting.viewing.sight
        self._sitting, self._canvas = sitting, canvas
        self._pairs: tuple[tuple[object, Callable[..., object]], ...] = (
            (viewing.veiled, canvas.show_rest),
            (viewing.revealed, canvas.show_clear),
            (viewing.concealed, canvas.conceal),
            (viewing.changed, canvas.show_veil),
            (viewing.stills.changed, canvas.show_stills),
            (viewing.failed, canvas.clear),
            (sitting.strip.showed, canvas.bar.show_tiles),
            (sitting.sound.changed, canvas.show_sound),
            (canvas.bar.chosen, viewing.stills.go),
            (canvas.panned, sight.pan),
            (canvas.zoomed, sight.zoom),
            (canvas.touched, viewing.touch),
            (canvas.aimed, sight.aim),
            *more,
        )
        self._tied, self._told = False, told
        # What is fetched before the canvas has its size serves any canvas on this screen.
        screen, ratio = canvas.screen().size(), canvas.devicePixelRatioF()
        self._room_px = round(screen.width() * ratio), round(screen.height() * ratio)
        canvas.resized.connect(self._resize)

    @property
    def is_tied(self) -> bool:
        """Whether this canvas shows the item at hand."""
        return self._tied

    def tie(self) -> None:
        """Show the item at hand here from now on."""
        if self._tied:
            return
        self._tied = True
        self._told(True)
        for signal, heard in self._pairs:
            signal.connect(heard)  # type: ignore[attr-defined]  # a signal has no type of its own
        viewing = self._sitting.viewing
        self._canvas.show_veil(viewing.state)
        self._canvas.show_stills(viewing.stills.state)
        self._canvas.show_sound(self._sitting.sound.state)
        viewing.sight.resize(self._room_px)

    def untie(self) -> None:
        """Show nothing here: every pixel is gone when this returns."""
        if self._tied:
            self._tied = False
            for signal, heard in self._pairs:
                signal.disconnect(heard)  # type: ignore[attr-defined]
            self._canvas.clear()
            self._told(False)

    def _resize(self, wide: int, high: int) -> None:
        self._room_px = wide, high
        if self._tied:
            self._sitting.viewing.sight.resize(self._room_px)


class Sightlines:
    """The sightlines of a window, one of them tied."""

    def __init__(self) -> None:
        self._now: Sightline | None = None

    def look_through(self, line: Sightline) -> bool:
        """Tie one and untie the one before; False if it was tied already."""
        if line is self._now and line.is_tied:
            return False
        if self._now is not None:
            self._now.untie()
        self._now = line
        line.tie()
        return True
