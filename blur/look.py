"""How a picture is to be shown."""

from dataclasses import dataclass

from blur.veil import RESTING_LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way to show a picture that is loaded.

    ``level`` is 0 (solid), 1 (heaviest veil) to 5 (slight) or 6 (clear). ``fit_px`` is the room
    on the screen, width and height; the frame that comes back never exceeds it and is never
    larger than the picture itself. ``crop`` is left, top, width and height as shares (0 to 1) of
    the picture as it is shown. ``one_to_one`` gives picture pixels as screen pixels, cut to
    ``fit_px`` about the middle of ``crop``. ``frame`` counts from 0.
    """

    level: int = RESTING_LEVEL
    grey: bool = True
    edges: bool = False
    frame: int = 0
    fit_px: tuple[int, int] = (1920, 1200)
    crop: tuple[float, float, float, float] | None = None
    one_to_one: bool = False
