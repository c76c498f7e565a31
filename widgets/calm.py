"""The calm screen: everything is hidden at once; one line, and whom to turn to."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.fittings import Fittings
from widgets.layouts import column, lay_above_the_middle
from widgets.reader_roles import reads_as
from widgets.words import Words


class CalmScreen(QWidget):
    """Covers the whole window with an even ground."""

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(window)
        self._fit = fit
        # Opaque: nothing that lies below is painted first.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.whom = ""
        self._line = Words(fit, fit.texts("calm.line"), kind="calm")
        self._whom = Words(fit, kind="field", tone="text2")
        self._back = Words(fit, fit.texts("calm.back"), tone="text3")
        inner = QWidget()
        inner.setMaximumWidth(fit.look.px("page"))
        box = column(inner, margin=fit.look.px("s8"), gap=fit.look.px("s5"))
        for words in (self._line, self._whom, self._back):
            box.addWidget(words)
        lay_above_the_middle(self, inner)
        self.setAccessibleName(fit.texts("calm.line"))
        reads_as(self, QAccessible.Role.Dialog)
        self.hide()

    def paintEvent(self, _: QPaintEvent) -> None:
        """An even ground."""
        QPainter(self).fillRect(self.rect(), self._fit.look.colour("bg"))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays here: what lies below is hidden, from the keyboard too."""
        return True

    def cover(self, whom: str) -> None:
        """Lie over everything, painted before this returns."""
        self.whom = whom
        self._whom.say(whom or self._fit.texts("calm.whom"))
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.setFocus()
        self.repaint()
