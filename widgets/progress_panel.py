"""The left side of the Desk: where I am in the batch, in counts, never in pictures."""

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from app.session.types import AtHand, Progress
from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.layouts import column, row
from widgets.look import Look
from widgets.scrolled import Scrolled
from widgets.sides import mirrored
from widgets.words import Words

COUNTS = ("to_grade", "graded", "set_aside", "second_opinion", "passed", "unreadable")
# Where Select was begun: what it left out, and what of the items to grade it has not come to.
# And what is neither picture nor video, where there is such.
OF_SELECT = ("not_selected", "undecided", "other_files")


class Bar(QProgressBar):
    """How much of how many, as a bar; a screen reader is told it in percent."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._share = 0.0
        self.setRange(0, 100)
        self.setTextVisible(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        """Take a share from 0 to 1."""
        self._share = min(max(share, 0.0), 1.0)
        self.setValue(int(self._share * 100))
        self.update()

    def sizeHint(self) -> QSize:
        """A thin line."""
        return QSize(self._look.px("s8"), self._look.px("bar"))

    def minimumSizeHint(self) -> QSize:
        """The same; a bar of Qt's own would be as high as its figures."""
        return self.sizeHint()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the ground and the share."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(self._look.colour("line"))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self._share > 0:
            width = max(self.width() * self._share, self.height())
            painter.setBrush(self._look.colour("accent"))
            done = mirrored(self, QRectF(0, 0, width, self.height()))
            painter.drawRoundedRect(done, radius, radius)


class Count(QWidget):
    """A label and its figure, figures aligned at the right; a label that wraps is never cut."""

    def __init__(self, fit: Fittings, label: str, *, wrap: bool = False) -> None:
        super().__init__()
        self._label = label
        self._figure = Words(fit, "", wrap=False, right=True, figures=True)
        name = Words(fit, label, tone="text2", wrap=wrap)
        box = row(self, gap=fit.look.px("s2"))
        self._figure.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        # A label that wraps would begin at the top, and its figure stands in the middle of the row.
        box.addWidget(name, 1, Qt.AlignmentFlag.AlignVCenter)
        box.addWidget(self._figure)
        self.setMinimumHeight(fit.look.px("row"))

    def show_figure(self, figure: str) -> None:
        """Show a figure."""
        self._figure.say(figure)
        self.setAccessibleName(f"{self._label}: {figure}")


class ProgressPanel(QWidget):
    """Title of the batch, place in it, counts."""

    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self.setObjectName("left")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._fit = fit
        look, texts = fit.look, fit.texts
        self._title = Words(fit, tone="text3", strong=True)
        self._opinions, self._asked_here = 0, False
        self._place = Count(fit, texts("desk.item"))
        self._bar = Bar(look)
        names = (*COUNTS, *OF_SELECT)
        self._counts = {name: Count(fit, texts(f"desk.{name}")) for name in names}
        self._take_up = self._button("take_up", texts("short.take_up"))
        self._correct = self._button("correct", texts("short.correct_last"))
        self._returned = Count(fit, texts("keys.returned"))
        self._read = self._button("returned", texts("short.returned"))
        self.show_returned(0)
        self._near = Count(fit, texts("desk.near_copies"))
        self._near.hide()
        self._together = self._button("together", texts("short.together"))
        inner = QWidget()
        box = column(inner)
        box.setContentsMargins(look.px("s4"), look.px("s4"), look.px("s4"), look.px("s4"))
        box.addWidget(self._title)
        box.addSpacing(look.px("s1"))
        box.addWidget(self._place)
        box.addWidget(self._bar)
        box.addSpacing(look.px("s3"))
        for count in self._counts.values():
            box.addWidget(count)
        box.addWidget(self._returned)
        box.addSpacing(look.px("s3"))
        box.addWidget(self._read)
        box.addWidget(self._near)
        box.addWidget(self._together)
        box.addSpacing(look.px("s2"))
        box.addWidget(self._take_up)
        box.addSpacing(look.px("s2"))
        box.addWidget(self._correct)
        box.addStretch(1)
        column(self).addWidget(Scrolled(inner))

    def show_batch(self, title: str) -> None:
        """Name the batch."""
        self._title.say(title)

    def show_place(self, at: AtHand | None) -> None:
        """Say which item is on the Desk; None: there is none."""
        if at is None:
            self._place.show_figure(self._fit.texts("desk.no_item"))
            return
        place = self._fit.texts("desk.n_of", n=at.number, of=at.of)
        self._place.show_figure(place if at.number else self._fit.texts("desk.elsewhere"))

    def show_progress(self, progress: Progress) -> None:
        """Show the counts."""
        for name, count in self._counts.items():
            count.show_figure(self._fit.texts.figure(getattr(progress, name), 0))
        for name in OF_SELECT:
            self._counts[name].setVisible(getattr(progress, name) > 0)
        self._opinions = progress.second_opinion
        self._show_opinions()
        nobodys = progress.unreadable + progress.with_others + progress.other_files
        done, of = progress.graded, progress.items - nobodys
        self._bar.show_share(done / of if of else 0.0)
        self._bar.setAccessibleName(self._fit.texts("desk.bar_name", done=done, of=of))
        self._take_up.setVisible(progress.set_aside > 0)
        self._correct.setVisible(progress.graded > 0)

    def show_returned(self, unread: int) -> None:
        """Say how much returned and was not read yet."""
        self._returned.show_figure(self._fit.texts.figure(unread, 0))
        self._read.setVisible(unread > 0)

    def show_near(self, count: int) -> None:
        """Say how many near-copies of the item at hand wait, itself counted; 0: none beside it."""
        self._near.show_figure(self._fit.texts.figure(count, 0))
        self._near.setVisible(count > 1)
        self._together.setVisible(count > 1)

    def show_asked_here(self, asked: bool) -> None:
        """Say that a second opinion is asked on the item on the Desk; signed, it counts."""
        self._asked_here = asked
        self._show_opinions()

    def _show_opinions(self) -> None:
        figure = self._fit.texts.figure(self._opinions, 0)
        if self._asked_here:
            figure = self._fit.texts("desk.and_here", n=self._opinions)
        self._counts["second_opinion"].show_figure(figure)

    def _button(self, action: str, words: str) -> KeyButton:
        """A button that is hidden until there is something for it to do."""
        button = KeyButton(self._fit, words, self._fit.keymap.key(action))
        button.setAccessibleName(self._fit.texts(f"keys.{action}"))
        button.clicked.connect(partial(self.pressed.emit, action))
        button.hide()
        return button
