"""The veil of the Desk: what settings and policy say of it; how a look follows from its state."""

from dataclasses import replace

from app.session.types import VeilState
from blur.look import Look
from grading.late_methods import dataclass

SOLID, DARKEST, CLEAR = 0, 1, 6
LENS_PART, LEAST_LENS_PX = 3, 64
MOST_ZOOM, ZOOM_STEP = 16.0, 1.5


@dataclass(frozen=True, slots=True)
class VeilRules:
    """What settings and policy say of the veil. Times in seconds; `latch_s` 0 means held.

    `silent`: no sound is played, whoever wishes so; `sound_forbidden`: it is the policy.
    """

    rest_level: int = DARKEST
    reveal_level: int = 4
    reveal_grey: bool = True
    idle_s: int = 30
    latch_s: int = 0
    lightest: int = CLEAR
    grey_only: bool = False
    silent: bool = False
    sound_forbidden: bool = False


def first_state(rules: VeilRules) -> VeilState:
    """Return how an item is shown to begin with, never lighter than the policy allows."""
    return VeilState(
        rest_level=min(rules.rest_level, 2),
        level=max(DARKEST, min(rules.reveal_level, rules.lightest)),
        grey=rules.reveal_grey or rules.grey_only,
        lightest=rules.lightest,
        grey_only=rules.grey_only,
    )


def retaken(before: VeilRules, rules: VeilRules) -> dict[str, object]:
    """Return what other rules change of how an item is shown.

    A level or a colour that was chosen by key stays, unless it is what was set anew.
    """
    state, old = first_state(rules), first_state(before)
    changed: dict[str, object] = {"rest_level": state.rest_level}
    if state.level != old.level:
        changed["level"] = state.level
    if state.grey != old.grey:
        changed["grey"] = state.grey
    return changed


def look_of(state: VeilState, fit_px: tuple[int, int], size_px: tuple[int, int]) -> Look:
    """Return how to ask for a revealed frame, for a canvas of `fit_px` and a picture of `size_px`.

    The canvas in screen pixels.
    """
    look = Look(level=state.level, grey=state.grey, edges=state.edges, fit_px=fit_px)
    if state.lens is not None:
        wide, high = lens_shares(fit_px, size_px)
        lens_px = lens_side(fit_px)
        crop = (state.lens[0] - wide / 2, state.lens[1] - high / 2, wide, high)
        return replace(look, fit_px=(lens_px, lens_px), crop=_within(crop), one_to_one=True)
    if state.zoom > 1:
        side = 1 / state.zoom
        crop = (state.middle[0] - side / 2, state.middle[1] - side / 2, side, side)
        look = replace(look, crop=_within(crop))
    return replace(look, one_to_one=state.true_size)


def veil_of(look: Look) -> tuple[object, ...]:
    """Return what two frames must have in common for one to stand for the other."""
    return look.level, look.grey, look.edges, look.one_to_one, look.fit_px


def lens_side(fit_px: tuple[int, int]) -> int:
    """Return the side of a lens on a canvas: a third of its shorter side, in screen pixels."""
    return max(min(fit_px) // LENS_PART, LEAST_LENS_PX)


def lens_shares(fit_px: tuple[int, int], size_px: tuple[int, int]) -> tuple[float, float]:
    """Return width and height of what a lens shows, as shares of the picture.

    One pixel of the picture is one of the screen, or more where the whole picture is enlarged.
    """
    seen_px = lens_side(fit_px) * min(true_zoom(fit_px, size_px), 1.0)
    return min(seen_px / size_px[0], 1.0), min(seen_px / size_px[1], 1.0)


def lens_middle(
    middle: tuple[float, float], fit_px: tuple[int, int], size_px: tuple[int, int]
) -> tuple[float, float]:
    """Return the middle of a lens, moved so that all of the lens lies in the picture."""
    return kept_within(middle, lens_shares(fit_px, size_px))


def true_zoom(fit_px: tuple[int, int], size_px: tuple[int, int]) -> float:
    """Return the zoom at which a picture's pixels are the screen's; under 1 if it is smaller."""
    return max(size_px[0] / fit_px[0], size_px[1] / fit_px[1])


def kept_within(middle: tuple[float, float], shares: tuple[float, float]) -> tuple[float, float]:
    """Return the middle of a part of a picture, moved so that all of the part lies in it."""
    (x, y), (wide, high) = middle, shares
    return min(max(x, wide / 2), 1 - wide / 2), min(max(y, high / 2), 1 - high / 2)


def zoomed(state: VeilState, steps: int | None, true: float) -> dict[str, object]:
    """Return what changes by zooming some steps; 0: the whole item, None: to `true` size."""
    zoom = true if steps is None else state.zoom * ZOOM_STEP**steps if steps else 1.0
    zoom = min(max(zoom, 1.0), max(MOST_ZOOM, true))
    return {"zoom": zoom, "true_size": steps is None, "middle": in_view(state.middle, zoom)}


def moved(
    middle: tuple[float, float], zoom: float, right: float, down: float
) -> tuple[float, float]:
    """Return a place moved by shares of what is seen at a zoom."""
    return middle[0] + right / zoom, middle[1] + down / zoom


def in_view(middle: tuple[float, float], zoom: float) -> tuple[float, float]:
    """Return the middle of a view at a zoom, moved so that the view lies in the picture."""
    return kept_within(middle, (1 / zoom, 1 / zoom))


def _within(crop: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    # What rounding leaves outside of 0 to 1 would be refused.
    left, top, wide, high = (min(max(share, 0.0), 1.0) for share in crop)
    return left, top, wide, high
