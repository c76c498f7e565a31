"""A strip that says how far an intake is: what, how many of how many, how long still."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame

from app.intake.folder import IntakeProgress
from widgets.buttons import KeyButton
from widgets.closing import Closing
from widgets.fittings import Fittings
from widgets.layouts import column, row
from widgets.moments import time_left
from widgets.progress_panel import Bar
from widgets.words import Words


class IntakeStrip(QFrame):
    """Title, bar, figures, and a button that stops."""

    cancelled = Signal()

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("card")
        look, texts = fit.look, fit.texts
        self._title = Words(fit, "", strong=True, wrap=False)
        self._figures = Words(fit, "", tone="text2", wrap=False)
        self._note = Words(fit, "", tone="attention")
        self._note.hide()
        self._bar = Bar(look)
        self._stop = KeyButton(fit, texts("keys.stop_adding"), fit.keymap.key("stop_adding"))
        self._stop.clicked.connect(self.cancelled)
        box = row(self, margin=look.px("s3"), gap=look.px("s4"))
        words = column(gap=look.px("s2"))
        words.addWidget(self._title)
        words.addWidget(self._bar)
        words.addWidget(self._figures)
        words.addWidget(self._note)
        box.addLayout(words, 1)
        box.addWidget(self._stop)

    def begin(self, title: str) -> None:
        """A folder is on its way in."""
        self._title.say(self._fit.texts("intake.adding", title=title))
        self._figures.say(self._fit.texts("intake.counting"))
        self._bar.show_share(0)
        self._note.hide()
        self._stop.setEnabled(True)
        self.show()

    def say_stopping(self) -> None:
        """Say that it was stopped, and ends with the file at hand."""
        self._stop.setEnabled(False)
        self._say(self._fit.texts("intake.stopping"))

    def heed(self, closing: Closing) -> None:
        """Say what closing the window would stop, and that it closes after the file at hand."""
        closing.asking.connect(self._ask)
        closing.stopping.connect(self._say_closing)
        if closing.waits:
            self._say_closing()
        elif closing.asked:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        self._say(self._fit.texts("intake.close_asked", key=self._fit.keymap.key("quit")))

    @Slot()
    def _say_closing(self) -> None:
        self._say(self._fit.texts("intake.closing"))

    def _say(self, note: str) -> None:
        self._note.say(note)
        self._note.show()

    def show_progress(self, progress: IntakeProgress) -> None:
        """Show figures."""
        texts = self._fit.texts
        said = texts("intake.n_of", n=progress.done, of=progress.of)
        if progress.left_s is not None:
            said = texts("intake.with_left", said=said, left=time_left(texts, progress.left_s))
        self._figures.say(said)
        whole = progress.of_bytes or progress.of
        done = progress.done_bytes if progress.of_bytes else progress.done
        self._bar.show_share(done / whole if whole else 0.0)
