"""What the bottom line says of classifiers: how far they are, and what is wrong with them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtGui import QPaintEvent

from app.sentences import said
from widgets.fittings import Fittings
from widgets.moments import time_left
from widgets.words import Words

if TYPE_CHECKING:
    from app.session.scoring import ScoringState  # it loads what scores


class ScoringWords(Words):
    """One line, in as many words as there is room for; a fault is told in full where asked."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, "", kind="aside", tone="text2", wrap=False, figures=True)
        self._fit = fit
        self._ways: tuple[str, ...] = ()
        self.hide()

    def forget(self) -> None:
        """Say nothing."""
        self._ways = ()
        for clear in (self.say, self.setToolTip, self.setAccessibleDescription):
            clear("")
        self.tone("text2")
        self.hide()

    def show_state(self, state: "ScoringState") -> None:
        """Take what is to be said."""
        faults = tuple(self._faults(state))
        self.tone("attention" if faults else "text2")
        self.setAccessibleDescription(" ".join(said for _, said in faults))
        work = tuple(self._work(state))
        self._ways = tuple(short for short, _ in faults[:1]) or work
        if faults and (state.stopping or state.waiting):  # a fault hides no stop
            both = self._fit.texts("status.scoring_both", fault=faults[0][0], work=work[-1])
            self._ways = (both,)

    def within(self, room: int) -> int:
        """Say it in as many words as fit, nothing where none do; return how wide they are."""
        for words in self._ways:
            self.say(words)
            width = self.sizeHint().width()
            if width <= room or self.accessibleDescription():  # a fault is said, cut if need be
                self.show()
                return width
        self.hide()
        return 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it; the tool tip of a fault says what mends it."""
        super().paintEvent(event)
        if self.accessibleDescription():
            self.setToolTip(self.accessibleDescription())

    def _work(self, state: "ScoringState") -> Iterator[str]:
        """Yield what is said of the work, the longest way first."""
        texts, key = self._fit.texts, self._fit.keymap.key("turn_scoring")
        progress = state.progress
        if progress is not None:
            told = texts("status.scoring", n=progress.done, of=progress.of)
            if progress.left_s is not None:
                left = time_left(texts, progress.left_s)
                yield texts("status.scoring_left", said=told, left=left, key=key)
            yield told
            yield texts("status.scoring_short", n=progress.done, of=progress.of)
        elif state.stopping:
            yield texts("status.scoring_stopping")
            yield texts("status.scoring_stopping_short")
        elif state.waiting:
            yield texts("status.scoring_stopped", n=state.waiting, key=key)
            yield texts("status.scoring_stopped_short")

    def _faults(self, state: "ScoringState") -> Iterator[tuple[str, str]]:
        """Yield each fault in short, and as a sentence with what mends it."""
        texts = self._fit.texts
        for one in state.damaged:
            named = "damaged_card" if one.title is None else "damaged_model"
            whole = texts(f"classifiers.{named}", title=one.title, id=one.id[:12])
            yield texts("status.scoring_damaged"), whole
        for broken in state.broke:
            title = broken.card.title
            yield texts("status.scoring_broke", title=title), said(broken.fault or "")
        if state.failed:
            yield texts("status.scoring_failed"), state.failed
