"""The line beside the tabs of Quality: what its figures rest on, or how far reading that is."""

from PySide6.QtCore import Slot

from app.pace import Progress
from app.quality.basis import Basis
from widgets.fittings import Fittings
from widgets.moments import time_left
from widgets.quality_filter import in_words
from widgets.words import Words


class RestsOn(Words):
    """Says what was read."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, "", kind="aside", tone="text2", wrap=False, figures=True)
        self._texts = fit.texts

    def say_reading(self) -> None:
        """Say that everything is read, for the first time."""
        self.say(self._texts("quality.reading_all"))

    @Slot(object)
    def say_progress(self, progress: Progress) -> None:
        """Say how far reading is, once it takes longer than a moment."""
        if progress.left_s is not None:
            left = time_left(self._texts, progress.left_s)
            figures = {"n": progress.done, "of": progress.of, "left": left}
            self.say(self._texts(f"quality.{progress.stage}_all_of", **figures))

    def say_basis(self, basis: Basis) -> None:
        """Say what it is that was read; of nothing there is nothing to say."""
        self.say(in_words(self._texts, basis) if basis.choices.schemes else "")
