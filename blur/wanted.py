"""What is known of an item that is to be loaded ahead of time."""

from dataclasses import dataclass

from blur.errors import NotLoadedError
from blur.facts import Loaded
from blur.sheet import NOT_BEGUN, Sheet


@dataclass(slots=True, eq=False)
class Wanted:
    """Where one wanted item stands. ``decoder`` is set as soon as one works on it."""

    item: str
    decoder: int | None = None
    fit_px: tuple[int, int] = (0, 0)  # the room it is loaded for
    loaded: Loaded | None = None
    error: Exception | None = None
    sheet: Sheet = NOT_BEGUN
    reloads: int = 0
    is_put_off: bool = False  # what loads it is to stop, for another item

    def is_settled(self) -> bool:
        """Whether it is known what comes of it."""
        return self.loaded is not None or self.error is not None

    def is_given_up(self) -> bool:
        """Whether it was let go of before it was loaded: nothing is known of it then."""
        return isinstance(self.error, NotLoadedError)

    def is_too_small(self, fit_px: tuple[int, int]) -> bool:
        """Whether it was loaded for less room than this; one for more room serves as it is."""
        return self.decoder is not None and any(
            had < wanted for had, wanted in zip(self.fit_px, fit_px, strict=True)
        )
